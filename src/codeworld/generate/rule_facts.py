"""Facts that a rules text states, read where that can be done reliably, as checks.

They reject a program that is a sound game, but another one: with other players, other spellings of
actions, other numbers. What cannot be read for certain is not claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from codeworld.contract import CHANCE_PLAYER
from codeworld.verify.checks import Check, Failure, NotApplicable
from codeworld.verify.evidence import Evidence

_NUMBER_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)
_OTHER_WORDS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
_OTHER_WORDS |= {"ninety": 90, "hundred": 100}
_OTHER_WORDS |= {"single": 1, "once": 1, "both": 2, "twice": 2, "pair": 2, "thrice": 3}
NUMBER_VALUES = {word: value for value, word in enumerate(_NUMBER_WORDS)} | _OTHER_WORDS

_FENCE = re.compile(r"```.*?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_QUOTED = re.compile(r"\"([^\"\n]+)\"|“([^”\n]+)”")
_SEPARATOR = re.compile(r"[ ,:-]")
_SEPARATOR_KEPT = re.compile(r"([ ,:-])")
_HOLE = re.compile(r"[A-Z][A-Z_0-9]+|<\w+>|\{\w+\}|\[\w+\]")
_PLAYERS = re.compile(r"\b(two|three|four|five|six|[2-9])[ -](?:person|players?)\b", re.I)
_SEAT = re.compile(r"\bplayers? (\d)\b", re.I)
_TOKEN = re.compile(r"\d+(?:\.\d+)?|[a-z]+")
_LIST_NUMBER = re.compile(r"^[ \t]*\d+[.)][ \t]", re.MULTILINE)

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\s*\n|\n(?=\s*[-*|])")
_DENIAL = re.compile(r"\b(?:not|no|never|nor|neither|cannot|illegal|invalid)\b|n't\b", re.I)


def read_numbers(text: str) -> frozenset[float]:
    """Return every number that a text states, in figures or in words; signs are left out."""
    numbers = map(number_of, tokens_of(text))
    return frozenset(number for number in numbers if number is not None)


def tokens_of(text: str) -> list[str]:
    """Return the words of a text, in small letters, and its numbers, those of lists left out."""
    return _TOKEN.findall(_LIST_NUMBER.sub("", text.lower()))


def number_of(word: str) -> float | None:
    """Return the number that a token in small letters is, in figures or in words; None if none."""
    if word[0].isdigit() or word in NUMBER_VALUES:
        return float(NUMBER_VALUES.get(word, word))
    return None


@dataclass(frozen=True)
class RuleFacts:
    """What a rules text states for certain.

    Attributes:
        players: number of players; None where the text is not clear.
        templates: spellings with placeholders, such as `move ROW COLUMN`.
        quoted: every other quoted text; some are actions.
        affirmed: those that are marked as code, in sentences that deny nothing.
    """

    players: int | None
    templates: tuple[str, ...]
    quoted: tuple[str, ...]
    affirmed: tuple[str, ...]

    @cached_property
    def examples(self) -> tuple[str, ...]:
        """Texts in code quotes that can only be actions or outcomes: a word, then more.

        Those in a sentence with a denial are left out: it may say that they are not possible. So
        are those with a variable: `take k`.
        """
        words = re.compile(r"[a-z]+( (?![a-z]( |$))[a-z0-9-]+)+")
        return tuple(text for text in self.affirmed if words.fullmatch(text))

    @cached_property
    def shapes(self) -> tuple[re.Pattern[str], ...]:
        """What an action may look like: every quoted text, with any numbers, or a template."""
        shapes = [_template_shape(template) for template in self.templates]
        shapes += [_example_shape(text) for text in self.quoted]
        return tuple(re.compile(shape) for shape in dict.fromkeys(shapes))

    @cached_property
    def claimed(self) -> tuple[re.Pattern[str], ...]:
        """What actions there must be: the templates, and the examples with any numbers."""
        shapes = [*map(_template_shape, self.templates), *map(_example_shape, self.examples)]
        return tuple(map(re.compile, shapes))

    def spells(self, action: str) -> bool:
        """Whether the text spells an action like this one."""
        return any(shape.fullmatch(action) for shape in self.shapes)

    @property
    def checks(self) -> tuple[Check[Evidence], ...]:
        """The facts as checks."""
        return (
            Check("text_players", "semantics", "Has it the players of the text?", self._players),
            Check(
                "text_spelling",
                "semantics",
                "Are all actions spelt as the text spells them?",
                self._spelling,
            ),
            Check(
                "text_examples",
                "semantics",
                "Are the actions that the text gives as examples possible?",
                self._examples,
            ),
        )

    def _players(self, evidence: Evidence) -> Iterator[Failure]:
        if self.players is None:
            raise NotApplicable("the text does not say clearly how many players there are")
        facts = evidence.recording.tree.nodes[0].facts
        if facts is not None and len(facts.returns) != self.players:
            yield Failure(
                f"the rules are for {self.players} players, and get_rewards returns "
                f"{len(facts.returns)} returns; return one for each player",
                (),
            )

    def _spelling(self, evidence: Evidence) -> Iterator[Failure]:
        if not self.shapes:
            raise NotApplicable("the text quotes no actions")
        tree = evidence.recording.tree
        for place, facts in tree.with_facts():
            for action in facts.legal_actions:
                if not self.spells(action):
                    who = "outcome of chance" if facts.player == CHANCE_PLAYER else "action"
                    yield Failure(
                        f"the {who} {action!r} is not spelt as the rules say; they have "
                        f"{', '.join((*self.templates, *self.examples, *self.quoted)[:6])}",
                        tree.line(place),
                    )

    def _examples(self, evidence: Evidence) -> Iterator[Failure]:
        recording = evidence.recording
        met = {node.action for node in recording.tree.nodes}
        for _, facts in recording.tree.with_facts():
            met.update(facts.legal_actions)
        known = met | set(recording.vocabulary or ())
        if not (self.templates or self.examples):
            raise NotApplicable("the text gives no examples of actions")
        for template in self.templates:
            shape = re.compile(_template_shape(template))
            if not any(shape.fullmatch(action) for action in known):
                yield Failure(f"no action is spelt `{template}`, as the rules say", ())
        complete = recording.vocabulary is not None or recording.exhausted
        for example in self.examples:
            shape = re.compile(_example_shape(example))
            possible = example in known if complete else any(map(shape.fullmatch, known))
            if not possible:
                yield Failure(
                    f"the rules give {example!r} as an example, and it is never possible", ()
                )


def count_seats(text: str) -> int | None:
    """Return how many players a text numbers, from player 0 on; None if it numbers none.

    A text need not mention every player, so this is a likely number only.
    """
    seats = {int(seat) for seat in _SEAT.findall(text)}
    return max(seats) + 1 if 0 in seats and len(seats) > 1 else None


def read_facts(rules: str) -> RuleFacts:
    """Return what a rules text states for certain."""
    text = _FENCE.sub("", rules)
    coded = _CODE.findall(text)
    quoted = coded or ["".join(groups) for groups in _QUOTED.findall(text)]
    quoted = [spelling for spelling in dict.fromkeys(map(str.strip, quoted)) if spelling]
    templates = [spelling for spelling in quoted if _is_template(spelling)]
    sentences = [part for part in _SENTENCE.split(text) if not _DENIAL.search(part)]
    affirmed = [code.strip() for part in sentences for code in _CODE.findall(part)]
    counts = {match.lower() for match in _PLAYERS.findall(rules)}
    values = {int(NUMBER_VALUES.get(count, count)) for count in counts}
    return RuleFacts(
        players=values.pop() if len(values) == 1 else None,
        templates=tuple(templates),
        quoted=tuple(spelling for spelling in quoted if spelling not in templates),
        affirmed=tuple(dict.fromkeys(affirmed)),
    )


def _is_template(text: str) -> bool:
    words = _SEPARATOR.split(text)
    return any(map(_HOLE.fullmatch, words)) and any(word.islower() for word in words)


def _template_shape(template: str) -> str:
    parts = _SEPARATOR_KEPT.split(template)
    return "".join("[^ ]+" if _HOLE.fullmatch(part) else re.escape(part) for part in parts)


def _example_shape(example: str) -> str:
    """Return what is spelt like an example: with other numbers, squares, or capital letters."""
    if " " not in example and re.search(r"[a-z]\d", example):
        return re.sub(r"[a-z]+", "[a-z]+", re.sub(r"\d+", "[0-9]+", example)) + "[a-z]?"
    shape = re.sub(r"\d+", "[0-9]+", re.escape(example))
    return re.sub(r"(?<=\\ )[A-Z](?=\\ |$)", "[^ ]+", shape) if "\\ " in shape else shape
