"""The head of a GGUF file: its facts and the shapes of its tensors, without their numbers.

The format is documented in the ggml project (`docs/gguf.md`). The package `gguf` reads it too, but
takes ten seconds for the vocabulary of a Qwen model; here only short values are kept.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"GGUF"
VERSIONS = (2, 3)
SCALARS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
"""Codes of the types of single values, as `struct` has them."""

STRING, ARRAY = 8, 9
MAX_NAMES = 1 << 20
"""Facts or tensors beyond which a file is taken for damaged."""

Scalar = int | float | bool | str


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What a GGUF file says of itself.

    Attributes:
        facts: its named values, arrays left out.
        shapes: the shape of each tensor by its name; the axis that varies fastest comes first.
    """

    facts: dict[str, Scalar]
    shapes: dict[str, tuple[int, ...]]


def read_gguf_header(path: Path) -> GgufHeader:
    """Return the head of a GGUF file.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is no GGUF file of a known version, or is cut short.
    """
    if not path.stat().st_size:
        raise ValueError("it is empty")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            return _Reader(data).header()
        except (struct.error, UnicodeDecodeError) as error:
            raise ValueError(f"it is damaged or cut short ({error})") from error


class _Reader:
    """Reads one value after the other."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 0

    def header(self) -> GgufHeader:
        if self._data[:4] != MAGIC:
            raise ValueError("it is no GGUF file")
        self._at = 4
        version = self._number("I")
        if version not in VERSIONS:
            raise ValueError(f"its GGUF version {version} is unknown")
        num_tensors, num_facts = self._number("Q"), self._number("Q")
        if max(num_tensors, num_facts) > MAX_NAMES:
            raise ValueError("it is damaged")
        facts = {}
        for _ in range(num_facts):
            name = self._string()
            value = self._value(self._number("I"))
            if value is not None:
                facts[name] = value
        shapes = {}
        last = 0
        for _ in range(num_tensors):
            name = self._string()
            shapes[name] = tuple(self._number("Q") for _ in range(self._number("I")))
            self._number("I")  # the type of its numbers
            last = max(last, self._number("Q"))
        if self._at + last > len(self._data):
            raise ValueError("it is cut short")
        return GgufHeader(facts, shapes)

    def _number(self, code: str) -> int:
        number: int = struct.unpack_from(f"<{code}", self._data, self._at)[0]
        self._at += struct.calcsize(f"<{code}")
        return number

    def _skip_string(self) -> None:
        self._at += 8 + struct.unpack_from("<Q", self._data, self._at)[0]

    def _string(self) -> str:
        start = self._at + 8
        self._skip_string()
        return self._data[start : self._at].decode()

    def _value(self, kind: int) -> Scalar | None:
        """Read a value; None stands for an array, which is skipped."""
        if kind == STRING:
            return self._string()
        if kind in SCALARS:
            return self._number(SCALARS[kind])
        if kind != ARRAY:
            raise ValueError(f"it is damaged: there is no type {kind}")
        inner, length = self._number("I"), self._number("Q")
        if inner in SCALARS:
            self._at += length * struct.calcsize(f"<{SCALARS[inner]}")
        else:
            for _ in range(length):
                self._skip_string() if inner == STRING else self._value(inner)
        return None
