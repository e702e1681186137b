"""Names that the language policy refuses, and why; computed on the running interpreter.

Attribute loads are plain in a game program, so a name that leads from a value to the interpreter's
insides must be refused wherever it stands. The deny set is read from `dir()` of the dangerous types
of the Python that runs, so that a new attribute in a new version is refused from its first day.
"""

from __future__ import annotations

import abc
import collections
import dataclasses
import enum
import functools
import random
import types
import typing


def words(text: str) -> list[str]:
    """Return the names in `text`, which are separated by spaces."""
    return text.split()


_INTERNAL_TYPES: tuple[type, ...] = (
    types.FrameType,
    types.CodeType,
    types.GeneratorType,
    types.CoroutineType,
    types.AsyncGeneratorType,
    types.TracebackType,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.ModuleType,
    types.CellType,
    types.MemberDescriptorType,
    types.GetSetDescriptorType,
    types.GenericAlias,
    types.UnionType,
    types.SimpleNamespace,
    type,
    property,
    abc.ABCMeta,
    BaseException,
    BaseExceptionGroup,
)
"""Types whose attributes lead out of the program."""

_VALUE_TYPES: tuple[type, ...] = (str, bytes, int, float, list, tuple, dict, set, frozenset, range)
"""Types whose methods are the language's everyday vocabulary, allowed even where names collide."""

_HARMLESS_ATTRIBUTES = frozenset(
    {"send", "throw", "close", "setter", "getter", "deleter", "args", "message", "exceptions"}
)
"""Public attributes of the internal types that stay allowed: generators, properties, exceptions."""

_NAMEDTUPLE_ATTRIBUTES = frozenset({"_replace", "_asdict", "_fields", "_make"})

_LIBRARY_TYPES: tuple[type, ...] = (
    abc.ABC,
    collections.Counter,
    collections.OrderedDict,
    collections.defaultdict,
    collections.deque,
    dataclasses.Field,
    enum.Enum,
    enum.EnumMeta,
    enum.Flag,
    enum.auto,
    functools.partial,
    random.Random,
    typing.Generic,
    collections.namedtuple("_Sample", "field"),
)
"""Library types within a program's reach, whose underscored attributes are not its business."""


def _plain_names(sources: tuple[type, ...]) -> set[str]:
    """Return the attribute names of `sources` that are not dunders."""
    names = {name for source in sources for name in dir(source)}
    return {name for name in names if not name.startswith("__")}


def _library_internals() -> set[str]:
    """Return the underscored attribute names of library types."""
    names = {name for name in _plain_names(_LIBRARY_TYPES) if name.startswith("_")}
    return names - _NAMEDTUPLE_ATTRIBUTES


DENIED_ATTRIBUTES: frozenset[str] = frozenset(
    (_plain_names(_INTERNAL_TYPES) - _plain_names(_VALUE_TYPES) - _HARMLESS_ATTRIBUTES)
    | _library_internals()
    | {"mro", "with_traceback", "add_note", "register", "fget", "fset", "fdel", "format_map"}
    | {"gi_frame", "gi_code", "gi_yieldfrom", "tb_frame", "tb_next", "f_globals", "f_builtins"}
    | {"_abc_impl", "_member_map_", "_value2member_map_", "cache_parameters"}
)
"""Attributes that may be neither read nor written, on any object."""

CHECKED_ATTRIBUTES: frozenset[str] = frozenset(
    {"obj", "base", "data", "func", "object", "metadata"}
)
"""Attributes that are harmless on a program's own objects only: looked at when the program runs."""

DENIED_NAMES: dict[str, str] = {
    **dict.fromkeys(
        ("eval", "exec", "compile", "__import__"),
        "code made at run time cannot be checked; write the code out",
    ),
    **dict.fromkeys(
        ("open", "input", "breakpoint", "help", "exit", "quit", "copyright", "credits", "license"),
        "a game has no files, terminal or process; keep everything in the state",
    ),
    **dict.fromkeys(
        ("globals", "locals", "vars", "dir"),
        "a game may not look into namespaces; keep what you need in the state",
    ),
    **dict.fromkeys(
        ("setattr", "delattr"),
        "attributes are written by name only; write `obj.name = value`",
    ),
    **dict.fromkeys(
        ("memoryview", "bytearray"),
        "raw memory is not for games; use a list of ints",
    ),
    **dict.fromkeys(
        ("BaseException", "BaseExceptionGroup", "ExceptionGroup", "GeneratorExit"),
        "it would catch what must stop the game; use `Exception`",
    ),
    **dict.fromkeys(
        ("KeyboardInterrupt", "SystemExit"),
        "a game cannot stop the process; raise ValueError instead",
    ),
    **dict.fromkeys(
        ("aiter", "anext"),
        "games are not asynchronous; use plain iterators",
    ),
    "id": "addresses differ from run to run; give your objects a name or a number",
}
"""Builtins that a program may not use, each with the reason and the remedy."""

OPERATOR_METHODS: frozenset[str] = frozenset(
    f"__{name}__"
    for name in words(
        "init post_init repr str format eq ne lt le gt ge hash bool len contains iter"
        " next reversed getitem setitem delitem missing call int float complex index"
        " round trunc floor ceil neg pos abs invert divmod rdivmod add sub mul matmul"
        " truediv floordiv mod pow lshift rshift and or xor radd rsub rmul rmatmul"
        " rtruediv rfloordiv rmod rpow rlshift rrshift rand ror rxor iadd isub imul"
        " imatmul itruediv ifloordiv imod ipow ilshift irshift iand ior ixor"
    )
)
"""Special methods that a program's class may define."""


def is_underscores(name: str) -> bool:
    """Tell whether `name` is a throw-away name: `_`, `__`, `___`."""
    return not name.strip("_")


def attribute_fault(name: str) -> str | None:
    """Return why the attribute `name` is refused on every object, or None if it is not."""
    if name == "__name__":
        return None
    if name.startswith("__"):
        return "names that begin with two underscores lead into the interpreter; use one or none"
    if name in DENIED_ATTRIBUTES or (name.startswith("_") and name.endswith("_") and name != "_"):
        return "this attribute leads out of the game program; choose another name"
    return None


def binding_fault(name: str) -> str | None:
    """Return why a program may not bind `name`, or None if it may."""
    if name.startswith("__") and not is_underscores(name):
        return "names that begin with two underscores belong to Python; use one or none"
    if name == "super":
        return "`super` cannot be given another meaning; choose another name"
    return None
