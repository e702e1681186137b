"""Which names a program binds and reads, in all its scopes together.

The static checks ask one question again and again: can this name mean anything but what it says?
A name that the program binds nowhere is the builtin; a name bound exactly once, at module level, is
that one value in every function that reads it.
"""

from __future__ import annotations

import ast
from collections import Counter

from codeworld.sandbox.nodes import all_nodes

_NAMED = {
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.ExceptHandler,
    ast.MatchAs,
    ast.MatchStar,
}
"""Nodes whose field `name` is bound."""

_COUNTED = {
    *_NAMED,
    ast.Name,
    ast.Attribute,
    ast.arg,
    ast.alias,
    ast.MatchMapping,
    ast.Global,
    ast.Nonlocal,
}
"""Nodes that `Census._count` has a case for; most are of other kinds, and passed over at once."""


class Census:
    """Counts of bindings and reads of every name in a tree.

    Attributes:
        bindings: how often each name is bound, in any scope and in any way.
        reads: how often each name is read.
        attributes: the attribute names that the program reads.
    """

    def __init__(self, tree: ast.AST) -> None:
        self.bindings: Counter[str] = Counter()
        self.reads: Counter[str] = Counter()
        self.attributes: set[str] = set()
        for node in all_nodes(tree):
            if type(node) in _COUNTED:
                self._count(node)

    def is_builtin(self, name: str) -> bool:
        """Tell whether `name` can only mean the builtin of that name."""
        return name not in self.bindings

    def _count(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name):
            counts = self.reads if isinstance(node.ctx, ast.Load) else self.bindings
            counts[node.id] += 1
        elif isinstance(node, ast.Attribute):
            if isinstance(node.ctx, ast.Load):
                self.attributes.add(node.attr)
        elif isinstance(node, ast.arg):
            self._bind(node.arg)
        elif isinstance(node, ast.alias):
            self._bind(node.asname or node.name.partition(".")[0])
        elif type(node) in _NAMED:
            self._bind(node.name)  # type: ignore[attr-defined]
        elif isinstance(node, ast.MatchMapping):
            self._bind(node.rest)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            self.bindings.update(node.names)

    def _bind(self, name: str | None) -> None:
        if name is not None:
            self.bindings[name] += 1
