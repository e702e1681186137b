"""Evidence: all that was recorded about a candidate, for the checks to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from codeworld.errors import GameError
from codeworld.spec import GameSpec
from codeworld.verify.checks import NotApplicable
from codeworld.verify.play_tree import Fault, PlayTree
from codeworld.verify.recording import NOT_REACHED, Recording
from codeworld.verify.shared_lines import SharedLines


@dataclass(frozen=True)
class Comparison:
    """What a reference and the candidate say along the same lines.

    Attributes:
        name: the reference's name.
        recording: the exploration of the reference.
        theirs: both along the reference's lines.
        own: both along the candidate's.
    """

    name: str
    recording: Recording
    theirs: SharedLines
    own: SharedLines

    @property
    def both(self) -> tuple[SharedLines, SharedLines]:
        """All lines along which the two can be compared."""
        return self.theirs, self.own


@dataclass(frozen=True)
class Evidence:
    """All that was recorded about a candidate.

    Attributes:
        source: the candidate's text.
        load_fault: why it does not load; None if it does.
        stubs: contract functions that do nothing.
        lost: how its worker ended instead of answering; "" if it answered.
        own: the exploration of the candidate; None if there was no answer.
        again: the candidate's facts on its own lines in another process; None if not asked.
        lost_again: how that process ended instead of answering.
        spec: declared facts; None if there are none.
        comparison: the play of a reference; None without one.
        scenarios: (name, what does not hold) of every scenario that was given.
    """

    source: str
    load_fault: GameError | None = None
    stubs: tuple[str, ...] = ()
    lost: str = ""
    own: Recording | None = None
    again: PlayTree | None = None
    lost_again: str = ""
    spec: GameSpec | None = None
    comparison: Comparison | None = None
    scenarios: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def recording(self) -> Recording:
        """The exploration of the candidate.

        Raises:
            NotApplicable: if there is none.
        """
        if self.own is None:
            raise NotApplicable("there is no play to look at")
        return self.own

    @property
    def compared(self) -> Comparison:
        """The play of the reference.

        Raises:
            NotApplicable: if there is none.
        """
        if self.comparison is None:
            reason = "no reference was given" if self.own else "there is no play to look at"
            raise NotApplicable(reason)
        return self.comparison

    @property
    def declared(self) -> GameSpec:
        """The declared facts.

        Raises:
            NotApplicable: if there are none.
        """
        if self.spec is None:
            raise NotApplicable("no facts were declared")
        return self.spec

    @cached_property
    def trees(self) -> tuple[PlayTree, ...]:
        """The candidate's play: its own lines, and those of the reference.

        Raises:
            NotApplicable: if there is none.
        """
        theirs = () if self.comparison is None else (self.comparison.theirs.candidate,)
        return (self.recording.tree, *theirs)

    def faults(self) -> Iterator[tuple[Fault, tuple[str, ...]]]:
        """Yield (fault, line) of every action that was legal and failed, shortest lines first."""
        for tree in self.trees:
            for place in tree.shortest_first:
                fault = tree.nodes[place].fault
                if fault is not None and fault is not NOT_REACHED:
                    yield fault, tree.line(place)
