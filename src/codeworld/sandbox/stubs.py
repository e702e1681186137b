"""Inert stand-ins for `typing`: they can be subscripted and inherited from, and mean nothing."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from typing import Any


class Stub:
    """A typing name: `Any`, `Optional[int]`, `Generic[T]` all are stubs."""

    __slots__ = ()

    def __getitem__(self, parameters: Any) -> Stub:
        return self

    def __or__(self, other: Any) -> Stub:
        return self

    __ror__ = __or__

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()

    def __repr__(self) -> str:
        return "<type>"


class AbstractStub(Stub):
    """An abstract base class of `collections.abc`, which `isinstance` and patterns may ask."""

    __slots__ = ()


def _abstract_stub(holds: Callable[[Any], bool]) -> AbstractStub:
    """Return a stub that asks `holds`, from a closure: games share it, and could reach a field."""

    class Asking(AbstractStub):
        __slots__ = ()

        def __instancecheck__(self, instance: Any) -> bool:
            return holds(instance)

    return Asking()


def abstract_stubs() -> dict[str, AbstractStub]:
    """Return a stub for each abstract class that says something about a value."""
    sequences = (list, tuple, str, bytes, range, deque)
    kinds: dict[str, tuple[type, ...]] = {
        "Mapping": (dict,),
        "MutableMapping": (dict,),
        "Sequence": sequences,
        "MutableSequence": (list, deque),
        "Set": (set, frozenset),
        "AbstractSet": (set, frozenset),
        "MutableSet": (set,),
    }
    methods = {
        "Iterable": "__iter__",
        "Iterator": "__next__",
        "Sized": "__len__",
        "Container": "__contains__",
        "Callable": "__call__",
        "Hashable": "__hash__",
    }
    stubs = {name: _abstract_stub(partial(_is_any_of, classes)) for name, classes in kinds.items()}
    for name, method in methods.items():
        stubs[name] = _abstract_stub(partial(_has_method, method))
    return stubs


def _is_any_of(classes: tuple[type, ...], value: Any) -> bool:
    return isinstance(value, classes)


def _has_method(method: str, value: Any) -> bool:
    return getattr(type(value), method, None) is not None


class CounterFactory(Stub):
    """`collections.Counter`: makes counters and knows them, and lends out none of its methods.

    `Counter` is written in Python, and its methods trust their receiver: `Counter.copy(x)` is
    `x.__class__(x)` for any x, a class included.
    """

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Counter[Any]:
        """Return a counter."""
        return Counter(*args, **kwargs)

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, Counter)


class Marker(Stub):
    """A typing name that changes what a class statement makes."""

    __slots__ = ()


class NamedTupleMarker(Marker):
    """`typing.NamedTuple`."""

    __slots__ = ()


class TypedDictClass(Marker):
    """A `TypedDict` class of a program: calling it makes a plain dict."""

    __slots__ = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return a plain dict."""
        return dict(*args, **kwargs)


class TypedDictMarker(Marker):
    """`typing.TypedDict`; calling it makes a TypedDict class, whose keys are not looked at."""

    __slots__ = ()

    def __call__(self, name: str, keys: Any = None, /, **kwargs: Any) -> TypedDictClass:
        """Return a TypedDict class."""
        return TypedDictClass()


STUB = Stub()
COUNTER = CounterFactory()
NAMED_TUPLE = NamedTupleMarker()
TYPED_DICT = TypedDictMarker()


def identity(value: Any, /) -> Any:
    """Return `value`: decorators such as `typing.final` and `abc.abstractmethod`."""
    return value


def cast(kind: Any, value: Any, /) -> Any:
    """Return `value`, as `typing.cast` does."""
    return value


def type_variable(*args: Any, **kwargs: Any) -> Stub:
    """Return a stub: `typing.TypeVar`, `ParamSpec`."""
    return STUB


def new_type(name: Any, base: Any, /) -> Any:
    """Return `base`: `typing.NewType` of it."""
    return base
