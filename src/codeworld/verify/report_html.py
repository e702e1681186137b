"""Reports as pages: one self-contained HTML file, the failing lines of play drawn step by step.

The candidate's text, and all that it draws, is hostile: it is escaped everywhere, and the page
forbids scripts and everything that would be loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from codeworld.contract import Game
from codeworld.errors import GameError
from codeworld.sandbox import open_isolated_game
from codeworld.verify.checks import TIERS, CheckResult
from codeworld.verify.drawn_line import DrawnStep, draw_line
from codeworld.verify.mending import mend_source
from codeworld.verify.printable import printable
from codeworld.verify.reference import Reference, find_reference
from codeworld.verify.report import Report

MAX_LINES = 8
"""Failing lines that are drawn."""


@dataclass(frozen=True, slots=True)
class DrawnFailure:
    """A failed check, and the line of play that shows it.

    Attributes:
        check: the verdict.
        steps: the line, drawn; empty where no line shows it.
        cut: positions at the start of the line that are not drawn.
    """

    check: CheckResult
    steps: tuple[DrawnStep, ...]
    cut: int


def draw_report(
    report: Report,
    source: str,
    *,
    name: str,
    reference: str | Reference | None = None,
    allow_weak_sandbox: bool = False,
) -> str:
    """Return a report as an HTML page.

    Args:
        report: the report.
        source: the candidate's text, as it was verified. It is played again, in a worker.
        name: what the page calls the candidate.
        reference: what the report compared it with; shows what was expected.
        allow_weak_sandbox: play even where the machine cannot isolate the candidate strongly.

    Raises:
        SandboxUnavailableError: if the machine cannot isolate the candidate as required.
    """
    against = None if reference is None else find_reference(reference)
    candidate = mend_source(source, report.mends) if report.mends else source
    with ExitStack() as opened:

        def open_game(text: str) -> Game | None:
            try:
                game = open_isolated_game(text, allow_weak_sandbox=allow_weak_sandbox)
            except GameError:
                return None  # the report says why
            return opened.enter_context(game)

        failures = _draw_failures(report, candidate, against, open_game)
    return _template().render(
        report=report, name=name, tiers=TIERS, failures=failures, source=source
    )


def _draw_failures(
    report: Report,
    candidate: str,
    against: Reference | None,
    open_game: Callable[[str], Game | None],
) -> list[DrawnFailure]:
    with_lines = [check for check in report.failures if check.actions is not None][:MAX_LINES]
    game = open_game(candidate) if with_lines else None
    reference = open_game(against.source) if with_lines and against else None
    failures = []
    for check in report.failures:
        steps: tuple[DrawnStep, ...] = ()
        if game is not None and check in with_lines:
            steps = draw_line(game, check.actions or (), reference)
        cut = steps[0].number if steps else 0
        failures.append(DrawnFailure(check, steps, cut))
    return failures


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("codeworld.verify", "templates"),
        autoescape=True,
        finalize=lambda value: printable(value) if isinstance(value, str) else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.jinja")
