"""Pentago against OpenSpiel's: random games, and games steered to full boards and double lines."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.seeding import derive_seed

QUADRANTS = (0, 1, 3, 2)  # OpenSpiel goes round the board: top left, top right, bottom right, left
DIRECTIONS = ("counterclockwise", "clockwise")


def marble_action(theirs, action):
    """OpenSpiel numbers its actions by cell, along the rows, and within a cell by turn."""
    cell, turn = divmod(action, 8)
    quadrant, direction = QUADRANTS[turn // 2], DIRECTIONS[turn % 2]
    return f"place {cell // 6} {cell % 6} turn {quadrant} {direction}"


@pytest.mark.parametrize(
    "seeds", [range(100), pytest.param(range(100, 1000), marks=pytest.mark.slow)]
)
def test_random_games(compiled, compare_game, random_choice, seeds):
    theirs = pyspiel.load_game("pentago")
    for seed in seeds:
        choose = random_choice(seed, "pentago")
        compare_game(compiled("pentago"), theirs.new_initial_state(), marble_action, choose)


@pytest.mark.parametrize("seeds", [range(60), pytest.param(range(60, 200), marks=pytest.mark.slow)])
def test_games_steered_to_full_boards_and_double_lines(compiled, compare_game, seeds):
    """Players give both a line where they can, and otherwise keep the game going."""
    game, theirs = compiled("pentago"), pyspiel.load_game("pentago")
    ends = Counter()
    for seed in seeds:
        generator = np.random.default_rng(derive_seed(seed, "pentago, steered"))

        def choose(state, legal, generator=generator):
            legal = [legal[place] for place in generator.permutation(len(legal))]
            after = {action: game.apply_action(state, action) for action in legal[:40]}
            over = [a for a in after if game.get_current_player(after[a]) == TERMINAL_PLAYER]
            drawn = [action for action in over if game.get_rewards(after[action]) == [0.0, 0.0]]
            quiet = [action for action in after if action not in over]
            return (drawn or quiet or legal)[0]

        state, actions = compare_game(game, theirs.new_initial_state(), marble_action, choose)
        draw = game.get_rewards(state) == [0.0, 0.0]
        ends["draw" if draw else "win", "full" if len(actions) == 36 else "early"] += 1
    assert ends["draw", "early"] >= 3  # both players have a line
    assert ends["draw", "full"] + ends["win", "full"] >= 3


def test_a_line_of_the_player_who_did_not_move(compiled, compare_game, random_choice):
    """Players who hand the game to the other side whenever they can."""
    game, theirs = compiled("pentago"), pyspiel.load_game("pentago")
    handed_over = 0
    for seed in range(30):
        any_of = random_choice(seed, "pentago, handed over")

        def choose(state, legal, any_of=any_of):
            player = game.get_current_player(state)
            quiet = legal[0]
            for _ in range(30):
                action = any_of(state, legal)
                returns = game.get_rewards(game.apply_action(state, action))
                if returns[player] < 0:
                    return action
                if returns[player] == 0:
                    quiet = action
            return quiet

        state, actions = compare_game(game, theirs.new_initial_state(), marble_action, choose)
        mover = (len(actions) - 1) % 2
        handed_over += game.get_rewards(state)[mover] < 0
    assert handed_over >= 10
