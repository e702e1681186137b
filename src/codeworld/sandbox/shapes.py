"""Shapes of a loaded program's constant tables: how long they and the tuples inside them are.

Most programs loop over tables that they build while loading (`for line in LINES[cell]`). No reading
of the source tells how long these loops are; one look at the loaded tables does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

Shape: TypeAlias = tuple[int, ...]
"""Upper bounds of lengths: of the table, of its items, of their items, as deep as is known."""

_MAX_ITEMS = 20_000
"""Items of the largest table that is looked at."""

_SCALARS = frozenset({int, float, bool, complex, type(None)})


def measure_tables(
    namespace: dict[str, Any], names: Iterable[str], sealed: frozenset[str]
) -> dict[str, Shape]:
    """Return the shapes of a program's tables.

    Args:
        namespace: the globals of the loaded program.
        names: module-level names that are bound once.
        sealed: those of them whose containers the program only reads.
    """
    shapes: dict[str, Shape] = {}
    for name in names:
        value = namespace.get(name)
        kind = type(value)
        if kind is list and name in sealed:
            value = tuple(value)  # type: ignore[arg-type]
        shape = shape_of(value, [_MAX_ITEMS])
        if shape:
            shapes[name] = shape
    return shapes


def shape_of(value: Any, budget: list[int]) -> Shape | None:
    """Return the shape of an immutable value; None if it is mutable or too large.

    A scalar has no items, and the shape ().
    """
    kind = type(value)
    if kind in _SCALARS:
        return ()
    if kind is str:
        return (len(value), 1)
    if kind is not tuple and kind is not frozenset:
        return None
    budget[0] -= len(value)
    if budget[0] < 0:
        return None
    inner = [shape_of(item, budget) for item in value]
    return (len(value), *_merge(inner))


def _merge(shapes: list[Shape | None]) -> Shape:
    """Return the bound of several items' shapes, as deep as it is known for all of them."""
    if not all(shape is not None for shape in shapes):
        return ()
    known = [shape for shape in shapes if shape]
    if not known:
        return ()
    depth = min(len(shape) for shape in known)
    return tuple(max(shape[level] for shape in known) for level in range(depth))
