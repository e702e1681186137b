"""A program's syntax tree together with its text, so that faults can be put in word by word."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from codeworld.errors import GameSyntaxError
from codeworld.verify.edit import Edit, replace_text

NodeT = TypeVar("NodeT", bound=ast.AST)

_CLOSED = (ast.JoinedStr, ast.Import, ast.ImportFrom)
"""Not looked into. Interpreters place the parts of an f-string differently."""

_ANNOTATIONS = frozenset({"annotation", "returns", "type_comment", "type_params"})


class ParsedSource:
    """A program's syntax tree together with its text.

    Attributes:
        text: the program as UTF-8.
        tree: its syntax tree.
    """

    def __init__(self, source: str) -> None:
        """Parse a program.

        Raises:
            GameSyntaxError: if it is not Python.
        """
        self.text = source.encode()
        try:
            self.tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise GameSyntaxError(f"only a Python program has mutants: {error}") from None
        lengths = [len(line) for line in self.text.splitlines(keepends=True)]
        self._line_starts = [0]
        for length in lengths:
            self._line_starts.append(self._line_starts[-1] + length)
        self._parents: dict[ast.AST, ast.AST] = {}
        self._functions: dict[ast.AST, ast.FunctionDef | None] = {}
        self._nodes = list(self._walk(self.tree, None))

    def _walk(self, node: ast.AST, function: ast.FunctionDef | None) -> Iterator[ast.AST]:
        yield node
        self._functions[node] = function
        if isinstance(node, _CLOSED):
            return
        if isinstance(node, ast.FunctionDef):
            function = node
        for name, value in ast.iter_fields(node):
            if name in _ANNOTATIONS:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not is_docstring(child):
                    self._parents[child] = node
                    yield from self._walk(child, function)

    def nodes(self, kind: type[NodeT]) -> Iterator[NodeT]:
        """Yield every node of a class, in source order; but docstrings and annotations."""
        for node in self._nodes:
            if isinstance(node, kind):
                yield node

    def parent(self, node: ast.AST) -> ast.AST:
        """Return the node that holds `node`."""
        return self._parents[node]

    def function(self, node: ast.AST) -> ast.FunctionDef | None:
        """Return the innermost function that `node` is in; None at module level."""
        return self._functions[node]

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """The module-level functions by name."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return the byte offsets of a node: its first byte, and the one after its last."""
        return (
            self._line_starts[node.lineno - 1] + node.col_offset,  # type: ignore[attr-defined]
            self._line_starts[node.end_lineno - 1] + node.end_col_offset,  # type: ignore[attr-defined]
        )

    def code(self, node: ast.AST) -> str:
        """Return the text of a node, without parentheses around it."""
        start, end = self.span(node)
        return self.text[start:end].decode()

    def between(self, left: ast.AST, right: ast.AST) -> str:
        """Return the text from the end of one node to the start of another."""
        return self.text[self.span(left)[1] : self.span(right)[0]].decode()

    def replace(self, kind: str, node: ast.AST, code: str) -> Edit:
        """Return the edit that puts `code` in the place of a node."""
        return self._edit(kind, node, self.span(node), code)

    def replace_range(self, kind: str, first: ast.AST, last: ast.AST, code: str) -> Edit:
        """Return the edit that puts `code` in the place of all from one node to another."""
        return self._edit(kind, first, (self.span(first)[0], self.span(last)[1]), code)

    def replace_between(self, kind: str, left: ast.AST, right: ast.AST, code: str) -> Edit:
        """Return the edit that changes the text between two nodes, which are shown with it."""
        whole = f"{self.code(left)}{code}{self.code(right)}"
        return self._edit(kind, left, (self.span(left)[0], self.span(right)[1]), whole)

    def swap(self, kind: str, left: ast.AST, right: ast.AST) -> Edit:
        """Return the edit that exchanges two nodes, the text between them staying."""
        whole = f"{self.code(right)}{self.between(left, right)}{self.code(left)}"
        return self._edit(kind, left, (self.span(left)[0], self.span(right)[1]), whole)

    def drop(self, kind: str, items: Sequence[ast.AST], place: int) -> Edit:
        """Return the edit that takes one item out of a display of at least two.

        Args:
            kind: what kind of fault that is.
            items: where each item begins, in source order.
            place: which of them goes.
        """
        holder = self.parent(items[place])
        start, end = self.span(holder)
        if place + 1 < len(items):
            cut = (self.span(items[place])[0], self.span(items[place + 1])[0])
        else:
            cut = (self.span(items[place - 1])[1], self.span(items[place])[1])
        if isinstance(holder, ast.Tuple) and len(items) == 2:
            whole = b"(" + self.code(items[1 - place]).encode() + b",)"
        else:
            whole = self.text[start : cut[0]] + self.text[cut[1] : end]
        return self._edit(kind, items[place], (start, end), whole.decode())

    def _edit(self, kind: str, node: ast.AST, span: tuple[int, int], code: str) -> Edit:
        line: int = node.lineno  # type: ignore[attr-defined]
        return replace_text(kind, line, self.text, span, code.encode())


def is_docstring(node: ast.AST) -> bool:
    """Whether a node is a text that stands alone as a statement."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
