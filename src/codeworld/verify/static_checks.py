"""The static tier: is it a program of the contract at all?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from codeworld.errors import (
    GameError,
    GameSyntaxError,
    MissingFunctionError,
    PolicyError,
    WorkerCrashError,
    WorkerTimeoutError,
)
from codeworld.verify.checks import Check, Failure, NotApplicable
from codeworld.verify.evidence import Evidence

_STAGES: tuple[type[GameError], ...] = (GameSyntaxError, PolicyError, MissingFunctionError)
"""The faults of loading that have a check of their own, in the order in which they show."""


def _stage(kind: type[GameError], number: int) -> Callable[[Evidence], Iterator[Failure]]:
    def find(evidence: Evidence) -> Iterator[Failure]:
        fault = evidence.load_fault
        if isinstance(fault, kind):
            yield Failure(str(fault))
        elif isinstance(fault, _STAGES[:number]):
            raise NotApplicable("an earlier check failed")

    return find


def _loads(evidence: Evidence) -> Iterator[Failure]:
    fault = evidence.load_fault
    if isinstance(fault, _STAGES):
        raise NotApplicable("an earlier check failed")
    if isinstance(fault, (WorkerTimeoutError, WorkerCrashError)):
        yield Failure(f"loading it took its worker down: {fault}")
    elif fault is not None:
        yield Failure(str(fault))


def _no_stubs(evidence: Evidence) -> Iterator[Failure]:
    if evidence.load_fault is not None:
        raise NotApplicable("it does not load")
    for name in evidence.stubs:
        yield Failure(f"{name} is a stub: it has no body but pass, ... or NotImplementedError")


STATIC_CHECKS: tuple[Check[Evidence], ...] = (
    Check("parses", "static", "Is it Python?", _stage(GameSyntaxError, 0)),
    Check(
        "language_policy", "static", "Does it keep to the game language?", _stage(PolicyError, 1)
    ),
    Check(
        "defines_contract",
        "static",
        "Does it define every function that the contract requires?",
        _stage(MissingFunctionError, 2),
    ),
    Check("loads", "static", "Does its module-level code run to an initial state?", _loads),
    Check("no_stubs", "static", "Has every contract function that it defines a body?", _no_stubs),
)
