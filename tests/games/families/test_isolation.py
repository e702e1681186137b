"""Isolation against a model on bit masks: the same moves and ends, and equal values."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

LEAPS = {"wazir": {(0, 1)}, "king": {(0, 1), (1, 1)}, "knight": {(1, 2)}}
CASES = [
    {"rows": 3, "columns": 3, "piece": "king"},
    {"rows": 3, "columns": 4, "piece": "knight", "start": "middle"},
    {"rows": 3, "columns": 5, "piece": "wazir", "stuck_loses": False},
    {"rows": 4, "columns": 4, "piece": "wazir", "wraps": True},
    {"rows": 4, "columns": 5, "piece": "king", "start": "middle", "stuck_loses": False},
    {"rows": 5, "columns": 4, "piece": "king", "wraps": True},
    {"rows": 5, "columns": 5, "piece": "knight", "wraps": True, "stuck_loses": False},
    {"rows": 5, "columns": 6, "piece": "knight", "start": "middle"},
]
SMALL = [*CASES[:4], {"rows": 4, "columns": 3, "piece": "king", "stuck_loses": False}]


def masks(rows, columns, piece, wraps=False, **_):
    """Return for each cell, counted row by row, the bit mask of the cells in reach."""

    def gap(one, other, size):
        return min((one - other) % size, (other - one) % size) if wraps else abs(one - other)

    reach = []
    for a in range(rows * columns):
        near = (
            b
            for b in range(rows * columns)
            if (
                *sorted(
                    (
                        gap(a // columns, b // columns, rows),
                        gap(a % columns, b % columns, columns),
                    )
                ),
            )
            in LEAPS[piece]
        )
        reach.append(sum(1 << b for b in near))
    return reach


def starts(rows, columns, start="corners", **_):
    first = 0 if start == "corners" else (columns - 1) // 2
    return first, rows * columns - 1 - first  # each the other's, the board turned by 180 degrees


def cells_in(mask):
    return [cell for cell in range(mask.bit_length()) if mask >> cell & 1]


def game_of(case, style=None):
    return compile_game(families.make("isolation", style=style, theme="ice", **case).source)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_random_games(case):
    reach, columns, worth = masks(**case), case["columns"], -1 if case.get("stuck_loses", 1) else 1
    game = game_of(case, "lines")
    generator = np.random.default_rng(derive_seed(0, f"isolation {case}"))
    for _ in range(100):
        state, player, (own, other) = game.get_initial_state(), 0, starts(**case)
        free = (1 << len(reach)) - 1 ^ 1 << own ^ 1 << other
        while goals := cells_in(reach[own] & free):
            names = {f"step {goal // columns + 1} {goal % columns + 1}": goal for goal in goals}
            assert set(game.get_legal_actions(state)) == set(names)
            assert (game.get_current_player(state), game.get_rewards(state)) == (player, [0, 0])
            action = sorted(names)[generator.integers(len(names))]
            free ^= 1 << names[action]
            own, other = other, names[action]
            state, player = game.apply_action(state, action), 1 - player
        assert game.get_current_player(state) == TERMINAL_PLAYER
        assert game.get_legal_actions(state) == []
        assert game.get_rewards(state)[player] == worth == -game.get_rewards(state)[1 - player]


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_values(best_value, case):
    reach, worth = masks(**case), -1 if case.get("stuck_loses", True) else 1
    game = game_of(case, "graph")

    @functools.cache
    def value(free, own, other):
        goals = cells_in(reach[own] & free)
        if not goals:
            return worth
        return max(-value(free ^ 1 << goal, other, goal) for goal in goals)

    own, other = starts(**case)
    free = (1 << len(reach)) - 1 ^ 1 << own ^ 1 << other
    assert best_value(game) == value(free, own, other)
