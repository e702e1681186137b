"""The zygote: a small process that has everything imported and forks one worker per request.

It runs trusted code only. It has an empty environment and a fixed hash seed, no threads, and ends
when its owner does: by the end of the channel, or by the owner's process descriptor where other
processes still hold the channel open.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict

from codeworld.sandbox.isolation.confinement import (
    ANSWER_DESCRIPTOR,
    confine,
    keep_one_descriptor,
    try_layers,
    working,
)
from codeworld.sandbox.isolation.job_worker import run_job
from codeworld.sandbox.isolation.layers import LAYER_NAMES, Layers, LayerStatus
from codeworld.sandbox.isolation.limits import Limits, address_space
from codeworld.sandbox.isolation.namespaces import enter_namespaces
from codeworld.sandbox.isolation.privileges import die_with_parent
from codeworld.sandbox.isolation.protocol import (
    OUT_OF_MEMORY_STATUS,
    SETUP_FAILED_STATUS,
    Kind,
    Message,
    receive,
    send,
)
from codeworld.sandbox.isolation.session_worker import serve_game

_YOUNG_OBJECTS = 50_000
"""Objects made before cycles are looked for: play trees are large and have none."""

_WORKERS: dict[str, Callable[[int, dict[str, object], Limits], None]] = {
    "job": run_job,
    "game": serve_game,
}


def main(descriptor: int, owner: int, layers: dict[str, bool], modules: Sequence[str]) -> None:
    """Run a zygote until its owner ends.

    Args:
        descriptor: the channel to the owner.
        owner: the owner's process id.
        layers: fields of `Layers`.
        modules: names of trusted modules to import, in which the tasks of jobs are.
    """
    channel = socket.socket(fileno=descriptor)
    owner_descriptor = _watch(owner)
    try:
        for module in modules:
            importlib.import_module(module)
        wanted = Layers(**layers)
        user = os.geteuid()
        namespaces = _try_namespaces(wanted)
        if namespaces.ok and not _fork_into_namespaces(channel):
            return
        gc.collect()
        gc.freeze()
        gc.set_threshold(_YOUNG_OBJECTS)
        statuses = _probe(wanted, namespaces, user)
    except BaseException:
        send(channel, Kind.FAILED, 0, traceback.format_exc().encode())
        raise
    send(channel, Kind.READY, 0, json.dumps([asdict(status) for status in statuses]).encode())
    _Zygote(channel, owner_descriptor, working(wanted, statuses), user).serve()


def _watch(owner: int) -> int | None:
    """A descriptor that becomes readable when the owner's process ends, if there are such."""
    try:
        descriptor = os.pidfd_open(owner)
    except (AttributeError, OSError):
        return None
    if os.getppid() != owner:
        sys.exit("the zygote's owner has ended already")
    return descriptor


def _try_namespaces(wanted: Layers) -> LayerStatus:
    if not wanted.namespaces:
        return LayerStatus("namespaces", False, "turned off by the caller")
    try:
        return LayerStatus("namespaces", True, enter_namespaces())
    except OSError as error:
        return LayerStatus("namespaces", False, str(error))


def _fork_into_namespaces(channel: socket.socket) -> bool:
    """Go on as process 1 of the new namespace; return False in the process that stays outside."""
    zygote = os.fork()
    if zygote:
        channel.close()
        os.waitpid(zygote, 0)
        return False
    die_with_parent()
    return True


def _probe(wanted: Layers, namespaces: LayerStatus, user: int) -> tuple[LayerStatus, ...]:
    """Fork a worker that tries every layer, and return what it found."""
    reader, writer = os.pipe()
    prober = os.fork()
    if not prober:
        base_bytes = address_space()
        keep_one_descriptor(writer)
        found = try_layers(wanted, Limits(), user=user, base_bytes=base_bytes)
        os.write(ANSWER_DESCRIPTOR, json.dumps([asdict(status) for status in found]).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    _, ended = os.waitpid(prober, 0)
    if ended:
        raise OSError(f"the process that tries the layers ended with wait status {ended}")
    statuses = [namespaces, *(LayerStatus(**fields) for fields in json.loads(answer))]
    return tuple(sorted(statuses, key=lambda layer: LAYER_NAMES.index(layer.name)))


class _Zygote:
    """The loop that starts, ends and buries workers."""

    def __init__(
        self, channel: socket.socket, owner_descriptor: int | None, layers: Layers, user: int
    ) -> None:
        self._channel = channel
        self._owner_descriptor = owner_descriptor
        self._layers = layers
        self._user = user
        self._workers: dict[int, int] = {}  # number -> process id
        self._numbers: dict[int, int] = {}  # process id -> number
        self._base_bytes = address_space()
        self._wakeup, self._wakeup_writer = socket.socketpair()
        self._wakeup.setblocking(False)
        self._wakeup_writer.setblocking(False)

    def serve(self) -> None:
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakeup_writer.fileno(), warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._channel, selectors.EVENT_READ)
            selector.register(self._wakeup, selectors.EVENT_READ)
            if self._owner_descriptor is not None:
                selector.register(self._owner_descriptor, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _ in selector.select()}
                if self._owner_descriptor in ready:
                    break
                if self._wakeup in ready:
                    with contextlib.suppress(BlockingIOError):
                        self._wakeup.recv(4096)
                    self._bury()
                if self._channel in ready:
                    message = receive(self._channel)
                    if message is None or not self._obey(message):
                        break
        signal.set_wakeup_fd(-1)
        for process in self._numbers:
            os.kill(process, signal.SIGKILL)

    def _obey(self, message: Message) -> bool:
        if message.kind is Kind.KILL:
            # Only a worker that was not buried yet has its process id for certain.
            if message.worker in self._workers:
                os.kill(self._workers[message.worker], signal.SIGKILL)
            return True
        process = os.fork()
        if not process:
            self._become_worker(message)
        os.close(message.descriptor)
        self._workers[message.worker] = process
        self._numbers[process] = message.worker
        return self._report(Kind.STARTED, message.worker)

    def _bury(self) -> None:
        while self._numbers:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                return
            number = self._numbers.pop(process, None)
            if number is not None:
                del self._workers[number]
                self._report(Kind.ENDED, number, str(status).encode())

    def _report(self, kind: Kind, worker: int, payload: bytes = b"") -> bool:
        try:
            send(self._channel, kind, worker, payload)
        except OSError:
            return False
        return True

    def _become_worker(self, message: Message) -> None:
        """In the forked process: confine it, run what was asked for, and end."""
        status = SETUP_FAILED_STATUS
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            keep_one_descriptor(message.descriptor)
            request = json.loads(message.payload)
            limits = Limits(**request.pop("limits"))
            worker = _WORKERS[request.pop("worker")]
            is_job = worker is run_job
            confine(
                self._layers,
                limits,
                user=self._user,
                base_bytes=self._base_bytes,
                cpu_limited=is_job,
            )
            status = 1
            worker(ANSWER_DESCRIPTOR, request, limits)
            status = 0
        except MemoryError:
            status = OUT_OF_MEMORY_STATUS
        finally:
            os._exit(status)
