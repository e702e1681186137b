"""Inert stand-ins for `typing`: they can be subscripted and inherited from, and mean nothing."""

from __future__ import annotations

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
        return dict(*args, **kwargs)


class TypedDictMarker(Marker):
    """`typing.TypedDict`; calling it makes a TypedDict class, whose keys are not looked at."""

    __slots__ = ()

    def __call__(self, name: str, keys: Any = None, /, **kwargs: Any) -> TypedDictClass:
        return TypedDictClass()


STUB = Stub()
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
