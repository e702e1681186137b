"""The owner's side of a zygote: start it, ask it for workers, end it."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import weakref
from collections.abc import Sequence
from dataclasses import asdict

from codeworld.errors import SandboxUnavailableError
from codeworld.sandbox.isolation.layers import IsolationReport, Layers, LayerStatus
from codeworld.sandbox.isolation.limits import Limits
from codeworld.sandbox.isolation.protocol import Kind, Message, receive, send

_START_SECONDS = 120.0
_END_SECONDS = 10.0

_PROGRAM = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from codeworld.sandbox.isolation.zygote import main
main(int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4]), json.loads(sys.argv[5]))
"""

_open_servers: weakref.WeakSet[ForkServer] = weakref.WeakSet()


class ForkServer:
    """One zygote and the channel to it.

    Attributes:
        report: how strongly its workers are isolated.
    """

    report: IsolationReport

    def __init__(self, layers: Layers, modules: Sequence[str] = (), hash_seed: int = 0) -> None:
        """Start a zygote.

        Args:
            layers: the layers to put on its workers, where they work.
            modules: trusted modules to import in it.
            hash_seed: the interpreter's PYTHONHASHSEED, which orders the sets of its workers.

        Raises:
            SandboxUnavailableError: if it does not start.
        """
        self.channel, theirs = socket.socketpair()
        try:
            self._process = _spawn(theirs, layers, modules, hash_seed)
        except OSError as error:
            self.channel.close()
            raise SandboxUnavailableError(
                f"the sandbox cannot start {sys.executable!r}: {error}; "
                "sys.executable must be a Python interpreter"
            ) from error
        finally:
            theirs.close()
        _open_servers.add(self)
        self.channel.settimeout(_START_SECONDS)
        try:
            message = receive(self.channel)
        except TimeoutError:
            message = None
        self.channel.settimeout(None)
        if message is None or message.kind is not Kind.READY:
            self.terminate()
            self.close()
            said = message.payload.decode() if message else "it ended without a word"
            raise SandboxUnavailableError(f"the sandbox's fork server does not start: {said}")
        statuses = json.loads(message.payload)
        self.report = IsolationReport(tuple(LayerStatus(**status) for status in statuses))

    def start(self, number: int, request: bytes, descriptor: int) -> None:
        """Ask for a worker; a *started* and later an *ended* message follow.

        Args:
            number: a new number for the worker.
            request: what it is to do, from `make_request`.
            descriptor: its only descriptor; the caller closes its own copy.

        Raises:
            OSError: if the zygote is gone.
        """
        send(self.channel, Kind.START, number, request, descriptor)

    def kill(self, number: int) -> None:
        """Have a worker killed, if it still lives. An *ended* message follows."""
        with contextlib.suppress(OSError):  # a zygote that is gone took its workers along
            send(self.channel, Kind.KILL, number)

    def receive(self) -> Message | None:
        """Wait for the next message; None when the zygote is gone."""
        return receive(self.channel)

    def terminate(self) -> None:
        """Kill the zygote and all its workers at once."""
        self._process.kill()

    def close(self) -> None:
        """End the zygote and all its workers. May be called twice."""
        _open_servers.discard(self)
        self.channel.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def abandon(self) -> None:
        """Let go of a zygote that belongs to the process that this one was forked from."""
        self.channel.close()
        self._process.returncode = 0  # it is not this process's child: nothing to wait for


def make_request(worker: str, limits: Limits, **details: object) -> bytes:
    """Return the request for a worker.

    Args:
        worker: its kind, "job" or "game".
        limits: what it may use.
        **details: what it is to do, as JSON values.

    Raises:
        TypeError, ValueError, RecursionError: if a detail is not a JSON value.
    """
    request = {"worker": worker, "limits": asdict(limits), **details}
    return json.dumps(request).encode("ascii")


def _spawn(
    theirs: socket.socket, layers: Layers, modules: Sequence[str], hash_seed: int
) -> subprocess.Popen[bytes]:
    """Start the interpreter with an empty environment, in a session without a terminal."""
    environment = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    environment["PYTHONHASHSEED"] = str(hash_seed)
    if "LD_LIBRARY_PATH" in os.environ:  # without it some interpreters do not start
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    path = [os.path.abspath(entry) for entry in sys.path if entry]  # noqa: PTH100
    # -s and -P are -I without -E, which would make the interpreter ignore the fixed hash seed.
    command = [sys.executable, "-s", "-P", "-c", _PROGRAM, json.dumps(path)]
    command += [str(theirs.fileno()), str(os.getpid())]
    command += [json.dumps(asdict(layers)), json.dumps(list(modules))]
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=[theirs.fileno()],
        start_new_session=True,
    )


def _abandon_all() -> None:
    for server in list(_open_servers):
        server.abandon()
    _open_servers.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)
