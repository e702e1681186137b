"""verify_game: from a program's text to a report, by way of isolated workers."""

from __future__ import annotations

import atexit
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from types import TracebackType
from typing import Any

from codeworld import games
from codeworld.envs.aec import GameEnv
from codeworld.envs.inference import ExplorationBudget
from codeworld.envs.options import EnvOptions
from codeworld.errors import GameError, SpecError
from codeworld.games.scenario import Scenario, check_scenario
from codeworld.sandbox import Job, JobResult, Limits, WorkerPool, open_isolated_game
from codeworld.seeding import derive_seed
from codeworld.spec import GameSpec
from codeworld.verify import recorder
from codeworld.verify.agreement import measure_agreement
from codeworld.verify.budget import Budget
from codeworld.verify.checks import Check, CheckResult
from codeworld.verify.dynamics_checks import DYNAMICS_CHECKS
from codeworld.verify.evidence import Comparison, Evidence
from codeworld.verify.information_checks import INFORMATION_CHECKS
from codeworld.verify.mending import mend_source, mends_for
from codeworld.verify.play_tree import PlayTree
from codeworld.verify.recording import (
    Recording,
    Replay,
    read_recording,
    read_replay,
    read_stubs,
)
from codeworld.verify.report import Coverage, Report
from codeworld.verify.semantics_checks import SEMANTICS_CHECKS
from codeworld.verify.static_checks import STATIC_CHECKS

GAME_CHECKS: tuple[Check[Evidence], ...] = (
    *STATIC_CHECKS,
    *DYNAMICS_CHECKS,
    *INFORMATION_CHECKS,
    *SEMANTICS_CHECKS,
)
"""Every check on a game program; those of the environment tier are `ENVIRONMENT_CHECKS`."""

_LIMITS = Limits(wall_seconds=120, cpu_seconds=20, answer_bytes=64 << 20)
_REFERENCES_KEPT = 64


@dataclass(frozen=True, slots=True)
class Reference:
    """What candidates are compared with.

    Attributes:
        name: what reports call it.
        source: the text of a trusted program.
        spec: its declared facts, if there are any.
        lines: lines of actions through its rare rules.
    """

    name: str
    source: str
    spec: GameSpec | None = None
    lines: tuple[tuple[str, ...], ...] = ()


def find_reference(reference: str | Reference) -> Reference:
    """Return a reference by the name of a curated game, or from a trusted program's text.

    Raises:
        UnknownGameError: if it is one word and no curated game has that name.
    """
    if isinstance(reference, Reference):
        return reference
    if "\n" in reference:
        return Reference("given", reference)
    curated = games.load(reference)
    lines = tuple(scenario.actions for scenario in curated.scenarios)
    return Reference(curated.name, curated.source, curated.spec, lines)


class Verifier:
    """Verifies many candidates, with workers that are kept. May be used from many threads."""

    def __init__(self, workers: int | None = None, *, allow_weak_sandbox: bool = False) -> None:
        """Start the workers.

        Args:
            workers: how many run at once; the number of processors by default.
            allow_weak_sandbox: run even where the machine cannot isolate them strongly.

        Raises:
            SandboxUnavailableError: if this machine cannot isolate workers as required.
        """
        self._allow_weak = allow_weak_sandbox
        modules = (recorder.MODULE,)
        self._pool = WorkerPool(workers, modules=modules, allow_weak_sandbox=allow_weak_sandbox)
        self._other_pool = WorkerPool(
            workers, modules=modules, allow_weak_sandbox=allow_weak_sandbox, hash_seed=1
        )
        self.workers = self._pool.workers
        self._lock = threading.Lock()
        self._recordings: OrderedDict[tuple[Any, ...], Future[JobResult]] = OrderedDict()

    def __enter__(self) -> Verifier:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the workers. May be called twice."""
        self._pool.close()
        self._other_pool.close()

    def verify(
        self,
        source: str,
        *,
        reference: str | Reference | None = None,
        spec: GameSpec | None = None,
        scenarios: Sequence[Scenario] = (),
        seed: int = 0,
        budget: Budget | None = None,
        mend: bool = False,
    ) -> Report:
        """Return the report on a candidate; see `verify_game`."""
        budget = budget or Budget()
        against = find_reference(reference) if reference is not None else None
        spec = spec or (against.spec if against else None)
        report = self._verify(source, against, spec, scenarios, seed, budget)
        if mend:
            mends = mends_for(report)
            if mends:
                mended = mend_source(source, mends)
                report = self._verify(mended, against, spec, scenarios, seed, budget)
                digest = hashlib.sha256(source.encode()).hexdigest()
                report = replace(report, source_hash=digest, mends=mends)
        return report

    def _verify(
        self,
        source: str,
        against: Reference | None,
        spec: GameSpec | None,
        scenarios: Sequence[Scenario],
        seed: int,
        budget: Budget,
    ) -> Report:
        evidence = self.gather(source, against, spec, scenarios, seed, budget)
        results = [check.run(evidence) for check in GAME_CHECKS]
        results += self._environment(source, evidence, seed, budget)
        whole, prefix = measure_agreement(evidence.comparison)
        return Report(
            source_hash=hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest(),
            seed=seed,
            reference=against.name if against else None,
            checks=tuple(results),
            coverage=_coverage(evidence),
            agreement=whole if against else None,
            prefix_agreement=prefix if against else None,
        )

    # --- evidence --------------------------------------------------------------------------------

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
        evidence = Evidence(source, spec=spec)
        try:
            stubs = read_stubs(self._ask(self._pool, "load", source, None).result())
        except GameError as error:
            return replace(evidence, load_fault=error)
        evidence = replace(evidence, stubs=stubs)
        theirs = self._record(against, seed, budget) if against else None
        lines = [list(scenario.actions) for scenario in scenarios]
        arguments = {"seed": seed, "budget": asdict(budget), "lines": lines}
        recorded = self._ask(self._pool, "record", source, arguments)
        replayed = self._replay(source, theirs.tree, seed) if theirs else None
        try:
            own = read_recording(recorded.result())
        except GameError as error:
            return replace(evidence, lost=str(error))
        again = self._replay(source, own.tree, seed, self._other_pool)
        evidence = replace(evidence, own=own)
        if against and theirs and replayed:
            there = self._replay(against.source, own.tree, seed, trace=True)
            try:
                mine = read_replay(replayed.result(), theirs.tree)
            except GameError as error:
                return replace(evidence, lost=str(error))
            reference = read_replay(there.result(), own.tree)
            comparison = _compare(against.name, theirs, mine, reference, own)
            evidence = replace(evidence, comparison=comparison)
        try:
            evidence = replace(evidence, again=read_replay(again.result(), own.tree).tree(own.tree))
        except GameError as error:
            evidence = replace(evidence, lost_again=str(error))
        return replace(evidence, scenarios=self._scenarios(source, scenarios))

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
        return read_recording(kept.result())

    def _replay(
        self,
        source: str,
        lines: PlayTree,
        seed: int,
        pool: WorkerPool | None = None,
        *,
        trace: bool = False,
    ) -> Future[JobResult]:
        # Another seed than the recording had: what draws random numbers shows itself.
        arguments = {"seed": derive_seed(seed, "replay"), "steps": lines.steps, "trace": trace}
        return self._ask(pool or self._pool, "replay", source, arguments)

    def _ask(self, pool: WorkerPool, task: str, source: str, arguments: Any) -> Future[JobResult]:
        return pool.submit(Job(f"{recorder.MODULE}:{task}", source, arguments, _LIMITS))

    def _scenarios(
        self, source: str, scenarios: Iterable[Scenario]
    ) -> tuple[tuple[str, tuple[str, ...]], ...]:
        held = tuple(scenarios)
        if not held:
            return ()
        with open_isolated_game(source, allow_weak_sandbox=self._allow_weak) as game:
            return tuple((scenario.name, check_scenario(game, scenario)) for scenario in held)

    # --- the environment tier --------------------------------------------------------------------

    def _environment(
        self, source: str, evidence: Evidence, seed: int, budget: Budget
    ) -> list[CheckResult]:
        """Run the environment tier on the candidate's environment, its program in a worker."""
        from codeworld.verify.environment_checks import ENVIRONMENT_CHECKS, verify_environment

        def skipped(reason: str) -> list[CheckResult]:
            return [check.result("skip", reason) for check in ENVIRONMENT_CHECKS]

        broken = [check for check in DYNAMICS_CHECKS if check.run(evidence).verdict == "fail"]
        if evidence.own is None or broken:
            return skipped("play does not hold, so there is no environment to speak of")
        try:
            spec = self._infer(source, seed, budget)
        except (GameError, SpecError) as error:
            return skipped(f"no observation space can be found: {error}")
        with open_isolated_game(source, allow_weak_sandbox=self._allow_weak) as game:
            options = EnvOptions(name="candidate", max_steps=budget.episode_transitions)
            return list(
                verify_environment(
                    lambda: GameEnv(game, spec, options), seed=seed, steps=budget.environment_steps
                )
            )

    def _infer(self, source: str, seed: int, budget: Budget) -> GameSpec:
        explored = ExplorationBudget(
            exhaustive_transitions=budget.exhaustive_transitions,
            episodes=20,
            episode_transitions=budget.episode_transitions,
            random_transitions=budget.transitions,
        )
        arguments = {"seed": seed, "budget": asdict(explored)}
        return GameSpec.from_json(
            self._ask(self._pool, "infer", source, arguments).result().unwrap()
        )


def _compare(
    name: str, theirs: Recording, mine: Replay, there: Replay, own: Recording
) -> Comparison:
    return Comparison(
        name=name,
        recording=theirs,
        candidate=mine.tree(theirs.tree),
        reference=there.tree(own.tree),
        reached=theirs.reached | there.reached,
    )


def _coverage(evidence: Evidence) -> Coverage:
    own = evidence.own
    if own is None:
        return Coverage()
    comparison = evidence.comparison
    return Coverage(
        positions=sum(len(tree.nodes) for tree in evidence.trees),
        exhausted=own.exhausted,
        episodes=sum(len(tree.ends) for tree in evidence.trees),
        statements=own.statements,
        statements_reached=len(own.reached),
        reference_statements=comparison.recording.statements if comparison else 0,
        reference_statements_reached=len(comparison.reached) if comparison else 0,
    )


# --- the verifier that everybody shares ----------------------------------------------------------

_shared: list[Verifier] = []
_shared_lock = threading.Lock()


def shared_verifier() -> Verifier:
    """Return the process's own verifier, started on first use.

    Raises:
        SandboxUnavailableError: if this machine cannot isolate workers strongly.
    """
    with _shared_lock:
        if not _shared:
            _shared.append(Verifier())
            atexit.register(_shared[0].close)
        return _shared[0]


def verify_game(
    source: str,
    *,
    reference: str | Reference | None = None,
    spec: GameSpec | None = None,
    scenarios: Sequence[Scenario] = (),
    seed: int = 0,
    budget: Budget | None = None,
    mend: bool = False,
    verifier: Verifier | None = None,
) -> Report:
    """Return the verdict of every check on a candidate program.

    The program runs in isolated workers only, and the verdicts are computed here, from plain
    values. The same arguments give the same report.

    Args:
        source: the candidate's text; anything, however broken.
        reference: what it must play like: the name of a curated game, or a trusted program's text.
            Without one, the report says whether it is a sound game, not which.
        spec: declared facts that it must keep to; those of the reference by default.
        scenarios: lines of play with facts that must hold, from `load_scenarios`.
        seed: decides everything that is drawn.
        budget: how far to look.
        mend: whether to mend mechanical faults and to report on the mended program.
        verifier: whose workers to use; the process's own by default.

    Raises:
        UnknownGameError: if no curated game has the name given as reference.
        GameError: if the reference fails.
        SandboxUnavailableError: if this machine cannot isolate workers strongly.
    """
    return (verifier or shared_verifier()).verify(
        source,
        reference=reference,
        spec=spec,
        scenarios=scenarios,
        seed=seed,
        budget=budget,
        mend=mend,
    )
