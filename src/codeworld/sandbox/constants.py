"""Module-level constants of a program: how long a loop over them can be, and which never change."""

from __future__ import annotations

import ast
import operator
from collections import Counter
from collections.abc import Callable

from codeworld.sandbox.census import Census
from codeworld.sandbox.nodes import all_nodes

_MAX_INTEGER = 10**9

_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}

_SAME_LENGTH = frozenset({"enumerate", "reversed", "sorted", "list", "tuple", "set", "frozenset"})
"""Builtins whose result is at most as long as their argument."""

_READERS = _SAME_LENGTH | {"len", "min", "max", "sum", "zip", "any", "all", "dict", "map", "filter"}
"""Builtins that only look at the containers they are given."""

_HARMLESS_METHODS = frozenset({"__init__", "__post_init__", "__repr__", "__str__"})
"""Special methods that no operator calls with another object."""

_READ_METHODS = frozenset({"items", "keys", "values", "get", "index", "count", "copy"})
"""Methods that only look at their container."""


class Constants:
    """What is known about a program's constants without running it.

    Attributes:
        names: module-level names that plain assignments bind, once.
        sealed: those of them whose containers the program only reads.
    """

    def __init__(self, tree: ast.Module, census: Census) -> None:
        self._census = census
        self._values = {
            name: value
            for name, value in _assignments(tree)
            if census.bindings[name] == 1 and name not in ("range", "len")
        }
        self.names = frozenset(self._values)
        reads = _plain_reads(tree, census)
        self.sealed: frozenset[str] = frozenset()
        if not _defines_operators(tree):
            self.sealed = frozenset(
                name for name in self._values if reads[name] == census.reads[name]
            )

    def integer(self, node: ast.expr, depth: int = 8) -> int | None:
        """Return the value of an integer expression, or None if it is not known."""
        value: int | None = None
        if depth == 0:
            return None
        if isinstance(node, ast.Constant):
            value = node.value if type(node.value) is int else None
        elif isinstance(node, ast.Name) and node.id in self._values:
            value = self.integer(self._values[node.id], depth - 1)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            operand = self.integer(node.operand, depth - 1)
            value = None if operand is None else -operand
        elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            left, right = self.integer(node.left, depth - 1), self.integer(node.right, depth - 1)
            if (
                left is not None
                and right is not None
                and not (right == 0 and isinstance(node.op, ast.FloorDiv))
            ):
                value = _OPERATORS[type(node.op)](left, right)
        elif self.is_call(node, "len"):
            value = self._exact_length(node.args[0], depth - 1)  # type: ignore[attr-defined]
        return value if value is not None and abs(value) <= _MAX_INTEGER else None

    def is_call(self, node: ast.expr, *names: str) -> bool:
        """Tell whether `node` calls one of the builtins `names` with plain arguments."""
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in names
            and self._census.is_builtin(node.func.id)
            and bool(node.args)
            and not any(isinstance(argument, ast.Starred) for argument in node.args)
        )

    def _exact_length(self, node: ast.expr, depth: int) -> int | None:
        """Return the length of a literal or of a constant literal."""
        if isinstance(node, ast.Name) and node.id in self._values and depth > 0:
            value = self._values[node.id]
            if isinstance(value, (ast.Tuple, ast.Constant)) or node.id in self.sealed:
                return self._exact_length(value, depth - 1)
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            return len(node.value)
        if isinstance(node, (ast.Tuple, ast.List)):
            return (
                None if any(isinstance(item, ast.Starred) for item in node.elts) else len(node.elts)
            )
        if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
            return len({key.value for key in node.keys if isinstance(key, ast.Constant)})
        return None

    def length(self, node: ast.expr, depth: int = 8) -> int | None:
        """Return an upper bound of how many items `node` yields, or None if it is not known."""
        if depth == 0:
            return None
        exact = self._exact_length(node, depth)
        if exact is not None:
            return exact
        if isinstance(node, ast.Set):
            return (
                None if any(isinstance(item, ast.Starred) for item in node.elts) else len(node.elts)
            )
        if isinstance(node, ast.Name) and node.id in self._values:
            value = self._values[node.id]
            if node.id in self.sealed or self.is_call(value, "tuple", "frozenset", "range"):
                return self.length(value, depth - 1)
        if isinstance(node, ast.Call):
            return self._call_length(node, depth - 1)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            return self._comprehension_length(node.generators, depth - 1)
        return None

    def _call_length(self, node: ast.Call, depth: int) -> int | None:
        function = node.func
        if self.is_call(node, "range", "$range"):
            bounds = [self.integer(argument) for argument in node.args]
            known = [bound for bound in bounds if bound is not None]
            if len(known) < len(bounds) or len(bounds) > 3 or (len(known) == 3 and known[2] == 0):
                return None
            return len(range(*known))
        if self.is_call(node, *_SAME_LENGTH):
            return self.length(node.args[0], depth)
        if self.is_call(node, "zip"):
            lengths = [self.length(argument, depth) for argument in node.args]
            return min((length for length in lengths if length is not None), default=None)
        if isinstance(function, ast.Attribute) and function.attr in ("items", "keys", "values"):
            is_constant = isinstance(function.value, ast.Name) and function.value.id in self.sealed
            return self.length(function.value, depth) if is_constant else None
        return None

    def _comprehension_length(self, generators: list[ast.comprehension], depth: int) -> int | None:
        total = 1
        for generator in generators:
            length = self.length(generator.iter, depth)
            if length is None:
                return None
            total *= length
        return total


def _assignments(tree: ast.Module) -> list[tuple[str, ast.expr]]:
    """Return the (name, value) pairs of plain module-level assignments, unpacked ones included."""
    pairs: list[tuple[str, ast.expr]] = []
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target, value = statement.targets[0], statement.value
            if isinstance(target, ast.Name):
                pairs.append((target.id, value))
            elif (
                isinstance(target, ast.Tuple)
                and isinstance(value, ast.Tuple)
                and len(target.elts) == len(value.elts)
                and not any(isinstance(item, ast.Starred) for item in (*target.elts, *value.elts))
            ):
                names = (item for item in target.elts)
                pairs.extend(
                    (name.id, item)
                    for name, item in zip(names, value.elts, strict=True)
                    if isinstance(name, ast.Name)
                )
    return pairs


def _defines_operators(tree: ast.AST) -> bool:
    """Tell whether the program has operator methods, to which an operator hands its containers."""
    names = {
        node.name if isinstance(node, ast.FunctionDef) else node.id
        for node in all_nodes(tree)
        if isinstance(node, ast.FunctionDef)
        or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    }
    return not _HARMLESS_METHODS.issuperset(
        name for name in names if name.startswith("__") and name.endswith("__") and name.strip("_")
    )


def _plain_reads(tree: ast.AST, census: Census) -> Counter[str]:
    """Count the reads of each name that can neither change nor hand on its container."""
    reads: Counter[str] = Counter()

    def count(node: ast.expr) -> None:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            reads[node.id] += 1

    for node in all_nodes(tree):
        if isinstance(node, (ast.For, ast.comprehension)):
            count(node.iter)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            count(node.value)
            if not isinstance(node.slice, ast.Slice):
                count(node.slice)
        elif isinstance(node, ast.Compare):
            for part in (node.left, *node.comparators):
                count(part)
        elif isinstance(node, (ast.BinOp, ast.UnaryOp)):
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    count(child)
        elif isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr in _READ_METHODS:
                count(function.value)
            elif isinstance(function, ast.Name):
                is_builtin = census.is_builtin(function.id)
                if is_builtin and function.id in (*_READERS, "range", "$range"):
                    for argument in node.args:
                        count(argument)
    return reads
