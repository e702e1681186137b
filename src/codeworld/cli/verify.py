"""Verifying a game file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rich.console import Console

from codeworld.errors import ReportFileError, ScenarioError
from codeworld.games.scenario import Scenario, load_scenarios
from codeworld.games.source_file import read_source
from codeworld.verify import Budget, Report, Verifier
from codeworld.verify.printable import printable
from codeworld.verify.reference_file import open_reference
from codeworld.verify.report_html import draw_report


def verify_file(
    path: Path,
    console: Console,
    *,
    reference: str | None,
    scenarios: Path | None,
    seed: int,
    budget: Budget,
    mend: bool,
    json: Path | None,
    html: Path | None,
    allow_weak_sandbox: bool,
) -> Report:
    """Verify a game file, print the report, and write it as JSON and as HTML where asked.

    Args:
        path: the candidate.
        console: where the report is printed.
        reference: id of a curated game, or path of a trusted game file; None for none.
        scenarios: path of a scenario file; None for none.
        seed: decides everything that is drawn.
        budget: how far to look.
        mend: whether to mend mechanical faults first.
        json: where the report goes as JSON.
        html: where the report goes as a page.
        allow_weak_sandbox: run the candidate even where the machine cannot isolate it strongly.

    Raises:
        CodeworldError: if there can be no verdict: a file cannot be read or written, there is no
            such reference, the machine cannot isolate the candidate.
    """
    source = read_source(path)
    against = None if reference is None else open_reference(reference)
    lines = () if scenarios is None else _read_scenarios(scenarios)
    with Verifier(allow_weak_sandbox=allow_weak_sandbox) as verifier:
        report = verifier.verify(
            source, reference=against, scenarios=lines, seed=seed, budget=budget, mend=mend
        )
    text = _shown(report).to_text(console.width, color=console.is_terminal)
    console.file.write(text + "\n")
    if json is not None:
        _write(json, report.to_json())
    if html is not None:
        page = draw_report(
            report,
            source,
            name=path.name,
            reference=against,
            allow_weak_sandbox=allow_weak_sandbox,
        )
        _write(html, page)
    return report


def _shown(report: Report) -> Report:
    """Return a report whose texts from the candidate cannot play tricks with the terminal."""
    checks = tuple(
        replace(
            check,
            message=printable(check.message),
            actions=None if check.actions is None else tuple(map(printable, check.actions)),
        )
        for check in report.checks
    )
    return replace(report, checks=checks)


def _read_scenarios(path: Path) -> tuple[Scenario, ...]:
    try:
        return load_scenarios(read_source(path))
    except ScenarioError as error:
        raise ScenarioError(f"{path}: {error}") from error


def _write(path: Path, text: str) -> None:
    try:
        path.expanduser().write_text(text, encoding="utf-8")
    except OSError as error:
        raise ReportFileError(
            f"{path} cannot be written: {error.strerror}; check the path"
        ) from error
