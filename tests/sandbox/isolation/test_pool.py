"""Worker pools: every job answered, the right verdict each, whatever dies."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from codeworld.errors import (
    ContractError,
    Finding,
    MissingFunctionError,
    PolicyError,
    SandboxUnavailableError,
    WorkerCrashError,
    WorkerTimeoutError,
)
from codeworld.sandbox import Job, JobResult, Limits, WorkerPool
from codeworld.sandbox.isolation.fork_server import ForkServer

TASKS = "isolation_tasks"
SMALL = Limits(wall_seconds=20, memory_bytes=64 << 20)
SHORT = Limits(wall_seconds=0.3, memory_bytes=64 << 20)


def job(task: str, arguments: Any = None, limits: Limits = SMALL, source: str = "") -> Job:
    return Job(f"{TASKS}:{task}", source, arguments, limits)


def run(
    pool: WorkerPool, task: str, arguments: Any = None, limits: Limits = SMALL, source: str = ""
) -> JobResult:
    return pool.submit(job(task, arguments, limits, source)).result(60)


def children(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return list(map(int, text.split()))


def kill(server: ForkServer) -> None:
    server.terminate()
    server._process.wait(10)


@pytest.fixture
def own_pool() -> Iterator[WorkerPool]:
    with WorkerPool(2, modules=[TASKS]) as pool:
        yield pool


# --- answers -----------------------------------------------------------------------------------


def test_a_value_comes_back(pool: WorkerPool) -> None:
    result = run(pool, "echo", {"a": [1, 2.5, None]}, source="text\ud800\n")
    assert result.status == "ok"
    assert result.unwrap() == ["text\ud800\n", {"a": [1, 2.5, None]}]
    assert 0 < result.seconds < 20


def test_map_keeps_the_order_and_reads_lazily(pool: WorkerPool) -> None:
    read = []

    def jobs() -> Iterator[Job]:
        for index in range(20):
            read.append(index)
            yield job("sleep" if index % 5 == 0 else "echo", 0.05)

    results = pool.map(jobs(), in_flight=4)
    assert next(results).value == "awake"
    assert len(read) == 4
    assert [r.value for r in results] == [
        "awake" if index % 5 == 0 else ["", 0.05] for index in range(1, 20)
    ]


def test_workers_have_an_empty_environment_and_a_fixed_hash_seed(
    pool: WorkerPool, own_pool: WorkerPool
) -> None:
    one, other = (run(each, "environment").value for each in (pool, own_pool))
    assert one == other
    assert not {"HOME", "PATH", "USER"} & set(one[0])


def test_a_game_error_comes_back_as_itself(pool: WorkerPool) -> None:
    result = run(pool, "raise_contract_error")
    assert (result.status, result.error_type) == ("game_error", "ContractError")
    with pytest.raises(ContractError, match=r"^the board has no squares$"):
        result.unwrap()
    result = run(pool, "raise_policy_error")
    with pytest.raises(PolicyError) as caught:
        result.unwrap()
    assert caught.value.findings == (
        Finding(3, 5, "open", "not allowed"),
        Finding(4, 1, "eval", "never"),
    )
    with pytest.raises(MissingFunctionError, match="get_legal_actions"):
        run(pool, "load", source="x = 1").unwrap()
    with pytest.raises(ContractError, match=r"\$\.function: a function is not data"):
        run(pool, "not_data").unwrap()


ENDS = [
    ("raise_value_error", None, "crash", "ValueError: a fault of the task"),
    ("segmentation_fault", None, "crash", "SIGSEGV"),
    ("abort", None, "crash", "SIGABRT"),
    ("nest_iterators", None, "crash", "SIGSEGV"),
    ("exit_early", 0, "crash", "not in the form"),
    ("exit_early", 7, "crash", "exit status 7"),
    ("loop", None, "timeout", "no answer within 0.3 s"),
    ("loop_in_c", None, "timeout", "no answer within 0.3 s"),
    ("swallow_exceptions", None, "timeout", "no answer within 0.3 s"),
    ("memory_bomb", None, "memory", "out of memory"),
    ("swallow_memory_errors", None, "timeout", "no answer within"),
    ("flood", 9_000_000, "output", "longer than 8388608 bytes"),
    ("flood_the_pipe", None, "output", "longer than"),
    ("forge", "V{", "crash", "not in the form"),
    ("forge", 'V{"$tuple":1}', "crash", "not in the form"),
    ("forge", "X1", "crash", "not in the form"),
    ("forge", 'E{"type":"SystemExit","message":"","findings":[]}', "crash", "not in the form"),
    ("forge", 'E{"type":"GameError","message":1,"findings":[]}', "crash", "not in the form"),
    ("forge", "V[" * 5000, "crash", "not in the form"),
]


@pytest.mark.parametrize(
    ("task", "arguments", "status", "message"),
    ENDS,
    ids=[f"{task}-{index}" for index, (task, *_) in enumerate(ENDS)],
)
def test_every_end_has_its_verdict(
    pool: WorkerPool, task: str, arguments: Any, status: str, message: str
) -> None:
    limits = SHORT if status == "timeout" else SMALL
    result = run(pool, task, arguments, limits)
    assert result.status == status
    assert message in result.message
    with pytest.raises(WorkerTimeoutError if status == "timeout" else WorkerCrashError):
        result.unwrap()


# --- misuse ------------------------------------------------------------------------------------


def test_a_task_outside_the_pools_modules_is_refused(pool: WorkerPool) -> None:
    with pytest.raises(ValueError, match="name its module when you make the pool"):
        pool.submit(Job("os:system", "true"))
    with pytest.raises(TypeError):
        pool.submit(job("echo", object()))
    with pytest.raises(ValueError, match="wall_seconds must be positive"):
        Limits(wall_seconds=0)


def test_a_module_that_does_not_import_is_the_machines_fault() -> None:
    with pytest.raises(SandboxUnavailableError, match="No module named 'nowhere'"):
        WorkerPool(1, modules=["nowhere"])


def test_a_closed_pool_cancels_and_refuses(own_pool: WorkerPool) -> None:
    futures = [own_pool.submit(job("sleep", 30, Limits(wall_seconds=60))) for _ in range(5)]
    time.sleep(0.2)
    own_pool.close()
    own_pool.close()
    for future in futures:
        with pytest.raises(CancelledError):
            future.result(5)
    with pytest.raises(RuntimeError, match="closed"):
        own_pool.submit(job("echo"))


def test_a_forgotten_pool_leaves_no_process() -> None:
    before = children(os.getpid())
    pool = WorkerPool(1, modules=[TASKS])
    assert len(children(os.getpid())) == len(before) + 1
    del pool
    gc.collect()
    assert children(os.getpid()) == before


# --- deaths, threads, forks ----------------------------------------------------------------------


def test_a_killed_zygote_is_replaced_and_no_job_is_lost(own_pool: WorkerPool) -> None:
    dispatcher = own_pool._dispatcher
    assert dispatcher is not None
    running = [own_pool.submit(job("sleep", 10)) for _ in range(2)]
    queued = [own_pool.submit(job("echo", index)) for index in range(20)]
    time.sleep(0.3)
    dispatcher._server.terminate()
    for future in running:
        result = future.result(30)
        assert (result.status, "fork server" in result.message) == ("crash", True)
    assert [future.result(30).value for future in queued] == [["", index] for index in range(20)]


def test_zygotes_that_never_work_end_in_an_error(
    own_pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatcher = own_pool._dispatcher
    assert dispatcher is not None
    make_server = dispatcher._make_server

    def make_and_kill() -> Any:
        server = make_server()
        kill(server)
        return server

    monkeypatch.setattr(dispatcher, "_make_server", make_and_kill)
    kill(dispatcher._server)
    future: Future[JobResult] = own_pool.submit(job("echo"))
    with pytest.raises(SandboxUnavailableError, match="was lost 4 times"):
        future.result(60)
    with pytest.raises(SandboxUnavailableError):
        own_pool.submit(job("echo")).result(5)


def test_jobs_from_many_threads_that_end(pool: WorkerPool) -> None:
    """The thread that asks for a worker may end: the worker does not go with it."""
    futures: list[Future[JobResult]] = []
    threads = [
        threading.Thread(target=lambda: futures.append(pool.submit(job("sleep", 0.2))))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [future.result(30).value for future in futures] == ["awake"] * 4
    with ThreadPoolExecutor(4) as executor:
        results = list(executor.map(lambda index: run(pool, "echo", index).value, range(40)))
    assert results == [["", index] for index in range(40)]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_gets_workers_of_its_own(own_pool: WorkerPool) -> None:
    assert run(own_pool, "echo", 1).value == ["", 1]
    waiting = own_pool.submit(job("sleep", 0.5))
    child = os.fork()
    if not child:
        code = 1
        try:
            if run(own_pool, "echo", 2).value == ["", 2]:
                own_pool.close()
                code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert waiting.result(10).value == "awake"
    assert run(own_pool, "echo", 3).value == ["", 3]


def test_a_killed_worker_is_a_verdict(own_pool: WorkerPool) -> None:
    """Killed from outside, as by the out-of-memory killer."""
    future = own_pool.submit(job("sleep", 20))
    outer = children(os.getpid())[-1]
    deadline = time.monotonic() + 10
    workers: list[int] = []
    while not workers and time.monotonic() < deadline:
        [zygote] = children(outer)
        workers = children(zygote)
    os.kill(workers[0], signal.SIGKILL)
    result = future.result(10)
    assert (result.status, "SIGKILL" in result.message) == ("crash", True)
