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

NUM_TASKS = 8
NUM_PLAYTHROUGHS = 400
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


def ends_of(game):
    """Return how often random play ends after so many actions with these returns."""
    ends = Counter()
    for number in range(NUM_PLAYTHROUGHS):
        generator = np.random.default_rng(derive_seed(number, "ends"))
        state, length = game.get_initial_state(), 0
        while game.get_current_player(state) != TERMINAL_PLAYER and length < 400:
            legal = game.get_legal_actions(state)
            state = game.apply_action(state, legal[generator.integers(len(legal))])
            length += 1
        ends[length, tuple(game.get_rewards(state))] += 1
    return ends


def differ(one, other):
    """Whether two samples of ends are unlikely to be of one game, by Kolmogorov and Smirnov."""
    keys = sorted({*one, *other})
    gaps = np.cumsum([one[key] - other[key] for key in keys]) / NUM_PLAYTHROUGHS
    return np.abs(gaps).max() > 1.95 * np.sqrt(2 / NUM_PLAYTHROUGHS)  # at one in a thousand


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
        if shape == other_shape and not differ(ends_of(game), ends_of(other)):
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
    tasks = [families.sample(name, seed) for seed in range(NUM_TASKS)]
    found = {task.label: same_game(compile_game(task.source)) for task in tasks}
    assert not {label: game for label, game in found.items() if game}


@pytest.mark.parametrize("name", games.HELD_OUT)
def test_a_held_out_game_is_found_in_other_words(name):
    game, _ = load(games.load(name).source)
    assert same_game(InOtherWords(game)) == name


def test_other_games_of_the_same_kind_are_none():
    small = games.instantiate("tic_tac_toe", size=5, length=4)
    assert not same_game(compile_game(small.source))
    assert not same_game(compile_game(games.load("pentago").source))  # 36 cells to place on, too
