"""Gathers the evidence on a candidate: who plays what, in which worker, and how it is read."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, replace
from typing import Any

from codeworld.errors import GameError
from codeworld.games.scenario import Scenario, check_scenario
from codeworld.sandbox import Job, JobResult, Limits, WorkerPool, open_isolated_game
from codeworld.seeding import derive_seed
from codeworld.spec import GameSpec
from codeworld.verify import recorder
from codeworld.verify.budget import Budget
from codeworld.verify.evidence import Comparison, Evidence
from codeworld.verify.play_tree import PlayTree
from codeworld.verify.recording import (
    Recording,
    read_examination,
    read_recording,
    read_replay,
    read_stubs,
    replay_from,
)
from codeworld.verify.reference import Reference
from codeworld.verify.shared_lines import SharedLines

_LIMITS = Limits(wall_seconds=120, cpu_seconds=20, answer_bytes=64 << 20)
_REFERENCES_KEPT = 16


class Gatherer:
    """Plays candidates and references in workers that are kept. May be used from many threads.

    Attributes:
        workers: how many run at once.
        allow_weak_sandbox: whether they run even where they cannot be isolated strongly.
    """

    def __init__(self, workers: int | None, allow_weak_sandbox: bool) -> None:
        """Start the workers.

        Raises:
            SandboxUnavailableError: if this machine cannot isolate workers as required.
        """
        self.allow_weak_sandbox = allow_weak_sandbox
        modules = (recorder.MODULE,)
        self._pool = WorkerPool(workers, modules=modules, allow_weak_sandbox=allow_weak_sandbox)
        self._other_pool = WorkerPool(
            workers, modules=modules, allow_weak_sandbox=allow_weak_sandbox, hash_seed=1
        )
        self.workers = self._pool.workers
        self._lock = threading.Lock()
        self._recordings: OrderedDict[tuple[Any, ...], Future[JobResult] | Recording] = (
            OrderedDict()
        )

    def close(self) -> None:
        """End the workers. May be called twice."""
        self._pool.close()
        self._other_pool.close()

    def gather(
        self,
        source: str,
        against: Reference | None,
        spec: GameSpec | None,
        scenarios: Sequence[Scenario],
        seed: int,
        budget: Budget,
    ) -> Evidence:
        """Play the candidate, and the reference, and return all that they said.

        Raises:
            GameError: if the reference fails.
        """
        theirs = self._record(against, seed, budget) if against else None
        arguments = {
            "seed": seed,
            "budget": asdict(budget),
            "lines": [list(scenario.actions) for scenario in scenarios],
            "replay": _lines_of(theirs.tree, seed) if theirs else None,
        }
        examined = self._ask(self._pool, "examine", source, arguments).result()
        try:
            stubs, own, mine = read_examination(examined, theirs.tree if theirs else None)
        except GameError as error:
            return self._look_at_loading(Evidence(source, lost=str(error), spec=spec))
        evidence = Evidence(source, stubs=stubs, own=own, spec=spec)
        again = self._replay(source, own.tree, seed, self._other_pool)
        if against and theirs and mine:
            there = replay_from(theirs.tree, own.tree) or read_replay(
                self._replay(against.source, own.tree, seed).result(), own.tree
            )
            comparison = Comparison(
                name=against.name,
                recording=theirs,
                theirs=SharedLines(mine.tree(theirs.tree), theirs.tree),
                own=SharedLines(own.tree, there.tree(own.tree)),
            )
            evidence = replace(evidence, comparison=comparison)
        try:
            evidence = replace(evidence, again=read_replay(again.result(), own.tree).tree(own.tree))
        except GameError as error:
            evidence = replace(evidence, lost_again=str(error))
        return replace(evidence, scenarios=self._scenarios(source, scenarios))

    def _look_at_loading(self, evidence: Evidence) -> Evidence:
        """Find out whether a program that did not answer loads at all."""
        try:
            stubs = read_stubs(self._ask(self._pool, "load", evidence.source, None).result())
        except GameError as error:
            return replace(evidence, lost="", load_fault=error)
        return replace(evidence, stubs=stubs)

    def _record(self, reference: Reference, seed: int, budget: Budget) -> Recording:
        """Return the exploration of a reference; kept, since many candidates share it."""
        key = (reference.source, reference.lines, seed, budget)
        with self._lock:
            kept = self._recordings.pop(key, None)
            if kept is None:
                lines = [list(line) for line in reference.lines]
                arguments = {"seed": seed, "budget": asdict(budget), "lines": lines}
                kept = self._ask(self._pool, "record", reference.source, arguments)
            self._recordings[key] = kept
            while len(self._recordings) > _REFERENCES_KEPT:
                self._recordings.popitem(last=False)
        if isinstance(kept, Recording):
            return kept
        recording = read_recording(kept.result())
        with self._lock:
            if self._recordings.get(key) is kept:
                self._recordings[key] = recording
        return recording

    def _replay(
        self, source: str, lines: PlayTree, seed: int, pool: WorkerPool | None = None
    ) -> Future[JobResult]:
        return self._ask(pool or self._pool, "replay", source, _lines_of(lines, seed))

    def _ask(self, pool: WorkerPool, task: str, source: str, arguments: Any) -> Future[JobResult]:
        return pool.submit(Job(f"{recorder.MODULE}:{task}", source, arguments, _LIMITS))

    def _scenarios(
        self, source: str, scenarios: Iterable[Scenario]
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        held = tuple(scenarios)
        if not held:
            return ()
        with open_isolated_game(source, allow_weak_sandbox=self.allow_weak_sandbox) as game:
            return tuple((scenario.name, check_scenario(game, scenario)) for scenario in held)


def _lines_of(tree: PlayTree, seed: int) -> dict[str, Any]:
    """Return what is to be replayed."""
    # Another seed than the recording had: what draws random numbers shows itself.
    return {"seed": derive_seed(seed, "replay"), "steps": tree.steps}
