"""A program that passed the policy: its text and its code object, not yet run."""

from __future__ import annotations

from dataclasses import dataclass
from types import CodeType


@dataclass(frozen=True, slots=True)
class Program:
    """A checked and compiled program; the same object serves any number of games.

    Attributes:
        source: the program's text.
        source_hash: hex sha256 of `source` encoded as UTF-8.
        filename: the file name in its tracebacks.
        code: the module's code object, guards and ticks included.
        names: every name that the program reads.
        sealed: module-level names of containers that the program only ever reads.
    """

    source: str
    source_hash: str
    filename: str
    code: CodeType
    names: frozenset[str]
    sealed: frozenset[str]
