"""Quadranto against exact enumeration: where the other piece may be, and how likely it is there."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from fractions import Fraction

import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.seeding import derive_seed

NAMES = {
    (0, 0): "top left",
    (0, 1): "top right",
    (1, 0): "bottom left",
    (1, 1): "bottom right",
}
VECTORS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1), "stay": (0, 0)}


def board_of(size):
    return [(row, column) for row in range(size) for column in range(size)]


BOARD = board_of(4)


def quadrant(cell, size=4):
    return cell[0] * 2 // size, cell[1] * 2 // size


def moved(cell, action):
    return cell[0] + VECTORS[action][0], cell[1] + VECTORS[action][1]


def options(cell, board=BOARD):
    """Return {action: cell that it leads to}, all on the board."""
    return {action: moved(cell, action) for action in VECTORS if moved(cell, action) in board}


def walk(actions):
    """Return both pieces' cells after every action of a line, told from the rules alone."""
    cells, walked = [], []
    for place, action in enumerate(actions):
        if place < 2:
            _, row, column = action.split()
            cells = [*cells, (int(row), int(column))]
        else:
            cells = list(cells)
            cells[place % 2] = moved(cells[place % 2], action)
        walked.append(cells)
    return walked


@pytest.mark.parametrize(("size", "max_moves"), [(4, 20), (4, 8), (6, 60), (8, 100)])
def test_random_games_keep_to_the_rules(compiled, random_game, size, max_moves):
    """Player, legal set, chance and returns at every step, as a walk over the board tells them."""
    game = compiled("quadranto", size=size, max_moves=max_moves)
    board, lengths, wins = board_of(size), Counter(), Counter()
    for seed in range(200):
        actions = []
        for state, action in random_game(game, seed):
            if len(actions) < 2:
                home = (len(actions), len(actions))
                starts = [cell for cell in board if quadrant(cell, size) == home]
                assert dict(game.get_chance_outcomes(state)) == {
                    f"start {row} {column}": 1 / len(starts) for row, column in starts
                }
            else:
                cells, mover = walk(actions)[-1], len(actions) % 2
                met = cells[0] == cells[1]
                over = met or len(actions) == 2 + max_moves
                assert game.get_current_player(state) == (TERMINAL_PLAYER if over else mover)
                legal = [] if over else options(cells[mover], board)
                seen = [quadrant(cell, size) for cell in cells]
                told = [view["other"] for view in game.get_observations(state)]
                assert told == [NAMES[seen[1]], NAMES[seen[0]]]
                assert set(game.get_legal_actions(state)) == set(legal)
                gain = (1.0 if mover == 1 else -1.0) if met else 0.0
                assert game.get_rewards(state) == [gain, -gain]
            if action is not None:
                actions.append(action)
        lengths[len(actions)] += 1
        wins[gain] += 1
    assert lengths[2 + max_moves] >= 20
    assert min(wins.values()) >= 5
    assert len(wins) == 3


@pytest.mark.parametrize(("size", "max_moves"), [(6, 2), (8, 2)])
def test_resampled_histories_on_larger_boards_follow_the_exact_posterior(
    compiled, follows_posterior, size, max_moves
):
    follows_posterior(compiled("quadranto", size=size, max_moves=max_moves), often=49)


def quadrants_known(game, state, actions, player):
    """Return the own actions, the quadrants of the other piece, and whether the game is over."""
    walked, over = walk(actions), game.get_current_player(state) == TERMINAL_PLAYER
    seen = [quadrant(cells[1 - player]) for cells in walked[1:]]
    return over, len(actions), actions[player::2], tuple(seen)


def test_a_player_knows_the_own_path_and_the_quadrants_of_the_other(
    compiled, whole_tree, tells_knowledge
):
    game = compiled("quadranto", max_moves=4)
    nodes = ((state, actions) for state, actions, _ in whole_tree(game) if len(actions) >= 2)
    tells_knowledge(game, nodes, quadrants_known)


def test_resampled_histories_follow_the_exact_posterior(compiled, follows_posterior):
    follows_posterior(compiled("quadranto", max_moves=4), often=499)


@pytest.mark.slow
def test_resampled_histories_of_longer_games_follow_the_exact_posterior(
    compiled, follows_posterior
):
    game = compiled("quadranto", max_moves=6)
    follows_posterior(game, often=4999)


def belief(actions, player):
    """Return {cell: probability} of the other piece, filtered forwards over the whole line.

    The other piece starts and moves uniformly; a cell is ruled out when it is not in the quadrant
    that was seen, or when the game would have ended there.
    """
    walked = walk(actions)
    believed = {
        cell: Fraction(1, 4) for cell in BOARD if quadrant(cell) == (1 - player, 1 - player)
    }
    for place, cells in enumerate(walked[2:], 2):
        if place % 2 != player:
            moved_on = defaultdict(Fraction)
            for cell, probability in believed.items():
                following = options(cell)
                for end in following.values():
                    moved_on[end] += probability / len(following)
            believed = moved_on
        believed = {
            cell: probability
            for cell, probability in believed.items()
            if quadrant(cell) == quadrant(cells[1 - player]) and cell != cells[player]
        }
    total = sum(believed.values())
    return {cell: probability / total for cell, probability in believed.items()}


@pytest.mark.parametrize(
    ("num_games", "num_samples"), [(4, 40), pytest.param(12, 200, marks=pytest.mark.slow)]
)
def test_resampled_cells_follow_the_exact_belief_in_whole_games(
    compiled, resampled_lines, num_games, num_samples
):
    """Another method than the program's: it filters forwards only, and knows no histories."""
    game, compared = compiled("quadranto"), 0
    for seed in range(num_games):
        drawn = defaultdict(Counter)
        for player, actions, line, _ in resampled_lines(game, seed, num_samples):
            drawn[player, actions][walk(line)[-1][1 - player]] += 1
        for (player, actions), cells in drawn.items():
            expected = belief(actions, player)
            assert set(cells) <= set(expected)
            for cell, probability in expected.items():
                spread = math.sqrt(num_samples * probability * (1 - probability))
                assert abs(cells[cell] - num_samples * probability) <= 5 * spread
            compared += len(actions) > 10
    assert compared >= 2 * num_games


def test_a_piece_that_stays_in_its_quadrant_is_where_few_moves_lead_out(compiled):
    """Many samples of one long game. Chances to leave differ from cell to cell, and they tell."""
    game, num_samples = compiled("quadranto"), 6000
    actions = ["start 0 0", "start 3 3", *["stay"] * 17]
    state = game.get_initial_state()
    for action in actions:
        state = game.apply_action(state, action)
    history = [(game.get_observations(state)[1], None)]
    cells = Counter(
        walk(game.resample_history(history, 1, derive_seed(0, "cells", number)))[-1][0]
        for number in range(num_samples)
    )
    expected = belief(actions, 1)
    assert set(cells) == set(expected) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert expected[0, 0] > 1.25 * expected[1, 1]
    for cell, probability in expected.items():
        spread = math.sqrt(num_samples * probability * (1 - probability))
        assert abs(cells[cell] - num_samples * probability) <= 5 * spread
