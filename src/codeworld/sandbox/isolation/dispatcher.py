"""The thread behind a worker pool: it starts workers, reads their answers and ends the late."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

from codeworld.errors import SandboxUnavailableError
from codeworld.sandbox.isolation.fork_server import ForkServer, make_request
from codeworld.sandbox.isolation.jobs import Job, JobResult
from codeworld.sandbox.isolation.limits import Limits
from codeworld.sandbox.isolation.protocol import Kind, Message
from codeworld.sandbox.isolation.verdicts import judge, lost_server

_SERVER_SECONDS = 60.0
"""How long the fork server may take to start or to end a worker before it is replaced."""

_MOST_LOSSES = 3
"""How many fork servers in a row may be lost without one result."""


class _Queued(NamedTuple):
    """One job that waits: what the worker is to do, what it may use, where its result goes."""

    request: bytes
    limits: Limits
    future: Future[JobResult]


@dataclass(slots=True)
class _Run:
    """One job on its way.

    Attributes:
        request: what the worker is to do.
        limits: what it may use.
        future: where its result goes.
        reader: descriptor from which its answer is read, -1 once closed.
        deadline: monotonic time at which something must have happened.
        started: monotonic time at which its worker was forked, None before.
        killed_for: why the worker was killed, "" if it was not.
        answer: what the worker has written so far.
    """

    request: bytes
    limits: Limits
    future: Future[JobResult]
    reader: int
    deadline: float
    started: float | None = None
    killed_for: str = ""
    answer: bytearray = field(default_factory=bytearray)


class Dispatcher:
    """Runs jobs on a fork server, in one thread, and replaces the server when it is lost."""

    def __init__(
        self, server: ForkServer, make_server: Callable[[], ForkServer], workers: int
    ) -> None:
        self._server = server
        self._make_server = make_server
        self._workers = workers
        self._lock = threading.Lock()
        self._queue: deque[_Queued] = deque()
        self._runs: dict[int, _Run] = {}
        self._numbers = count(1)
        self._losses = 0
        self._stopping = False
        self._broken: SandboxUnavailableError | None = None
        self._wakeup, self._wakeup_writer = socket.socketpair()
        self._wakeup_writer.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._wakeup, selectors.EVENT_READ)
        self._selector.register(server.channel, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._serve, name="codeworld-workers", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> Future[JobResult]:
        """Queue a job and return the future of its result.

        Raises:
            TypeError, ValueError: if its arguments are not a JSON value.
        """
        request = make_request(
            "job", job.limits, task=job.task, source=job.source, arguments=job.arguments
        )
        future: Future[JobResult] = Future()
        with self._lock:
            if self._broken is not None:
                future.set_exception(self._broken)
                return future
            self._queue.append(_Queued(request, job.limits, future))
        self._wake()
        return future

    def stop(self) -> None:
        """End the thread, the server and its workers; cancel what has no result."""
        self._stopping = True
        self._wake()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def abandon(self) -> None:
        """In a forked process: close this process's copies of the parent's descriptors."""
        self._selector.close()
        self._wakeup.close()
        self._wakeup_writer.close()
        for run in self._runs.values():
            if run.reader >= 0:
                os.close(run.reader)

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # full: the thread is awake; closed: it has ended
            self._wakeup_writer.send(b"\0")

    # --- in the thread ---------------------------------------------------------------------------

    def _serve(self) -> None:
        try:
            while not self._stopping and self._broken is None:
                self._start_runs()
                if self._broken is None:
                    self._wait()
                    self._end_late_runs()
        except BaseException as error:  # a fault of ours: nobody may wait for ever
            self._broken = SandboxUnavailableError(f"the worker pool failed: {error!r}")
            self._broken.__cause__ = error
        finally:
            self._clean_up()

    def _start_runs(self) -> None:
        while self._broken is None and len(self._runs) < self._workers:
            with self._lock:
                if not self._queue:
                    return
                request, limits, future = self._queue.popleft()
            if not future.running() and not future.set_running_or_notify_cancel():
                continue
            number = next(self._numbers)
            reader, writer = os.pipe()
            os.set_blocking(reader, False)
            run = _Run(request, limits, future, reader, time.monotonic() + _SERVER_SECONDS)
            self._runs[number] = run
            self._selector.register(reader, selectors.EVENT_READ, run)
            try:
                self._server.start(number, request, writer)
            except OSError:
                self._replace_server()
            finally:
                os.close(writer)

    def _wait(self) -> None:
        deadline = min((run.deadline for run in self._runs.values()), default=None)
        timeout = None if deadline is None else max(0.0, deadline - time.monotonic())
        for key, _ in self._selector.select(timeout):
            if key.fileobj is self._wakeup:
                self._wakeup.recv(4096)
            elif key.fileobj is self._server.channel:
                self._obey(self._server.receive())
            elif key.data is not None and key.data.reader == key.fd:
                self._read(key.data)

    def _read(self, run: _Run) -> None:
        """Read what is there of an answer, and end a worker that writes too much."""
        limit = run.limits.answer_bytes
        while run.reader >= 0:
            try:
                part = os.read(run.reader, 1 << 16)
            except BlockingIOError:
                return
            if not part:
                self._close_reader(run)
                return
            run.answer += part
            if len(run.answer) > limit:
                self._close_reader(run)
                run.answer.clear()
                self._kill(run, "output")

    def _obey(self, message: Message | None) -> None:
        if message is None:
            self._replace_server()
            return
        run = self._runs.get(message.worker)
        if run is None:
            return
        if message.kind is Kind.STARTED:
            run.started = time.monotonic()
            run.deadline = run.started + run.limits.wall_seconds
        elif message.kind is Kind.ENDED:
            self._read(run)
            self._losses = 0
            seconds = time.monotonic() - (run.started or time.monotonic())
            wait_status = int(message.payload)
            self._finish(
                message.worker,
                judge(bytes(run.answer), wait_status, run.killed_for, run.limits, seconds),
            )

    def _end_late_runs(self) -> None:
        now = time.monotonic()
        for run in list(self._runs.values()):
            if now < run.deadline:
                continue
            if run.started is None or run.killed_for:
                self._server.terminate()  # it does not do its work; the end of the channel follows
                run.deadline = now + _SERVER_SECONDS
            else:
                self._kill(run, "timeout")

    def _kill(self, run: _Run, reason: str) -> None:
        run.killed_for = run.killed_for or reason
        run.deadline = time.monotonic() + _SERVER_SECONDS
        self._server.kill(next(number for number, other in self._runs.items() if other is run))

    def _finish(self, number: int, result: JobResult | Exception) -> None:
        run = self._runs.pop(number)
        self._close_reader(run)
        if isinstance(result, Exception):
            run.future.set_exception(result)
        else:
            run.future.set_result(result)

    def _close_reader(self, run: _Run) -> None:
        if run.reader >= 0:
            self._selector.unregister(run.reader)
            os.close(run.reader)
            run.reader = -1

    def _replace_server(self) -> None:
        """Judge the runs that had started, queue the others again, and start a new server."""
        self._selector.unregister(self._server.channel)
        self._server.terminate()
        self._server.close()
        for number, run in sorted(self._runs.items(), reverse=True):
            if run.started is not None:
                self._finish(number, lost_server(time.monotonic() - run.started))
            else:
                self._close_reader(run)
                del self._runs[number]
                with self._lock:
                    self._queue.appendleft(_Queued(run.request, run.limits, run.future))
        self._losses += 1
        try:
            if self._losses > _MOST_LOSSES:
                raise SandboxUnavailableError(
                    f"the sandbox's fork server was lost {self._losses} times without one result; "
                    "something on this machine kills it, out of memory for example"
                )
            self._server = self._make_server()
        except SandboxUnavailableError as error:
            self._broken = error
            return
        self._selector.register(self._server.channel, selectors.EVENT_READ)

    def _clean_up(self) -> None:
        self._server.close()
        with self._lock:
            self._broken = self._broken or SandboxUnavailableError("the worker pool is closed")
            futures = [queued.future for queued in self._queue]
            self._queue.clear()
        for run in self._runs.values():
            self._close_reader(run)
            futures.append(run.future)
        self._runs.clear()
        for future in futures:
            if self._stopping:
                if not future.cancel():
                    future.set_exception(CancelledError("the worker pool was closed"))
            else:
                future.set_exception(self._broken)
        self._selector.close()
        self._wakeup.close()
        self._wakeup_writer.close()
