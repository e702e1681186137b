"""Adapting a known game: other values for what may vary in it, and nothing else changed.

Where a known game has parameters, its variants come with rules of their own, so that the text to be
understood can be compared with what each reading of it would say (`text_likeness`). Where it has
none, its named constants may change, but only those whose known value the text does not state.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from codeworld.errors import ParameterError
from codeworld.games import Parameter
from codeworld.games.variants import set_constants
from codeworld.generate.rule_facts import count_seats, read_facts, read_numbers
from codeworld.generate.text_likeness import (
    closest_likeness,
    is_word_for_word,
    text_likeness,
)
from codeworld.generate.worked_examples import ConstantValue, WorkedExample, numbers_in

_DECORATION = " \t`*-"
"""What models put around a line that should be bare."""

_LARGEST = 1e9
"""No game's number is larger; a model's may be."""

_ROUNDS = 3
_MOST_PAIRS = 400
_MANY = 100
_FEW = 8


@dataclass(frozen=True, slots=True)
class Adaptation:
    """A known game with certain values.

    Attributes:
        name: of the known game.
        values: (setting, value) of all that may vary.
        source: the program.
        likeness: how alike its own rules and the text are, in [0, 1]; None where it has no rules of
            its own.
        is_word_for_word: whether its own rules are the text.
    """

    name: str
    values: tuple[tuple[str, ConstantValue], ...]
    source: str
    likeness: float | None
    is_word_for_word: bool

    def __str__(self) -> str:
        listed = ", ".join(f"{name}={value}" for name, value in self.values)
        return f"{self.name}({listed})"


def parse_values(text: str, example: WorkedExample) -> dict[str, ConstantValue] | None:
    """Return the values in a model's `NAME = VALUE` lines; None if some are missing."""
    values: dict[str, ConstantValue] = {}
    for line in text.splitlines():
        name, _, written = line.strip(_DECORATION).partition("=")
        name = name.strip(_DECORATION)
        if name not in example.settings or name in values:
            continue
        try:
            value = ast.literal_eval(written.strip(" \t`*,;"))
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        known = example.settings[name]
        if isinstance(known, tuple) and isinstance(value, list):
            value = tuple(value)
        if _is_like(known, value):
            values[name] = value
    return values if values.keys() == example.settings.keys() else None


def _is_like(known: ConstantValue, value: Any) -> bool:
    """Whether a value is of the kind that the known one is, so that it can stand in its place."""
    if isinstance(known, tuple):
        alike = isinstance(value, tuple) and len(value) > 0
        return alike and all(any(_is_like(one, item) for one in known) for item in value)
    if isinstance(known, float):
        return type(value) in (int, float) and abs(value) <= _LARGEST
    if isinstance(known, int) and not isinstance(known, bool):
        return type(value) is int and abs(value) <= _LARGEST
    return type(value) is type(known)


def adapt(
    example: WorkedExample, values: Mapping[str, ConstantValue], rules: str
) -> Adaptation | None:
    """Return a known game with other values; None if they are not possible in it.

    Args:
        example: the known game.
        values: of all its settings.
        rules: the text that they were read from.
    """
    if example.vary is None:
        source = set_constants(example.source, dict(values))
        told = example.wordings if values == example.settings else ()
        same = any(is_word_for_word(text, rules) for text in told)
        return Adaptation(example.name, tuple(values.items()), source, None, same)
    try:
        variation = example.vary(values)
    except ParameterError:
        return None
    return Adaptation(
        name=example.name,
        values=tuple(variation.values.items()),
        source=variation.source,
        likeness=text_likeness(variation.wordings, rules),
        is_word_for_word=any(is_word_for_word(text, rules) for text in variation.wordings),
    )


def agrees_with_text(
    example: WorkedExample, values: Mapping[str, ConstantValue], rules: str
) -> bool:
    """Whether every value could have been read off the text.

    A number that the known game's rules state must be stated here, too; and of a game without
    parameters, one that is changed must not be there in its known value as well, and all else that
    every wording states must be there.
    """
    stated, known_stated = read_numbers(rules), read_numbers(example.wordings[0])
    if not example.parameters and not _states_the_rest(example, values, stated):
        return False
    for name, known in example.settings.items():
        if isinstance(known, bool):
            continue
        old, new = numbers_in(known), numbers_in(values[name])
        if known_stated.issuperset(old) and not stated.issuperset(new):
            return False
        if new != old and not example.parameters and stated.issuperset(old):
            return False
    return True


def _states_the_rest(
    example: WorkedExample, values: Mapping[str, ConstantValue], stated: frozenset[float]
) -> bool:
    """Whether a text states every number that all wordings state, but for what is changed.

    This is what tells chess from chess on a smaller board: its words and spellings are the same.
    Numbers that are not in the program follow from others, as how many actions there are; a text
    may leave them out, unless it states numbers that no wording has.
    """
    worded = [read_numbers(text) for text in example.wordings]
    changed = [known for name, known in example.settings.items() if values[name] != known]
    essential = frozenset.intersection(*worded).difference(*map(numbers_in, changed))
    if stated.difference(*worded):
        return stated >= essential
    return stated >= essential.intersection(example.program_numbers)


def read_off(
    example: WorkedExample, rules: str, start: Adaptation | None = None
) -> Adaptation | None:
    """Return the variant whose own rules are most like the text, best of all found.

    Values are tried one at a time, and two at a time where that leads no further, from those of the
    known game on or from a start. Where two are not possible, a third is tried with them. A game
    without parameters is found only where the text is one of its wordings.
    """
    if not example.parameters:
        known = adapt(example, example.settings, rules)
        return known if known and known.is_word_for_word else None
    options = _options(example, rules)
    first = {name: values[0] for name, values in options.items()}
    singles = [values for name in options for values in _changes(options, name, name)]
    pairs = [
        values
        for one, other in combinations(options, 2)
        for values in _changes(options, one, other)
    ]
    switches = [
        values
        for name in options
        if len(options[name]) == 2
        for values in _changes(options, name, name)
    ]
    best = start or adapt(example, first, rules)
    for _ in range(_ROUNDS):
        best = _climb(example, rules, first, best, singles)
        if best and best.is_word_for_word:
            break
        wider = _climb(example, rules, first, best, pairs[:_MOST_PAIRS], switches)
        if wider == best:
            break
        best = _climb(example, rules, first, wider, singles)
    return best


def closeness(example: WorkedExample, rules: str, told: Adaptation | None) -> float:
    """Return how alike a text is to a known game's rules, with the values that were read off it."""
    wordings = example.wordings
    if told is not None and example.vary is not None:
        wordings = example.vary(dict(told.values)).wordings
    return closest_likeness(wordings, rules)


def _climb(
    example: WorkedExample,
    rules: str,
    first: Mapping[str, ConstantValue],
    best: Adaptation | None,
    changes: Sequence[Mapping[str, ConstantValue]],
    switches: Sequence[Mapping[str, ConstantValue]] = (),
) -> Adaptation | None:
    """Return the likeliest reading that these changes lead to, each taken where it is likelier."""
    for _ in range(_ROUNDS):
        before = best
        for values in changes:
            changed = {**(dict(best.values) if best else first), **values}
            for found in _possible(example, rules, changed, switches):
                if best is None or _likelier(found, best):
                    best = found
        if best == before or len(changes) > _MANY:  # many are gone over once, for time
            break
    return best


def _possible(
    example: WorkedExample,
    rules: str,
    values: Mapping[str, ConstantValue],
    switches: Sequence[Mapping[str, ConstantValue]],
) -> Iterator[Adaptation]:
    """Yield a known game with these values or, where they cannot be, with each switch, too."""
    found = adapt(example, values, rules)
    if found:
        yield found
        return
    for switch in switches:
        if found := adapt(example, {**values, **switch}, rules):
            yield found


def _likelier(one: Adaptation, other: Adaptation) -> bool:
    """Whether a text means one rather than the other; likeness does not see the order of lines."""
    if one.is_word_for_word != other.is_word_for_word:
        return one.is_word_for_word
    return (one.likeness or 0.0) > (other.likeness or 0.0) + 1e-9


def _changes(
    options: Mapping[str, list[ConstantValue]], one: str, other: str
) -> list[dict[str, ConstantValue]]:
    if one == other:
        return [{one: value} for value in options[one]]
    return [{one: value, other: also} for value in options[one] for also in options[other]]


def _options(example: WorkedExample, rules: str) -> dict[str, list[ConstantValue]]:
    """Return for every parameter the values that the text could mean."""
    numbers = sorted(read_numbers(rules))
    players, seats = read_facts(rules).players, count_seats(rules)
    options: dict[str, list[ConstantValue]] = {}
    for parameter in example.parameters:
        known = example.settings[parameter.name]
        if parameter.choices:
            others = [one for one in parameter.choices if one != known]
            options[parameter.name] = [
                known,
                *(one for one in others if numbers_in(one).issubset(numbers)),
            ]
            continue
        if isinstance(known, bool):
            options[parameter.name] = [True, False]
            continue
        if parameter.name == "players" and players is not None and parameter.allows(players):
            options[parameter.name] = [players]
            continue
        is_likely = parameter.name == "players" and seats is not None and parameter.allows(seats)
        likely: list[Any] = [seats] if is_likely else []
        values = list(dict.fromkeys([*likely, known, *_few_values(parameter)]))
        for number in numbers:
            value = number if isinstance(known, float) else int(number)
            if value == number and value not in values and parameter.allows(value):
                values.append(value)
        options[parameter.name] = values
    return options


def _few_values(parameter: Parameter) -> Sequence[int]:
    """Return all values of a parameter that has few: a text may count the ranks by naming them."""
    low, high = parameter.minimum, parameter.maximum
    if type(low) is int and type(high) is int and high - low < _FEW:
        return range(low, high + 1)
    return ()
