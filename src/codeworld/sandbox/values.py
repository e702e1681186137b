"""The plain-value codec: states and answers as JSON text, faithfully and without running the game.

JSON's own values (None, booleans, finite numbers, strings, lists, dicts with string keys) are
written as plain JSON. Everything else is an object with one key that begins with `$`:

| value | text |
|---|---|
| dict with other keys, or with a key that begins with `$` | `{"$dict": [[key, value], ...]}` |
| Counter, OrderedDict | `{"$Counter": [[key, value], ...]}` |
| defaultdict | `{"$defaultdict": [factory, [[key, value], ...]]}` |
| tuple, set, frozenset | `{"$tuple": [...]}` |
| deque | `{"$deque": [[...], maxlen]}` |
| nan, inf, -inf | `{"$float": "nan"}` |
| bytes, range | `{"$bytes": "00ff"}`, `{"$range": [start, stop, step]}` |
| object of a game's own class | `{"$object": [class, [[field, value], ...], base]}` |
| member of a game's own enumeration | `{"$enum": [class, name, number]}` |
| mutable object that occurs again | `{"$share": [number, value]}`, then `{"$ref": number}` |

`encode` keeps the order of dicts and which values are one and the same object, so that play goes on
bit for bit; `canonical` forgets both, so that equal values give equal text in every process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from json import JSONDecoder, JSONEncoder
from typing import Any, NoReturn

from codeworld.errors import ContractError
from codeworld.sandbox.game_objects import GameEnumMember, GameObject
from codeworld.sandbox.tagging import ITEM_SIZE, MAX_DEPTH, MAX_SIZE, SCALARS, tag
from codeworld.sandbox.untagging import untag

__all__ = ["GameEnumMember", "GameObject", "canonical", "decode", "encode"]

_STRING = frozenset({str})
_NO_CLASSES: Mapping[str, type] = {}

_write = JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode
_write_sorted = JSONEncoder(
    separators=(",", ":"), allow_nan=False, check_circular=False, sort_keys=True
).encode


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_read = JSONDecoder(parse_constant=_refuse_constant).decode


def encode(value: Any, classes: Mapping[str, type] = _NO_CLASSES) -> str:
    """Return `value` as JSON text that `decode` turns back into the very same value.

    Args:
        value: a state, an observation or another plain value.
        classes: the game's own classes by qualified name; their objects are written as records of
            their fields. Objects of any other class are refused.

    Returns:
        ASCII text. Dicts keep their order.

    Raises:
        ContractError: if the value holds something that is not data, contains itself, is nested
            deeper than `MAX_DEPTH` or larger than `MAX_SIZE`.
    """
    seen: list[int] = []
    if _plain_size(value, MAX_DEPTH, seen) >= 0 and len(set(seen)) == len(seen):
        try:
            text = _write(value)
        except ValueError:  # nan, infinity, or an integer of too many digits
            text = '"$'
        if '"$' not in text:
            return text
    return _dump(tag(value, classes), _write)


def canonical(value: Any, classes: Mapping[str, type] = _NO_CLASSES) -> str:
    """Return the key of `value`: equal values give equal text, in every process.

    The order of dicts and sets does not matter; types do, so 1, 1.0 and True differ.

    Raises:
        ContractError: as `encode` does.
    """
    text = plain_canonical(value)
    return text or _dump(tag(value, classes, canonical=True), _write_sorted)


def plain_canonical(value: Any) -> str:
    """Return `canonical(value)` if it needs no classes, else ""."""
    if _plain_size(value, MAX_DEPTH, []) >= 0:
        try:
            text = _write_sorted(value)
        except ValueError:
            text = '"$'
        if '"$' not in text:
            return text
    return ""


def decode(text: str, classes: Mapping[str, type] | None = None) -> Any:
    """Return the value that `encode` wrote.

    With the game's classes, its objects come back as they were; building a dict or set may then
    call their `__hash__` and `__eq__`, so do it where game code may run. Without, they come back as
    inert `GameObject` and `GameEnumMember` records, which encode to the same text again.

    Raises:
        ContractError: if `text` is not what `encode` writes.
    """
    try:
        tree = _read(text)
        if '"$' not in text:
            return tree
        return untag(tree, classes)
    except ContractError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ContractError(
            f"a value is not in codeworld's JSON form ({type(error).__name__}); "
            "only text from encode can be decoded"
        ) from error


def _dump(tree: Any, write: Callable[[Any], str]) -> str:
    try:
        return write(tree)
    except ValueError as error:
        raise ContractError(
            "a value holds an integer of more digits than Python turns into text (4300); "
            "keep numbers small"
        ) from error


def _plain_size(value: Any, depth: int, seen: list[int]) -> int:
    """The size, as `MAX_SIZE` counts it, of a value of JSON's own types; -1 for any other value.

    Appends the identity of every container to `seen`. One loop over exact types: this is what a
    state costs on every step.
    """
    kind = type(value)
    if kind is dict:
        if not depth or not _STRING.issuperset(map(type, value)):
            return -1
        items: Iterable[Any] = value.values()
        size = sum(map(len, value))
    elif kind is list:
        if not depth:
            return -1
        items = value
        size = 0
    else:
        return 1 if kind in SCALARS else -1
    seen.append(id(value))
    size += ITEM_SIZE * len(value)
    for item in items:
        kind = type(item)
        if kind is str:
            size += len(item)
        elif kind not in SCALARS:
            inner = _plain_size(item, depth - 1, seen)
            if inner < 0:
                return -1
            size += inner
    return size if size <= MAX_SIZE else -1
