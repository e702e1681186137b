"""From source to game: parse, check against the policy, compile, bind to the contract."""

from __future__ import annotations

import ast
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from types import CodeType
from typing import Any

from codeworld.contract import CONTRACT, Game
from codeworld.errors import Finding, GameError, MissingFunctionError, PolicyError
from codeworld.sandbox.census import Census
from codeworld.sandbox.compiled_game import CompiledGame
from codeworld.sandbox.constants import Constants
from codeworld.sandbox.fuel import DEFAULT_FUEL, check_fuel
from codeworld.sandbox.loading import load_program
from codeworld.sandbox.metering import meter
from codeworld.sandbox.nodes import all_nodes
from codeworld.sandbox.policy import Policy
from codeworld.sandbox.program import Program
from codeworld.sandbox.random_use import random_names, steps_use_random
from codeworld.sandbox.shapes import Shape, measure_tables
from codeworld.sandbox.source_text import (
    check_compiles,
    checked_text,
    compile_quietly,
    parse,
    syntax_error,
)
from codeworld.sandbox.statements import OnStatement, find_statements, mark_statements

_CACHE_SIZE = 256
_cache: OrderedDict[tuple[str, bool, bool], Program] = OrderedDict()
_cache_lock = Lock()


def compile_game(
    source: str,
    *,
    fuel: int | None = DEFAULT_FUEL,
    on_statement: OnStatement | None = None,
) -> Game:
    """Return the game that `source` defines, running in this process.

    Args:
        source: a GameCWM; a fenced block inside prose is found and taken.
        fuel: ticks for each call of a contract function, or None for no limit. With a limit, every
            loop of the program is counted; see `codeworld.sandbox.fuel`.
        on_statement: called with the first line of each statement of the program's functions before
            it runs. Pickles and deep copies of the game do not call it.

    Raises:
        GameSyntaxError: if the source is not Python.
        PolicyError: if it uses constructs that the language policy refuses.
        MissingFunctionError: if it lacks a required function.
        GameRuntimeError: if its module-level code, or its initial state, raises an exception.
        ContractError: if its initial state breaks the contract.
        FuelExhaustedError: if one of these runs out of fuel.
    """
    fuel = check_fuel(fuel)
    program = compile_program(
        source, is_metered=fuel is not None, is_marked=on_statement is not None
    )
    return CompiledGame(program, fuel, on_statement)


def recompile_game(source: str, fuel: int | None) -> Game:
    """Return the game of `source` again: how a pickled or deep-copied game comes back."""
    return compile_game(source, fuel=fuel)


def check_policy(source: str) -> tuple[Finding, ...]:
    """Return every construct of `source` that the language policy refuses, in source order.

    Raises:
        GameSyntaxError: if the source is not Python.
    """
    text = checked_text(source)
    tree = parse(text)
    check_compiles(text)
    _drop_main_block(tree)
    try:
        census = Census(tree)
        return _apply(Policy(census, Constants(tree, census)), tree)[0]
    except RecursionError as error:
        raise syntax_error(error, text) from None


def compile_program(source: str, *, is_metered: bool, is_marked: bool = False) -> Program:
    """Return `source` compiled, from the cache if it was compiled before.

    Raises:
        GameSyntaxError: if the source is not Python.
        PolicyError: if it uses constructs that the language policy refuses.
        MissingFunctionError: if it lacks a required function.
    """
    text = checked_text(source)
    key = (hashlib.sha256(text.encode()).hexdigest(), is_metered, is_marked)
    with _cache_lock:
        program = _cache.get(key)
        if program is not None:
            _cache.move_to_end(key)
            return program
    program = _compile(text, *key)
    with _cache_lock:
        _cache[key] = program
        while len(_cache) > _CACHE_SIZE:
            _cache.popitem(last=False)
    return program


def _compile(text: str, source_hash: str, is_metered: bool, is_marked: bool) -> Program:
    """Return `text` compiled; a metered program is loaded once, to see how long its tables are."""
    tree = parse(text)
    check_compiles(text)
    try:
        program = _build(text, tree, source_hash, is_metered, is_marked)
    except RecursionError as error:
        raise syntax_error(error, text) from None
    if not is_metered:
        return program
    try:
        namespace = load_program(program, DEFAULT_FUEL, 0).namespace
    except GameError:
        return program  # it fails again where a caller hears of it
    shapes = measure_tables(namespace, program.tables, program.sealed)
    if not shapes:
        return program
    guarded = _guard(parse(text))
    code = _code_of(guarded, text, program.filename, shapes, is_marked)
    return replace(program, code=code, shapes=shapes, cautious_code=program.code)


@dataclass(frozen=True)
class _Guarded:
    """A program that the policy allows, with its guards, and what was found out on the way."""

    tree: ast.Module
    census: Census
    constants: Constants
    writes_classes: bool


def _guard(tree: ast.Module) -> _Guarded:
    """Put guards into a fresh tree, which is used up.

    Raises:
        PolicyError: if the policy refuses what is in it.
    """
    _drop_main_block(tree)
    census = Census(tree)
    constants = Constants(tree, census)
    policy = Policy(census, constants)
    findings, tree = _apply(policy, tree)
    if findings:
        raise PolicyError(findings)
    return _Guarded(tree, census, constants, policy.writes_classes)


def _build(
    text: str, tree: ast.Module, source_hash: str, is_metered: bool, is_marked: bool
) -> Program:
    """Return `text` compiled, with nothing known of its tables; `tree` is used up."""
    guarded = _guard(tree)
    _check_functions(guarded.tree)
    filename = f"<game {source_hash[:12]}>"
    names = random_names(guarded.tree)
    facts: dict[str, Any] = {
        "names": frozenset(guarded.census.reads),
        "tables": guarded.constants.names,
        "sealed": guarded.constants.sealed,
        "random_names": names,
        "steps_use_random": steps_use_random(guarded.tree, names),
        "writes_classes": guarded.writes_classes,
        "rebinds_cells": any(isinstance(node, ast.Nonlocal) for node in all_nodes(guarded.tree)),
    }
    code = _code_of(guarded, text, filename, {} if is_metered else None, is_marked)
    return Program(text, source_hash, filename, code, shapes={}, **facts)


def _code_of(
    guarded: _Guarded,
    text: str,
    filename: str,
    shapes: Mapping[str, Shape] | None,
    is_marked: bool,
) -> CodeType:
    """Return the code of a guarded program, with ticks unless `shapes` is None."""
    tree = guarded.tree
    try:
        if shapes is not None:
            tree = meter(tree, guarded.constants, shapes)
        if is_marked:
            mark_statements(tree, find_statements(text))
        ast.fix_missing_locations(tree)
        return compile_quietly(tree, filename)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise syntax_error(error, text) from None


def _apply(policy: Policy, tree: ast.Module) -> tuple[tuple[Finding, ...], ast.Module]:
    """Return the policy's findings in source order, and the tree with guards."""
    try:
        guarded = policy.visit(tree)
    except RecursionError as error:
        raise syntax_error(error, "") from None
    findings = sorted(set(policy.findings), key=lambda finding: (finding.line, finding.column))
    return tuple(findings), guarded


def _drop_main_block(tree: ast.Module) -> None:
    """Leave out `if __name__ == "__main__":`, which never runs and often prints or reads."""
    body: list[ast.stmt] = []
    for statement in tree.body:
        if isinstance(statement, ast.If) and _is_main_test(statement.test):
            body.extend(statement.orelse)
        else:
            body.append(statement)
    tree.body = body


def _is_main_test(test: ast.expr) -> bool:
    if not (
        isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)
    ):
        return False
    sides = (test.left, test.comparators[0])
    names = [side.id for side in sides if isinstance(side, ast.Name)]
    values = [side.value for side in sides if isinstance(side, ast.Constant)]
    return names == ["__name__"] and values == ["__main__"]


def _check_functions(tree: ast.Module) -> None:
    """Check that the program binds every required function at module level.

    Raises:
        MissingFunctionError: if it does not.
    """
    bound = Census(tree).bindings
    missing = [
        function for function in CONTRACT if function.required and function.name not in bound
    ]
    if missing:
        wanted = "\n".join(
            f"  {function.signature}  # returns {function.returns}" for function in missing
        )
        raise MissingFunctionError(f"the program lacks {len(missing)} function(s); add:\n{wanted}")
