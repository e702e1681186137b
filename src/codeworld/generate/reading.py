"""Reads a text as a known game with other values, and says which reading is to be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from codeworld.errors import ContextOverflowError
from codeworld.generate.adaptation import (
    Adaptation,
    adapt,
    agrees_with_text,
    closeness,
    parse_values,
    read_off,
)
from codeworld.generate.asking import Asker, make_request
from codeworld.generate.examples import ExampleIndex
from codeworld.generate.options import GenerationOptions
from codeworld.generate.prompts import adaptation_messages, values_grammar
from codeworld.generate.rule_facts import read_numbers
from codeworld.generate.worked_examples import WorkedExample

_VALUE_TOKENS = 300
_MOST_READINGS = 3

_RELATIVES = 4
"""Known games that are compared with a text."""

_ADAPTED = 2
"""Known games of its kind that are adapted to it, one after the other."""

_CLEARLY = 0.02
"""A known game is left out if another's rules are more like the text by this much: a text on Leduc
poker can be read as Kuhn poker with six cards, but the rules of Leduc poker are more like it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A known game with the values that a text may mean.

    Attributes:
        place: 0, 1, ... among the readings as this game, the likeliest first.
        adaptation: the game with these values.
        confirmed: whether model and text say the same.
        why: why, or why not.
    """

    place: int
    adaptation: Adaptation
    confirmed: bool
    why: str


def read_rules(
    rules: str, index: ExampleIndex, asker: Asker, options: GenerationOptions
) -> Iterator[Reading]:
    """Yield readings of a text as each of the known games of its kind.

    Args:
        rules: the text.
        index: known games.
        asker: the model, which is asked as the readings are taken.
        options: how many of its answers to ask for, and how.

    Raises:
        BackendError: if the model cannot answer.
    """
    nearest = index.nearest(rules, _RELATIVES)
    # Few words may be left in common with a short text on the same game with other values.
    related = [near for near in nearest if near.is_related or near is nearest[0]]
    told = {near.example: read_off(near.example, rules) for near in related}
    # With other values a game may have other players and spellings than the example of it.
    same = [example for example, read in told.items() if read and read.is_word_for_word]
    kinds = same[:1] or [near.example for near in related if near.same_kind]
    close = {example: closeness(example, rules, told[example]) for example in kinds}
    for example in kinds[:_ADAPTED]:
        if close[example] > max(close.values()) - _CLEARLY:
            yield from _Reader(rules, example, asker, options).read(told[example])


@dataclass(frozen=True)
class _Reader:
    """Reads a text as one known game."""

    rules: str
    example: WorkedExample
    asker: Asker
    options: GenerationOptions

    def read(self, told: Adaptation | None) -> Iterator[Reading]:
        """Yield readings; `told` is what the text says by itself."""
        votes: Counter[Adaptation] = Counter()
        asked = 0
        for count in self._rounds(told):
            for answer in self._ask_for_values(range(asked, asked + count)):
                votes[answer] += 1
                if told is not None and (answer.likeness or 0.0) > (told.likeness or 0.0):
                    told = read_off(self.example, self.rules, answer)
            asked += count
            best = votes.most_common(1)
            if best and self._is_confirmed(best[0][0], told, votes)[0]:
                break
        if not self.example.settings and (same := adapt(self.example, {}, self.rules)):
            votes[same] = 1
        if told is not None:
            votes[told] += 0  # judged, too, though the model did not say so
        order = sorted(votes, key=lambda one: (-votes[one], -(one.likeness or 0.0), str(one)))
        for place, adaptation in enumerate(order[:_MOST_READINGS]):
            yield Reading(place, adaptation, *self._is_confirmed(adaptation, told, votes))

    def _rounds(self, told: Adaptation | None) -> tuple[int, ...]:
        """Return how many answers to ask for: the likeliest, then samples if that does not do."""
        if not self.example.settings or (told is not None and told.is_word_for_word):
            return ()  # nothing is left to ask
        return (1, max(self.options.num_candidates // 2 - 1, 0))

    def _ask_for_values(self, numbers: range) -> Iterator[Adaptation]:
        constrained = self.options.grammar and self.asker.backend.supports_grammar
        grammar = values_grammar(self.example, sorted(read_numbers(self.rules)))
        requests = {
            f"values-{self.example.name}-{number}": make_request(
                self.options,
                adaptation_messages(self.rules, self.example),
                f"values {self.example.name}",
                number,
                max_tokens=_VALUE_TOKENS,
                grammar=grammar if constrained else None,
            )
            for number in numbers
        }
        try:
            answers = list(self.asker.ask_all(requests))
        except ContextOverflowError:
            return  # the example's rules and the text are too long together
        for _, text in answers:
            values = parse_values(text, self.example)
            if values is None or not agrees_with_text(self.example, values, self.rules):
                continue
            adaptation = adapt(self.example, values, self.rules)
            if adaptation is not None:
                yield adaptation

    def _is_confirmed(
        self, adaptation: Adaptation, told: Adaptation | None, votes: Counter[Adaptation]
    ) -> tuple[bool, str]:
        """Whether model and text say the same, and why or why not."""
        if not self.example.settings:
            return True, "nothing may vary in this game, and the text has its spellings and words"
        if adaptation.is_word_for_word:
            return True, "with these values, its own rules are the text, word for word"
        if not votes.total():
            return False, "the text says so, but the model gave no such values"
        if not votes[adaptation]:
            return False, "the text says so, but the model read others"
        if told == adaptation:
            return True, "the model read these values, and they explain the text best"
        if told is not None:
            return False, f"the model read these values, but {told} explains the text better"
        if 2 * votes[adaptation] > votes.total():
            return True, "the model read these values, and the text states them"
        return False, "the model's answers differ"
