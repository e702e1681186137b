"""From a tree of JSON's own types back to the value; the table of tags is in `values`."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from codeworld.errors import ContractError
from codeworld.sandbox.game_objects import (
    GameEnumMember,
    GameObject,
    build_object,
    find_enum_member,
)
from codeworld.sandbox.tagging import FACTORIES

MAX_EQUAL_HASHES = 64
"""How many keys of one dict or set may share a hash; with more, building it would be quadratic."""


def untag(tree: Any, classes: Mapping[str, type] | None) -> Any:
    """Return the value of a tree that `tagging.tag` made, or of one forged in its place.

    Args:
        tree: what a JSON reader returned.
        classes: the game's own classes by qualified name, or None for inert records.

    Raises:
        ContractError, ValueError, TypeError, KeyError, AttributeError, RecursionError: if the tree
            is none that `tag` makes.
    """
    return _Untagger(classes).untag(tree)


class _Untagger:
    """The walk over one tree."""

    def __init__(self, classes: Mapping[str, type] | None) -> None:
        self._classes = classes
        self._shared: dict[int, Any] = {}
        self._readers: dict[str, Callable[[Any], Any]] = {
            "$tuple": lambda trees: tuple(self._items(trees)),
            "$set": lambda trees: set(_checked_keys(self._items(trees))),
            "$frozenset": lambda trees: frozenset(_checked_keys(self._items(trees))),
            "$dict": lambda pairs: dict(self._pairs(pairs)),
            "$Counter": self._counter,
            "$OrderedDict": lambda pairs: OrderedDict(self._pairs(pairs)),
            "$defaultdict": self._defaultdict,
            "$deque": self._deque,
            "$float": _special_float,
            "$bytes": bytes.fromhex,
            "$range": lambda bounds: range(*bounds),
            "$share": self._share,
            "$ref": lambda number: self._shared[number],
            "$enum": self._enum_member,
            "$object": self._object,
        }

    def untag(self, tree: Any) -> Any:
        if type(tree) is list:
            return list(map(self.untag, tree))
        if type(tree) is not dict:
            return tree
        if len(tree) == 1:
            [(key, inner)] = tree.items()
            if key.startswith("$"):
                return self._readers[key](inner)
        if any(key.startswith("$") for key in tree):
            raise ValueError("a tag among other keys")
        return {key: self.untag(item) for key, item in tree.items()}

    def _items(self, trees: Any) -> list[Any]:
        if type(trees) is not list:
            raise TypeError("a list was expected")
        return list(map(self.untag, trees))

    def _pairs(self, trees: Any) -> list[tuple[Any, Any]]:
        pairs = [(self.untag(key), self.untag(item)) for key, item in trees]
        _checked_keys([key for key, _ in pairs])
        return pairs

    def _counter(self, pairs: Any) -> Counter[Any]:
        counter: Counter[Any] = Counter()
        for key, count in self._pairs(pairs):
            counter[key] = count
        return counter

    def _defaultdict(self, parts: Any) -> defaultdict[Any, Any]:
        name, pairs = parts
        return defaultdict(None if name is None else FACTORIES[name], self._pairs(pairs))

    def _deque(self, parts: Any) -> deque[Any]:
        trees, maxlen = parts
        return deque(self._items(trees), maxlen)

    def _share(self, parts: Any) -> Any:
        number, tree = parts
        value = self._shared[number] = self.untag(tree)
        return value

    def _enum_member(self, parts: Any) -> Any:
        class_name, name, value = parts
        if type(class_name) is not str or type(name) is not str:
            raise TypeError("names are strings")
        if value is not None and type(value) is not int:
            raise TypeError("a flag's value is an integer")
        member = GameEnumMember(class_name, name, value)
        if self._classes is None:
            return member
        return find_enum_member(self._find_class(class_name), member)

    def _object(self, parts: Any) -> Any:
        name, field_trees, base_tree = parts
        if type(name) is not str or any(type(field) is not str for field, _ in field_trees):
            raise TypeError("names are strings")
        fields = tuple((field, self.untag(tree)) for field, tree in field_trees)
        base = self.untag(base_tree)
        if self._classes is None:
            return GameObject(name, fields, base)
        return build_object(self._find_class(name), name, fields, base)

    def _find_class(self, name: str) -> type:
        if self._classes is None or name not in self._classes:
            raise ContractError(
                f"a state holds an object of class {name[:80]!r}, which the program does not "
                "define; decode a state with the program that made it"
            )
        return self._classes[name]


def _special_float(name: Any) -> float:
    if name not in ("nan", "inf", "-inf"):
        raise ValueError("not a special float")
    return float(name)


def _checked_keys(keys: list[Any]) -> list[Hashable]:
    """Refuse keys chosen so that they all collide: a hostile answer must not stall its reader."""
    if len(keys) > MAX_EQUAL_HASHES:
        [(_, most)] = Counter(map(hash, keys)).most_common(1)
        if most > MAX_EQUAL_HASHES:
            raise ContractError(
                f"a dict or set has {most} keys with one hash; use strings or small numbers as keys"
            )
    return keys
