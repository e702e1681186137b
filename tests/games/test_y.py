"""Y against OpenSpiel's, on the board of the rules and on larger ones."""

from __future__ import annotations

import itertools
from collections import Counter

import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER


def resized(compiled, side):
    return compiled("y", side=side)


def place_action(side):
    """OpenSpiel's triangle stands on its tip: its first row, row 0, is our last."""
    return lambda theirs, action: f"place {side - 1 - action // side} {action % side}"


@pytest.mark.parametrize("side", [2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_whole_tree(compiled, compare_tree, side):
    theirs = pyspiel.load_game(f"y(board_size={side})").new_initial_state()
    count = compare_tree(resized(compiled, side), theirs, place_action(side), key=str)
    assert count > side


@pytest.mark.parametrize(("side", "games"), [(4, 1000), (5, 200), (7, 100), (9, 40)])
def test_random_games(compiled, compare_game, random_choice, side, games):
    game, theirs = resized(compiled, side), pyspiel.load_game(f"y(board_size={side})")
    for seed in range(games):
        choose = random_choice(seed, "y")
        compare_game(game, theirs.new_initial_state(), place_action(side), choose)


def test_games_steered_to_a_full_board(compiled, compare_game, random_choice):
    """Players who win only when there is nothing else to do fill nearly the whole board."""
    game, theirs = resized(compiled, 5), pyspiel.load_game("y(board_size=5)")
    lengths = Counter()
    for seed in range(200):
        any_of = random_choice(seed, "y, steered")

        def choose(state, legal, any_of=any_of):
            quiet = [
                action
                for action in legal
                if game.get_current_player(game.apply_action(state, action)) != TERMINAL_PLAYER
            ]
            return any_of(state, quiet or legal)

        _, actions = compare_game(game, theirs.new_initial_state(), place_action(5), choose)
        lengths[len(actions)] += 1
    assert lengths[15] >= 50


def test_a_full_board_has_exactly_one_winner(compiled):
    """All ways to fill the board with five stones each, played until the game ends."""
    game = compiled("y")
    cells = game.get_all_actions()
    for first in itertools.combinations(cells, 5):
        second = [cell for cell in cells if cell not in first]
        ends = set()
        for mine, other in ((first, second), (first[::-1], second[::-1])):
            state = game.get_initial_state()
            for action in itertools.chain.from_iterable(zip(mine, other, strict=True)):
                if game.get_current_player(state) != TERMINAL_PLAYER:
                    state = game.apply_action(state, action)
            assert game.get_current_player(state) == TERMINAL_PLAYER
            ends.add(tuple(game.get_rewards(state)))
        assert len(ends) == 1  # the same stones win in any order
