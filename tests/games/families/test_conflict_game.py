"""Zero-sum table games against OpenSpiel's matrix games."""

from __future__ import annotations

import itertools

import numpy as np
import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("conflict_game").programs)
THEME = families.load("conflict_game").themes["siege"]


def make(style, **values):
    return compile_game(families.make("conflict_game", style=style, **values).source)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("table", "rounds"),
    [
        ([[2, -1], [-1, 1]], 1),
        ([[-1, 1], [4, -2], [0, 1]], 2),
        ([[3, -1, 0], [-2, 2, 1]], 3),
        ([[3, -1, -2], [-1, 2, -1], [-2, -1, 4]], 2),
    ],
)
def test_repeated_games_are_those_of_open_spiel(compare_tree, style, table, rounds):
    payoffs = np.array(table, float)
    stage = pyspiel.create_matrix_game(payoffs, -payoffs)
    repeated = pyspiel.create_repeated_game(stage, {"num_repetitions": rounds})
    theirs = pyspiel.convert_to_turn_based(repeated).new_initial_state()

    def to_ours(theirs, action):
        return THEME[("rows", "columns")[theirs.current_player()]][action]

    count = compare_tree(make(style, table=table, weights=[1] * rounds), theirs, to_ours)
    m, n = payoffs.shape
    assert count == sum((m * n) ** done * (1 + m) for done in range(rounds)) + (m * n) ** rounds


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("sign_only", [False, True])
@pytest.mark.parametrize(
    ("table", "weights"),
    [([[0, 2], [1, -3]], [3, 2, 1]), ([[1, -2, 3], [0, 2, -1]], [1, 1, 2])],
)
def test_rounds_add_up_with_weights_and_roles(style, swap, sign_only, table, weights):
    """In exchanged roles player 0 plays the table turned over, with all signs changed."""
    game = make(style, table=table, weights=weights, swap=swap, sign_only=sign_only)
    stages = []
    for number, weight in enumerate(weights):
        turned = swap and number % 2 == 1
        payoffs = weight * np.array(table, float)
        payoffs = -payoffs.T if turned else payoffs
        names = (THEME["columns"], THEME["rows"]) if turned else (THEME["rows"], THEME["columns"])
        stages.append((pyspiel.create_matrix_game(payoffs, -payoffs), names))
    pairs = [
        list(itertools.product(range(stage.num_rows()), range(stage.num_cols())))
        for stage, _ in stages
    ]
    for line in itertools.product(*pairs):
        state, total = game.get_initial_state(), 0.0
        for (row, column), (stage, names) in zip(line, stages, strict=True):
            running = [0.0, 0.0] if sign_only else [total, -total]
            assert game.get_rewards(state) == running
            assert set(game.get_legal_actions(state)) == set(names[0][: stage.num_rows()])
            state = game.apply_action(state, names[0][row])
            assert set(game.get_legal_actions(state)) == set(names[1][: stage.num_cols()])
            state = game.apply_action(state, names[1][column])
            total += stage.row_utility(row, column)
        assert game.get_current_player(state) == TERMINAL_PLAYER
        result = float(np.sign(total)) if sign_only else total
        assert game.get_rewards(state) == [result, -result]
