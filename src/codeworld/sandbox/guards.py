"""Guards: the checks that must look at values while the program runs.

Each replaces a construct or a builtin whose danger depends on its operands. They never call a
method that the program could have overridden before they know the type of the object.
"""

from __future__ import annotations

from typing import Any

from codeworld.sandbox.classes import MARK, GuardedEnumType, is_game_class
from codeworld.sandbox.formatting import format_text
from codeworld.sandbox.policy_names import CHECKED_ATTRIBUTES, attribute_fault

MAX_BITS = 65_536
"""Bits of the largest integer that `**`, `<<` and the functions of `math` may make."""

MAX_LENGTH = 1_000_000
"""Length of the longest sequence that a literal repeats to, or that `range` hands to C code."""

MAX_DIGITS = 400
"""Digits that `round` may be asked for, on either side of the point."""

_PLAIN_TYPES = frozenset(
    {
        *(str, bytes, int, float, complex, bool, list, tuple, dict, set, frozenset, range, slice),
        *(object, type(None), type(Ellipsis), type(NotImplemented)),
    }
)
"""Types that `type` may hand out besides the program's own."""


def attribute(owner: Any, name: str, /) -> Any:
    """Return `owner.name` for a name that is harmless on the program's own objects only.

    Raises:
        AttributeError: if `owner` belongs to Python or to a library.
    """
    kind = type(owner)
    owned = is_game_class(kind) and not issubclass(kind, BaseException)
    if owned or is_game_class(owner):
        return getattr(owner, name)
    raise AttributeError(f"`.{name}` can be read only from objects of the program's own classes")


def own(owner: Any, /) -> Any:
    """Return the receiver of a method if it is an object of the program's own class.

    Raises:
        TypeError: if it is a class, or belongs to Python or to a library.
    """
    kind = type(owner)
    if MARK in kind.__dict__ or type(kind) is GuardedEnumType:  # its members come before its mark
        return owner
    raise TypeError(
        "attributes can be written only on objects of the program's own classes, not on functions "
        "or modules"
    )


def writable(owner: Any, /) -> Any:
    """Return `owner` if its attributes may be written: its class, or itself, is the program's own.

    Raises:
        TypeError: if `owner` belongs to Python or to a library.
    """
    return owner if is_game_class(owner) else own(owner)


def guarded_format(receiver: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Return `receiver.format(...)`: of a string, or of an object with a method of that name."""
    kind = type(receiver)
    if kind is str:
        return format_text(receiver, *args, **kwargs)
    if is_game_class(kind) and not issubclass(kind, (str, BaseException)):
        return receiver.format(*args, **kwargs)
    raise TypeError("`.format` can be called only on a plain string")


def _check_name(name: Any) -> None:
    if type(name) is not str:
        raise TypeError("attribute name must be a plain str")
    if attribute_fault(name) is not None or name == "format":
        raise AttributeError(f"attribute {name!r} cannot be reached from a game program")


def guarded_getattr(owner: Any, name: str, /, *default: Any) -> Any:
    """Return `getattr(owner, name)`, held to the rules of a written attribute."""
    _check_name(name)
    if name in CHECKED_ATTRIBUTES:
        return attribute(owner, name)
    return getattr(owner, name, *default)


def guarded_hasattr(owner: Any, name: str, /) -> bool:
    """Return `hasattr(owner, name)`; False for attributes that the program may not reach."""
    try:
        guarded_getattr(owner, name)
    except AttributeError:
        return False
    return True


def type_of(owner: Any, /) -> Any:
    """Return the type of `owner`, if it is a plain one or the program's own.

    Raises:
        TypeError: if the type belongs to a library or to the interpreter.
    """
    kind = type(owner)
    if kind in _PLAIN_TYPES or is_game_class(kind):
        return kind
    if issubclass(kind, Exception) and kind.__module__ == "builtins":
        return kind
    raise TypeError("`type` shows only plain types and the program's own classes; use isinstance")


def check_bits(bits: int) -> None:
    """Refuse to make an integer of more than `MAX_BITS` bits."""
    if bits > MAX_BITS:
        raise OverflowError(f"integers in a game program are limited to {MAX_BITS} bits")


def power(base: Any, exponent: Any, /) -> Any:
    """Return `base ** exponent`, unless the result is a huge integer."""
    if isinstance(base, int) and isinstance(exponent, int):
        bits = int.bit_length(base)
        if bits > 1:
            check_bits(bits * int.__abs__(exponent))
    return base**exponent


def guarded_pow(base: Any, exp: Any, mod: Any = None) -> Any:
    """Return `pow(base, exp, mod)`, unless it would take huge integers."""
    if mod is None:
        return power(base, exp)
    for number in (base, exp, mod):
        if isinstance(number, int):
            check_bits(int.bit_length(number) * 16)
    return pow(base, exp, mod)


def shift(number: Any, count: Any, /) -> Any:
    """Return `number << count`, unless the result is a huge integer."""
    if isinstance(number, int) and isinstance(count, int):
        check_bits(int.bit_length(number) + int.__int__(count))
    return number << count


def repeat(left: Any, right: Any, /) -> Any:
    """Return `left * right`, where one is a sequence literal, unless the result is huge."""
    sequence, count = (left, right) if isinstance(right, int) else (right, left)
    if isinstance(count, int) and isinstance(sequence, (str, bytes, list, tuple)):
        length = len(sequence) * max(int.__int__(count), 0)
        if length > MAX_LENGTH:
            raise OverflowError(f"sequences in a game program are limited to {MAX_LENGTH} items")
    return left * right


def guarded_round(number: Any, ndigits: Any = None) -> Any:
    """Return `round(number, ndigits)` for a sensible number of digits."""
    if isinstance(ndigits, int) and int.__abs__(ndigits) > MAX_DIGITS:
        raise OverflowError(f"round takes at most {MAX_DIGITS} digits")
    return round(number, ndigits)


def capped_range(*bounds: Any) -> range:
    """Return a range for C code to run through, of at most `MAX_LENGTH` items."""
    numbers = range(*bounds)
    step = numbers.step
    if abs(numbers.stop - numbers.start) // abs(step) > MAX_LENGTH:
        raise OverflowError(
            f"range({', '.join(map(str, (numbers.start, numbers.stop)))}) is longer than "
            f"{MAX_LENGTH} items; use a `for` or `while` loop over numbers that you need"
        )
    return numbers


def discard(*args: Any, **kwargs: Any) -> None:
    """Do nothing: `print` in a game program, whose arguments are not even turned into text."""
