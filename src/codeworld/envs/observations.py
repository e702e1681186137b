"""From structured observations to float32 vectors, by a schema.

Every part of an observation becomes a fixed number of float32 values in [0, 1]: one-hot categories
and characters, flags, integers and reals scaled into their range, presence numbers for lists of
varying length. What the schema does not know (a new category, a missing field, another kind of
leaf) becomes zeros, never an exception: a game may show in play what no exploration met.

Encoders work on `bytes`: each leaf value is looked up as the bytes of its numbers, and one join
makes the vector. That is several times faster than filling an array number by number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from codeworld.errors import ContractError
from codeworld.schema import (
    Category,
    Flag,
    Integer,
    Listing,
    Nothing,
    OneOf,
    Real,
    Record,
    Schema,
    Text,
    width,
)

Encoder: TypeAlias = Callable[[Any], bytes]
Vector: TypeAlias = npt.NDArray[np.float32]

MAX_TABLE = 1024
"""Largest integer range whose encodings are all prepared."""


def floats(*values: float) -> bytes:
    """Return values as the bytes of native float32 numbers."""
    return np.array(values, np.float32).tobytes()


def one_hot(place: int, length: int) -> bytes:
    """Return the bytes of `length` numbers that are 0 but for a 1 at `place`."""
    return floats(*(float(index == place) for index in range(length)))


def compile_encoder(schema: Schema) -> Encoder:
    """Return a function from an observation to the bytes of its `width(schema)` numbers."""
    match schema:
        case Nothing():
            return lambda value: b""
        case Flag():
            return _table_encoder({False: floats(0), True: floats(1)}, floats(0))
        case Category(values):
            table = {value: one_hot(place, len(values)) for place, value in enumerate(values)}
            return _table_encoder(table, bytes(4 * len(values)))
        case Integer(low, high) if high - low < MAX_TABLE:
            span = max(high - low, 1)
            steps = {low + step: floats(step / span) for step in range(high - low + 1)}
            return _range_encoder(low, high, steps)
        case Integer(low, high) | Real(low, high):
            return _range_encoder(low, high, {})
        case Text(alphabet, length):
            return _text_encoder(alphabet, length)
        case Listing():
            return _listing_encoder(schema)
        case Record(fields):
            return _record_encoder([(key, field) for key, field in fields])
        case OneOf(kinds):
            return _one_of_encoder(kinds)


def _table_encoder(table: dict[Any, bytes], unknown: bytes) -> Encoder:
    find = table.get

    def encode(value: Any) -> bytes:
        try:
            return find(value, unknown)
        except TypeError:  # an unhashable value where a scalar was expected
            return unknown

    return encode


def _range_encoder(low: float, high: float, table: dict[int, bytes]) -> Encoder:
    span = (high - low) or 1
    unknown = floats(0)

    def encode(value: Any) -> bytes:
        if type(value) is int and value in table:
            return table[value]
        if type(value) is not int and type(value) is not float:
            return unknown
        place = (min(max(value, low), high) - low) / span
        return floats(place) if place == place else unknown  # a NaN is not equal to itself

    return encode


def _text_encoder(alphabet: str, length: int) -> Encoder:
    table = {char: one_hot(place, len(alphabet)) for place, char in enumerate(alphabet)}
    blank = bytes(4 * len(alphabet))

    def encode(value: Any) -> bytes:
        text = value[:length] if type(value) is str else ""
        return b"".join([table.get(char, blank) for char in text]) + blank * (length - len(text))

    return encode


def _listing_encoder(schema: Listing) -> Encoder:
    length, item = schema.length, compile_encoder(schema.item)
    present = floats(1) if schema.varies else b""
    blank = bytes(4 * (width(schema.item) + schema.varies))
    padding = [blank * missing for missing in range(length, -1, -1)]

    def encode(value: Any) -> bytes:
        if type(value) is not list and type(value) is not tuple:
            return padding[0]
        known = b"".join([present + item(member) for member in value[:length]])
        return known + padding[min(len(value), length)]

    if not isinstance(schema.item, Category):
        return encode
    table = {value: present + item(value) for value in schema.item.values}

    def encode_board(value: Any) -> bytes:
        try:
            if type(value) is list and len(value) <= length:
                return b"".join([table[member] for member in value]) + padding[len(value)]
        except (KeyError, TypeError):  # an unknown category: the slower way leaves it blank
            pass
        return encode(value)

    return encode_board


def _record_encoder(fields: list[tuple[str | int, Schema]]) -> Encoder:
    parts = [(key, compile_encoder(field)) for key, field in fields]
    blanks = {key: bytes(4 * width(field)) for key, field in fields}

    def encode(value: Any) -> bytes:
        try:
            return b"".join([part(value[key]) for key, part in parts])
        except (KeyError, IndexError, TypeError):  # a field is missing, or this is no record at all
            pass
        if type(value) is list or type(value) is tuple:
            value = dict(enumerate(value))
        if type(value) is not dict:
            return b"".join(blanks.values())
        return b"".join([part(value[key]) if key in value else blanks[key] for key, part in parts])

    return encode


_TYPES_OF_KIND: dict[type, tuple[type, ...]] = {
    Nothing: (type(None),),
    Flag: (bool,),
    Integer: (int,),
    Real: (int, float),
    Text: (str,),
    Listing: (list, tuple),
    Record: (dict,),
}


def _one_of_encoder(kinds: tuple[Schema, ...]) -> Encoder:
    place_of: dict[type, int] = {}
    blanks = []
    encoders = [compile_encoder(kind) for kind in kinds]
    for place, kind in enumerate(kinds):
        blanks.append(bytes(4 * width(kind)))
        types: tuple[type, ...]
        if isinstance(kind, Category):
            types = tuple({type(value) for value in kind.values})
        elif isinstance(kind, Record) and kind.fields and isinstance(kind.fields[0][0], int):
            types = (list, tuple, dict)  # a list whose places differ in kind
        else:
            types = _TYPES_OF_KIND[type(kind)]
        for value_type in types:
            place_of.setdefault(value_type, place)

    def encode(value: Any) -> bytes:
        chosen = place_of.get(type(value), -1)
        parts = [one_hot(chosen, len(kinds))]
        for place, encoder in enumerate(encoders):
            parts.append(encoder(value) if place == chosen else blanks[place])
        return b"".join(parts)

    return encode


class ObservationEncoder:
    """Turns a player's structured observation into that agent's vector.

    The vector is the player's own one-hot (n numbers, player order), so that one network can play
    every seat, followed by the numbers of the schema.

    Attributes:
        size: length of every vector.
    """

    def __init__(self, schema: Schema, num_players: int) -> None:
        self.size = num_players + width(schema)
        self._encode = compile_encoder(schema)
        self._seats = [one_hot(player, num_players) for player in range(num_players)]
        self._num_bytes = 4 * self.size

    def __call__(self, observation: Any, player: int) -> Vector:
        """Return a fresh, writable vector, shape (size,), float32 in [0, 1].

        Raises:
            ContractError: if the observation lies about its own size.
        """
        data = bytearray(self._seats[player] + self._encode(observation))
        if len(data) != self._num_bytes:
            raise ContractError(
                f"get_observations: player {player}'s observation changes its size while it is "
                "read; return plain dicts, lists, strings and numbers"
            )
        return np.frombuffer(data, np.float32)
