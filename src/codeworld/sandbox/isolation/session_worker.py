"""What a worker does with an isolated game: load it, then answer one request per line.

A request is the encoded list `[method, *arguments]`. An answer is one line too: a kind, as in the
answer of a job, and a value or a described error. States and observations are encoded each for
itself, so that what they share among each other is not marked.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from json import JSONEncoder, dumps
from typing import Any

from codeworld.contract import Position
from codeworld.errors import GameError
from codeworld.sandbox.compiled_game import CompiledGame
from codeworld.sandbox.compiler import compile_game
from codeworld.sandbox.isolation.job_worker import (
    ERROR,
    OUT_OF_MEMORY,
    TASK_FAILED,
    VALUE,
    describe_error,
    write_all,
)
from codeworld.sandbox.isolation.limits import Limits
from codeworld.sandbox.values import decode, encode

_READ_BYTES = 1 << 16
_NOTHING = object()

# For what a game has checked to be plain already.
_write = JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode


def serve_game(descriptor: int, request: dict[str, Any], limits: Limits) -> None:
    """Load a program and answer requests until the owner closes the channel.

    Args:
        descriptor: the channel.
        request: `source`, the program's text.
        limits: what the worker may use, already in force.
    """
    session = _Session(request["source"], limits.fuel)
    ballast = [bytearray(1 << 20)]  # so that there is room to report the end of memory
    write_all(descriptor, _attempt(session.load, ballast))
    while line := _read_line(descriptor):
        write_all(descriptor, _attempt(partial(session.answer, line), ballast))


def _attempt(produce: Callable[[], str], ballast: list[bytearray]) -> bytes:
    """The answer that states what `produce` returns or raises."""
    try:
        return VALUE + produce().encode("ascii") + b"\n"
    except MemoryError:
        ballast.clear()
        return OUT_OF_MEMORY + b"\n"
    except GameError as error:
        return ERROR + describe_error(error) + b"\n"
    except BaseException as error:
        failure = {"type": type(error).__name__, "message": traceback.format_exc()[-10_000:]}
        return TASK_FAILED + dumps(failure).encode("ascii") + b"\n"


def _read_line(descriptor: int) -> bytes:
    line = os.read(descriptor, _READ_BYTES)
    if line.endswith(b"\n") or not line:
        return line
    parts = [line]
    while not parts[-1].endswith(b"\n"):
        parts.append(os.read(descriptor, _READ_BYTES))
        if not parts[-1]:
            return b""
    return b"".join(parts)


class _Session:
    """A game, once loaded, and its answers as text."""

    def __init__(self, source: str, fuel: int | None) -> None:
        self._source = source
        self._fuel = fuel

    def load(self) -> str:
        """Load the program; return its text and the other attributes of a `Game`."""
        game = compile_game(self._source, fuel=self._fuel)
        assert isinstance(game, CompiledGame)
        self._game = game
        self._classes = game.classes
        return encode([game.source, game.num_players, sorted(game.defined)])

    def answer(self, line: bytes) -> str:
        """Return the answer to one request."""
        method, *arguments = decode(line.decode("ascii"), self._classes)
        if method in ("advance", "start", "position"):
            return self._write_position(getattr(self._game, method)(*arguments))
        value = getattr(self._game, method)(*arguments)
        if method == "restart":  # the program has run afresh and made its classes anew
            self._classes = self._game.classes
        if method == "get_observations":
            return self._write_each(value)
        return encode(value, self._classes)

    def _write_position(self, position: Position) -> str:
        state, player, legal_actions, returns, observations = position
        facts = _write([player, legal_actions, returns])
        return f"[{encode(state, self._classes)},{facts},{self._write_each(observations)}]"

    def _write_each(self, values: Iterable[Any]) -> str:
        texts: list[str] = []
        last: Any = _NOTHING
        for value in values:
            texts.append(texts[-1] if value is last else encode(value, self._classes))
            last = value
        return f"[{','.join(texts)}]"
