"""Coordination games against OpenSpiel's matrix and tensor games, with tables of textbooks."""

from __future__ import annotations

import numpy as np
import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("coordination").programs)
NAMES = [families.load("coordination").themes["hunt"][key] for key in ("first", "second")]


def make(style, **values):
    return compile_game(families.make("coordination", style=style, **values).source)


def take_turns(stage, rounds):
    """Return the initial state of a repeated game whose players choose one after another."""
    repeated = pyspiel.create_repeated_game(stage, {"num_repetitions": rounds})
    return pyspiel.convert_to_turn_based(repeated).new_initial_state()


def to_ours(theirs, action):
    return NAMES[action]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("values", "rows", "columns"),
    [
        pytest.param(
            {"payoffs": [[0, 4], [3, 3]], "rounds": 2},
            [[4, 0], [3, 3]],
            [[4, 3], [0, 3]],
            id="stag hunt",
        ),
        pytest.param(
            {"payoffs": [[1, 3], [0, 5]], "rounds": 3},
            [[3, 1], [5, 0]],
            [[3, 5], [1, 0]],
            id="chicken",
        ),
        pytest.param(
            {"payoffs": [[0, 2], [2, 0]], "bonus": 1, "rounds": 1},
            [[3, 1], [0, 2]],
            [[2, 1], [0, 3]],
            id="battle of the sexes, with a taste even when alone",
        ),
        pytest.param(
            {"payoffs": [[2, 0], [0, 3]], "rounds": 2},
            [[0, 2], [3, 0]],
            [[0, 3], [2, 0]],
            id="being unlike the other",
        ),
    ],
)
def test_two_players(compare_tree, style, values, rows, columns):
    stage = pyspiel.create_matrix_game(np.array(rows, float), np.array(columns, float))
    count = compare_tree(make(style, **values), take_turns(stage, values["rounds"]), to_ours)
    assert count == 2 ** (2 * values["rounds"] + 1) - 1


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("values", "pay"),
    [
        pytest.param(
            {"payoffs": [[0, 3, 3], [1, 2, 2]], "rounds": 2},
            # a stag needs two; a hare is worth less to three hunters of hares
            lambda own, stags: (3 if stags >= 2 else 0) if own == 0 else (1 if stags == 0 else 2),
            id="stag hunt of three",
        ),
        pytest.param(
            {"payoffs": [[2, 2, 2], [-3, 5, 5]], "rounds": 1},
            lambda own, volunteers: 2 if own == 0 else (5 if volunteers else -3),
            id="volunteer's dilemma",
        ),
        pytest.param(
            {"payoffs": [[3, 1, 0], [0, 1, 3]], "rounds": 2},
            # the fewer are on a side, the more it pays
            lambda own, first: {1: 3, 2: 1, 3: 0}[first if own == 0 else 3 - first],
            id="minority game",
        ),
    ],
)
@pytest.mark.parametrize("bonus", [0, 2])
def test_three_players(compare_tree, style, values, pay, bonus):
    tables = np.zeros((3, 2, 2, 2))
    for seat, *choices in np.ndindex(tables.shape):
        own = choices[seat]
        favourite = seat % 2
        tables[(seat, *choices)] = pay(own, choices.count(0)) + bonus * (own == favourite)
    stage = pyspiel.create_tensor_game(list(tables.reshape(3, -1)), (2, 2, 2))
    game = make(style, bonus=bonus, **values)
    count = compare_tree(game, take_turns(stage, values["rounds"]), to_ours)
    assert count == 2 ** (3 * values["rounds"] + 1) - 1


@pytest.mark.parametrize("style", STYLES)
def test_practice_pays_nothing(compare_tree, style):
    """After any practice the game is the one without it."""
    with_it, without = (make(style, rounds=2, practice=practice) for practice in (1, 0))
    start = with_it.get_initial_state()
    for first in NAMES:
        for second in NAMES:
            stack = [
                (
                    with_it.apply_action(with_it.apply_action(start, first), second),
                    without.get_initial_state(),
                )
            ]
            while stack:
                mine, theirs = stack.pop()
                assert with_it.get_current_player(mine) == without.get_current_player(theirs)
                assert with_it.get_rewards(mine) == without.get_rewards(theirs)
                legal = with_it.get_legal_actions(mine)
                assert legal == without.get_legal_actions(theirs)
                stack += [
                    (with_it.apply_action(mine, action), without.apply_action(theirs, action))
                    for action in legal
                ]
