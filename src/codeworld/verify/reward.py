"""Rewards: one number in [0, 1] from a report, for training and for choosing among candidates.

    reward = 1                                              every check passes
           = 0.08 · D · (1 + P) / 2 + 0.82 · A · D · I · E   otherwise

D, I and E are the shares of the dynamics, information and environment checks that pass, of those
that apply; A is the agreement of whole lines with the reference and P that of their beginnings
(`codeworld.verify.agreement`). It is 0 for a program that does not load, whose worker dies, or that
has no reference to agree with beyond 0.08. A mended program gets 0.9 of its reward.

The tiers multiply: a sound program that is another game stays below 0.1, since a constant answer
has A = 0. Agreement is graded, so that a nearly right program is worth more than a wrong one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from codeworld.errors import SandboxUnavailableError
from codeworld.verify.budget import QUICK, Budget
from codeworld.verify.checks import Tier
from codeworld.verify.reference import Reference, find_reference
from codeworld.verify.report import Report
from codeworld.verify.verification import Verifier, shared_verifier

STRUCTURE_CEILING = 0.08
"""The most that a program gets that does not play the game."""

AGREEMENT_SHARE = 0.82
"""What agreement of all lines is worth where some check fails all the same."""

MENDED_SHARE = 0.9
"""What a mended program keeps of its reward."""

_log = logging.getLogger(__name__)


def score(report: Report) -> float:
    """Return the reward of a report, in [0, 1]; the module's docstring has the formula.

    Without a reference the best is `STRUCTURE_CEILING`: that a program is a sound game does not
    say that it is the game that was meant.
    """
    verdicts = {check.name: check.verdict for check in report.checks}
    loads = all(check.verdict != "fail" for check in report.tier("static"))
    if not loads or verdicts["answers"] != "pass":
        return 0.0
    if report.passed and report.compared:
        value = 1.0
    else:
        dynamics = _share(report, "dynamics")
        gates = dynamics * _share(report, "information") * _share(report, "environment")
        begun, whole = report.prefix_agreement, report.agreement
        value = STRUCTURE_CEILING * dynamics * (1.0 + (begun or 0.0)) / 2.0
        value += AGREEMENT_SHARE * (whole or 0.0) * gates
    return value * (MENDED_SHARE if report.mends else 1.0)


def _share(report: Report, tier: Tier) -> float:
    verdicts = [check.verdict for check in report.tier(tier) if check.verdict != "skip"]
    return verdicts.count("pass") / len(verdicts) if verdicts else 1.0


def compute_reward(
    source: str,
    task: str | Reference,
    seed: int,
    *,
    mend: bool = False,
    budget: Budget = QUICK,
    verifier: Verifier | None = None,
) -> float | None:
    """Return the reward of one candidate; see `compute_rewards`."""
    return compute_rewards([source], task, seed, mend=mend, budget=budget, verifier=verifier)[0]


def compute_rewards(
    sources: Sequence[str],
    task: str | Reference,
    seed: int,
    *,
    mend: bool = False,
    budget: Budget = QUICK,
    verifier: Verifier | None = None,
) -> list[float | None]:
    """Return the reward of each candidate, in their order, scored side by side.

    Args:
        sources: the candidates' texts.
        task: the name of a curated game, or a `Reference`.
        seed: draws the lines of play on which candidates are compared with the reference. Use a
            new one for each batch, so that no set of lines can be learnt by heart.
        mend: whether to mend mechanical faults.
        budget: how far to look.
        verifier: whose workers to use; the process's own by default.

    Returns:
        Numbers in [0, 1]; None where the machine failed, so that nothing can be said of the
        candidate.

    Raises:
        UnknownGameError: if no curated game has the task's name.
        InvalidSeedError: if the seed is not a non-negative integer.
        SandboxUnavailableError: if this machine cannot isolate workers strongly.
    """
    reference = find_reference(task)
    workers = verifier or shared_verifier()

    def reward(source: str) -> float | None:
        try:
            report = workers.verify(
                source, reference=reference, seed=seed, budget=budget, mend=mend
            )
        except SandboxUnavailableError as error:
            _log.warning("a candidate could not be scored: %s", error)
            return None
        return score(report)

    with ThreadPoolExecutor(workers.workers) as threads:
        return list(threads.map(reward, sources))
