"""From a value to a tree of JSON's own types; the table of tags is in `values`."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from json import JSONEncoder
from typing import Any

from codeworld.errors import ContractError
from codeworld.sandbox.game_objects import (
    GameEnumMember,
    GameObject,
    NotDataError,
    is_enumeration,
    read_base,
    read_enum_member,
    read_fields,
)

MAX_DEPTH = 64
"""How deep lists, dicts and other containers may nest."""

MAX_SIZE = 8_000_000
"""How many characters a value may hold in all; every item counts as `ITEM_SIZE` more."""

ITEM_SIZE = 16
"""How many characters an item counts as."""

SCALARS = frozenset({str, int, float, bool, type(None)})
"""The types that are leaves in JSON too."""

FACTORIES: Mapping[str, Callable[[], Any]] = {
    kind.__name__: kind
    for kind in (int, float, str, bool, list, tuple, dict, set, frozenset, deque)
}
"""What a defaultdict may make its missing values with, by name."""

_MUTABLE = frozenset({list, dict, set, deque, Counter, OrderedDict, defaultdict, GameObject})
_FACTORY_NAMES = {kind: name for name, kind in FACTORIES.items()}
_write_sorted = JSONEncoder(separators=(",", ":"), sort_keys=True).encode


def tag(value: Any, classes: Mapping[str, type], *, canonical: bool = False) -> Any:
    """Return `value` as a tree of JSON's own types.

    Args:
        value: any value.
        classes: the game's own classes by qualified name.
        canonical: whether to sort dicts and to forget which values are one and the same object.

    Raises:
        ContractError: if the value holds something that is not data.
    """
    tagger = _Tagger(classes, canonical)
    try:
        if not canonical:
            tagger.find_shared(value)
        return tagger.tag(value, MAX_DEPTH)
    except NotDataError as error:
        raise ContractError(f"${''.join(reversed(error.path))}: {error}") from None


class _Tagger:
    """The walk over one value."""

    def __init__(self, classes: Mapping[str, type], canonical: bool) -> None:
        self._names = {cls: name for name, cls in classes.items()}
        self._canonical = canonical
        self._size = 0
        self._open: set[int] = set()
        self._times_met: Counter[int] | None = None
        self._shared: dict[int, int | None] = {}
        # Copies made on the way stay alive, so that no two values ever have the same identity.
        self._copies: list[Any] = []

    def find_shared(self, value: Any) -> None:
        """Find the mutable objects that occur more than once in `value`."""
        self._times_met = Counter()
        self.tag(value, MAX_DEPTH)
        self._shared = {key: None for key, count in self._times_met.items() if count > 1}
        self._times_met = None
        self._size = 0

    def tag(self, value: Any, depth: int) -> Any:
        """Return the tree of `value`, which may hold `depth` more levels of containers."""
        kind = type(value)
        self._size += ITEM_SIZE + (len(value) if kind is str or kind is bytes else 0)
        if self._size > MAX_SIZE:
            raise NotDataError(
                f"the value holds more than {MAX_SIZE // ITEM_SIZE} items or {MAX_SIZE} "
                "characters; keep only what play needs in the state"
            )
        if kind in SCALARS:
            if kind is float and not math.isfinite(value):
                return {"$float": repr(value)}
            return value
        if not depth:
            raise NotDataError(
                f"the value is nested deeper than {MAX_DEPTH} levels, or contains itself; "
                "keep states flat"
            )
        if kind in _MUTABLE or (kind in self._names and not is_enumeration(kind)):
            return self._tag_mutable(value, kind, depth - 1)
        return self._tag_container(value, kind, depth - 1)

    def _tag_mutable(self, value: Any, kind: type, depth: int) -> Any:
        key = id(value)
        if key in self._open:
            raise NotDataError("the value contains itself; keep states free of cycles")
        if self._times_met is not None:
            self._times_met[key] += 1
            if self._times_met[key] > 1:
                return None
        number = self._shared.get(key)
        if number is not None:
            return {"$ref": number}
        self._open.add(key)
        tree = self._tag_container(value, kind, depth)
        self._open.discard(key)
        if key in self._shared:
            number = sum(taken is not None for taken in self._shared.values())
            self._shared[key] = number
            return {"$share": [number, tree]}
        return tree

    def _tag_container(self, value: Any, kind: type, depth: int) -> Any:
        if kind is list:
            return self._tag_items(value, depth)
        if kind is dict:
            return self._tag_dict(value, depth)
        if kind is tuple:
            return {"$tuple": self._tag_items(value, depth)}
        if kind is set or kind is frozenset:
            trees = self._tag_items(value, depth)
            return {f"${kind.__name__}": sorted(trees, key=_write_sorted)}
        if kind is deque:
            return {"$deque": [self._tag_items(value, depth), value.maxlen]}
        if kind is Counter or kind is OrderedDict:
            return {f"${kind.__name__}": self._tag_pairs(value, depth, kind is OrderedDict)}
        if kind is defaultdict:
            return self._tag_defaultdict(value, depth)
        if kind is bytes:
            return {"$bytes": value.hex()}
        if kind is range:
            return {"$range": [value.start, value.stop, value.step]}
        return self._tag_object(value, kind, depth)

    def _tag_items(self, items: Iterable[Any], depth: int) -> list[Any]:
        trees: list[Any] = []
        try:
            for item in items:
                trees.append(self.tag(item, depth))
        except NotDataError as error:
            error.path.append(f"[{len(trees)}]")
            raise
        return trees

    def _tag_dict(self, value: dict[Any, Any], depth: int) -> Any:
        if not all(type(key) is str and not key.startswith("$") for key in value):
            return {"$dict": self._tag_pairs(value, depth, False)}
        self._size += sum(map(len, value))
        tree = {}
        for key, item in value.items():
            try:
                tree[key] = self.tag(item, depth)
            except NotDataError as error:
                error.path.append(f".{key:.40}")
                raise
        return tree

    def _tag_pairs(self, value: dict[Any, Any], depth: int, ordered: bool) -> list[Any]:
        trees = []
        for key, item in value.items():
            try:
                trees.append([self.tag(key, depth), self.tag(item, depth)])
            except NotDataError as error:
                # A key of another type may be an object of the game: it is never shown.
                plain = type(key) is str or type(key) is int
                error.path.append(f"[{key!r:.40}]" if plain else f"[key {len(trees)}]")
                raise
        if self._canonical and not ordered:
            trees.sort(key=_write_sorted)
        return trees

    def _tag_defaultdict(self, value: defaultdict[Any, Any], depth: int) -> Any:
        factory = value.default_factory
        if factory is None:
            name = None
        elif type(factory) is type and factory in _FACTORY_NAMES:
            name = _FACTORY_NAMES[factory]
        else:
            raise NotDataError(
                "a defaultdict in a state needs a built-in type as its factory "
                f"({', '.join(FACTORIES)}); use one, or a plain dict with setdefault"
            )
        return {"$defaultdict": [name, self._tag_pairs(value, depth, False)]}

    def _tag_object(self, value: Any, kind: type, depth: int) -> Any:
        if kind is GameEnumMember:
            return {"$enum": [value.class_name, value.name, value.value]}
        if kind is GameObject:
            name, fields, base = value.name, value.fields, value.base
        elif kind not in self._names:
            raise NotDataError(
                f"a {kind.__name__} is not data; use None, booleans, numbers, strings, lists, "
                "dicts, tuples, sets, or objects of the program's own classes"
            )
        elif is_enumeration(kind):
            member = read_enum_member(value, self._names[kind])
            return {"$enum": [member.class_name, member.name, member.value]}
        else:
            name, fields, base = self._names[kind], read_fields(value), read_base(value)
            self._copies.append(base)
        trees = []
        for field, item in fields:
            try:
                trees.append([field, self.tag(item, depth)])
            except NotDataError as error:
                error.path.append(f".{field}")
                raise
        return {"$object": [name, trees, self.tag(base, depth)]}
