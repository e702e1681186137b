"""Finds the schema of observations by looking at examples."""

from __future__ import annotations

import marshal
import math
from typing import Any

from codeworld.errors import ObservationTypeError
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
)

MAX_CATEGORIES = 32
"""Strings with more values than this are encoded character by character."""

MAX_ONE_HOT_SPAN = 16
"""Integers spread over at most this many values are categories, others a scaled number."""

MAX_TEXT_NUMBERS = 4096
"""Most numbers that one text may take; longer texts are cut."""

MAX_PLACES = 16
"""Longest list whose places may differ in kind."""

MAX_KNOWN_LISTS = 4096
"""Different lists that are remembered, so as to be looked at once."""


class SchemaBuilder:
    """What one part of an observation was seen to be.

    Add examples in any order, as often as wanted; `build` depends only on the set of examples.
    """

    def __init__(self) -> None:
        self._none = False
        self._flag = False
        self._integers: tuple[int, int] | None = None
        self._few_integers: set[int] = set()  # all that were seen, or more than become categories
        self._reals: tuple[float, float] | None = None
        self._strings: set[str] = set()
        self._fields: dict[str | int, SchemaBuilder] | None = None
        self._lengths: tuple[int, int] | None = None
        self._item: SchemaBuilder | None = None
        self._places: list[SchemaBuilder] = []
        self._lists: set[bytes] = set()  # marks of those that were added

    def add(self, value: Any, path: str = "$") -> None:
        """Take one example into account.

        Args:
            value: a JSON-like value.
            path: where it stands in the observation, for messages.

        Raises:
            ObservationTypeError: if it, or a part of it, is not JSON-like; names the place.
        """
        kind = type(value)
        if value is None:
            self._none = True
        elif kind is bool:
            self._flag = True
        elif kind is int:
            low, high = self._integers or (value, value)
            self._integers = (min(low, value), max(high, value))
            if len(self._few_integers) <= MAX_ONE_HOT_SPAN:
                self._few_integers.add(value)
        elif kind is float and math.isfinite(value):
            first, last = self._reals or (value, value)
            self._reals = (min(first, value), max(last, value))
        elif kind is str:
            self._strings.add(value)
        elif kind is list or kind is tuple:
            if not self._is_known(value):
                self._add_list(value, path)
        elif kind is dict and all(type(key) in (str, int) for key in value):
            self._fields = {} if self._fields is None else self._fields
            for key, field in value.items():
                self._fields.setdefault(key, SchemaBuilder()).add(field, f"{path}.{key}")
        else:
            raise _unsupported(value, path)

    def _is_known(self, value: list[Any] | tuple[Any, ...]) -> bool:
        """Whether a list like this was added before: rows of boards are, again and again."""
        try:
            mark = marshal.dumps(value, 2)
        except ValueError:  # something that is not data, which the long way says
            return False
        known = mark in self._lists
        if not known and len(self._lists) < MAX_KNOWN_LISTS:
            self._lists.add(mark)
        return known

    def _add_list(self, value: list[Any] | tuple[Any, ...], path: str) -> None:
        shortest, longest = self._lengths or (len(value), len(value))
        self._lengths = (min(shortest, len(value)), max(longest, len(value)))
        self._item = self._item or SchemaBuilder()
        with_places = len(value) <= MAX_PLACES
        while with_places and len(self._places) < len(value):
            self._places.append(SchemaBuilder())
        if not with_places and set(map(type, value)) in ({int}, {str}):
            for member in set(value):  # a board: many places, few different values
                self._item.add(member, path)
            return
        for place, member in enumerate(value):
            where = f"{path}[{place}]"
            self._item.add(member, where)
            if with_places:
                self._places[place].add(member, where)

    def build(self, *, complete: bool = False) -> Schema:
        """Return the schema of the examples.

        Args:
            complete: whether the examples are all there are. If not, integers between those seen
                become categories as well.
        """
        kinds: list[Schema] = []
        scalars = self._categories(complete)
        if self._flag:
            kinds.append(Flag())
        kinds += self._numbers()
        if len(self._strings) > MAX_CATEGORIES:
            kinds.append(self._text())
        if scalars:
            kinds.append(Category(scalars))
        if self._lengths is not None:
            kinds.append(self._list(complete))
        if self._fields is not None:
            ordered = sorted(self._fields.items(), key=lambda field: str(field[0]))
            kinds.append(
                Record(tuple((key, field.build(complete=complete)) for key, field in ordered))
            )
        if self._none and not (scalars and None in scalars):
            kinds.insert(0, Nothing())
        if not kinds:
            return Nothing()
        return kinds[0] if len(kinds) == 1 else OneOf(tuple(kinds))

    def _categories(self, complete: bool) -> tuple[Scalar, ...]:
        """Return the values of the category this part is, or none if it is not one."""
        values: list[Scalar] = []
        if self._strings and len(self._strings) <= MAX_CATEGORIES:
            values += sorted(self._strings)
        if self._integers is not None and self._is_category():
            low, high = self._integers
            values += sorted(self._few_integers) if complete else range(low, high + 1)
        return (*values, None) if values and self._none else tuple(values)

    def _is_category(self) -> bool:
        if self._integers is None or self._reals is not None or self._flag:
            return False
        return self._integers[1] - self._integers[0] < MAX_ONE_HOT_SPAN

    def _numbers(self) -> list[Schema]:
        if self._reals is not None:
            whole = self._integers or self._reals
            low, high = min(self._reals[0], whole[0]), max(self._reals[1], whole[1])
            return [Real(float(low), float(high))]
        if self._integers is not None and not self._is_category():
            return [Integer(*self._integers)]
        return []

    def _text(self) -> Text:
        alphabet = "".join(sorted(set("".join(self._strings))))
        longest = max(map(len, self._strings))
        return Text(alphabet, min(longest, MAX_TEXT_NUMBERS // len(alphabet)))

    def _list(self, complete: bool) -> Schema:
        shortest, longest = self._lengths or (0, 0)
        if self._item is None or longest == 0:
            return Nothing()
        item = self._item.build(complete=complete)
        if shortest == longest <= MAX_PLACES and _mixed(item):
            places = [place.build(complete=complete) for place in self._places]
            if not all(map(_mixed, places)):
                return Record(tuple(enumerate(places)))
        return Listing(item, longest, varies=shortest < longest)


def _mixed(schema: Schema) -> bool:
    """Return whether a schema is of more than one kind of value."""
    if isinstance(schema, Category):
        return len({type(value) for value in schema.values if value is not None}) > 1
    return isinstance(schema, OneOf)


def _unsupported(value: Any, path: str) -> ObservationTypeError:
    kind = type(value).__name__
    if type(value) is float:
        fact, remedy = "is not a finite number", "return a finite number, or None"
    elif type(value) in (set, frozenset):
        fact, remedy = f"is a {kind}", "return a sorted list instead"
    elif type(value) is dict:
        fact, remedy = "is a dict with keys that are neither str nor int", "use str keys"
    else:
        fact = f"is of type {kind}"
        remedy = "return only None, bool, int, float, str, and lists and dicts of them"
    return ObservationTypeError(f"get_observations: the observation's part {path} {fact}; {remedy}")
