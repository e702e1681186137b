"""How well the numbers of two rules texts agree, each with the words beside it.

A variant of a known game has rules of its own, made from its parameters. Those of the right
parameters have the numbers of the text that is to be understood, often and beside the same words;
those of wrong ones have other numbers. So the text itself says which of several readings is right.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from itertools import pairwise

from codeworld.generate.rule_facts import NUMBER_OR_WORD, number_of

_WORD = re.compile(r"[a-z]+|[+-]?\d+")
_REACH = 3
"""Words to each side of a number that belong to it."""

_OFTEN = 0.15
"""Share of how often numbers occur. Of variants of known games told in words that were left out of
the comparison, more are read rightly with this than with 0, 0.3 or 0.5."""

_COMMON = frozenset({"the", "a", "an", "of", "and", "or", "is", "are", "in", "to", "it", "its"})


def number_likeness(one: str, other: str) -> float:
    """Return how alike the numbers of two texts are, in [0, 1].

    Most of it is beside which words each number occurs, the rest how often.
    """
    (often, beside), (theirs, beside_theirs) = _read(one), _read(other)
    likeness = _OFTEN * _overlap(often, theirs) + (1 - _OFTEN) * _overlap(beside, beside_theirs)
    return min(likeness, 1.0)


def word_likeness(one: str, other: str) -> float:
    """Return how many pairs of words that follow each other two texts share, in [0, 1].

    Numbers are words, too, and their signs count: they say whether the last to move wins.
    """
    return _overlap(_pairs(one), _pairs(other))


@functools.lru_cache(maxsize=64)
def _pairs(text: str) -> Counter[object]:
    words = _WORD.findall(text.lower().replace("−", "-"))  # noqa: RUF001
    return Counter(pairwise(words))


def _overlap(one: Counter[object], other: Counter[object]) -> float:
    most = (one | other).total()
    return (one & other).total() / most if most else 1.0


@functools.lru_cache(maxsize=64)  # one text is compared with hundreds of readings of it
def _read(text: str) -> tuple[Counter[object], Counter[object]]:
    tokens = NUMBER_OR_WORD.findall(re.sub(r"(?<=\d)\s*[x×]\s*(?=\d)", " by ", text.lower()))  # noqa: RUF001
    tokens = [token for token in tokens if token not in _COMMON]
    numbers: Counter[object] = Counter()
    beside: Counter[object] = Counter()
    for place, token in enumerate(tokens):
        value = number_of(token)
        if value is None:
            continue
        numbers[value] += 1
        for distance in range(-_REACH, _REACH + 1):
            at = place + distance
            if distance and 0 <= at < len(tokens) and tokens[at].isalpha():
                beside[value, tokens[at].rstrip("s"), distance > 0] += 1
    return numbers, beside
