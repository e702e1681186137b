"""A program that passed the policy: its text and its code object, not yet run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import CodeType

from codeworld.sandbox.shapes import Shape


@dataclass(frozen=True, slots=True)
class Program:
    """A checked and compiled program; the same object serves any number of games.

    Attributes:
        source: the program's text.
        source_hash: hex sha256 of `source` encoded as UTF-8.
        filename: the file name in its tracebacks.
        code: the module's code object, guards and ticks included.
        names: every name that the program reads.
        tables: module-level names that the program binds once.
        sealed: those of them whose containers it only reads.
        random_names: names by which it calls `random` or what is in it.
        steps_use_random: whether anything but `resample_history` can draw from `random`.
        writes_classes: whether it could write to attributes of its classes.
        rebinds_cells: whether inner functions rebind variables of outer ones.
        shapes: the tables' lengths that `code` takes for granted; empty if it takes none.
        cautious_code: like `code`, for the case that the tables are not as `shapes` says.
    """

    source: str
    source_hash: str
    filename: str
    code: CodeType
    names: frozenset[str]
    tables: frozenset[str]
    sealed: frozenset[str]
    random_names: frozenset[str]
    steps_use_random: bool
    writes_classes: bool
    rebinds_cells: bool
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    cautious_code: CodeType | None = None
