"""Small faults in values: constants, names, and what lists and tables hold."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from codeworld.verify.edit import Edit
from codeworld.verify.parsed_source import ParsedSource

_LONGEST_TABLE = 24
"""Elements of a display that are dropped and exchanged one by one."""


def find_constants(source: ParsedSource) -> Iterator[Edit]:
    """A number or a truth value that is wrong; at module level, a constant of the rules."""
    for node in source.nodes(ast.Constant):
        kind = "constant" if source.function(node) else "constant of the rules"
        value = node.value
        if isinstance(value, bool):
            yield source.replace(kind, node, str(not value))
        elif isinstance(value, int):
            yield source.replace(kind, node, str(value + 1))
            if value > 0:
                yield source.replace(kind, node, str(value - 1))
        elif isinstance(value, float):
            yield source.replace(kind, node, "1.0" if value == 0.0 else repr(value * 2))
            yield source.replace(kind, node, "-1.0" if value == 0.0 else "0.0")


def find_texts(source: ParsedSource) -> Iterator[Edit]:
    """Another text of the same function, or another field of the state."""
    fields: dict[ast.AST | None, list[ast.Constant]] = defaultdict(list)
    texts: dict[ast.AST | None, list[ast.Constant]] = defaultdict(list)
    for node in source.nodes(ast.Constant):
        if isinstance(node.value, str):
            holder = source.parent(node)
            pool = fields if isinstance(holder, ast.Subscript) else texts
            if not (isinstance(holder, ast.Dict) and node in holder.keys):
                pool[source.function(node)].append(node)
    for kind, pools in (("field", fields), ("text", texts)):
        for nodes in pools.values():
            values = sorted({node.value for node in nodes if isinstance(node.value, str)})
            for node in nodes:
                other = values[(values.index(str(node.value)) + 1) % len(values)]
                if other != node.value:
                    yield source.replace(kind, node, _quote(other))


def find_variables(source: ParsedSource) -> Iterator[Edit]:
    """A variable for another that was bound with it: the column for the row."""
    for function in source.nodes(ast.FunctionDef):
        following: dict[str, str] = {}
        for target in source.nodes(ast.Tuple):
            is_inside = isinstance(target.ctx, ast.Store) and source.function(target) is function
            if is_inside and all(isinstance(item, ast.Name) for item in target.elts):
                _link([item.id for item in target.elts if isinstance(item, ast.Name)], following)
        by_annotation: dict[str, list[str]] = defaultdict(list)
        for argument in function.args.args:
            if argument.annotation is not None:
                by_annotation[ast.unparse(argument.annotation)].append(argument.arg)
        for names in by_annotation.values():
            _link(names, following)
        for name in source.nodes(ast.Name):
            is_read = isinstance(name.ctx, ast.Load) and source.function(name) is function
            if is_read and name.id in following:
                yield source.replace("variable", name, following[name.id])


def find_elements(source: ParsedSource) -> Iterator[Edit]:
    """An element of a list or of a table that is missing, or two that are exchanged."""
    displays: list[ast.List | ast.Tuple] = [*source.nodes(ast.List), *source.nodes(ast.Tuple)]
    for display in displays:
        is_table = isinstance(display, ast.List) or source.function(display) is None
        is_read = isinstance(display.ctx, ast.Load)
        if is_read and (is_table or _is_searched(display, source.parent(display))):
            yield from _drop_each("dropped element", source, display.elts)
        if is_read and len(display.elts) <= _LONGEST_TABLE:
            for left, right in pairwise(display.elts):
                yield source.swap("swapped elements", left, right)


def find_fields(source: ParsedSource) -> Iterator[Edit]:
    """A field that a new state does not set, and so has from the old one."""
    for display in source.nodes(ast.Dict):
        if None not in display.keys:  # no `**state` in it
            continue
        for key, value in zip(display.keys, display.values, strict=True):
            if key is not None:
                whole = source.code(display)
                item = source.code(key) + source.between(key, value) + source.code(value)
                for gone in (f", {item}", f"{item}, ", f"{item},"):
                    if whole.count(gone) == 1:
                        yield source.replace("dropped field", display, whole.replace(gone, ""))
                        break


def _drop_each(kind: str, source: ParsedSource, items: Sequence[ast.expr]) -> Iterator[Edit]:
    if 2 <= len(items) <= _LONGEST_TABLE:
        for place in range(len(items)):
            yield source.drop(kind, items, place)


def _is_searched(display: ast.expr, holder: ast.AST) -> bool:
    """Whether a tuple inside a function is one that is gone through or searched."""
    if isinstance(holder, (ast.For, ast.comprehension)):
        return holder.iter is display
    return isinstance(holder, ast.Compare) and display in holder.comparators


def _link(names: list[str], following: dict[str, str]) -> None:
    if len(names) > 1:
        for name, other in zip(names, [*names[1:], names[0]], strict=True):
            following.setdefault(name, other)


def _quote(text: str) -> str:
    quoted = repr(text)
    return f'"{text}"' if quoted == f"'{text}'" and '"' not in text else quoted
