"""The table and the plot of what `generation.py` has measured."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

GROUPS = ("paraphrase", "instance", "reworded", "novel")
OUTCOMES = {"right": "#2a7f62", "refused": "#c9ced6", "wrong": "#b3261e"}
ANSWERS = (1, 4, 8)
HEADERS = (
    *("model", "group", "texts", *OUTCOMES),
    "right at " + ", ".join(map(str, ANSWERS)) + " answers",
    "candidates: load, sound, right",
    "median seconds",
    "median tokens written",
)


@dataclass(frozen=True)
class Row:
    """What came of one rules text.

    Attributes:
        task: which text.
        group: one of `GROUPS`.
        outcome: one of `OUTCOMES`.
        accepted: what was accepted, if anything was, and where it came from.
        origin: whether it was adapted, written or mended.
        answers: of the model, mended programs and readings of values included.
        candidates: programs judged.
        load: how many of them compile and start.
        sound: how many pass every check without the reference.
        right: how many play as the reference does.
        prompt_tokens: read by the model, in all answers.
        completion_tokens: written by the model, in all answers.
        seconds: from the text to the end of the search, by the clock.
    """

    task: str
    group: str
    outcome: str
    accepted: str | None
    origin: str | None
    answers: int
    candidates: int
    load: int
    sound: int
    right: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float


def load_rows(folder: Path) -> dict[tuple[str, str], list[Row]]:
    """Return the rows of each (run, group) in a folder of results; runs in order of their names."""
    found: dict[tuple[str, str], list[Row]] = {}
    for run in sorted(path for path in folder.iterdir() if path.is_dir()):
        rows = [Row(**json.loads(path.read_text("utf-8"))) for path in sorted(run.glob("*.json"))]
        for group in GROUPS:
            if chosen := [row for row in rows if row.group == group]:
                found[run.name, group] = chosen
    return found


def table(folder: Path) -> str:
    """Return the table of all results in Markdown."""
    lines = [f"| {' | '.join(HEADERS)} |", "|---|---|" + "---:|" * (len(HEADERS) - 2)]
    for (run, group), rows in load_rows(folder).items():
        lines.append(f"| {run} | {group} | {' | '.join(_cells(rows))} |")
    return "\n".join(lines)


def _cells(rows: Sequence[Row]) -> list[str]:
    outcomes = [row.outcome for row in rows]
    answers = [row.answers for row in rows if row.outcome == "right"]
    load, sound, right, candidates = (
        sum(getattr(row, name) for row in rows) for name in ("load", "sound", "right", "candidates")
    )
    return [
        str(len(rows)),
        *(str(outcomes.count(outcome)) for outcome in OUTCOMES),
        ", ".join(str(sum(number <= most for number in answers)) for most in ANSWERS),
        f"{load}, {sound}, {right} of {candidates}",
        f"{statistics.median(row.seconds for row in rows):.0f}",
        f"{statistics.median(row.completion_tokens for row in rows):.0f}",
    ]


def plot(folder: Path, path: Path) -> None:
    """Draw, for each run and group, how many texts were accepted rightly, refused, and wrongly."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "codeworld"  # the same results give the same file
    from matplotlib import pyplot

    found = load_rows(folder)
    figure, axes = pyplot.subplots(figsize=(7.2, 0.9 + 0.34 * len(found)), layout="constrained")
    labels = [f"{run}, {group} ({len(rows)})" for (run, group), rows in found.items()]
    left = [0.0] * len(found)
    for outcome, colour in OUTCOMES.items():
        shares = [
            sum(row.outcome == outcome for row in rows) / len(rows) for rows in found.values()
        ]
        axes.barh(labels, shares, left=left, color=colour, label=outcome)
        left = [before + share for before, share in zip(left, shares, strict=True)]
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel("share of the texts")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=len(OUTCOMES), frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
