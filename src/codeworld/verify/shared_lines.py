"""What a candidate and a reference say along the same lines, and where they differ."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.verify.play_tree import Facts, PlayTree

TOLERANCE = 1e-6
"""How far returns and probabilities may be apart and still count as equal."""

Differs = Callable[[Facts, Facts], str]
"""From the candidate's and the reference's facts to what differs, in words; "" if nothing does."""


def player_differs(mine: Facts, theirs: Facts) -> str:
    """Return whose turn it is instead, or how many players there are."""
    if len(mine.returns) != len(theirs.returns):
        return f"there are {len(mine.returns)} players instead of {len(theirs.returns)}"
    if mine.player != theirs.player:
        return f"{_who(mine.player)} instead of {_who(theirs.player)}"
    return ""


def _who(player: int) -> str:
    if player == TERMINAL_PLAYER:
        return "the game is over"
    return "chance is to move" if player == CHANCE_PLAYER else f"player {player} is to move"


def legal_differs(mine: Facts, theirs: Facts) -> str:
    """Return which actions must be legal, and which not."""
    extra = sorted(set(mine.legal_actions) - set(theirs.legal_actions))
    missing = sorted(set(theirs.legal_actions) - set(mine.legal_actions))
    said = []
    if extra:
        said.append(f"{_some(extra)} must not be legal")
    if missing:
        said.append(f"{_some(missing)} must be legal")
    return " and ".join(said)


def _some(actions: list[str]) -> str:
    return ", ".join(map(repr, actions[:4])) + (", ..." if len(actions) > 4 else "")


def chance_differs(mine: Facts, theirs: Facts) -> str:
    """Return which outcome has another probability; legal actions are another matter."""
    if mine.legal_actions != theirs.legal_actions:
        return ""
    pairs = zip(mine.legal_actions, mine.probabilities, theirs.probabilities, strict=False)
    for outcome, probability, wanted in pairs:
        if abs(probability - wanted) > TOLERANCE:
            return f"{outcome!r} has probability {probability:.6g} instead of {wanted:.6g}"
    return ""


def returns_differ(mine: Facts, theirs: Facts) -> str:
    """Return what the returns are instead."""
    if len(mine.returns) != len(theirs.returns) or all(
        math.isclose(one, other, abs_tol=TOLERANCE)
        for one, other in zip(mine.returns, theirs.returns, strict=True)
    ):
        return ""
    return f"the returns are {list(mine.returns)} instead of {list(theirs.returns)}"


DIFFERENCES: tuple[Differs, ...] = (
    player_differs,
    legal_differs,
    chance_differs,
    returns_differ,
)
"""All ways in which a position can differ from the reference's."""


@dataclass(frozen=True)
class SharedLines:
    """What a candidate and a reference say along the same lines.

    Attributes:
        candidate: the candidate's facts, place by place.
        reference: the reference's, at the same places.
    """

    candidate: PlayTree
    reference: PlayTree

    @cached_property
    def same(self) -> tuple[bool, ...]:
        """For each node, whether all is the same there and on the way there."""
        same: list[bool] = []
        for mine, theirs in zip(self.candidate.nodes, self.reference.nodes, strict=True):
            here = mine.parent < 0 or same[mine.parent]
            if here and mine.facts is not None and theirs.facts is not None:
                here = mine.facts[:4] == theirs.facts[:4] or not any(
                    differs(mine.facts, theirs.facts) for differs in DIFFERENCES
                )
            elif here:
                here = mine.facts is theirs.facts
            same.append(here)
        return tuple(same)

    @cached_property
    def deviations(self) -> tuple[int, ...]:
        """Where lines deviate first, shortest first: behind that, nothing can be compared."""
        same, nodes = self.same, self.candidate.nodes
        if all(same):
            return ()
        places = (place for place in self.candidate.shortest_first if not same[place])
        return tuple(p for p in places if (parent := nodes[p].parent) < 0 or same[parent])

    @cached_property
    def same_movers(self) -> tuple[int, ...]:
        """Where the same players made the moves on the way, shortest lines first.

        What a player sees depends on who moved, so behind another mover nothing can be compared.
        """
        same: list[bool] = []
        nodes, others = self.candidate.nodes, self.reference.nodes
        for mine, theirs in zip(nodes, others, strict=True):
            if mine.facts is None or theirs.facts is None:
                same.append(False)
                continue
            there = len(mine.facts.returns) == len(theirs.facts.returns)
            if there and mine.parent >= 0:
                before, wanted = nodes[mine.parent].facts, others[mine.parent].facts
                there = same[mine.parent] and before is not None and wanted is not None
                there = there and before.player == wanted.player  # type: ignore[union-attr]
            same.append(there)
        return tuple(place for place in self.reference.shortest_first if same[place])
