"""verify_game: from a program's text to a report, by way of isolated workers."""

from __future__ import annotations

import atexit
import hashlib
import threading
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any

from codeworld.envs.aec import GameEnv
from codeworld.envs.options import EnvOptions
from codeworld.games.scenario import Scenario
from codeworld.sandbox import open_isolated_game
from codeworld.seeding import check_seed
from codeworld.spec import GameSpec
from codeworld.verify.agreement import measure_agreement
from codeworld.verify.budget import Budget
from codeworld.verify.checks import Check, CheckResult
from codeworld.verify.dynamics_checks import DYNAMICS_CHECKS
from codeworld.verify.environment_checks import ENVIRONMENT_CHECKS, verify_environment
from codeworld.verify.evidence import Evidence
from codeworld.verify.gathering import Gatherer
from codeworld.verify.information_checks import INFORMATION_CHECKS
from codeworld.verify.mending import mend_source, mends_for
from codeworld.verify.reference import Reference, find_reference
from codeworld.verify.report import Coverage, Report
from codeworld.verify.semantics_checks import SEMANTICS_CHECKS
from codeworld.verify.static_checks import STATIC_CHECKS

GAME_CHECKS: tuple[Check[Evidence], ...] = (
    *STATIC_CHECKS,
    *DYNAMICS_CHECKS,
    *INFORMATION_CHECKS,
    *SEMANTICS_CHECKS,
)
"""Every check of a game program."""

CHECKS: tuple[Check[Any], ...] = (*GAME_CHECKS, *ENVIRONMENT_CHECKS)
"""Every check of a candidate: of its program, then of its environment."""

_one_at_a_time = threading.Lock()


class Verifier:
    """Verifies many candidates, with workers that are kept. May be used from many threads.

    Attributes:
        workers: how many candidates are played at once.
    """

    def __init__(self, workers: int | None = None, *, allow_weak_sandbox: bool = False) -> None:
        """Start the workers.

        Args:
            workers: how many run at once; the number of processors by default.
            allow_weak_sandbox: run even where the machine cannot isolate them strongly.

        Raises:
            SandboxUnavailableError: if this machine cannot isolate workers as required.
        """
        self._gatherer = Gatherer(workers, allow_weak_sandbox)
        self.workers = self._gatherer.workers

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
        self._gatherer.close()

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
        more_checks: Sequence[Check[Evidence]] = (),
    ) -> Report:
        """Return the report on a candidate; see `verify_game`."""
        seed, budget = check_seed(seed), budget or Budget()
        against = find_reference(reference) if reference is not None else None
        spec = spec or (against.spec if against else None)

        def look_at(text: str) -> Report:
            evidence = self._gatherer.gather(text, against, spec, scenarios, seed, budget)
            return self._judge(evidence, against, seed, budget, (*GAME_CHECKS, *more_checks))

        report = look_at(source)
        if mend and (mends := mends_for(report)):
            mended = look_at(mend_source(source, mends))
            return replace(mended, source_hash=report.source_hash, mends=mends)
        return report

    def _judge(
        self,
        evidence: Evidence,
        against: Reference | None,
        seed: int,
        budget: Budget,
        checks: Sequence[Check[Evidence]],
    ) -> Report:
        results = [check.run(evidence) for check in checks]
        source = evidence.source
        sound = all(
            result.verdict != "fail" for result in results if result.tier in ("static", "dynamics")
        )
        if sound:
            results += self._verify_environment(evidence, seed, budget)
        else:
            reason = "play does not hold, so there is no environment to speak of"
            results += [check.result("skip", reason) for check in ENVIRONMENT_CHECKS]
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

    def _verify_environment(
        self, evidence: Evidence, seed: int, budget: Budget
    ) -> list[CheckResult]:
        """Run the environment tier on the candidate's environment, its program in a worker."""
        spec = evidence.recording.spec
        if spec is None:
            reason = f"no observation space can be found: {evidence.recording.no_spec}"
            return [check.result("skip", reason) for check in ENVIRONMENT_CHECKS]
        source = evidence.source
        options = EnvOptions(
            name="candidate", max_steps=budget.episode_transitions, render_mode="ansi"
        )
        allowed = self._gatherer.allow_weak_sandbox
        # PettingZoo's tests print and warn, and what catches that is global to the process.
        with _one_at_a_time, open_isolated_game(source, allow_weak_sandbox=allowed) as game:
            results = verify_environment(
                lambda: GameEnv(game, spec, options).clone(),
                seed=seed,
                steps=budget.environment_steps,
            )
        return list(results)


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
        reference_statements_reached=len(comparison.recording.reached) if comparison else 0,
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
    more_checks: Sequence[Check[Evidence]] = (),
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
        more_checks: checks of the caller's own.
        verifier: whose workers to use; the process's own by default.

    Raises:
        UnknownGameError: if no curated game has the name given as reference.
        InvalidSeedError: if the seed is not a non-negative integer.
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
        more_checks=more_checks,
    )
