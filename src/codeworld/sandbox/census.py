"""Which names a program binds and reads, in all its scopes together.

The static checks ask one question again and again: can this name mean anything but what it says?
A name that the program binds nowhere is the builtin; a name bound exactly once, at module level, is
that one value in every function that reads it.
"""

from __future__ import annotations

import ast
from collections import Counter

_NAMED = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.ExceptHandler,
    ast.MatchAs,
    ast.MatchStar,
)
"""Nodes whose field `name` is bound."""


class Census(ast.NodeVisitor):
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
        self.visit(tree)

    def is_builtin(self, name: str) -> bool:
        """Tell whether `name` can only mean the builtin of that name."""
        return name not in self.bindings

    def _bind(self, name: str | None) -> None:
        if name is not None:
            self.bindings[name] += 1

    def visit_Name(self, node: ast.Name) -> None:
        """Count a read or a binding of a name."""
        if isinstance(node.ctx, ast.Load):
            self.reads[node.id] += 1
        else:
            self._bind(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Count a read of an attribute."""
        if isinstance(node.ctx, ast.Load):
            self.attributes.add(node.attr)
        self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> None:
        """Count the binding of a parameter."""
        self._bind(node.arg)
        self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> None:
        """Count the binding that an import makes."""
        self._bind(node.asname or node.name.partition(".")[0])

    def generic_visit(self, node: ast.AST) -> None:
        """Count the bindings that other nodes make."""
        if isinstance(node, _NAMED):
            self._bind(node.name)
        elif isinstance(node, ast.MatchMapping):
            self._bind(node.rest)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            self.bindings.update(node.names)
        super().generic_visit(node)
