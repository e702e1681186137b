"""Thousands of jobs with crashes, hangs, bombs, floods and killed workers: each is answered."""

from __future__ import annotations

import os
import random
import signal
import threading
from pathlib import Path

import pytest

from codeworld.sandbox import Job, Limits, WorkerPool

TASKS = "isolation_tasks"
LIMITS = Limits(wall_seconds=20, memory_bytes=48 << 20, answer_bytes=100_000)
SHORT = Limits(wall_seconds=0.05, memory_bytes=48 << 20, answer_bytes=100_000)
SHORT_CPU = Limits(wall_seconds=20, cpu_seconds=1, memory_bytes=48 << 20)

# (weight, task, arguments, limits, statuses); the common case is a job that answers.
KINDS = [
    (1000, "echo", {"n": 1}, LIMITS, {"ok"}),
    (50, "raise_contract_error", None, LIMITS, {"game_error"}),
    (50, "raise_value_error", None, LIMITS, {"crash"}),
    (50, "segmentation_fault", None, LIMITS, {"crash"}),
    (10, "nest_iterators", None, LIMITS, {"crash"}),
    (50, "exit_early", 0, LIMITS, {"crash"}),
    (50, "forge", "V[1", LIMITS, {"crash"}),
    (50, "open_socket", None, LIMITS, {"crash"}),
    (20, "loop", None, SHORT, {"timeout"}),
    (20, "loop_in_c", None, SHORT, {"timeout"}),
    (20, "swallow_exceptions", None, SHORT, {"timeout"}),
    (1, "loop", None, SHORT_CPU, {"timeout"}),
    (20, "memory_bomb", None, LIMITS, {"memory"}),
    (20, "flood", 1_000_000, LIMITS, {"output"}),
    (10, "flood_the_pipe", None, LIMITS, {"output"}),
]


def resident_bytes(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return 0


def children(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return list(map(int, text.split()))


class Killer(threading.Thread):
    """Kills a number of running workers from outside, now and then."""

    def __init__(self, zygote: int, kills: int) -> None:
        super().__init__(daemon=True)
        self.zygote = zygote
        self.wanted = kills
        self.kills = 0
        self.stop = threading.Event()

    def run(self) -> None:
        while self.kills < self.wanted and not self.stop.wait(0.01):
            for worker in children(self.zygote)[:1]:
                try:
                    os.kill(worker, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                self.kills += 1


def torture(count: int, kills: int) -> None:
    rng = random.Random(20)
    kinds = rng.choices(KINDS, [kind[0] for kind in KINDS], k=count)
    # Killed workers hold jobs that would answer, so that a lost one would be seen.
    others = set(children(os.getpid()))
    with WorkerPool(2, modules=[TASKS]) as pool:
        [launcher] = set(children(os.getpid())) - others
        [zygote] = children(launcher)
        jobs = [Job(f"{TASKS}:{kind[1]}", "", kind[2], kind[3]) for kind in kinds]
        list(pool.map(jobs[:100]))
        before = resident_bytes(os.getpid()), resident_bytes(zygote)
        wrong = [
            (kind[1], result)
            for kind, result in zip(kinds, pool.map(jobs), strict=True)
            if result.status not in kind[4]
        ]
        assert wrong == []
        after = resident_bytes(os.getpid()), resident_bytes(zygote)
        killer = Killer(zygote, kills)
        killer.start()
        results = [
            pool.submit(Job(f"{TASKS}:sleep", "", 0.02, LIMITS)) for _ in range(2 * kills + 20)
        ]
        statuses = [future.result(60).status for future in results]
        killer.stop.set()
        killer.join()
        assert killer.kills > 0
        assert set(statuses) <= {"ok", "crash"}
        # A worker that was killed while it ended had answered already.
        assert killer.kills / 2 <= statuses.count("crash") <= killer.kills
        assert children(zygote) == []
    assert set(children(os.getpid())) == others
    assert after[0] - before[0] < 32 << 20, "the owner's memory grows with the number of jobs"
    assert after[1] - before[1] < 8 << 20, "the zygote's memory grows with the number of jobs"


def test_six_hundred_jobs() -> None:
    torture(600, 10)


@pytest.mark.slow
def test_ten_thousand_jobs() -> None:
    torture(10_000, 200)
