"""Worked examples: the known games that a text may be about, with all that may vary in them.

They are the curated games of the training split, never one that is held out, and the families, each
in every one of its themes.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from codeworld import games
from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER, Game
from codeworld.games import Parameter, families
from codeworld.generate.rule_facts import read_numbers
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

ConstantValue: TypeAlias = bool | int | float | str | tuple[Any, ...]

_PROTOCOL = frozenset({"CHANCE", "TERMINAL", "HIDDEN", "EMPTY", "UNKNOWN", "NOTHING"})
"""Constants that are a program's own conventions, which no rules text states."""

_PLAYS = 10
"""Random games that are played to meet a family's outcomes."""

_LENGTH = 200
"""Actions after which such a game is left."""


class Variation(NamedTuple):
    """A known game with other values.

    Attributes:
        values: of all its settings.
        wordings: its complete rules, in several people's words.
        source: its program.
    """

    values: Mapping[str, ConstantValue]
    wordings: tuple[str, ...]
    source: str


@dataclass(frozen=True, eq=False)
class WorkedExample:
    """A known game.

    Attributes:
        name: the curated game's name, or that of a family and a theme: `subtraction.coins`.
        wordings: its complete rules, in several people's words, the fullest first.
        source: its program.
        settings: what may vary and its value here: the game's parameters, or, where it has none,
            the named constants at the program's top that its rules decide.
        meanings: what each of them is, in a few words.
        parameters: what may vary and how far; none where settings are constants.
        num_players: number of players; None where that varies.
        vary: makes the variation with other values of the parameters; None where there are none.
        find_spellings: plays, to find `spellings`.
    """

    name: str
    wordings: tuple[str, ...]
    source: str
    settings: Mapping[str, ConstantValue]
    meanings: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    num_players: int | None
    vary: Callable[[Mapping[str, Any]], Variation] | None
    find_spellings: Callable[[], frozenset[str]]

    @property
    def is_theme(self) -> bool:
        """Whether it is a family's in one of its themes."""
        return "." in self.name

    @functools.cached_property
    def spellings(self) -> frozenset[str]:
        """Actions and outcomes of the game."""
        return self.find_spellings()

    @functools.cached_property
    def program_numbers(self) -> frozenset[float]:
        """Numbers that the program has; what follows from them is in its rules only."""
        nodes = ast.walk(ast.parse(self.source))
        values = [node.value for node in nodes if isinstance(node, ast.Constant)]
        return frozenset(float(value) for value in values if isinstance(value, (int, float)))


@functools.cache
def load_examples() -> tuple[WorkedExample, ...]:
    """Return every worked example: first the curated games by name, then the families."""
    curated = [_curated(name) for name in games.names() if name not in games.HELD_OUT]
    themes = [
        _themed(name, theme) for name in families.names() for theme in families.load(name).themes
    ]
    return (*curated, *themes)


def _curated(name: str) -> WorkedExample:
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
            if isinstance(value, bool) or stated >= numbers_in(value)
        }
        meanings = _meanings(game.source, settings)

    def vary(values: Mapping[str, Any]) -> Variation:
        variant = games.instantiate(name, **values)
        return Variation(variant.parameters, (variant.rules,), variant.source)

    known = frozenset(game.spec.actions).union(*(line.actions for line in game.scenarios))
    return WorkedExample(
        name=game.name,
        wordings=(game.rules, *game.paraphrases),
        source=game.source,
        settings=settings,
        meanings=meanings,
        parameters=parameters,
        num_players=None if "players" in settings else game.spec.num_players,
        vary=vary if parameters else None,
        find_spellings=lambda: known,
    )


def _themed(name: str, theme: str) -> WorkedExample:
    family = families.load(name)
    # An example play has numbers that say nothing of the parameters.
    told = [key for key, text in family.rules.items() if "example_play" not in text]
    told.sort(key=lambda key: -len(family.rules[key]))

    def vary(values: Mapping[str, Any]) -> Variation:
        task = families.make(name, theme=theme, wording=told[0], **values)
        rules = tuple(task.in_wording(key).rules for key in told)
        return Variation(task.parameters, rules, task.source)

    known, players = vary({}), family.facts["num_players"]
    return WorkedExample(
        name=f"{name}.{theme}",
        wordings=known.wordings,
        source=known.source,
        settings=known.values,
        meanings={parameter.name: parameter.meaning for parameter in family.sheet.parameters},
        parameters=family.sheet.parameters,
        num_players=players if isinstance(players, int) else None,
        vary=vary,
        find_spellings=lambda: _spellings_of(compile_game(known.source)),
    )


def _spellings_of(game: Game) -> frozenset[str]:
    """Return the actions of a family's game, and the outcomes that some plays meet."""
    found = set(game.get_all_actions() or ())
    generator = np.random.default_rng(derive_seed(0, "spellings"))
    for _ in range(_PLAYS):
        state = game.get_initial_state()
        for _ in range(_LENGTH):
            player = game.get_current_player(state)
            if player == TERMINAL_PLAYER:
                break
            legal = game.get_legal_actions(state)
            if player == CHANCE_PLAYER:
                found.update(legal)
            state = game.apply_action(state, legal[int(generator.integers(len(legal)))])
    return frozenset(found)


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


def numbers_in(value: ConstantValue) -> frozenset[float]:
    """Return the numbers in a value, signs left out; none for a text."""
    if isinstance(value, tuple):
        return frozenset().union(*map(numbers_in, value))
    return frozenset() if isinstance(value, str) else frozenset({abs(float(value))})


def _meanings(source: str, constants: Iterable[str]) -> dict[str, str]:
    """Return the comment behind each constant, or its name in small letters."""
    meanings = {}
    for name in constants:
        line = next(line for line in source.splitlines() if line.startswith(f"{name} = "))
        meanings[name] = line.partition("#")[2].strip() or name.lower().replace("_", " ")
    return meanings
