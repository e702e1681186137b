"""Which worked examples are nearest to a rules text."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import fsum, log

from codeworld.generate.rule_facts import RuleFacts, read_facts
from codeworld.generate.worked_examples import WorkedExample, load_examples

SAME_KIND = 0.5
"""The least kinship of a text with a curated game that is adapted to it. Of what two wordings of a
curated game share, the third has 0.51 to 1; a text of another game that spells its actions alike
has at most 0.46, its near relatives (chess on a small board, poker with other cards) aside."""

SAME_KIND_OF_FAMILY = 0.43
"""The same for the themes of families. Of what the other wordings of a theme share, nearly all have
0.44 to 1; a text of another game that spells its actions alike has at most 0.42."""

_DOUBT = 20.0
"""Weight of words that a theme would have to have in common, besides those that it has: a few
common words in all its wordings, such as board, row and place, say little."""

_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True)
class Nearest:
    """A worked example and how near it is.

    Attributes:
        example: the known game.
        score: its BM25 score; comparable for one text only.
        same_spelling: whether it has the text's number of players and spells its actions as the
            text does, so that it may be the same game with other numbers; not looked at where
            kinship is too low for that.
        kinship: how many of the words that every wording of the example has are in the text, rare
            words counting more, in [0, 1]; of a family's theme, lower where these words are few
            and common.
    """

    example: WorkedExample
    score: float
    same_spelling: bool
    kinship: float

    @property
    def is_related(self) -> bool:
        """Whether the text has the words of this game."""
        return self.kinship >= _least_kinship(self.example)

    @property
    def same_kind(self) -> bool:
        """Whether the text may well be about this game, with other numbers."""
        return self.same_spelling and self.is_related


class ExampleIndex:
    """Finds the worked examples that are nearest to a rules text.

    Those that may be the same game with other numbers come first, the curated games before the
    families; otherwise the words of the rules decide, by BM25.
    """

    def __init__(self, examples: Sequence[WorkedExample] | None = None) -> None:
        """Index examples, by default all that there are."""
        import bm25s  # here, for a fast `import codeworld`

        self.examples = tuple(load_examples() if examples is None else examples)
        worded = [[_words(text) for text in example.wordings] for example in self.examples]
        self._index = bm25s.BM25()
        self._index.index(
            [list(chain.from_iterable(words)) for words in worded], show_progress=False
        )
        self._essential = [frozenset.intersection(*map(frozenset, words)) for words in worded]
        curated = [
            words
            for words, example in zip(worded, self.examples, strict=True)
            if not example.is_theme
        ]
        self._curated_weights, self._weights = _weigh(curated), _weigh(worded)

    def nearest(self, rules: str, count: int = 2) -> tuple[Nearest, ...]:
        """Return the `count` nearest examples, nearest first; none for a text without words."""
        words = sorted(set(_words(rules)))
        if not words:
            return ()
        facts = read_facts(rules)
        scores = self._index.get_scores(words)
        found = [
            Nearest(
                example=example,
                score=float(scores[place]),
                same_spelling=kinship >= _least_kinship(example) and _fits(facts, example),
                kinship=kinship,
            )
            for place, example in enumerate(self.examples)
            for kinship in [self._kinship(place, words)]
        ]
        found.sort(
            key=lambda near: (
                -near.same_kind,
                near.same_kind and near.example.is_theme,
                -near.score,
                near.example.name,
            )
        )
        return tuple(found[:count])

    def _kinship(self, place: int, words: Sequence[str]) -> float:
        essential, is_theme = self._essential[place], self.examples[place].is_theme
        weights = self._weights if is_theme else self._curated_weights
        most = fsum(weights[word] for word in essential) + (_DOUBT if is_theme else 0.0)
        found = fsum(weights[word] for word in essential.intersection(words))  # in any order
        return found / most if most else 0.0


def _weigh(worded: Sequence[Sequence[Sequence[str]]]) -> dict[str, float]:
    """Return how much each word says: the more, the fewer examples have it."""
    often = Counter(word for words in worded for word in set(chain.from_iterable(words)))
    return {word: log(len(worded) / often[word]) ** 2 for word in often}


def _least_kinship(example: WorkedExample) -> float:
    return SAME_KIND_OF_FAMILY if example.is_theme else SAME_KIND


@functools.cache
def whole_index() -> ExampleIndex:
    """Return the index of all examples; making it takes seconds."""
    return ExampleIndex()


def _fits(facts: RuleFacts, example: WorkedExample) -> bool:
    """Whether the text spells every action of the example, and the example all of the text's.

    Nor may the text say clearly that it is for another number of players.
    """
    return (
        None in (facts.players, example.num_players) or facts.players == example.num_players
    ) and (
        bool(facts.shapes)
        and all(map(facts.spells, example.spellings))
        and all(any(map(shape.fullmatch, example.spellings)) for shape in facts.claimed)
    )


def _words(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text.lower())]


def _stem(word: str) -> str:
    for ending in ("ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
