"""Breakthrough against OpenSpiel's, on the board of the rules and on smaller ones."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pyspiel
import pytest

from codeworld.games import instantiate
from codeworld.seeding import derive_seed

STEPS = ((1, -1), (1, 0), (1, 1), (-1, -1), (-1, 0), (-1, 1))  # OpenSpiel's six directions


def move_action(columns):
    """OpenSpiel numbers its moves by row, column, direction, and whether they capture."""

    def to_ours(theirs, action):
        cell, code = divmod(action, 2 * len(STEPS))
        row, column = divmod(cell, columns)
        down, right = STEPS[code // 2]
        return f"move {row} {column} {row + down} {column + right}"

    return to_ours


@pytest.mark.parametrize(
    "seeds", [range(100), pytest.param(range(100, 1000), marks=pytest.mark.slow)]
)
def test_random_games(compiled, compare_game, random_choice, seeds):
    theirs = pyspiel.load_game("breakthrough")
    for seed in seeds:
        choose = random_choice(seed, "breakthrough")
        compare_game(compiled("breakthrough"), theirs.new_initial_state(), move_action(8), choose)


@pytest.mark.parametrize(
    ("rows", "columns", "pawn_rows"), [(6, 6, 2), (6, 5, 2), (7, 3, 2), (5, 4, 1)]
)
def test_random_games_on_other_boards(
    compiled, compare_game, random_choice, rows, columns, pawn_rows
):
    """OpenSpiel has one row of pawns on boards of fewer than six rows."""
    game = compiled("breakthrough", rows=rows, columns=columns, pawn_rows=pawn_rows)
    theirs = pyspiel.load_game(f"breakthrough(rows={rows},columns={columns})")
    for seed in range(100):
        choose = random_choice(seed, "breakthrough, other boards")
        compare_game(game, theirs.new_initial_state(), move_action(columns), choose)


@pytest.mark.parametrize("pawn_rows", [1, 2])
def test_the_moves_that_the_rules_show_can_open_the_game(compiled, pawn_rows):
    values = {"rows": 7, "columns": 3, "pawn_rows": pawn_rows}
    game = compiled("breakthrough", **values)
    rules = instantiate("breakthrough", **values).rules
    straight, diagonal, other = re.findall(r"`(move \d.*?)`", rules)
    start = game.get_initial_state()
    assert {straight, diagonal} <= set(game.get_legal_actions(start))
    assert other in game.get_legal_actions(game.apply_action(start, straight))


@pytest.mark.parametrize("seeds", [range(40), pytest.param(range(40, 200), marks=pytest.mark.slow)])
def test_games_steered_to_captures(compiled, compare_game, seeds):
    """Players who capture what they can and cross only if they must end with few pawns, or none."""
    game, theirs = compiled("breakthrough"), pyspiel.load_game("breakthrough")
    ends = Counter()
    for seed in seeds:
        generator = np.random.default_rng(derive_seed(seed, "breakthrough, steered"))

        def choose(state, legal, generator=generator):
            board = game.get_observations(state)[0]["board"]
            best, candidates = -1, []
            for action in legal:
                row, column = map(int, action.split()[3:])
                worth = (board[8 * row + column] != ".") + 2 * (0 < row < 7)
                if worth > best:
                    best, candidates = worth, []
                if worth == best:
                    candidates.append(action)
            return candidates[generator.integers(len(candidates))]

        state, actions = compare_game(game, theirs.new_initial_state(), move_action(8), choose)
        board = game.get_observations(state)[0]["board"]
        winner = game.get_rewards(state).index(1.0)
        nothing_left = "ox"[winner] not in board
        crossed = actions[-1].split()[3] in "07"
        ends[winner, nothing_left, crossed] += 1
    assert ends[0, True, False] + ends[1, True, False] >= 4
    assert ends[0, False, True] + ends[1, False, True] >= 4
