"""From an exception in a game's code to an error of ours, touching nothing that the game made.

No method of the exception runs: its text is taken only where it is a plain str. The traceback is
read for line numbers and function names and then forgotten.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

from codeworld.errors import CodeworldError, FuelExhaustedError, GameRuntimeError
from codeworld.sandbox.fuel import FuelExhausted

_MAX_TEXT = 300
"""Characters of a game's own text shown in a message."""

MODULE_LEVEL = "<module>"


def shorten(text: str, limit: int = _MAX_TEXT) -> str:
    """Return `text` on one line, cut to `limit` characters."""
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit else line[: limit - 3] + "..."


def describe_fault(
    error: BaseException, filename: str, function: str | None = None
) -> BaseException:
    """Return the exception to raise for what was raised while a game's code ran.

    Args:
        error: what was raised.
        filename: file name of the game's code object.
        function: the contract function called; None to read it from the traceback.

    Returns:
        A `GameError`, or `error` itself if it is not the game's doing (KeyboardInterrupt).
    """
    if isinstance(error, (CodeworldError, KeyboardInterrupt)):
        return error
    outer, line = _place(error.__traceback__, filename)
    if isinstance(error, FuelExhausted):
        outer, line = error.args
    name = function or outer or "the program"
    where = "while loading" if name == MODULE_LEVEL else f"in {name}"
    if isinstance(error, FuelExhausted):
        return FuelExhaustedError(
            f"out of fuel {where}, at line {line}: it loops for ever or for far too long; "
            "make sure that every loop ends"
        )
    kind = shorten(type.__getattribute__(type(error), "__name__"))
    if not isinstance(error, Exception):
        return error
    return GameRuntimeError(
        f"{kind} {where}, at line {line}{_text(error)}; the function must return instead"
    )


def _text(error: BaseException) -> str:
    """Return the exception's own words, if they are plain strings."""
    args: Any = BaseException.args.__get__(error)  # type: ignore[attr-defined]
    if type(args) is tuple and args and all(type(argument) is str for argument in args):
        return f": {shorten(', '.join(args))}"
    return ""


def _place(traceback: TracebackType | None, filename: str) -> tuple[str | None, int]:
    """Return the game's outermost function in `traceback`, and the innermost line of its code."""
    outer: str | None = None
    line = 0
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename == filename:
            outer = outer or code.co_name
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return outer, line
