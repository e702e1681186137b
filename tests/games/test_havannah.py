"""Havannah against OpenSpiel's, on the board of the rules and on other ones."""

from __future__ import annotations

from collections import Counter

import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER


def resized(compiled, side):
    return compiled("havannah", side=side)


def place_action(side):
    """OpenSpiel numbers the cells of the square around the hexagon, along the rows."""
    return lambda theirs, action: f"place {action // (2 * side - 1)} {action % (2 * side - 1)}"


@pytest.mark.parametrize(
    ("side", "seeds"),
    [
        (4, range(200)),
        pytest.param(4, range(200, 1000), marks=pytest.mark.slow),
        (2, range(100)),
        (3, range(100)),
        (5, range(40)),
        pytest.param(6, range(50), marks=pytest.mark.slow),
    ],
)
def test_random_games(compiled, compare_game, random_choice, side, seeds):
    game, theirs = resized(compiled, side), pyspiel.load_game(f"havannah(board_size={side})")
    for seed in seeds:
        choose = random_choice(seed, "havannah")
        compare_game(game, theirs.new_initial_state(), place_action(side), choose)


def test_games_steered_to_full_boards(compiled, compare_game, random_choice):
    """Players who win only when there is nothing else to do reach the last cells, and rings."""
    game, theirs = resized(compiled, 4), pyspiel.load_game("havannah(board_size=4)")
    lengths, draws = Counter(), 0
    for seed in range(200):
        any_of = random_choice(seed, "havannah, steered")

        def choose(state, legal, any_of=any_of):
            legal = sorted(legal, key=lambda action: any_of(state, range(1000)))
            for action in legal:
                after = game.apply_action(state, action)
                if game.get_current_player(after) != TERMINAL_PLAYER:
                    return action
            return legal[0]

        state, actions = compare_game(game, theirs.new_initial_state(), place_action(4), choose)
        lengths[len(actions)] += 1
        draws += game.get_rewards(state) == [0.0, 0.0]
    assert lengths[37] > draws > 0


def test_games_steered_to_rings(compiled, compare_game, random_choice):
    """One player mostly stays off the border, the other mostly on it: the first makes rings."""
    game, theirs = resized(compiled, 4), pyspiel.load_game("havannah(board_size=4)")
    border = border_of(4)
    rings = Counter()
    for seed in range(200):
        any_of = random_choice(seed, "havannah, rings")

        def choose(state, legal, any_of=any_of, inside=seed % 2):
            on_border = game.get_current_player(state) == inside
            wanted = [action for action in legal if (action in border) == on_border]
            return any_of(state, wanted or legal)

        state, actions = compare_game(game, theirs.new_initial_state(), place_action(4), choose)
        mine = [action for place, action in enumerate(actions) if place % 2 != seed % 2]
        won = game.get_rewards(state)[1 - seed % 2] > 0
        rings[won and not border.intersection(mine)] += 1
    assert rings[True] >= 20


def border_of(side):
    last = 2 * side - 2
    return {
        f"place {row} {column}"
        for row in range(last + 1)
        for column in range(last + 1)
        if row in (0, last) or column in (0, last) or abs(row - column) == side - 1
    }
