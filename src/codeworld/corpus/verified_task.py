"""Verifies tasks of families, one process with its own workers for each processor."""

from __future__ import annotations

from dataclasses import dataclass

from codeworld.games import families
from codeworld.games.families import GameTask
from codeworld.generate.rule_facts import read_facts
from codeworld.verify import QUICK, Verifier, verify_game
from codeworld.verify.reference import Reference


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a task is right.

    Attributes:
        passed: whether every style of its program passes every check against its source.
        failures: what does not, in words; "" if all does.
    """

    passed: bool
    failures: str = ""


_opened: list[Verifier] = []


def open_verifier() -> None:
    """Start the workers of this process; they end with it."""
    _opened.append(Verifier(workers=1))


def verify_task(task: GameTask) -> Verdict:
    """Return whether a task is right: each of its family's styles plays the same sound game.

    What its rules text states for certain is checked, too.
    """
    reference = Reference(task.name, task.source, task.spec)
    checks = read_facts(task.rules).checks
    failures = []
    for style in families.load(task.family).programs:
        report = verify_game(
            task.in_style(style).source,
            reference=reference,
            seed=task.seed or 0,
            budget=QUICK,
            more_checks=checks,
            verifier=_opened[0] if _opened else None,
        )
        failures += [f"{style}: {one.name}, {one.message}" for one in report.failures]
    return Verdict(not failures, "; ".join(failures))
