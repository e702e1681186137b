"""How well a rules text agrees with what a known game's own rules would say.

A variant of a known game has rules of its own, made from its parameters and told in several
people's words. Those of the right parameters share more with the text that is to be understood than
those of wrong ones: the numbers with what they stand beside, and the words that say which of two
things happens. So the text itself says which of several readings is right.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import pairwise
from math import sqrt

from codeworld.generate.rule_facts import number_of, tokens_of

_SIGNED = re.compile(r"[a-z]+|[+-]?\d+(?:\.\d+)?")
_TIMES = re.compile(r"(?<=\d)\s*[x×]\s*(?=\d)")  # noqa: RUF001
_REACH = 3
"""Words to each side of a number that belong to it."""

_COMMON = frozenset({"the", "a", "an", "of", "and", "or", "is", "are", "in", "to", "it", "its"})


def text_likeness(wordings: Sequence[str], rules: str) -> float:
    """Return how alike a text is to one game's rules in several people's words, in [0, 1].

    It is the cosine between what the text has (words and numbers, what numbers stand beside, and
    which words follow each other) and how many of the wordings have it; or, if that is more, what
    the closest wording has.
    """
    pooled = Counter(feature for text in wordings for feature in _read(text))
    return max(_cosine(_read(rules), pooled), closest_likeness(wordings, rules))


def closest_likeness(wordings: Sequence[str], rules: str) -> float:
    """Return how alike a text is to the wording that is most like it, in [0, 1].

    Games of which more wordings are known have no advantage by it.
    """
    return max(_cosine(_read(rules), Counter(_read(text))) for text in wordings)


def is_word_for_word(one: str, other: str) -> bool:
    """Whether two texts are the same but for punctuation, large letters and line breaks."""
    return _signed(one) == _signed(other)


def _cosine(found: frozenset[Hashable], told: Counter[Hashable]) -> float:
    shared = sum(often for feature, often in told.items() if feature in found)
    size = sqrt(sum(often * often for often in told.values()) * len(found))
    return min(shared / size, 1.0) if size else 0.0


@functools.lru_cache(maxsize=4_096)  # one text is compared with hundreds of readings of it
def _read(text: str) -> frozenset[Hashable]:
    tokens = [token for token in tokens_of(_TIMES.sub(" by ", text)) if token not in _COMMON]
    values = [number_of(token) for token in tokens]
    words = [
        token.rstrip("s") if value is None else value
        for token, value in zip(tokens, values, strict=True)
    ]
    beside = (
        ("beside", value, word)
        for place, value in enumerate(values)
        if value is not None
        for word in words[max(place - _REACH, 0) : place + _REACH + 1]
        if isinstance(word, str)
    )
    return frozenset([*words, *beside, *pairwise(words), *pairwise(_signed(text))])


@functools.lru_cache(maxsize=4_096)
def _signed(text: str) -> tuple[str, ...]:
    """Return all words and numbers; a sign says whether the last to move wins."""
    return tuple(_SIGNED.findall(text.lower().replace("−", "-")))  # noqa: RUF001
