"""How well whole lines of play agree with a reference, as one number in [0, 1]."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from codeworld.verify.evidence import Comparison
from codeworld.verify.play_tree import PlayTree


def measure_agreement(comparison: Comparison | None) -> tuple[float, float]:
    """Return how well a candidate agrees with the reference on the reference's lines.

    A line agrees if every position on it does. Lines are sorted by the returns that they end with,
    and the shares that agree are averaged over these outcomes; what a constant answer would reach,
    one outcome of them, is taken off. So a game that always pays the same scores 0, also where most
    games end alike.

    This is measured twice, and the less counts: over the lines that the seed drew, which nobody can
    know by heart, and over these and the reference's own lines, which show its rare outcomes.

    Returns:
        The agreement of whole lines, and the mean part of a drawn line before its first deviation;
        both 0 without a comparison.
    """
    if comparison is None:
        return 0.0, 0.0
    reference = comparison.recording.tree
    same = comparison.theirs.same
    drawn = _last_places(reference, comparison.recording.drawn)
    of_drawn = _agreement(reference, same, drawn, alike=0.0)
    of_all = _agreement(reference, same, _last_places(reference, len(reference.nodes)), alike=1.0)
    # `fsum`, since `sum` of floats is another number from Python 3.12 on.
    prefixes = [_prefix(reference, same, place) for place in drawn]
    return min(of_drawn, of_all), math.fsum(prefixes) / len(prefixes)


def _last_places(tree: PlayTree, count: int) -> Sequence[int]:
    """Return where lines end, of the tree that the first `count` nodes are.

    If no game came to its end there, these are the places where play was left.
    """
    ends = [place for place in tree.ends if place < count]
    if ends:
        return ends
    parents = {tree.nodes[place].parent for place in range(count)}
    return [place for place in range(count) if place not in parents]


def _agreement(
    reference: PlayTree, same: Sequence[bool], places: Sequence[int], *, alike: float
) -> float:
    """Return the balanced share of lines that agree, less what a constant answer reaches.

    Args:
        reference: the tree of the lines.
        same: for each node, whether all is the same there and on the way there.
        places: where the lines end.
        alike: what a constant answer counts for where all lines have one outcome.
    """
    shares: dict[object, list[bool]] = defaultdict(list)
    for place in places:
        facts = reference.nodes[place].facts
        shares[facts.returns if facts else None].append(same[place])
    balanced = math.fsum(sum(lines) / len(lines) for lines in shares.values()) / len(shares)
    constant = 1.0 / len(shares) if len(shares) > 1 else alike
    return max(0.0, (balanced - constant) / (1.0 - constant)) if constant < 1.0 else 0.0


def _prefix(reference: PlayTree, same: Sequence[bool], place: int) -> float:
    path = reference.path(place)
    return sum(same[step] for step in path) / len(path)
