"""Whether a loaded program can keep anything between two calls.

Without hidden state every call is a function of its arguments, and a new episode needs no fresh
module. The proof is a walk over everything that the program's functions can reach.
"""

from __future__ import annotations

from types import FunctionType
from typing import Any

from codeworld.sandbox.library import Namespace

_IMMUTABLE = frozenset({int, float, complex, bool, str, bytes, range, type(None), type(Ellipsis)})


def is_stateless(namespace: dict[str, Any], sealed: frozenset[str]) -> bool:
    """Tell whether the module-level `namespace` of a program provably never changes.

    Args:
        namespace: the globals of the program, after its module-level code ran.
        sealed: names of lists, dicts and sets that the program only ever reads.
    """
    if "random" in namespace["__builtins__"] or _uses_random(namespace):
        return False
    return all(
        _is_frozen(value, name in sealed, set())
        for name, value in namespace.items()
        if name != "__builtins__"
    )


def _uses_random(namespace: dict[str, Any]) -> bool:
    return any(
        type(value) is Namespace and value.__dict__["__name__"] == "random"
        for value in namespace.values()
    )


def _is_frozen(value: Any, is_sealed: bool, seen: set[int]) -> bool:
    """Tell whether nothing that `value` leads to can change."""
    kind = type(value)
    if kind in _IMMUTABLE or kind is Namespace:
        return True
    if id(value) in seen:
        return True
    seen.add(id(value))
    if kind is tuple or kind is frozenset:
        return all(_is_frozen(item, False, seen) for item in value)
    if is_sealed and (kind is list or kind is set):
        return all(_is_frozen(item, False, seen) for item in value)
    if is_sealed and kind is dict:
        return all(_is_frozen(item, False, seen) for pair in value.items() for item in pair)
    if kind is FunctionType:
        return _is_pure(value, seen)
    return False


def _is_pure(function: FunctionType, seen: set[int]) -> bool:
    """Tell whether a function keeps nothing in its defaults, closure or attributes."""
    kept = (function.__defaults__, tuple((function.__kwdefaults__ or {}).values()))
    return (
        not function.__closure__
        and not function.__dict__
        and all(_is_frozen(value, False, seen) for values in kept for value in values or ())
    )
