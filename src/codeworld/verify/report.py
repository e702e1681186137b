"""Reports: all verdicts on one candidate, for a person, for a generator and for a reward."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from codeworld.verify.checks import TIERS, CheckResult, Tier, Verdict
from codeworld.verify.printable import printable

_STYLES = {"pass": "green", "fail": "bold red", "skip": "yellow"}
_SHOWN_ACTIONS = 12
_COUNTED: tuple[tuple[Verdict, str], ...] = (("fail", "failed"), ("skip", "skipped"))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a verification looked.

    Attributes:
        positions: positions of the candidate that were looked at.
        exhausted: whether these are all there are.
        episodes: how many of them are ends of the game.
        statements: statements in the candidate's functions.
        statements_reached: how many of them ran.
        reference_statements: statements in the reference's functions, 0 without a reference.
        reference_statements_reached: how many of them ran on the lines that both games played.
    """

    positions: int = 0
    exhausted: bool = False
    episodes: int = 0
    statements: int = 0
    statements_reached: int = 0
    reference_statements: int = 0
    reference_statements_reached: int = 0

    def __str__(self) -> str:
        every = "all " if self.exhausted else ""
        parts = [
            f"{every}{self.positions} positions, {self.episodes} of them ends of the game",
            f"{self.statements_reached} of {self.statements} statements",
        ]
        if self.reference_statements:
            parts.append(
                f"{self.reference_statements_reached} of {self.reference_statements} "
                "statements of the reference"
            )
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Report:
    """All verdicts on one candidate.

    Attributes:
        source_hash: hex sha256 of the candidate's text, as given.
        seed: the seed of everything that was drawn.
        reference: what the candidate was compared with: a curated game's name, or `"given"`;
            None without a reference.
        checks: every verdict, in the order of the tiers.
        coverage: how far the verification looked.
        mends: names of the faults that were mended mechanically before the checks ran.
        agreement: with a reference, how well whole lines of play agree with it, in [0, 1], 0 being
            what a constant answer reaches and 1 that all agree; None without a reference.
        prefix_agreement: with a reference, the mean part of a line before the first deviation.
    """

    source_hash: str
    seed: int
    reference: str | None
    checks: tuple[CheckResult, ...]
    coverage: Coverage
    mends: tuple[str, ...] = ()
    agreement: float | None = None
    prefix_agreement: float | None = None

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return not self.failures

    @property
    def failures(self) -> tuple[CheckResult, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.verdict == "fail")

    def tier(self, tier: Tier) -> tuple[CheckResult, ...]:
        """The verdicts of one tier."""
        return tuple(check for check in self.checks if check.tier == tier)

    @property
    def compared(self) -> bool:
        """Whether the candidate was held against a reference, or against structure alone."""
        return self.reference is not None

    def to_json(self) -> str:
        """Return the report as JSON text: the same candidate and seed give the same text."""
        return json.dumps({"passed": self.passed, **asdict(self)}, indent=2) + "\n"

    def __str__(self) -> str:
        return self.to_text()

    def summary(self) -> str:
        """Return the report in a few lines: a count for each tier, and every failure."""
        lines = []
        for tier in TIERS:
            results = self.tier(tier)
            counts = Counter(result.verdict for result in results)
            told = [f"{counts['pass']} of {len(results)} checks passed"]
            told += [f"{counts[verdict]} {word}" for verdict, word in _COUNTED if counts[verdict]]
            lines.append(f"{tier}: {', '.join(told)}")
            lines += [f"  {one.name}: {one.message}" for one in results if one.verdict == "fail"]
        return printable("\n".join([*lines, *self._closing()]))

    def _closing(self) -> list[str]:
        """Return what stands below the verdicts."""
        mended = [f"mended before the checks: {', '.join(self.mends)}"] if self.mends else []
        return [f"looked at: {self.coverage}", *mended, self._conclusion()]

    def to_text(self, width: int = 100, *, color: bool = False) -> str:
        """Return the report as a table: check, verdict, evidence and how to reproduce it."""
        out = io.StringIO()
        console = Console(file=out, width=width, force_terminal=color, no_color=not color)
        table = Table(title=self._title(), title_justify="left")
        table.add_column("tier")
        table.add_column("check", no_wrap=True)
        table.add_column("verdict")
        table.add_column("evidence", overflow="fold")
        for tier in TIERS:
            results = self.tier(tier)
            for place, result in enumerate(results):
                table.add_row(
                    tier if place == 0 else "",
                    result.name,
                    Text(result.verdict, style=_STYLES[result.verdict]),
                    Text(_evidence(result, self.seed)),
                    end_section=place == len(results) - 1,
                )
        console.print(table)
        for line in self._closing():
            console.print(Text(line))
        return "\n".join(line.rstrip() for line in out.getvalue().splitlines())

    def _title(self) -> str:
        against = f"against {self.reference}" if self.reference else "without a reference"
        return f"candidate {self.source_hash[:12]}, {against}, seed {self.seed}"

    def _conclusion(self) -> str:
        if not self.passed:
            return f"{len(self.failures)} of {len(self.checks)} checks failed"
        if self.compared:
            return "every check passed: on all that was looked at, it plays as the reference does"
        return (
            "every check passed: it is a sound game; whether it is the game that was meant, "
            "no check without a reference can say"
        )


def _evidence(result: CheckResult, seed: int) -> str:
    if result.actions is None:
        return result.message
    shown = list(result.actions[-_SHOWN_ACTIONS:])
    cut = len(result.actions) - len(shown)
    line = ", ".join([f"({cut} more)"] * bool(cut) + shown) or "the initial state"
    return f"{result.message}\nseed {seed}, after: {line}"
