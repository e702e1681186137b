"""Objects of a game program's own classes, read and rebuilt without running the program.

A record of an object is inert: a class name, the instance's fields and, for a class that extends a
built-in type, that built-in value. Reading goes through the slots of `type` and `object` and
through C descriptors only, so no `__getattribute__`, property, `__eq__` or `__iter__` of the
program is ever called.
"""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import GetSetDescriptorType, MappingProxyType, MemberDescriptorType
from typing import Any

from codeworld.errors import ContractError

_read_mro: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
_read_namespace: Callable[[type], MappingProxyType[str, Any]] = type.__dict__["__dict__"].__get__


class NotDataError(Exception):
    """A value is not data; `path` says where, innermost part first."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.path: list[str] = []


@dataclass(frozen=True, slots=True)
class GameObject:
    """An object of a game's own class, as data. Objects are equal when their records are.

    Attributes:
        name: qualified name of the class.
        fields: (attribute, value) pairs in the order in which the game set them.
        base: the built-in value of a class that extends a built-in type, else None.
    """

    name: str
    fields: tuple[tuple[str, Any], ...]
    base: Any

    def __hash__(self) -> int:
        return hash((self.name, _freeze(self.fields), _freeze(self.base)))


@dataclass(frozen=True, slots=True)
class GameEnumMember:
    """A member of a game's own enumeration, as data.

    Attributes:
        class_name: qualified name of the enumeration.
        name: the member's name; "" for a combination of flags that has none.
        value: the number of a flag or of a combination of flags, else None.
    """

    class_name: str
    name: str
    value: int | None


# Built-in types that a game class may extend, each with a reader that copies the built-in part of
# an instance. Sets and dicts are read as lists, since building one would hash the members.
_BASES: dict[type, Callable[[Any], Any]] = {
    int: lambda value: int.__int__(value),
    float: lambda value: float.__float__(value),
    str: lambda value: str.__str__(value),
    tuple: lambda value: tuple.__getitem__(value, slice(None)),
    list: lambda value: list.copy(value),
    dict: lambda value: list(dict.items(value)),
    set: lambda value: list(set.__iter__(value)),
    frozenset: lambda value: list(frozenset.__iter__(value)),
}
_FILLED_BY_INIT = (list, dict, set)


def _freeze(value: Any) -> Any:
    """A hashable stand-in for a plain value: equal values have equal stand-ins."""
    if isinstance(value, dict):
        return frozenset((key, _freeze(item)) for key, item in value.items())
    if isinstance(value, set):
        return frozenset(value)
    if isinstance(value, (list, tuple, deque)):
        return tuple(map(_freeze, value))
    return value


def is_enumeration(cls: type) -> bool:
    """Tell whether `cls` is an enumeration, without asking `cls` itself."""
    return enum.EnumType in _read_mro(type(cls))


def read_enum_member(member: Any, class_name: str) -> GameEnumMember:
    """Return the record of an enumeration's member."""
    fields = dict(_instance_fields(member))
    name, value = fields.get("_name_"), fields.get("_value_")
    is_flag = enum.Flag in _read_mro(type(member))
    return GameEnumMember(
        class_name,
        name if type(name) is str else "",
        value if is_flag and type(value) is int else None,
    )


def find_enum_member(cls: type, record: GameEnumMember) -> Any:
    """Return the member of `cls` that `record` describes.

    Raises:
        ContractError: if `cls` has no such member.
    """
    namespace = _read_namespace(cls)
    members = namespace.get("_member_map_")
    if type(members) is dict and record.name in members:
        return members[record.name]
    by_value = namespace.get("_value2member_map_")
    if record.value is not None and type(by_value) is dict:
        # Calling a Flag class builds the member of a combination not met before.
        return by_value.get(record.value) or cls(record.value)
    raise ContractError(
        f"a state names {record.class_name}.{record.name}, which the program does not define; "
        "decode a state with the program that made it"
    )


def read_fields(value: Any) -> list[tuple[str, Any]]:
    """Return the attributes of an instance, those in slots first, in the order they were set."""
    return [*_slot_fields(value), *_instance_fields(value)]


def read_base(value: Any) -> Any:
    """Return a copy of the built-in part of an instance, None for a plain class.

    A set's part is the list of its members, a dict's the list of its (key, value) pairs.

    Raises:
        NotDataError: if the class extends a built-in type that states cannot hold.
    """
    for owner in _read_mro(type(value)):
        if owner in _BASES:
            return _BASES[owner](value)
        if owner is not object and not _is_heap_class(owner):
            raise NotDataError(
                f"an object of a class that extends {owner.__name__} is not data; extend "
                f"{', '.join(kind.__name__ for kind in _BASES)} or no built-in type"
            )
    return None


def build_object(cls: type, name: str, fields: tuple[tuple[str, Any], ...], base: Any) -> Any:
    """Return a new instance of `cls` with these fields, without calling `__init__`.

    Raises:
        ContractError: if the record does not fit the class.
    """
    try:
        instance = _new_instance(cls, base)
        slots = dict(_slots(cls))
        attributes = _instance_dict(instance)
        for field, value in fields:
            if field in slots:
                slots[field].__set__(instance, value)
            elif attributes is not None:
                attributes[field] = value
            else:
                raise AttributeError("no such field")
    except (TypeError, ValueError, AttributeError) as error:
        raise ContractError(
            f"a state holds a {name} that does not fit the program's class of that name; "
            "decode a state with the program that made it"
        ) from error
    return instance


def _new_instance(cls: type, base: Any) -> Any:
    for kind in _read_mro(cls):
        if kind in _FILLED_BY_INIT:
            instance: Any = kind.__new__(cls)
            kind.__init__(instance, base)
            return instance
        if kind in _BASES:
            return kind.__new__(cls, base)
    return object.__new__(cls)


def _slots(cls: type) -> Iterator[tuple[str, Any]]:
    """The slots of a class and of its bases, by name."""
    for owner in reversed(_read_mro(cls)):
        if owner in (object, enum.Enum, enum.Flag) or not _is_heap_class(owner):
            continue
        for name, entry in _read_namespace(owner).items():
            if type(entry) is MemberDescriptorType:
                yield name, entry


def _slot_fields(value: Any) -> Iterator[tuple[str, Any]]:
    for name, slot in _slots(type(value)):
        try:
            yield name, slot.__get__(value)
        except AttributeError:  # a slot that was never set
            continue


def _instance_fields(value: Any) -> list[tuple[str, Any]]:
    attributes = _instance_dict(value)
    return [] if attributes is None else list(attributes.items())


def _instance_dict(value: Any) -> dict[str, Any] | None:
    """The attribute dictionary of an instance, by the C descriptor that CPython made for it."""
    for owner in _read_mro(type(value)):
        entry = _read_namespace(owner).get("__dict__")
        if type(entry) is GetSetDescriptorType:
            attributes = entry.__get__(value)
            return attributes if type(attributes) is dict else None
    return None


def _is_heap_class(cls: type) -> bool:
    """Whether a class was made by a `class` statement, not in C."""
    return bool(type.__dict__["__flags__"].__get__(cls) & (1 << 9))
