"""No task is a held-out game in other words: told by how it plays, not by its name."""

from __future__ import annotations

import functools
import hashlib
from collections import Counter

import numpy as np
import pytest

from codeworld import games
from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.errors import ParameterError
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

NUM_TASKS = 2
NUM_MANY_TASKS = 12
PLAYTHROUGHS = (300, 1_500)
"""Random games that are compared: few first, and more where these do not tell two games apart."""

BREADTH = 40
"""Children of a node that its shape looks at, and all grandchildren's numbers of actions."""


def shape_of(game, state, depth=2):
    """Return a digest of the first steps that does not depend on how actions are called."""
    player = game.get_current_player(state)
    legal = game.get_legal_actions(state)
    chances = dict(game.get_chance_outcomes(state)) if player == CHANCE_PLAYER else {}
    children = ()
    if depth:
        children = sorted(
            (round(chances.get(action, 0.0), 9), shape_of(game, after, depth - 1))
            for action in legal[:BREADTH]
            for after in [game.apply_action(state, action)]
        )
    known = (player, len(legal), tuple(game.get_rewards(state)), tuple(children))
    return hashlib.sha256(repr(known).encode()).hexdigest()


def ends_of(game, count):
    """Return how often random play ends after so many actions with these returns."""
    ends = Counter()
    for number in range(count):
        generator = np.random.default_rng(derive_seed(number, "ends"))
        state, length = game.get_initial_state(), 0
        while game.get_current_player(state) != TERMINAL_PLAYER and length < 400:
            legal = game.get_legal_actions(state)
            state = game.apply_action(state, legal[generator.integers(len(legal))])
            length += 1
        ends[length, tuple(game.get_rewards(state))] += 1
    return ends


def differ(game, other):
    """Whether two games end too differently to be the same, by Kolmogorov and Smirnov."""
    for count in PLAYTHROUGHS:
        one, two = ends_of(game, count), ends_of(other, count)
        gaps = np.cumsum([one[key] - two[key] for key in sorted({*one, *two})]) / count
        if np.abs(gaps).max() > 1.95 * np.sqrt(2 / count):  # one in a thousand, if they are equal
            return True
    return False


@functools.cache
def load(source):
    game = compile_game(source)
    return game, shape_of(game, game.get_initial_state())


@functools.cache
def held_out():
    """Return the programs of the held-out games and of their nearest variants."""
    sources = {}
    for name in games.HELD_OUT:
        sources[name] = games.load(name).source
        for parameter in games.parameters_of(name):
            for value in range(int(parameter.minimum), int(parameter.maximum) + 1):
                try:
                    variant = games.instantiate(name, **{parameter.name: value})
                except ParameterError:
                    continue
                sources[variant.label] = variant.source
    return sources


def same_game(game):
    """Return the name of the held-out game that a game plays like; "" if none."""
    shape = shape_of(game, game.get_initial_state())
    for name, source in held_out().items():
        other, other_shape = load(source)
        if shape == other_shape and not differ(game, other):
            return name
    return ""


class InOtherWords:
    """A game whose actions are called otherwise and listed in another order."""

    def __init__(self, game):
        self._game = game

    def __getattr__(self, name):
        return getattr(self._game, name)

    def get_legal_actions(self, state):
        return [f"so {action}" for action in self._game.get_legal_actions(state)][::-1]

    def get_chance_outcomes(self, state):
        return [
            (f"so {action}", weight) for action, weight in self._game.get_chance_outcomes(state)
        ]

    def apply_action(self, state, action):
        return self._game.apply_action(state, action.removeprefix("so "))


@pytest.mark.parametrize("name", families.names())
def test_no_task_is_a_held_out_game(name):
    assert_none_is_held_out([families.sample(name, seed) for seed in range(NUM_TASKS)])


@pytest.mark.slow
@pytest.mark.parametrize("name", families.names())
def test_none_of_many_tasks_is_a_held_out_game(name):
    seeds = range(NUM_TASKS, NUM_MANY_TASKS)
    assert_none_is_held_out([families.sample(name, seed) for seed in seeds])


def assert_none_is_held_out(tasks):
    found = {task.label: same_game(compile_game(task.source)) for task in tasks}
    assert not {label: game for label, game in found.items() if game}


SLOW = {"gen_chess", "gin_rummy"}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else [])
        for name in games.HELD_OUT
    ],
)
def test_a_held_out_game_is_found_in_other_words(name):
    game, _ = load(games.load(name).source)
    assert same_game(InOtherWords(game)) == name


def test_other_games_of_the_same_kind_are_none():
    small = games.instantiate("tic_tac_toe", size=5, length=4)
    assert not same_game(compile_game(small.source))
    assert not same_game(compile_game(games.load("pentago").source))  # 36 cells to place on, too
