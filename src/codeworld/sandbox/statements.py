"""The statements of a program's functions, and marks that tell when they run.

A mark is a call of `$mark` with the first line of the statement behind it. Tracing by the
interpreter would tell the same, at several times the cost, and not alike in all its versions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TypeAlias

from codeworld.sandbox.nodes import all_nodes

OnStatement: TypeAlias = Callable[[int], object]
"""Called with the first line of each statement of a program's functions before it runs."""

_UNCOUNTED = (ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal)
"""Statements that say nothing of what a program does."""

_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)

_TICKS = ("$next", "$charge")
"""What the statements call that metering puts in."""


def find_statements(source: str) -> frozenset[int]:
    """Return the first lines of all statements of the program's functions.

    Module-level code is not among them, since it runs once, at loading. Nor are docstrings.

    Raises:
        SyntaxError: if the source is not Python.
    """
    tree = ast.parse(source)
    return frozenset(
        statement.lineno for block in _blocks_of(tree) for statement in block if _counts(statement)
    )


def mark_statements(tree: ast.Module, lines: frozenset[int]) -> None:
    """Put a mark before every statement of a program's functions, in place.

    Args:
        tree: the program, guards and ticks included.
        lines: what `find_statements` found in its text; nothing else is marked.
    """
    for block in list(_blocks_of(tree)):
        marked: list[ast.stmt] = []
        for statement in block:
            if statement.lineno in lines and _counts(statement):
                marked.append(_mark(statement))
            marked.append(statement)
        block[:] = marked


def _blocks_of(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """Yield every block of statements inside the functions of a program."""
    for function in all_nodes(tree):
        if isinstance(function, ast.FunctionDef):
            yield from _blocks_in(function)


def _blocks_in(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the blocks of a compound statement and those inside them, but no definition's."""
    for name in ("body", "orelse", "finalbody"):
        block: list[ast.stmt] = getattr(node, name, [])
        if block:
            yield block
            for statement in block:
                if not isinstance(statement, _DEFINITIONS):
                    yield from _blocks_in(statement)
    for part in (*getattr(node, "handlers", []), *getattr(node, "cases", [])):
        yield from _blocks_in(part)


def _counts(statement: ast.stmt) -> bool:
    if isinstance(statement, (*_UNCOUNTED, *_DEFINITIONS)):
        return False
    if not isinstance(statement, ast.Expr):
        return True
    value = statement.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id not in _TICKS
    return not isinstance(value, ast.Constant)


def _mark(statement: ast.stmt) -> ast.stmt:
    call = ast.Call(ast.Name("$mark", ast.Load()), [ast.Constant(statement.lineno)], [])
    return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), statement))
