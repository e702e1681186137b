"""Fuel: a count of steps that stops a program which loops for ever, or for far too long.

One iterator of ticks is shared by all of a game's code. It is made of C-level parts only: a
`bytes_iterator`, which can be wound back in 13 ns, followed by an object that raises. Compiled code
draws a tick wherever it could run on for long (`metering.py` decides where):

- a `for` over E runs over `compress(E, ticks)`, which draws one tick per item at C speed;
- a `while` body and some functions begin with `next(ticks)`.

The exception derives from BaseException and no program can name it, so no program can catch it; and
since the spent iterator stays spent, a `finally` that carries on is stopped at its next tick.

Fuel, not time, is the verdict: the same program runs out at the same place on every machine. There
is no timer in this process. Between two ticks a program does a bounded amount of Python work, and
what runs long inside C code (comparing huge lists, multiplying huge integers) could not be stopped
by a signal either, since Python handles signals between bytecodes only. Such programs are stopped
by the worker process, which is killed at its wall-clock limit.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, compress
from types import FrameType
from typing import Any

DEFAULT_FUEL = 1_000_000
"""Ticks for one call of a contract function: about a second of looping."""

_TICKS: dict[int, bytes] = {}
"""One shared run of ticks for each amount of fuel in use."""


class FuelExhausted(BaseException):
    """The call ran out of fuel, in the function and at the line that are its arguments.

    Internal: callers see `FuelExhaustedError`.
    """


class _Exhausted:
    """An iterator that raises `FuelExhausted` for ever, and notes that it did."""

    __slots__ = ("_fuel",)

    def __init__(self, fuel: Fuel) -> None:
        self._fuel = fuel

    def __iter__(self) -> _Exhausted:
        return self

    def __next__(self) -> int:
        fuel = self._fuel
        if fuel.spent is None:
            fuel.spent = _place()
        raise FuelExhausted(*fuel.spent)


def check_fuel(fuel: Any) -> int | None:
    """Return `fuel` if it is a positive int or None.

    Raises:
        ValueError: if it is anything else.
    """
    if fuel is None or (type(fuel) is int and 0 < fuel <= 10**9):
        return fuel
    raise ValueError(f"fuel must be an int from 1 to 10**9, or None for no limit, got {fuel!r}")


def _place() -> tuple[str, int]:
    """Return the program's outermost function and innermost line that are running now."""
    frame: FrameType | None = sys._getframe(1)
    function, line = "", 0
    while frame is not None:
        if frame.f_code.co_filename.startswith("<game "):
            function, line = frame.f_code.co_name, line or frame.f_lineno
        frame = frame.f_back
    return function, line


class Fuel:
    """The fuel of one game.

    Attributes:
        amount: ticks in a full tank, or None if the game is not metered.
        ticks: the shared iterator; replaced by `refill`.
        reset: `reset(0)` fills the tank again, unless it ran dry.
        spent: where it ran dry since the last `refill`, as function and line, else None. A program
            can hide the exception, by another one that it raises in `finally`, so the host looks
            here when a call returns.
    """

    __slots__ = ("amount", "reset", "spent", "ticks")

    def __init__(self, amount: int | None) -> None:
        self.amount = amount
        self.ticks: Iterator[int]
        self.reset: Callable[[int], Any]
        self.refill()

    def refill(self) -> None:
        """Make a fresh, full iterator: needed at the start and after exhaustion."""
        amount = self.amount or 1
        counter = iter(_TICKS.setdefault(amount, b"\x01" * amount))
        self.ticks = chain(counter, _Exhausted(self))
        self.spent: tuple[str, int] | None = None
        self.reset = counter.__setstate__  # type: ignore[attr-defined]

    def meter(self, items: Iterable[Any]) -> Iterator[Any]:
        """Return an iterator over `items` that draws one tick per item."""
        if self.amount is None:
            return iter(items)
        return compress(items, self.ticks)

    def charge(self, ticks: int) -> bool:
        """Draw several ticks at once; True, so that it can stand in a condition."""
        source = self.ticks
        for _ in range(ticks):
            next(source)
        return True
