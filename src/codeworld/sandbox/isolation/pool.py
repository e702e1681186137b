"""A pool of isolated workers: one process per job, every job answered."""

from __future__ import annotations

import os
import threading
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from types import TracebackType

from codeworld.sandbox.isolation.dispatcher import Dispatcher
from codeworld.sandbox.isolation.fork_server import ForkServer
from codeworld.sandbox.isolation.jobs import Job, JobResult
from codeworld.sandbox.isolation.layers import IsolationReport, Layers, Level

_pools: weakref.WeakSet[WorkerPool] = weakref.WeakSet()


class WorkerPool:
    """Runs jobs on unverified source, each in a process of its own.

    Every job gets a result: a worker that crashes, hangs, floods or is killed is a verdict about
    its candidate. A fork server that is lost is replaced; jobs that had not started are started
    again, those that had are crashes. May be used from many threads, and in a process forked from
    its owner, which then gets a fork server of its own.

    Attributes:
        workers: how many jobs run at once.
        report: how strongly they are isolated.
    """

    def __init__(
        self,
        workers: int | None = None,
        *,
        modules: Sequence[str] = (),
        required: Level = "strong",
        allow_weak_sandbox: bool = False,
        layers: Layers | None = None,
        hash_seed: int = 0,
    ) -> None:
        """Start a pool.

        Args:
            workers: how many jobs run at once; the number of processors by default.
            modules: names of the trusted modules that hold the tasks.
            required: the level of isolation below which the pool refuses to run.
            allow_weak_sandbox: whether to run below that level all the same.
            layers: which layers to put on, all by default.
            hash_seed: the workers' PYTHONHASHSEED, by which the order of their sets differs.

        Raises:
            SandboxUnavailableError: if this machine cannot isolate workers as required.
        """
        self.workers = workers or os.cpu_count() or 1
        self._modules = tuple(modules)
        self._required: Level = "none" if allow_weak_sandbox else required
        self._make_server = partial(ForkServer, layers or Layers(), self._modules, hash_seed)
        self._closed = False
        self._lock = threading.Lock()
        self._dispatcher: Dispatcher | None = None
        self._start()
        _pools.add(self)

    def submit(self, job: Job) -> Future[JobResult]:
        """Queue a job.

        Returns:
            A future of its result. It holds an exception only where the machine is at fault:
            SandboxUnavailableError if no fork server can be kept running.

        Raises:
            ValueError: if the task is not in one of the pool's modules.
            RuntimeError: if the pool is closed.
        """
        module, separator, _ = job.task.partition(":")
        if not separator or module not in self._modules:
            raise ValueError(
                f"task {job.task!r} must be 'module:function' with one of this pool's modules, "
                f"{list(self._modules)}; name its module when you make the pool"
            )
        with self._lock:
            if self._closed:
                raise RuntimeError("the worker pool is closed")
            if self._dispatcher is None:
                self._start()
            assert self._dispatcher is not None
            return self._dispatcher.submit(job)

    def map(self, jobs: Iterable[Job], *, in_flight: int | None = None) -> Iterator[JobResult]:
        """Yield the result of each job, in order, as soon as it and those before it are there.

        Args:
            jobs: read lazily.
            in_flight: how many jobs to queue ahead, twice the number of workers by default.
        """
        ahead = in_flight or 2 * self.workers
        waiting: deque[Future[JobResult]] = deque()
        try:
            for job in jobs:
                waiting.append(self.submit(job))
                if len(waiting) >= ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """End all workers; jobs that have no result yet are cancelled. May be called twice."""
        with self._lock:
            self._closed = True
            dispatcher, self._dispatcher = self._dispatcher, None
        if dispatcher is not None:
            self._finalizer.detach()
            dispatcher.stop()

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> None:
        server = self._make_server()
        try:
            server.report.require(self._required)
        except BaseException:
            server.close()
            raise
        self.report: IsolationReport = server.report
        dispatcher = Dispatcher(server, self._make_server, self.workers)
        self._dispatcher = dispatcher
        self._finalizer: weakref.finalize[..., WorkerPool] = weakref.finalize(self, dispatcher.stop)

    def _forget_after_fork(self) -> None:
        """In a forked process: the thread, the lock and the fork server are the parent's."""
        self._lock = threading.Lock()
        if self._dispatcher is not None:
            self._finalizer.detach()
            self._dispatcher.abandon()
            self._dispatcher = None


def _forget_all_after_fork() -> None:
    for pool in list(_pools):
        pool._forget_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all_after_fork)
