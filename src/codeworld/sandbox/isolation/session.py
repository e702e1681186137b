"""One long-lived worker that answers requests line by line, seen from its owner."""

from __future__ import annotations

import os
import socket
import struct
import time

from codeworld.errors import (
    GameError,
    SandboxUnavailableError,
    WorkerCrashError,
    WorkerTimeoutError,
)
from codeworld.sandbox.isolation.fork_server import make_request
from codeworld.sandbox.isolation.job_worker import ERROR, OUT_OF_MEMORY, TASK_FAILED, VALUE
from codeworld.sandbox.isolation.jobs import read_error, restore_error
from codeworld.sandbox.isolation.layers import Layers
from codeworld.sandbox.isolation.limits import Limits
from codeworld.sandbox.isolation.shared_server import shared_server
from codeworld.sandbox.isolation.verdicts import describe_end

_READ_BYTES = 1 << 18


class Session:
    """A worker that holds a loaded game.

    Attributes:
        owner: process id of the process that started it; no other may talk to it.
    """

    def __init__(self, source: str, limits: Limits, layers: Layers) -> None:
        """Start a worker; read its first answer next.

        Raises:
            SandboxUnavailableError: if no worker can be started.
        """
        self.owner = os.getpid()
        self._limits = limits
        self._socket, theirs = socket.socketpair()
        # The kernel's own time-outs: a Python one costs a second system call each way.
        seconds, rest = divmod(limits.wall_seconds, 1)
        timeout = struct.pack("@ll", int(seconds), max(1, int(rest * 1_000_000)))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeout)
        request = make_request("game", limits, source=source)
        try:
            self._server = shared_server(layers)
            try:
                self._number = self._server.start(request, theirs.fileno())
            except SandboxUnavailableError:  # it was killed since the last worker: try a new one
                self._server = shared_server(layers)
                self._number = self._server.start(request, theirs.fileno())
        except BaseException:
            self._socket.close()
            raise
        finally:
            theirs.close()

    def ask(self, request: str) -> str:
        """Send a request and return the text of the answer.

        Raises:
            GameError: of the class and with the message that the worker reports.
            WorkerTimeoutError, WorkerCrashError: if the worker ended; the session is over then.
        """
        try:
            self._socket.sendall(request.encode("ascii") + b"\n")
        except BlockingIOError:
            raise self._timed_out() from None
        except OSError:
            raise self._ended() from None
        return self.read()

    def read(self) -> str:
        """Return the text of the next answer. Raises as `ask` does."""
        line = self._read_line()
        kind = line[:1]
        if kind == VALUE:
            return line[1:-1].decode("ascii", "replace")
        if kind == ERROR:
            raise self._reported_error(line[1:-1])
        if kind == OUT_OF_MEMORY:
            raise self._over("it ran out of memory (Limits.memory_bytes)")
        if kind == TASK_FAILED:
            raise self._over(f"it failed: {line[1:2000].decode('ascii', 'replace')}")
        raise self._over("its answer is not in the form of an answer")

    @property
    def is_open(self) -> bool:
        """Whether the worker can still be asked."""
        return self._socket.fileno() >= 0

    def hang_up(self) -> None:
        """Close the channel, at which the worker ends by itself once it has answered."""
        self._socket.close()

    def close(self) -> None:
        """End the worker. May be called twice, and in a process forked from the owner."""
        if not self.is_open:
            return
        self._socket.close()
        if self.owner == os.getpid():
            self._server.release(self._number)

    def _read_line(self) -> bytes:
        deadline = 0.0
        parts = []
        size = 0
        while True:
            try:
                part = self._socket.recv(_READ_BYTES)
            except BlockingIOError:
                raise self._timed_out() from None
            except OSError:
                part = b""
            if not part:
                raise self._ended()
            parts.append(part)
            size += len(part)
            if size > self._limits.answer_bytes:
                limit = self._limits.answer_bytes
                raise self._over(f"its answer is longer than {limit} bytes (Limits.answer_bytes)")
            if part.endswith(b"\n"):
                return part if len(parts) == 1 else b"".join(parts)
            now = time.monotonic()
            deadline = deadline or now + self._limits.wall_seconds
            if now > deadline:  # it writes a little now and then
                raise self._timed_out()

    def _reported_error(self, description: bytes) -> GameError:
        try:
            name, message, findings = read_error(description.decode("ascii"))
        except (ValueError, TypeError, KeyError, RecursionError):
            return self._over("it reported an error that is not one of codeworld's")
        return restore_error(name, message, findings)

    def _timed_out(self) -> WorkerTimeoutError:
        self.close()
        return WorkerTimeoutError(
            f"the isolated game gave no answer within {self._limits.wall_seconds:g} s "
            "(Limits.wall_seconds) and was ended; restart(seed) starts it anew"
        )

    def _over(self, what: str) -> WorkerCrashError:
        self.close()
        return WorkerCrashError(
            f"the isolated game's worker was ended: {what}; restart(seed) starts it anew"
        )

    def _ended(self) -> WorkerCrashError:
        """The error for a worker that ended by itself."""
        self._socket.close()
        code = self._server.end(self._number)
        if code is None:
            what = "the worker was lost with the fork server, which was killed"
        else:
            what = describe_end(code)
        return WorkerCrashError(f"the isolated game ended: {what}; restart(seed) starts it anew")
