"""The fork servers that a process's isolated games share, one for each choice of layers."""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import threading
from itertools import count

from codeworld.errors import SandboxUnavailableError
from codeworld.sandbox.isolation.fork_server import ForkServer
from codeworld.sandbox.isolation.layers import IsolationReport, Layers
from codeworld.sandbox.isolation.protocol import Kind, Message

_REPORT_SECONDS = 60.0

_servers: dict[Layers, SharedServer] = {}
_servers_lock = threading.Lock()


class SharedServer:
    """A fork server that many threads may ask for long-lived workers.

    Attributes:
        report: how strongly its workers are isolated.
    """

    def __init__(self, layers: Layers) -> None:
        self._server = ForkServer(layers)
        self._server.channel.settimeout(_REPORT_SECONDS)
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._lost = False
        self._live: set[int] = set()
        self._ended: dict[int, int] = {}
        self.report: IsolationReport = self._server.report

    @property
    def lost(self) -> bool:
        """Whether the zygote is known to be gone."""
        return self._lost

    def start(self, request: bytes, descriptor: int) -> int:
        """Start a worker and return its number.

        Raises:
            SandboxUnavailableError: if the zygote is gone.
        """
        with self._lock:
            number = next(self._numbers)
            self._live.add(number)
            try:
                self._server.start(number, request, descriptor)
                while not self._lost:
                    message = self._receive()
                    if message and message.kind is Kind.STARTED and message.worker == number:
                        return number
            except OSError:
                self._lost = True
        raise SandboxUnavailableError("the sandbox's fork server was killed")

    def end(self, number: int) -> int | None:
        """Kill a worker and return its exit code, None if it was lost with the zygote.

        A worker that has ended by itself has that exit code, negative for a signal.
        """
        with self._lock:
            self._kill(number)
            while number not in self._ended and not self._lost:
                self._receive()
            self._live.discard(number)
            return self._ended.pop(number, None)

    def release(self, number: int) -> None:
        """Kill a worker without waiting for its end."""
        with self._lock:
            self._live.discard(number)
            self._ended.pop(number, None)
            self._kill(number)

    def close(self) -> None:
        """End the zygote and all its workers."""
        self._lost = True
        self._server.close()

    def _kill(self, number: int) -> None:
        # Reports that wait unread could fill the channel, and then neither side could go on.
        while not self._lost and select.select([self._server.channel], [], [], 0)[0]:
            self._receive()
        if not self._lost:
            self._server.kill(number)

    def _receive(self) -> Message | None:
        try:
            message = self._server.receive()
        except (TimeoutError, OSError):
            message = None
        if message is None:
            self._lost = True
            self._server.terminate()
        elif message.kind is Kind.ENDED and message.worker in self._live:
            self._ended[message.worker] = os.waitstatus_to_exitcode(int(message.payload))
        return message


def shared_server(layers: Layers) -> SharedServer:
    """Return this process's server for these layers, a new one if there is none alive.

    Raises:
        SandboxUnavailableError: if none can be started.
    """
    with _servers_lock:
        server = _servers.get(layers)
        if server is None or server.lost:
            if server is not None:
                server.close()
            server = _servers[layers] = SharedServer(layers)
        return server


def isolation_report(layers: Layers | None = None) -> IsolationReport:
    """Return how strongly this machine isolates workers, found by trying every layer.

    Args:
        layers: which layers to try, all by default.

    Raises:
        SandboxUnavailableError: if no worker can be started at all.
    """
    return shared_server(layers or Layers()).report


@atexit.register
def _close_all() -> None:
    for server in _servers.values():
        with contextlib.suppress(OSError):
            server.close()
    _servers.clear()


def _forget_all() -> None:
    global _servers_lock
    _servers_lock = threading.Lock()
    _servers.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
