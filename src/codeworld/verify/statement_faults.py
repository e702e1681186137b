"""Small faults in statements: one that is missing, out of order, or leaves a loop wrongly."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from codeworld.verify.edit import Edit
from codeworld.verify.parsed_source import ParsedSource, is_docstring

_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr)
_AUGMENTED = {"+=": "-=", "-=": "+=", "*=": "+=", "//=": "*=", "/=": "*=", "%=": "//="}


def find_dropped(source: ParsedSource) -> Iterator[Edit]:
    """A statement that is missing."""
    for block in _blocks(source):
        for statement in block:
            if isinstance(statement, (*_SIMPLE, ast.Raise, ast.Break, ast.Continue)):
                yield source.replace("dropped statement", statement, "pass")
    for leave in source.nodes(ast.Break):
        yield source.replace("loop", leave, "continue")
    for skip in source.nodes(ast.Continue):
        yield source.replace("loop", skip, "break")


def find_swapped(source: ParsedSource) -> Iterator[Edit]:
    """Two statements in the wrong order."""
    for block in _blocks(source):
        for first, second in pairwise(block):
            if isinstance(first, _SIMPLE) and isinstance(second, _SIMPLE):
                yield source.swap("swapped statements", first, second)


def find_updates(source: ParsedSource) -> Iterator[Edit]:
    """`-=` for `+=`, or a plain assignment."""
    for update in source.nodes(ast.AugAssign):
        target, value = source.code(update.target), source.code(update.value)
        operator = source.between(update.target, update.value).strip().rstrip("( ")
        if operator in _AUGMENTED and not isinstance(update.value, (ast.List, ast.JoinedStr)):
            yield source.replace("arithmetic", update, f"{target} {_AUGMENTED[operator]} {value}")
        yield source.replace("arithmetic", update, f"{target} = {value}")


def _blocks(source: ParsedSource) -> Iterator[list[ast.stmt]]:
    """Yield every block of statements inside a function."""
    for node in source.nodes(ast.stmt):
        if source.function(node) is None and not isinstance(node, ast.FunctionDef):
            continue
        for name in ("body", "orelse", "finalbody"):
            yield [inner for inner in getattr(node, name, ()) if not is_docstring(inner)]
        for handler in getattr(node, "handlers", ()):
            yield handler.body
