"""Candidates: programs that were proposed for a rules text, each with what is known of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, TypeAlias

from codeworld.verify import Report
from codeworld.verify.printable import printable

Origin: TypeAlias = Literal["adapted", "written", "mended"]
"""`adapted`: a known game with values that the model read; `written`: a whole program by the model;
`mended`: one that the model wrote again after being told what was wrong."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A program that was proposed.

    Attributes:
        name: unique in its run, for example `written-3`.
        origin: how it came about.
        about: the same for a person: which known game with which values, or after which program.
        source: the program, as extracted and mended; "" where the answer held none.
        report: the verdicts on it.
        confirmed: whether something besides the model's word says that it is the game of the text.
        why: in words, what that is, or what is missing.
        example: name of the known game that the model was shown; None if none was.
    """

    name: str
    origin: Origin
    about: str
    source: str
    report: Report
    confirmed: bool
    why: str
    example: str | None = None

    @property
    def accepted(self) -> bool:
        """Whether it passed every check and is confirmed."""
        return self.report.passed and self.confirmed

    @property
    def failures(self) -> tuple[str, ...]:
        """What is wrong with it, one line for each failed check."""
        return tuple(printable(f"{check.name}: {check.message}") for check in self.report.failures)

    def to_json(self) -> str:
        """Return the candidate as JSON text."""
        data = {
            "name": self.name,
            "origin": self.origin,
            "about": self.about,
            "accepted": self.accepted,
            "why": self.why,
            "example": self.example,
            "source": self.source,
            "report": json.loads(self.report.to_json()),
        }
        return json.dumps(data, indent=2) + "\n"


def rank(candidate: Candidate) -> tuple[bool, bool, int]:
    """Return what sorts candidates, best last: accepted ones, sound ones, then by their verdicts.

    A program that does not load fails one check only, for no other can look at it; what counts
    against it is how few it passes.
    """
    verdicts = [check.verdict for check in candidate.report.checks]
    points = verdicts.count("pass") - verdicts.count("fail")
    return candidate.accepted, candidate.report.passed, points
