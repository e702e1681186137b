"""Observation schemas: what the parts of a structured observation are, and what numbers they take.

A schema describes one player's structured observation (nested dicts and lists with scalar leaves)
and fixes how many numbers each part takes. Two processes with the same schema build the same
observation space. How a value is turned into numbers is in `codeworld.envs.observations`.

In JSON a schema is an object with a `kind`; `to_json` and `from_json` are inverse to each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from codeworld.errors import SpecError

Scalar: TypeAlias = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Nothing:
    """A leaf that is always None, or a list that is always empty. Takes no number."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A boolean leaf. Takes one number: 0 or 1."""


@dataclass(frozen=True, slots=True)
class Category:
    """A leaf with few possible values. Takes one number for each, one-hot; all 0 if unknown.

    Attributes:
        values: the known values, in the order of their numbers.
    """

    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer leaf. Takes one number: its place between `low` and `high`, clipped to [0, 1]."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Real:
    """A floating-point leaf. Takes one number: its place between `low` and `high`, in [0, 1]."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Text:
    """A string leaf with many possible values. Takes `len(alphabet)` numbers a character, one-hot.

    Attributes:
        alphabet: the known characters, in the order of their numbers.
        length: how many characters are encoded; shorter texts are padded with zeros.
    """

    alphabet: str
    length: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A list. Takes `length` items, each preceded by a 0/1 presence number if the length varies.

    Attributes:
        item: the schema of every item.
        length: how many items are encoded; further ones are left out.
        varies: whether lists shorter than `length` occur.
    """

    item: Schema
    length: int
    varies: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A dict, or a list whose places differ in kind. Takes its fields one after the other.

    Attributes:
        fields: (key, schema) pairs, sorted by key. A list has its places, 0, 1, …, as keys.
    """

    fields: tuple[tuple[str | int, Schema], ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """A leaf that is now of one kind, now of another. Takes a one-hot over the kinds, then each.

    Attributes:
        kinds: the alternatives, no two of the same class.
    """

    kinds: tuple[Schema, ...]


Schema: TypeAlias = Nothing | Flag | Category | Integer | Real | Text | Listing | Record | OneOf


def width(schema: Schema) -> int:
    """Return how many numbers a schema takes."""
    match schema:
        case Nothing():
            return 0
        case Flag() | Integer() | Real():
            return 1
        case Category(values):
            return len(values)
        case Text(alphabet, length):
            return len(alphabet) * length
        case Listing(item, length, varies):
            return length * (width(item) + varies)
        case Record(fields):
            return sum(width(field) for _, field in fields)
        case OneOf(kinds):
            return len(kinds) + sum(width(kind) for kind in kinds)


def labels(schema: Schema, path: str = "$") -> list[str]:
    """Return a name for each number of a schema, for people: `$.board[3]=x`, `$.pot`."""
    match schema:
        case Nothing():
            return []
        case Flag() | Integer() | Real():
            return [path]
        case Category(values):
            return [f"{path}={value}" for value in values]
        case Text(alphabet, length):
            return [f"{path}[{place}]={char}" for place in range(length) for char in alphabet]
        case Listing(item, length, varies):
            names: list[str] = []
            for place in range(length):
                names += [f"{path}[{place}] present"] if varies else []
                names += labels(item, f"{path}[{place}]")
            return names
        case Record(fields):
            return [
                name
                for key, field in fields
                for name in labels(
                    field, f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}"
                )
            ]
        case OneOf(kinds):
            names = [f"{path} is {type(kind).__name__.lower()}" for kind in kinds]
            return names + [name for kind in kinds for name in labels(kind, path)]


def to_json(schema: Schema) -> dict[str, Any]:
    """Return a schema as JSON values."""
    match schema:
        case Nothing():
            return {"kind": "nothing"}
        case Flag():
            return {"kind": "flag"}
        case Category(values):
            return {"kind": "category", "values": list(values)}
        case Integer(low, high):
            return {"kind": "integer", "low": low, "high": high}
        case Real(low, high):
            return {"kind": "real", "low": low, "high": high}
        case Text(alphabet, length):
            return {"kind": "text", "alphabet": alphabet, "length": length}
        case Listing(item, length, varies):
            return {"kind": "list", "item": to_json(item), "length": length, "varies": varies}
        case Record(fields):
            return {"kind": "record", "fields": [[key, to_json(field)] for key, field in fields]}
        case OneOf(kinds):
            return {"kind": "one_of", "kinds": [to_json(kind) for kind in kinds]}


def from_json(data: Any, path: str = "observation_schema") -> Schema:
    """Return the schema that `to_json` wrote.

    Raises:
        SpecError: if `data` is not a schema; the message names the place.
    """
    try:
        match data["kind"]:
            case "nothing":
                return Nothing()
            case "flag":
                return Flag()
            case "category":
                return Category(tuple(data["values"]))
            case "integer":
                return Integer(int(data["low"]), int(data["high"]))
            case "real":
                return Real(float(data["low"]), float(data["high"]))
            case "text":
                return Text(str(data["alphabet"]), int(data["length"]))
            case "list":
                item = from_json(data["item"], f"{path}.item")
                return Listing(item, int(data["length"]), bool(data["varies"]))
            case "record":
                return Record(
                    tuple((key, from_json(field, f"{path}.{key}")) for key, field in data["fields"])
                )
            case "one_of":
                return OneOf(tuple(from_json(kind, f"{path}.kinds") for kind in data["kinds"]))
            case kind:
                raise SpecError(f"{path}: no schema is of kind {kind!r}")
    except (KeyError, TypeError, ValueError) as error:
        raise SpecError(f"{path}: not a schema ({type(error).__name__}: {error})") from error
