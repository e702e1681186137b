"""How well whole lines of play agree with a reference, as one number in [0, 1]."""

from __future__ import annotations

from collections import defaultdict

from codeworld.verify.evidence import Comparison
from codeworld.verify.semantics_checks import agrees


def measure_agreement(comparison: Comparison | None) -> tuple[float, float]:
    """Return how well a candidate agrees with the reference on the reference's lines.

    A line agrees if every position on it does. Lines are sorted by the returns that they end with,
    and the shares that agree are averaged over these outcomes; what a constant answer would reach,
    one outcome of them, is taken off. So a game that always pays the same scores 0, also where most
    games end alike.

    Returns:
        The agreement of whole lines, and the mean part of a line before its first deviation; both
        0 without a comparison.
    """
    if comparison is None:
        return 0.0, 0.0
    reference = comparison.recording.tree
    same = agrees(comparison.candidate, reference)
    shares: dict[object, list[float]] = defaultdict(list)
    prefixes = []
    for place in reference.ends or reference.leaves:
        path = reference.path(place)
        agreed = sum(same[step] for step in path)
        facts = reference.nodes[place].facts
        shares[facts.returns if facts else None].append(float(agreed == len(path)))
        prefixes.append(agreed / len(path))
    balanced = sum(sum(lines) / len(lines) for lines in shares.values()) / len(shares)
    constant = 1.0 / len(shares) if len(shares) > 1 else 0.0
    whole = max(0.0, (balanced - constant) / (1.0 - constant))
    return whole, sum(prefixes) / len(prefixes)
