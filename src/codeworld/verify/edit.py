"""One small change of a program's text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Edit:
    """One small change of a program's text.

    Attributes:
        kind: what kind of fault it puts in, such as `comparison`.
        line: line of the construct that it changes, from 1.
        start: byte offset of the first byte that it replaces, in the text as UTF-8.
        end: byte offset after the last byte that it replaces; `start` for an insertion.
        text: what comes there.
        description: the construct before and after, in one line.
    """

    kind: str
    line: int
    start: int
    end: int
    text: bytes
    description: str

    def overlaps(self, other: Edit) -> bool:
        """Whether both change the same place, so that only one of them can be made."""
        return self.start <= other.end and other.start <= self.end


def replace_text(
    kind: str, line: int, source: bytes, span: tuple[int, int], replacement: bytes
) -> Edit:
    """Return the edit that puts `replacement` at a span, without the bytes both have in common.

    Args:
        kind: what kind of fault it puts in.
        line: line of the construct, from 1.
        source: the whole program as UTF-8.
        span: byte offsets of the construct: its first byte, and the one after its last.
        replacement: what is to stand there.
    """
    start, end = span
    old = source[start:end]
    shortest = min(len(old), len(replacement))
    head = 0
    while head < shortest and old[head] == replacement[head]:
        head += 1
    tail = 0
    while tail < shortest - head and old[-1 - tail] == replacement[-1 - tail]:
        tail += 1
    middle = replacement[head : len(replacement) - tail]
    return Edit(kind, line, start + head, end - tail, middle, _describe(old, replacement))


def apply_edits(source: bytes, edits: Sequence[Edit]) -> bytes:
    """Return the program with all edits made.

    Raises:
        ValueError: if two of them change the same place.
    """
    ordered = sorted(edits, key=lambda edit: edit.start)
    for before, after in pairwise(ordered):
        if before.overlaps(after):
            raise ValueError(f"two edits change the same place: {before}, {after}")
    for edit in reversed(ordered):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source


def _describe(old: bytes, new: bytes) -> str:
    return f"{_shorten(old)} became {_shorten(new)}"


def _shorten(code: bytes) -> str:
    text = " ".join(code.decode().split())
    if len(text) > _SHOWN_CHARACTERS:
        text = f"{text[: _SHOWN_CHARACTERS // 2]} … {text[-_SHOWN_CHARACTERS // 2 :]}"
    return f"`{text}`"
