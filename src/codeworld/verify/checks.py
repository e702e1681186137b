"""What a check is, and what it answers.

A check is a small function with one reason to fail. It looks at evidence that was gathered before
and yields what it finds wrong; a check that yields nothing has passed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar, get_args

Tier: TypeAlias = Literal["static", "dynamics", "information", "semantics", "environment"]
"""What a check is about, in the order in which the tiers gate each other."""

TIERS: tuple[Tier, ...] = get_args(Tier)

Verdict: TypeAlias = Literal["pass", "fail", "skip"]
"""`skip`: the question does not arise, or the evidence to answer it could not be had."""

EvidenceT = TypeVar("EvidenceT")


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is wrong.

    Attributes:
        message: the fact, the value, and the likely fix.
        actions: the line of actions from the initial state that shows it; None where no line does.
    """

    message: str
    actions: tuple[str, ...] | None = None


class NotApplicable(Exception):  # noqa: N818 - not an error: the answer of a check
    """Raised by a check whose question does not arise; its text says why."""


@dataclass(frozen=True, slots=True)
class Check(Generic[EvidenceT]):
    """One named check.

    Attributes:
        name: stable identifier, such as `state_untouched`.
        tier: what it is about.
        asks: the question, in one line.
        find: yields what is wrong, worst or shortest first; only the first is kept. May raise
            `NotApplicable`.
    """

    name: str
    tier: Tier
    asks: str
    find: Callable[[EvidenceT], Iterator[Failure]]

    def run(self, evidence: EvidenceT) -> CheckResult:
        """Return the verdict on `evidence`."""
        try:
            failure = next(self.find(evidence), None)
        except NotApplicable as reason:
            return self.result("skip", str(reason))
        if failure is None:
            return self.result("pass")
        return self.result("fail", failure.message, failure.actions)

    def result(
        self, verdict: Verdict, message: str = "", actions: tuple[str, ...] | None = None
    ) -> CheckResult:
        """Return a verdict of this check."""
        return CheckResult(self.name, self.tier, self.asks, verdict, message, actions)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The verdict of one check on one candidate.

    Attributes:
        name: the check's name.
        tier: what the check is about.
        asks: the question it answers.
        verdict: the answer.
        message: what is wrong, or why the check was skipped; empty for a pass.
        actions: the line of actions from the initial state that shows it, chance included; replay
            it with `codeworld.verify.replay_trace`. None where no line does.
    """

    name: str
    tier: Tier
    asks: str
    verdict: Verdict
    message: str = ""
    actions: tuple[str, ...] | None = None
