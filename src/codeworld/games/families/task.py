"""One game of a family: rules, program and facts, made together from the same parameters."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import numpy as np

from codeworld.contract import TERMINAL_PLAYER, Action
from codeworld.envs import ExplorationBudget, infer_spec
from codeworld.errors import ParameterError
from codeworld.games.families.family import Family, load
from codeworld.games.parameters import ParameterValue, evaluate, label_of, settle_parameters
from codeworld.games.templates import template_environment
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed
from codeworld.spec import Chance, GameSpec, Information, Utility

if TYPE_CHECKING:
    from jinja2 import Template

_PLAIN = {*get_args(Information), *get_args(Chance), *get_args(Utility)}
"""Facts that are no expressions."""

_EXPLORATION = ExplorationBudget(
    exhaustive_transitions=2_000, episodes=50, episode_transitions=400, random_transitions=3_000
)
"""Enough for the facts that a family does not declare: actions and what observations look like."""


class ExampleMove(NamedTuple):
    """One move of an example play.

    Attributes:
        player: who moves, `CHANCE_PLAYER` where chance does.
        action: the action or outcome.
    """

    player: int
    action: Action


@dataclass(frozen=True)
class GameTask:
    """A game of a family: what is told, and what is to be written.

    Attributes:
        family: the family's name.
        seed: from which it was drawn; None if it was not.
        parameters: value of every parameter.
        theme: in whose words it is told.
        wording: which of the family's texts the rules are.
        style: which of the family's programs the source is.
        title: of the game, in the theme's words.
        rules: the complete rules in Markdown.
        source: the text of the GameCWM.
    """

    family: str
    seed: int | None
    parameters: Mapping[str, ParameterValue]
    theme: str
    wording: str
    style: str
    title: str
    rules: str
    source: str

    @property
    def label(self) -> str:
        """The family and the values of all parameters: `subtraction(stones=21, most=3)`."""
        return label_of(self.family, self.parameters)

    @property
    def name(self) -> str:
        """What `find` finds it by, `subtraction:7`; its label if its parameters were chosen."""
        return self.label if self.seed is None else f"{self.family}:{self.seed}"

    @functools.cached_property
    def facts(self) -> Mapping[str, Any]:
        """What the family declares of its spec: at least the players, and the kind of game."""
        settled = {
            key: _settle(fact, self.parameters) for key, fact in load(self.family).facts.items()
        }
        return settled | {key: float(settled[key]) for key in ("min_return", "max_return")}

    @functools.cached_property
    def spec(self) -> GameSpec:
        """All facts: those that the family declares, the others inferred by exploration."""
        game = compile_game(self.source)
        return replace(infer_spec(game, budget=_EXPLORATION), **self.facts)

    def in_style(self, style: str) -> GameTask:
        """Return the same game, its program written in another of the family's styles."""
        family = load(self.family)
        return replace(self, style=style, source=_program(family, style, self._words))

    def in_wording(self, wording: str) -> GameTask:
        """Return the same game, its rules told in another of the family's wordings."""
        rules = _rules(load(self.family), wording, self._words, self.source, self.seed)
        return replace(self, wording=wording, rules=rules, title=_title(rules))

    @property
    def _words(self) -> dict[str, Any]:
        return {**self.parameters, **load(self.family).themes[self.theme]}


def make(
    name: str,
    *,
    theme: str | None = None,
    wording: str | None = None,
    style: str | None = None,
    seed: int | None = None,
    **values: ParameterValue,
) -> GameTask:
    """Return a game of a family with chosen parameters.

    Args:
        name: of the family.
        theme: one of the family's; the first if not given.
        wording: one of the family's; the first if not given.
        style: one of the family's; the first if not given.
        seed: of the example play in the rules, where the wording has one.
        **values: of some of its parameters; the others have their defaults.

    Raises:
        UnknownGameError: if no family has that name.
        ParameterError: if the family has no such parameter, theme, wording or style, a value is
            out of range, or values do not go together.
    """
    family = load(name)
    settled = settle_parameters(name, family.sheet, values)
    theme = _one_of(family, "theme", family.themes, theme)
    wording = _one_of(family, "wording", family.rules, wording)
    style = _one_of(family, "style", family.programs, style)
    words = {**settled, **family.themes[theme]}
    source = _program(family, style, words)
    rules = _rules(family, wording, words, source, seed)
    return GameTask(
        family=name,
        seed=seed,
        parameters=settled,
        theme=theme,
        wording=wording,
        style=style,
        title=_title(rules),
        rules=rules,
        source=source,
    )


def _one_of(family: Family, what: str, known: Mapping[str, object], chosen: str | None) -> str:
    if chosen is None:
        return next(iter(known))
    if chosen not in known:
        raise ParameterError(
            f"{family.name} has no {what} {chosen!r}; it has {', '.join(map(str, known))}"
        )
    return chosen


def _program(family: Family, style: str, words: Mapping[str, Any]) -> str:
    return _compile(family.programs[style]).render(words)


def _rules(
    family: Family, wording: str, words: Mapping[str, Any], source: str, seed: int | None
) -> str:
    played = functools.partial(_play, source, seed or 0)
    return _compile(family.rules[wording]).render(words, example_play=played)


def _title(rules: str) -> str:
    return rules.partition("\n")[0].removeprefix("#").strip()


def _play(source: str, seed: int, length: int) -> tuple[ExampleMove, ...]:
    """Return the first moves of a random play, for a text to tell."""
    game = compile_game(source)
    generator = np.random.default_rng(derive_seed(seed, "example play"))
    moves: list[ExampleMove] = []
    state = game.get_initial_state()
    while len(moves) < length:
        player = game.get_current_player(state)
        if player == TERMINAL_PLAYER:
            break
        legal = sorted(game.get_legal_actions(state))
        action = legal[int(generator.integers(len(legal)))]
        moves.append(ExampleMove(player, action))
        state = game.apply_action(state, action)
    return tuple(moves)


def _settle(fact: str | int | float, values: Mapping[str, ParameterValue]) -> Any:
    is_expression = isinstance(fact, str) and fact not in _PLAIN
    return evaluate(fact, values) if is_expression else fact  # type: ignore[arg-type]


_compile: Callable[[str], Template] = functools.cache(
    lambda text: template_environment().from_string(text)
)
