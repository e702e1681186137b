"""From structured observations to float32 vectors, by a schema.

Every part of an observation becomes a fixed number of float32 values in [0, 1]: one-hot categories
and characters, flags, integers and reals scaled into their range, presence numbers for lists of
varying length. What the schema does not know (a new category, a missing field, another kind of
leaf) becomes zeros, never an exception: a game may show in play what no exploration met.

Encoders work on `bytes`: each leaf value is looked up as the bytes of its numbers and appended to a
list, and one join makes the vector. That is several times faster than filling an array number by
number.
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
    Scalar,
    Schema,
    Text,
    width,
)

Chunks: TypeAlias = list[bytes]
Encoder: TypeAlias = Callable[[Any, Chunks], None]
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
    """Return a function that appends the `width(schema)` numbers of a value to a list of bytes."""
    match schema:
        case Nothing():
            return lambda value, chunks: None
        case Flag():
            return _table_encoder({False: floats(0), True: floats(1)}, floats(0))
        case Category(values):
            return _table_encoder(_category_table(values), bytes(4 * len(values)))
        case Integer(low, high) if high - low < MAX_TABLE:
            span = max(high - low, 1)
            steps = {low + step: floats(step / span) for step in range(high - low + 1)}
            return _range_encoder(low, high, steps)
        case Integer(low, high) | Real(low, high):
            return _range_encoder(low, high, {})
        case Text(alphabet, length):
            return _text_encoder(alphabet, length)
        case Listing(Category()):
            return _board_encoder(schema)
        case Listing():
            return _listing_encoder(schema)
        case Record(fields):
            return _record_encoder(fields)
        case OneOf(kinds):
            return _one_of_encoder(kinds)


def _category_table(values: tuple[Scalar, ...]) -> dict[Any, bytes]:
    return {value: one_hot(place, len(values)) for place, value in enumerate(values)}


def _table_encoder(table: dict[Any, bytes], unknown: bytes) -> Encoder:
    find = table.get

    def encode(value: Any, chunks: Chunks) -> None:
        try:
            chunks.append(find(value, unknown))
        except TypeError:  # an unhashable value where a scalar was expected
            chunks.append(unknown)

    return encode


def _range_encoder(low: float, high: float, table: dict[int, bytes]) -> Encoder:
    span = (high - low) or 1
    unknown = floats(0)

    def encode(value: Any, chunks: Chunks) -> None:
        if type(value) is int and value in table:
            chunks.append(table[value])
        elif type(value) is int or (type(value) is float and value == value):  # no NaN
            chunks.append(floats((min(max(value, low), high) - low) / span))
        else:
            chunks.append(unknown)

    return encode


def _text_encoder(alphabet: str, length: int) -> Encoder:
    table = {char: one_hot(place, len(alphabet)) for place, char in enumerate(alphabet)}
    blank = bytes(4 * len(alphabet))

    def encode(value: Any, chunks: Chunks) -> None:
        text = value[:length] if type(value) is str else ""
        chunks.extend([table.get(char, blank) for char in text])
        chunks.append(blank * (length - len(text)))

    return encode


def _listing_encoder(schema: Listing) -> Encoder:
    length, varies, item = schema.length, schema.varies, compile_encoder(schema.item)
    present, blank = floats(1), bytes(4 * (width(schema.item) + varies))

    def encode(value: Any, chunks: Chunks) -> None:
        members = value[:length] if type(value) is list or type(value) is tuple else ()
        for member in members:
            if varies:
                chunks.append(present)
            item(member, chunks)
        chunks.append(blank * (length - len(members)))

    return encode


def _board_encoder(schema: Listing) -> Encoder:
    """Return the encoder of a list of categories, the common board, looked up at C speed."""
    assert isinstance(schema.item, Category)
    length, otherwise = schema.length, _listing_encoder(schema)
    present = floats(1) if schema.varies else b""
    table = {value: present + code for value, code in _category_table(schema.item.values).items()}
    find = table.__getitem__
    blank = bytes(4 * (width(schema.item) + schema.varies))
    padding = [blank * missing for missing in range(length, -1, -1)]

    def encode(value: Any, chunks: Chunks) -> None:
        start = len(chunks)
        if type(value) is list and len(value) <= length:
            try:
                chunks.extend(map(find, value))
                chunks.append(padding[len(value)])
                return
            except (KeyError, TypeError):  # an unknown category: the slower way leaves it blank
                del chunks[start:]
        otherwise(value, chunks)

    return encode


def _record_encoder(fields: tuple[tuple[str | int, Schema], ...]) -> Encoder:
    parts = [(key, compile_encoder(field)) for key, field in fields]
    blanks = {key: bytes(4 * width(field)) for key, field in fields}
    quick = [
        (key, *_quick_way(field), part)
        for (key, part), (_, field) in zip(parts, fields, strict=True)
    ]

    def encode(value: Any, chunks: Chunks) -> None:
        start = len(chunks)
        try:
            for key, find, length, part in quick:
                member = value[key]
                if find is None:
                    part(member, chunks)
                elif length is None:
                    chunks.append(find(member))
                elif len(member) == length:
                    chunks.extend(map(find, member))
                else:
                    part(member, chunks)
            return
        except (KeyError, IndexError, TypeError):  # something unknown, missing or of another kind
            del chunks[start:]
        if type(value) is list or type(value) is tuple:
            value = dict(enumerate(value))
        known = value if type(value) is dict else {}
        for key, part in parts:
            if key in known:
                part(known[key], chunks)
            else:
                chunks.append(blanks[key])

    return encode


def _quick_way(schema: Schema) -> tuple[Callable[[Any], bytes] | None, int | None]:
    """Return the look-up of known values of a category, or of the members of a board.

    Returns:
        The look-up, which raises KeyError or TypeError for other values, or None; and the length
        of the board, or None for a single value.
    """
    match schema:
        case Category(values):
            return _category_table(values).__getitem__, None
        case Listing(Category(values), length, varies=False):
            return _category_table(values).__getitem__, length
    return None, None


_TYPES_OF_KIND: dict[type, tuple[type, ...]] = {
    Nothing: (type(None),),
    Flag: (bool,),
    Integer: (int,),
    Real: (int, float),
    Text: (str,),
    Listing: (list, tuple),
    Record: (dict,),
}


def _types(kind: Schema) -> tuple[type, ...]:
    """Return the types of the values that a schema describes."""
    if isinstance(kind, Category):
        return tuple({type(value) for value in kind.values})
    if isinstance(kind, Record) and kind.fields and isinstance(kind.fields[0][0], int):
        return (list, tuple, dict)  # a list whose places differ in kind
    return _TYPES_OF_KIND[type(kind)]


def _one_of_encoder(kinds: tuple[Schema, ...]) -> Encoder:
    place_of: dict[type, int] = {}
    for place, kind in enumerate(kinds):
        for value_type in _types(kind):
            place_of.setdefault(value_type, place)
    parts = [(compile_encoder(kind), bytes(4 * width(kind))) for kind in kinds]
    heads = {place: one_hot(place, len(kinds)) for place in range(-1, len(kinds))}

    def encode(value: Any, chunks: Chunks) -> None:
        chosen = place_of.get(type(value), -1)
        chunks.append(heads[chosen])
        for place, (part, blank) in enumerate(parts):
            if place == chosen:
                part(value, chunks)
            else:
                chunks.append(blank)

    return encode


def compile_vector_encoder(
    schema: Schema, num_players: int
) -> tuple[Callable[[Any, int], Vector], int]:
    """Return the function from a player's structured observation to that agent's vector.

    The vector is the player's own one-hot (n numbers, player order), so that one network can play
    every seat, followed by the numbers of the schema. It is fresh and writable, float32 in [0, 1].

    Returns:
        The function of (observation, player), which raises ContractError if the observation lies
        about its own size; and the length of every vector.
    """
    size = num_players + width(schema)
    num_bytes = 4 * size
    encode = compile_encoder(schema)
    seats = [one_hot(player, num_players) for player in range(num_players)]
    join = bytearray().join  # to a writable buffer, without another copy
    float32, make_array = np.dtype(np.float32), np.ndarray

    def encode_vector(observation: Any, player: int) -> Vector:
        chunks = [seats[player]]
        encode(observation, chunks)
        data = join(chunks)
        if len(data) != num_bytes:
            raise ContractError(
                f"get_observations: player {player}'s observation changes its size while it is "
                "read; return plain dicts, lists, strings and numbers"
            )
        return make_array(size, float32, data)

    return encode_vector, size
