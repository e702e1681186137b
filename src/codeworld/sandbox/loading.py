"""Running a program's module-level code, in surroundings of its own."""

from __future__ import annotations

from dataclasses import dataclass
from types import CodeType
from typing import Any

from codeworld.sandbox.faults import describe_fault
from codeworld.sandbox.fuel import Fuel, FuelExhausted
from codeworld.sandbox.program import Program
from codeworld.sandbox.runtime import Runtime
from codeworld.sandbox.shapes import measure_tables
from codeworld.sandbox.statements import OnStatement


@dataclass(frozen=True, slots=True)
class LoadedProgram:
    """A program after its module-level code ran.

    Attributes:
        namespace: its globals.
        runtime: what surrounds it.
        drew_random: whether loading drew from the program's `random`.
    """

    namespace: dict[str, Any]
    runtime: Runtime
    drew_random: bool


def load_program(
    program: Program, fuel: int | None, seed: int, on_statement: OnStatement | None = None
) -> LoadedProgram:
    """Run the module-level code of `program` afresh.

    Args:
        program: what to run.
        fuel: ticks for loading, and later for each call; None for no limit.
        seed: seeds the program's `random`.
        on_statement: told of every statement that runs, if the program has marks.

    Raises:
        GameRuntimeError: if the code raises an exception.
        FuelExhaustedError: if it runs out of fuel.
    """
    loaded = _execute(program, program.code, fuel, seed, on_statement)
    if program.shapes and program.cautious_code is not None:
        shapes = measure_tables(loaded.namespace, program.shapes, program.sealed)
        if shapes != program.shapes:
            return _execute(program, program.cautious_code, fuel, seed, on_statement)
    return loaded


def _execute(
    program: Program,
    code: CodeType,
    fuel: int | None,
    seed: int,
    on_statement: OnStatement | None,
) -> LoadedProgram:
    runtime = Runtime(Fuel(fuel), seed, program.names, on_statement)
    generator = runtime.library.generator
    before = generator.getstate() if "random" in program.names else None
    namespace = {"__name__": "<game>", "__builtins__": runtime.builtins}
    try:
        exec(code, namespace)
        if runtime.fuel.spent is not None:
            raise FuelExhausted(*runtime.fuel.spent)
    except BaseException as error:
        fault = describe_fault(error, program.filename)
    else:
        drew_random = before is not None and generator.getstate() != before
        return LoadedProgram(namespace, runtime, drew_random)
    # Outside the handler, so that the program's exception does not travel as __context__.
    raise fault
