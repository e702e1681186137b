"""Where a program draws ticks: the static half of fuel.

Each function's *work* is bounded from above: one unit for every expression and statement, a loop of
known length times its length, a call of a program's function its work. Every tick pays for
`TICK_WORK` units, so total work is at most a few hundred times the fuel:

- a `for` is drawn through the ticks, one per item, unless it is known to be short and its whole
  work small;
- a `while` body begins with a tick;
- a function begins with a tick if it can call itself, however indirectly, if its name is used other
  than in a call (then nobody knows who calls it: so do lambdas, methods and inner functions), or if
  its work is large.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any

from codeworld.contract import CONTRACT
from codeworld.sandbox.call_graph import order_calls
from codeworld.sandbox.census import Census
from codeworld.sandbox.constants import Constants
from codeworld.sandbox.nodes import all_nodes
from codeworld.sandbox.shapes import Shape, shape_of

MAX_WORK = 5_000
"""Units of work in the largest loop that may stay without ticks."""

TICK_WORK = 250
"""Units of work that one tick pays for; a function or a loop body of more draws several."""

_RETRY_TICKS = 50
"""Ticks of a call of a function that calls itself and handles exceptions: at the recursion limit
every level can try again, and each time Python walks a chain of a thousand exceptions."""

_INLINE_TICKS = 4
"""Ticks drawn one by one; more are drawn by a call."""

MAX_UNTICKED_ITEMS = 256
"""Length of the longest loop that may stay without ticks."""

_SEQUENCES = ("reversed", "sorted", "tuple", "list")
"""Builtins whose result has the shape of their argument."""

_CALLED_BY_HOST = {function.name for function in CONTRACT}
"""Functions that begin with a full tank; they need no ticks for themselves."""

_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def meter(tree: ast.Module, constants: Constants, shapes: Mapping[str, Shape]) -> ast.Module:
    """Put ticks into a checked program, in place, and return it.

    Args:
        tree: the program, guards included.
        constants: what its source tells of its constants.
        shapes: what a run of it told of its tables; the caller sees to it that they still hold.
    """
    _Meter(tree, constants, shapes).run()
    return tree


class _Scope:
    """The names of one function and what is known of their shapes.

    A name that the function, with all inside it, binds in one place only always holds what that
    place gives it.
    """

    def __init__(self, census: Census) -> None:
        self.bindings = census.bindings
        self.shapes: dict[str, Shape] = {}

    def learn(self, target: ast.expr, shape: Shape | None) -> None:
        """Note that `target` is bound to a value of `shape`."""
        if isinstance(target, ast.Name) and shape and self.bindings[target.id] == 1:
            self.shapes[target.id] = shape
        elif isinstance(target, ast.Tuple) and shape:
            for item in target.elts:
                self.learn(item, shape[1:])


class _Meter:
    """Measures work from the inside out and puts ticks where it grows too large."""

    def __init__(self, tree: ast.Module, constants: Constants, shapes: Mapping[str, Shape]) -> None:
        census = Census(tree)
        self._tree = tree
        self._constants = constants
        self._shapes = shapes
        self._scope = _Scope(census)
        self._functions = {
            node.name: node
            for node in tree.body
            if isinstance(node, ast.FunctionDef)
            and census.bindings[node.name] == 1
            and not node.decorator_list
        }
        self._costs: dict[str, int] = {}
        self._called: set[str] = set()

    def run(self) -> None:
        """Meter the functions, callees first, then everything else."""
        calls = {name: self._calls(node) for name, node in self._functions.items()}
        escaping = self._escaping()
        self._called.update(*calls.values())
        for component in order_calls(calls):
            for name in component:
                is_cyclic = len(component) > 1 or name in calls[name]
                if is_cyclic:
                    self._costs[name] = 1
            for name in component:
                must_tick = name in self._costs or name in escaping
                self._costs[name] = self._meter_function(self._functions[name], must_tick)
        known = {id(node) for node in self._functions.values()}
        for statement in self._tree.body:
            if id(statement) not in known:
                self._measure(statement)

    def _calls(self, function: ast.FunctionDef) -> list[str]:
        """Return the program's functions that `function` calls by name."""
        return [
            node.func.id
            for node in all_nodes(function)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in self._functions
        ]

    def _escaping(self) -> set[str]:
        """Return the functions whose names are used other than to call them."""
        nodes = all_nodes(self._tree)
        called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        return {
            node.id
            for node in nodes
            if isinstance(node, ast.Name) and node.id in self._functions and id(node) not in called
        }

    # --- work ------------------------------------------------------------------------------------

    def _meter_function(self, node: ast.FunctionDef, must_tick: bool) -> int:
        """Meter a function's body and return the work of a call of it, seen from outside."""
        for part in (*node.decorator_list, node.args):
            self._measure(part)
        outer, self._scope = self._scope, _Scope(Census(node))
        work = self._measure_all(node.body)
        self._scope = outer
        is_free = work <= (MAX_WORK if node.name in _CALLED_BY_HOST - self._called else TICK_WORK)
        if is_free and not must_tick:
            return work
        if must_tick and any(isinstance(part, ast.Try) for part in all_nodes(node)):
            work += _RETRY_TICKS * TICK_WORK
        node.body[:0] = _tick_statements(node, work)
        return 1

    def _measure_all(self, nodes: Iterable[ast.AST]) -> int:
        return sum([self._measure(node) for node in nodes])

    def _measure(self, node: ast.AST) -> int:
        """Return the work of `node` between two ticks; put ticks into it."""
        if isinstance(node, (ast.Name, ast.Constant)):  # half of all nodes
            return 1
        if isinstance(node, ast.FunctionDef):
            return self._meter_function(node, must_tick=True) + len(node.decorator_list)
        if isinstance(node, ast.Lambda):
            return self._measure_lambda(node)
        if isinstance(node, ast.For):
            return self._measure_for(node)
        if isinstance(node, ast.While):
            work = self._measure_all((node.test, *node.body))
            node.body[:0] = _tick_statements(node, work)
            return work + self._measure_all(node.orelse)
        if isinstance(node, _Comprehension):
            return self._measure_comprehension(node)
        if isinstance(node, ast.ClassDef):
            outer, self._scope = self._scope, _Scope(Census(node))
            work = self._measure_all(ast.iter_child_nodes(node))
            self._scope = outer
            return work + 1
        work = self._measure_all(ast.iter_child_nodes(node))
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            shape = self._shape(node.value) if self._is_immutable(node.value) else None
            self._scope.learn(node.targets[0], shape)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return work + self._costs.get(node.func.id, 1)
        return work + isinstance(node, (ast.expr, ast.stmt))

    def _is_immutable(self, node: ast.expr) -> bool:
        """Tell whether a value of known shape keeps it: whether it is no fresh list or set."""
        if isinstance(node, ast.Subscript):
            return not isinstance(node.slice, ast.Slice) and self._is_immutable(node.value)
        is_tuple = isinstance(node, ast.Tuple) or self._constants.is_call(node, "tuple")
        return is_tuple or isinstance(node, ast.Name)

    def _shape(self, node: ast.expr) -> Shape | None:
        """Return the shape of what `node` gives, or None if it is not known."""
        if isinstance(node, ast.Name):
            # Tables have names that the whole program binds once: no local name hides them.
            return self._scope.shapes.get(node.id) or self._shapes.get(node.id)
        if isinstance(node, ast.Subscript):
            shape = self._shape(node.value)
            return shape if isinstance(node.slice, ast.Slice) or not shape else shape[1:]
        if isinstance(node, ast.Tuple):
            try:
                return shape_of(ast.literal_eval(node), [MAX_WORK])
            except (ValueError, TypeError, RecursionError):
                return None
        if self._constants.is_call(node, *_SEQUENCES):
            return self._shape(node.args[0])  # type: ignore[attr-defined]
        if self._constants.is_call(node, "enumerate"):
            shape = self._shape(node.args[0])  # type: ignore[attr-defined]
            return shape[:1] if shape else None
        return None

    def _learn_items(self, target: ast.expr, iterable: ast.expr) -> None:
        """Note what a loop over `iterable` binds `target` to."""
        if self._constants.is_call(iterable, "enumerate") and isinstance(target, ast.Tuple):
            iterable, target = iterable.args[0], target.elts[-1]  # type: ignore[attr-defined]
        shape = self._shape(iterable)
        self._scope.learn(target, shape[1:] if shape else None)

    def _length(self, iterable: ast.expr) -> int | None:
        length = self._constants.length(iterable)
        if length is None:
            shape = self._shape(iterable)
            length = shape[0] if shape else None
        return length

    def _measure_lambda(self, node: ast.Lambda) -> int:
        self._measure(node.args)
        work = self._measure(node.body)
        # A tick is 1, so `tick and body` is the body.
        node.body = _located(ast.BoolOp(ast.And(), [*_ticks(work), node.body]), node)
        return 1

    def _is_short(self, iterable: ast.expr, work: int) -> int | None:
        """Return the length of a loop that may stay without ticks, else None."""
        length = self._length(iterable)
        if length is not None and length <= MAX_UNTICKED_ITEMS and length * work <= MAX_WORK:
            return length
        return None

    def _measure_for(self, node: ast.For) -> int:
        self._learn_items(node.target, node.iter)
        work = self._measure_all((node.target, *node.body)) + 1
        outside = self._measure(node.iter) + self._measure_all(node.orelse)
        length = self._is_short(node.iter, work)
        if length is not None:
            return outside + length * work
        node.iter = _metered(node.iter)
        if work > TICK_WORK:
            node.body[:0] = _tick_statements(node, work)
        return outside + work

    def _measure_comprehension(self, node: Any) -> int:
        # Outside the comprehension its names mean something else.
        known = dict(self._scope.shapes)
        for generator in node.generators:
            self._learn_items(generator.target, generator.iter)
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        work = self._measure_all(results) + 1
        for generator in reversed(node.generators):
            work += self._measure_all((generator.target, *generator.ifs)) + 1
            length = self._is_short(generator.iter, work)
            outside = self._measure(generator.iter)
            if length is not None:
                work = length * work
            else:
                generator.iter = _metered(generator.iter)
                if work > TICK_WORK:
                    generator.ifs[:0] = _ticks(work, generator.iter)
            work += outside
        self._scope.shapes = known
        return work


def _located(node: Any, place: ast.AST) -> Any:
    """Return `node`, it and its parts located at `place`."""
    for part in all_nodes(node):
        if not hasattr(part, "lineno") and "lineno" in part._attributes:
            ast.copy_location(part, place)
    return node


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _metered(iterable: ast.expr) -> ast.expr:
    """Return `compress(iterable, ticks)`: the same items, one tick each."""
    call = ast.Call(_name("$compress"), [iterable, _name("$ticks")], [])
    result: ast.expr = _located(call, iterable)
    return result


def _ticks(work: int, place: ast.AST | None = None) -> list[ast.expr]:
    """Return the expressions, true ones, that draw the ticks for `work`."""
    count = max(1, -(-work // TICK_WORK))
    calls: list[ast.expr]
    if count <= _INLINE_TICKS:
        calls = [ast.Call(_name("$next"), [_name("$ticks")], []) for _ in range(count)]
    else:
        calls = [ast.Call(_name("$charge"), [ast.Constant(count)], [])]
    return [call if place is None else _located(call, place) for call in calls]


def _tick_statements(place: Any, work: int) -> list[ast.stmt]:
    """Return the statements that draw the ticks for `work`, located at `place`."""
    return [_located(ast.Expr(tick), place.body[0]) for tick in _ticks(work)]
