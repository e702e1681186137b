"""Which statements of a game program a piece of play runs.

Lines are mapped to the statements they belong to, so that interpreters that report lines
differently give the same coverage.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeAlias

TraceFunction: TypeAlias = Callable[[FrameType, str, Any], Any]

_SILENT = (ast.Pass, ast.Break, ast.Continue, ast.Global, ast.Nonlocal)
"""Statements for which some interpreters report no line."""


def find_statements(source: str) -> dict[int, int]:
    """Return, for every line of the program's functions, the first line of its statement.

    Lines of module-level code are not in it: they run once, at loading. Nor are docstrings.
    """
    lines: dict[int, int] = {}
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for statement in function.body:
                _add(statement, lines)
    return lines


def _add(statement: ast.stmt, lines: dict[int, int]) -> None:
    if isinstance(statement, (*_SILENT, ast.FunctionDef, ast.ClassDef)) or _is_text(statement):
        return
    blocks = _blocks(statement)
    first_inside = min((block[0].lineno for block in blocks), default=0)
    last = first_inside - 1 if blocks else statement.end_lineno or statement.lineno
    for line in range(statement.lineno, max(last, statement.lineno) + 1):
        lines[line] = statement.lineno
    for block in blocks:
        for inner in block:
            _add(inner, lines)


def _blocks(statement: ast.stmt) -> list[list[ast.stmt]]:
    """Return the non-empty blocks of a compound statement."""
    blocks = [getattr(statement, name, []) for name in ("body", "orelse", "finalbody")]
    for part in (*getattr(statement, "handlers", []), *getattr(statement, "cases", [])):
        blocks.append(part.body)
    return [block for block in blocks if block]


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


class StatementTracer:
    """Collects the statements that run while it is entered.

    Attributes:
        statements: first lines of all statements of the program's functions.
        ever: first lines of those that ran, up to the last `take`.
    """

    def __init__(self, source: str) -> None:
        self._lines = find_statements(source)
        self.statements = frozenset(self._lines.values())
        self.ever: set[int] = set()
        self._ran: set[int] = set()  # lines, since `take`
        self._on_call = _trace_into(self._ran)

    def __enter__(self) -> StatementTracer:
        sys.settrace(self._on_call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def take(self) -> frozenset[int]:
        """Return the first lines of the statements that ran since the last call."""
        taken = frozenset(self._lines[line] for line in self._ran if line in self._lines)
        self.ever |= taken
        self._ran.clear()
        return taken


def _trace_into(ran: set[int]) -> TraceFunction:
    """Return a trace function that puts the lines of a game that run into a set.

    It runs more often than anything else here, hence the closures.
    """
    add = ran.add

    def on_line(frame: FrameType, event: str, argument: Any) -> TraceFunction:
        add(frame.f_lineno)
        return on_line

    def on_call(frame: FrameType, event: str, argument: Any) -> TraceFunction | None:
        return on_line if frame.f_code.co_filename.startswith("<game ") else None

    return on_call
