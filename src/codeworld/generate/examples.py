"""Worked examples: known games that are nearest to a rules text, with their named constants.

Only games of the training split are examples, never one that is held out.
"""

from __future__ import annotations

import ast
import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log
from typing import Any, TypeAlias

from codeworld import games
from codeworld.generate.rule_facts import RuleFacts, read_facts, read_numbers

ConstantValue: TypeAlias = bool | int | float | str | tuple[Any, ...]

_PROTOCOL = frozenset({"CHANCE", "TERMINAL", "HIDDEN", "EMPTY", "UNKNOWN", "NOTHING"})
"""Constants that are a program's own conventions, which no rules text states."""

SAME_KIND = 0.5
"""The least kinship of a text with an example that is adapted to it. Of what two wordings of a
curated game share, the third has 0.51 to 1; a text of another game that spells its actions alike
has at most 0.46, its near relatives (chess on a small board, poker with other cards) aside."""

_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """A known game.

    Attributes:
        name: the curated game's name.
        wordings: its complete rules, in several people's words, the fullest first.
        source: its program.
        settings: what may vary and its value here: the game's parameters, or, where it has none,
            the named constants at the program's top that its rules decide.
        meanings: what each of them is, in a few words.
        has_parameters: whether the settings are parameters.
        spellings: actions and outcomes of the game.
    """

    name: str
    wordings: tuple[str, ...]
    source: str
    settings: Mapping[str, ConstantValue]
    meanings: Mapping[str, str]
    has_parameters: bool
    spellings: frozenset[str]


@dataclass(frozen=True, slots=True)
class Nearest:
    """A worked example and how near it is.

    Attributes:
        example: the known game.
        score: its BM25 score; comparable for one text only.
        same_spelling: whether it spells its actions as the text does, so that it may be the same
            game with other numbers.
        kinship: how many of the words that every wording of the example has are in the text, rare
            words counting more, in [0, 1].
    """

    example: WorkedExample
    score: float
    same_spelling: bool
    kinship: float

    @property
    def same_kind(self) -> bool:
        """Whether the text may well be about this game, with other numbers."""
        return self.same_spelling and self.kinship >= SAME_KIND


def read_constants(source: str) -> dict[str, ConstantValue]:
    """Return the named constants that a program's rules decide: numbers, flags, and lists of those.

    Those are the literals on one line before the first function, but for a program's conventions.
    """
    constants: dict[str, ConstantValue] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            break
        if not (isinstance(node, ast.Assign) and len(node.targets) == 1):
            continue
        goal = node.targets[0]
        if not isinstance(goal, ast.Name) or goal.id in _PROTOCOL or node.lineno != node.end_lineno:
            continue
        try:
            value = ast.literal_eval(node.value)
        except ValueError:
            continue
        if _is_rule(value):
            constants[goal.id] = value
    return constants


def _is_rule(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(item, (int, float)) for item in value)
    return isinstance(value, (bool, int, float))


def _numbers(value: Any) -> list[float]:
    return [abs(float(item)) for item in (value if isinstance(value, tuple) else (value,))]


@functools.cache
def load_examples() -> tuple[WorkedExample, ...]:
    """Return every worked example, by name."""
    return tuple(_load(name) for name in games.names() if name not in games.HELD_OUT)


def _load(name: str) -> WorkedExample:
    game = games.load(name)
    parameters = games.parameters_of(name)
    settings: Mapping[str, ConstantValue]
    if parameters:
        settings = games.instantiate(name).parameters
        meanings = {parameter.name: parameter.meaning for parameter in parameters}
    else:
        stated = read_numbers(game.rules)
        settings = {
            constant: value
            for constant, value in read_constants(game.source).items()
            if isinstance(value, bool) or stated.issuperset(_numbers(value))
        }
        meanings = _meanings(game.source, settings)
    return WorkedExample(
        name=game.name,
        wordings=(game.rules, *game.paraphrases),
        source=game.source,
        settings=settings,
        meanings=meanings,
        has_parameters=bool(parameters),
        spellings=frozenset(game.spec.actions).union(*(line.actions for line in game.scenarios)),
    )


def _meanings(source: str, constants: Iterable[str]) -> dict[str, str]:
    """Return the comment behind each constant, or its name in small letters."""
    meanings = {}
    for name in constants:
        line = next(line for line in source.splitlines() if line.startswith(f"{name} = "))
        meanings[name] = line.partition("#")[2].strip() or name.lower().replace("_", " ")
    return meanings


class ExampleIndex:
    """Finds the worked examples that are nearest to a rules text.

    Those that may be the same game with other numbers come first; otherwise the words of the rules
    decide, by BM25.
    """

    def __init__(self, examples: Sequence[WorkedExample] | None = None) -> None:
        """Index examples, by default all of the training split."""
        import bm25s  # here, for a fast `import codeworld`

        self.examples = tuple(load_examples() if examples is None else examples)
        worded = [[_words(text) for text in example.wordings] for example in self.examples]
        self._index = bm25s.BM25()
        self._index.index(
            [list(chain.from_iterable(words)) for words in worded], show_progress=False
        )
        self._essential = [frozenset.intersection(*map(frozenset, words)) for words in worded]
        often = Counter(word for words in worded for word in set(chain.from_iterable(words)))
        self._weights = {word: log(len(worded) / often[word]) ** 2 for word in often}

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
                same_spelling=_same_spelling(facts, example),
                kinship=self._kinship(place, words),
            )
            for place, example in enumerate(self.examples)
        ]
        found.sort(key=lambda near: (-near.same_kind, -near.score, near.example.name))
        return tuple(found[:count])

    def _kinship(self, place: int, words: Sequence[str]) -> float:
        essential = self._essential[place]
        most = sum(self._weights[word] for word in essential)
        found = sum(self._weights[word] for word in essential.intersection(words))
        return found / most if most else 0.0


def _same_spelling(facts: RuleFacts, example: WorkedExample) -> bool:
    """Whether the text spells every action of the example, and the example all of the text's."""
    return (
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
