"""From source to game: parse, check against the policy, compile, bind to the contract."""

from __future__ import annotations

import ast
import hashlib
import unicodedata  # noqa: F401 - the parser imports it at the first name that is not ASCII
import warnings
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from threading import Lock
from types import CodeType
from typing import Any

from codeworld.contract import CONTRACT, Game
from codeworld.errors import Finding, GameError, GameSyntaxError, MissingFunctionError, PolicyError
from codeworld.sandbox.census import Census
from codeworld.sandbox.compiled_game import CompiledGame
from codeworld.sandbox.constants import Constants
from codeworld.sandbox.faults import shorten
from codeworld.sandbox.fences import extract_program
from codeworld.sandbox.fuel import DEFAULT_FUEL, check_fuel
from codeworld.sandbox.loading import load_program
from codeworld.sandbox.metering import meter
from codeworld.sandbox.policy import Policy
from codeworld.sandbox.program import Program
from codeworld.sandbox.random_use import random_names, steps_use_random
from codeworld.sandbox.shapes import Shape, measure_tables

MAX_SOURCE_BYTES = 1_000_000
"""Size of the largest source that is looked at, encoded as UTF-8."""

MAX_NODES = 40_000
"""Nodes in the largest syntax tree that is looked at; a long game has a fifth of that."""

_MAX_LINE = 120
"""Characters of an offending line shown in a message."""

_CACHE_SIZE = 256
_cache: OrderedDict[tuple[str, bool], Program] = OrderedDict()
_cache_lock = Lock()


def compile_game(source: str, *, fuel: int | None = DEFAULT_FUEL) -> Game:
    """Return the game that `source` defines, running in this process.

    Args:
        source: a GameCWM; a fenced block inside prose is found and taken.
        fuel: ticks for each call of a contract function, or None for no limit. With a limit, every
            loop of the program is counted; see `codeworld.sandbox.fuel`.

    Raises:
        GameSyntaxError: if the source is not Python.
        PolicyError: if it uses constructs that the language policy refuses.
        MissingFunctionError: if it lacks a required function.
        GameRuntimeError: if its module-level code, or its initial state, raises an exception.
        ContractError: if its initial state breaks the contract.
        FuelExhaustedError: if one of these runs out of fuel.
    """
    fuel = check_fuel(fuel)
    program = compile_program(source, is_metered=fuel is not None)
    return CompiledGame(program, fuel)


def recompile_game(source: str, fuel: int | None) -> Game:
    """Return the game of `source` again: how a pickled or deep-copied game comes back."""
    return compile_game(source, fuel=fuel)


def check_policy(source: str) -> tuple[Finding, ...]:
    """Return every construct of `source` that the language policy refuses, in source order.

    Raises:
        GameSyntaxError: if the source is not Python.
    """
    text = _checked_text(source)
    tree = _parse(text)
    _check_compiles(text)
    _drop_main_block(tree)
    try:
        census = Census(tree)
        return _apply(Policy(census, Constants(tree, census)), tree)[0]
    except RecursionError as error:
        raise _syntax_error(error, text) from None


def compile_program(source: str, *, is_metered: bool) -> Program:
    """Return `source` compiled, from the cache if it was compiled before.

    Raises:
        GameSyntaxError: if the source is not Python.
        PolicyError: if it uses constructs that the language policy refuses.
        MissingFunctionError: if it lacks a required function.
    """
    text = _checked_text(source)
    key = (hashlib.sha256(text.encode()).hexdigest(), is_metered)
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


def _compile(text: str, source_hash: str, is_metered: bool) -> Program:
    """Return `text` compiled; a metered program is loaded once, to see how long its tables are."""
    tree = _parse(text)
    _check_compiles(text)
    try:
        program = _build(text, tree, source_hash, is_metered, {})
    except RecursionError as error:
        raise _syntax_error(error, text) from None
    if not is_metered:
        return program
    try:
        namespace = load_program(program, DEFAULT_FUEL, 0).namespace
    except GameError:
        return program  # it fails again where a caller hears of it
    shapes = measure_tables(namespace, program.tables, program.sealed)
    if not shapes:
        return program
    special = _build(text, _parse(text), source_hash, is_metered, shapes)
    return replace(special, cautious_code=program.code)


def _build(
    text: str, tree: ast.Module, source_hash: str, is_metered: bool, shapes: Mapping[str, Shape]
) -> Program:
    """Return `text` compiled; `tree` is its fresh syntax tree, which is used up."""
    _drop_main_block(tree)
    census = Census(tree)
    constants = Constants(tree, census)
    policy = Policy(census, constants)
    findings, tree = _apply(policy, tree)
    if findings:
        raise PolicyError(findings)
    _check_functions(tree)
    filename = f"<game {source_hash[:12]}>"
    facts: dict[str, Any] = {
        "names": frozenset(census.reads),
        "tables": constants.names,
        "sealed": constants.sealed,
        "random_names": random_names(tree),
        "steps_use_random": steps_use_random(tree),
        "writes_classes": policy.writes_classes,
        "rebinds_cells": any(isinstance(node, ast.Nonlocal) for node in ast.walk(tree)),
    }
    try:
        if is_metered:
            tree = meter(tree, constants, shapes)
        ast.fix_missing_locations(tree)
        code = _compile_quietly(tree, filename)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise _syntax_error(error, text) from None
    return Program(text, source_hash, filename, code, shapes=shapes, **facts)


def _apply(policy: Policy, tree: ast.Module) -> tuple[tuple[Finding, ...], ast.Module]:
    """Return the policy's findings in source order, and the tree with guards."""
    try:
        guarded = policy.visit(tree)
    except RecursionError as error:
        raise _syntax_error(error, "") from None
    findings = sorted(set(policy.findings), key=lambda finding: (finding.line, finding.column))
    return tuple(findings), guarded


def _checked_text(source: str) -> str:
    """Return the program in `source`, after the checks that need no parser.

    Raises:
        GameSyntaxError: if it is empty, binary or too large.
    """
    if type(source) is not str:
        raise GameSyntaxError(
            f"the source of a game must be a str, not {type(source).__name__}; decode it first"
        )
    if len(source) > MAX_SOURCE_BYTES or len(source.encode(errors="replace")) > MAX_SOURCE_BYTES:
        raise GameSyntaxError(
            f"the source is larger than {MAX_SOURCE_BYTES} bytes; a game program is a few kilobytes"
        )
    if "\0" in source:
        raise GameSyntaxError("the source holds NUL characters: it is not text; pass Python source")
    try:
        source.encode()
    except UnicodeEncodeError:
        raise GameSyntaxError("the source is not valid Unicode text; decode it as UTF-8") from None
    text = extract_program(source.removeprefix("\ufeff"))
    if not text.strip():
        raise GameSyntaxError("the source is empty; pass a program that defines the contract")
    return text


def _parse(text: str) -> ast.Module:
    """Return the tree of `text`.

    Raises:
        GameSyntaxError: if it is not Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as `"\d"`: a matter of style
            tree = ast.parse(text)
        if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
            raise GameSyntaxError(
                f"the source has more than {MAX_NODES} parts; a game program is far smaller"
            )
        return tree
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise _syntax_error(error, text) from None


def _compile_quietly(source: str | ast.Module, filename: str) -> CodeType:
    """Return the code object of a module, without warnings and without inherited features."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code: CodeType = compile(source, filename, "exec", dont_inherit=True, optimize=0)
    return code


def _check_compiles(text: str) -> None:
    """Raise the GameSyntaxError of what only the compiler knows: `break` outside a loop."""
    try:
        _compile_quietly(text, "<game>")
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise _syntax_error(error, text) from None


def _syntax_error(error: Exception, text: str) -> GameSyntaxError:
    """Return the GameSyntaxError for what the parser or the compiler raised."""
    if isinstance(error, (RecursionError, MemoryError)):
        return GameSyntaxError("the source is nested too deeply; write it in smaller expressions")
    if not isinstance(error, SyntaxError) or error.lineno is None:
        return GameSyntaxError(f"the source is not Python: {shorten(str(error))}")
    lines = text.splitlines()
    message = f"line {error.lineno}: {error.msg}"
    if 0 < error.lineno <= len(lines):
        shown = lines[error.lineno - 1].expandtabs(1)[:_MAX_LINE]
        caret = " " * min(max((error.offset or 1) - 1, 0), len(shown)) + "^"
        message += f"\n    {shown}\n    {caret}"
    return GameSyntaxError(message)


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
