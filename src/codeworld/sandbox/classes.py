"""Classes of a game program: how they are made, and how the host knows them again.

A class made by a program carries a mark whose name no source can spell. Objects of marked classes
are the only ones whose attributes a program may write.
"""

from __future__ import annotations

import builtins
import collections
import dataclasses
import enum
import types
from collections.abc import Callable
from typing import Any

from codeworld.sandbox.policy_names import attribute_fault
from codeworld.sandbox.stubs import (
    NAMED_TUPLE,
    AbstractStub,
    Marker,
    Stub,
    TypedDictClass,
    TypedDictMarker,
)

MARK = "$game"


class GuardedEnumType(enum.EnumMeta):
    """The metaclass of a program's enumerations: calling one looks a member up, no more.

    `enum`'s own call also makes classes from a mapping of names, which could smuggle in special
    methods that the policy refuses.
    """

    def __call__(cls, value: Any) -> Any:  # type: ignore[override]
        """Return the member of that value."""
        return cls.__new__(cls, value)  # type: ignore[call-arg, arg-type]


def _guarded_enum(base: Any) -> Any:
    """Return an empty enumeration class like `base` whose subclasses are guarded."""
    namespace = GuardedEnumType.__prepare__(base.__name__, (base,))
    return GuardedEnumType(base.__name__, (base,), namespace)


Enum = _guarded_enum(enum.Enum)
IntEnum = _guarded_enum(enum.IntEnum)
StrEnum = _guarded_enum(enum.StrEnum)
Flag = _guarded_enum(enum.Flag)
IntFlag = _guarded_enum(enum.IntFlag)

_BASES = frozenset(
    {
        *(object, int, float, str, list, tuple, dict, set, frozenset),
        *(collections.defaultdict, collections.deque),
        *(Enum, IntEnum, StrEnum, Flag, IntFlag),
    }
)
"""Classes of Python's own that a program may derive from, besides exceptions."""


def is_game_class(kind: Any) -> bool:
    """Tell whether `kind` is a class that a game program made."""
    return isinstance(kind, type) and MARK in kind.__dict__


def mark_class(kind: type) -> type:
    """Mark `kind` as made by a game program, and return it."""
    type.__setattr__(kind, MARK, True)
    return kind


def _checked_bases(bases: tuple[Any, ...]) -> list[Any]:
    """Return the real bases of a class statement, stubs of typing left out."""
    checked: list[Any] = []
    for base in bases:
        if type(base) is types.GenericAlias:
            base = base.__origin__
        if type(base) is Stub or isinstance(base, AbstractStub):
            continue
        if isinstance(base, Marker) or _is_base(base):
            checked.append(base)
        else:
            raise TypeError("a class of a game program may derive from plain classes only")
    return checked


def _is_base(base: Any) -> bool:
    """Tell whether a program may derive from `base`."""
    if type(base) is not type and type(base) is not GuardedEnumType:
        return False
    return is_game_class(base) or base in _BASES or _is_exception(base)


def _is_exception(kind: type) -> bool:
    return issubclass(kind, Exception) and kind.__module__ == "builtins"


def build_class(body: Any, name: str, /, *bases: Any) -> Any:
    """Make a class, as the `class` statement does; the program's `__build_class__`.

    Raises:
        TypeError: if a base is not a class that a program may derive from.
    """
    checked = _checked_bases(bases)
    for base in checked:
        if isinstance(base, (TypedDictMarker, TypedDictClass)):
            return TypedDictClass()
    if any(base is NAMED_TUPLE for base in checked):
        return _named_tuple_class(builtins.__build_class__(body, name))
    kind = mark_class(builtins.__build_class__(body, name, *checked))
    if len(checked) < len(bases) and "__class_getitem__" not in vars(kind):
        type.__setattr__(kind, "__class_getitem__", classmethod(_subscript_class))
    return kind


def _subscript_class(kind: type, parameters: Any) -> type:
    """Return `kind`: subscripting a generic class of the program means nothing here."""
    return kind


def _named_tuple_class(draft: type) -> type:
    """Return the named tuple that a `class X(NamedTuple)` statement describes."""
    members = dict(vars(draft))
    fields = list(members.get("__annotations__", {}))
    defaults = [members.pop(field) for field in fields if field in members]
    base = make_namedtuple(draft.__name__, fields, defaults=defaults)
    for hidden in ("__dict__", "__weakref__", "__annotations__", MARK):
        members.pop(hidden, None)
    return mark_class(type(draft.__name__, (base,), members))


def make_namedtuple(
    typename: str, field_names: Any, *, rename: bool = False, defaults: Any = None
) -> type:
    """Return `collections.namedtuple(...)`, its field names checked."""
    if type(typename) is not str:
        raise TypeError("the name of a named tuple must be a plain str")
    if type(field_names) is str:
        field_names = field_names.replace(",", " ").split()
    names = list(field_names)
    if not all(type(name) is str and attribute_fault(name) is None for name in names):
        raise ValueError("the fields of a named tuple must be plain names")
    make: Any = collections.namedtuple
    kind: type = make(typename, names, rename=rename is True, defaults=defaults, module="<game>")
    return mark_class(kind)


_DATACLASS_OPTIONS = frozenset(
    {"init", "repr", "eq", "order", "unsafe_hash", "frozen", "match_args", "kw_only", "slots"}
)


def make_dataclass_of(kind: Any = None, /, **options: bool) -> Any:
    """Return a program's class as a dataclass: `@dataclass` and `@dataclass(frozen=True)`."""
    unknown = sorted(set(options) - _DATACLASS_OPTIONS)
    if unknown or not all(type(value) is bool for value in options.values()):
        raise TypeError(f"dataclass options must be known names with True or False: {unknown}")

    def decorate(target: Any) -> Any:
        if not is_game_class(target):
            raise TypeError("dataclass can be applied only to the program's own classes")
        for value in vars(target).values():
            if isinstance(value, dataclasses.Field) and type(value) is not dataclasses.Field:
                raise TypeError("a field must be made by `field()`")
        return mark_class(dataclasses.dataclass(**options)(target))

    return decorate if kind is None else decorate(kind)


def _on_instances(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` of dataclasses, refused on objects that are not the program's."""

    def guarded(instance: Any, /, **changes: Any) -> Any:
        if not (is_game_class(type(instance)) or is_game_class(instance)):
            raise TypeError("this works only on the program's own dataclasses")
        return function(instance, **changes)

    return guarded


asdict = _on_instances(lambda instance: dataclasses.asdict(instance))
astuple = _on_instances(lambda instance: dataclasses.astuple(instance))
fields = _on_instances(lambda instance: dataclasses.fields(instance))
replace = _on_instances(dataclasses.replace)


def is_dataclass(instance: Any, /) -> bool:
    """Tell whether `instance` is a dataclass of the program, or an object of one."""
    kind = instance if isinstance(instance, type) else type(instance)
    return is_game_class(kind) and dataclasses.is_dataclass(kind)


def total_ordering(kind: Any, /) -> Any:
    """Return `functools.total_ordering(kind)` for a class of the program."""
    import functools

    if not is_game_class(kind):
        raise TypeError("total_ordering can be applied only to the program's own classes")
    return functools.total_ordering(kind)


def collect_classes(namespace: dict[str, Any]) -> dict[str, type]:
    """Return the program's classes in `namespace`, and those inside them, by qualified name."""
    found: dict[str, type] = {}
    waiting = [value for value in namespace.values() if is_game_class(value)]
    while waiting:
        kind = waiting.pop()
        name = type.__getattribute__(kind, "__qualname__")
        if name not in found:
            found[name] = kind
            waiting.extend(value for value in vars(kind).values() if is_game_class(value))
    return found
