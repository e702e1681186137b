"""Tic-tac-toe on larger boards against OpenSpiel's m,n,k game."""

from __future__ import annotations

from collections import Counter

import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER


def resized(compiled, size, length):
    changes = (("SIZE = 6", f"SIZE = {size}"), ("LENGTH = 4", f"LENGTH = {length}"))
    return compiled("gen_tic_tac_toe", changes)


def load_theirs(size, length):
    return pyspiel.load_game(f"mnk(m={size},n={size},k={length})")


def place_action(size):
    """OpenSpiel numbers the cells along the rows."""
    return lambda theirs, action: f"place {action // size} {action % size}"


@pytest.mark.parametrize(
    "seeds", [range(200), pytest.param(range(200, 1000), marks=pytest.mark.slow)]
)
def test_random_games(compiled, compare_game, random_choice, seeds):
    game, theirs = resized(compiled, 6, 4), load_theirs(6, 4)
    for seed in seeds:
        choose = random_choice(seed, "gen tic-tac-toe")
        compare_game(game, theirs.new_initial_state(), place_action(6), choose)


@pytest.mark.parametrize(("size", "length"), [(5, 4), (4, 3), (8, 5)])
def test_random_games_on_other_boards(compiled, compare_game, random_choice, size, length):
    game, theirs = resized(compiled, size, length), load_theirs(size, length)
    for seed in range(100):
        choose = random_choice(seed, "gen tic-tac-toe, other boards")
        compare_game(game, theirs.new_initial_state(), place_action(size), choose)


def test_games_steered_to_a_full_board(compiled, compare_game, random_choice):
    """Players who win only when there is nothing else to do reach late wins and draws."""
    game, theirs = resized(compiled, 6, 4), load_theirs(6, 4)
    lengths, draws = Counter(), 0
    for seed in range(200):
        any_of = random_choice(seed, "gen tic-tac-toe, steered")

        def choose(state, legal, any_of=any_of):
            for _ in range(len(legal)):
                action = any_of(state, legal)
                after = game.apply_action(state, action)
                if len(legal) == 1 or game.get_current_player(after) != TERMINAL_PLAYER:
                    return action
            return legal[0]

        state, actions = compare_game(game, theirs.new_initial_state(), place_action(6), choose)
        lengths[len(actions)] += 1
        draws += game.get_rewards(state) == [0.0, 0.0]
    assert draws >= 10
    assert lengths[36] > draws  # wins with the very last mark, too
    assert sum(lengths[late] for late in range(30, 36)) >= 10
