"""What a worker does with one job: call the task and write one answer."""

from __future__ import annotations

import os
import sys
import traceback
from json import dumps
from typing import Any

from codeworld.errors import GameError, PolicyError
from codeworld.sandbox.isolation.limits import Limits
from codeworld.sandbox.values import encode

VALUE, ERROR, OUT_OF_MEMORY, TASK_FAILED = b"V", b"E", b"M", b"T"
"""First byte of an answer: a value, a GameError, no memory left, any other exception."""

_MESSAGE_CHARACTERS = 20_000


def run_job(descriptor: int, request: dict[str, Any], limits: Limits) -> None:
    """Call `task(source, arguments)` and write its answer to `descriptor`.

    Args:
        descriptor: where the answer goes.
        request: `task` ("module:function"), `source` and `arguments`.
        limits: what the worker may use, already in force.
    """
    ballast: bytearray | None = bytearray(1 << 20)  # so that there is room to report its end
    try:
        module, _, name = request["task"].partition(":")
        task = getattr(sys.modules[module], name)
        value = task(request["source"], request["arguments"])
        answer = VALUE + encode(value).encode("ascii")
    except MemoryError:
        ballast = value = None
        answer = OUT_OF_MEMORY
    except GameError as error:
        answer = ERROR + describe_error(error)
    except BaseException as error:
        answer = TASK_FAILED + dumps(
            {"type": type(error).__name__, "message": _shorten(traceback.format_exc())}
        ).encode("ascii")
    del ballast
    write_all(descriptor, answer)


def describe_error(error: GameError) -> bytes:
    """Return a GameError as JSON: its class, its message and the findings of the policy."""
    findings = error.findings if isinstance(error, PolicyError) else ()
    return dumps(
        {
            "type": type(error).__name__,
            "message": _shorten(str(error)),
            "findings": [[f.line, f.column, f.construct, f.reason] for f in findings],
        }
    ).encode("ascii")


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _shorten(text: str) -> str:
    if len(text) <= _MESSAGE_CHARACTERS:
        return text
    return text[: _MESSAGE_CHARACTERS // 2] + " [...] " + text[-_MESSAGE_CHARACTERS // 2 :]
