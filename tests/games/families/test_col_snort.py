"""Col and Snort against a solver on bit masks, and the winners that symmetry gives."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

CASES = [
    {"rows": 1, "columns": 8, "alike": True},
    {"rows": 1, "columns": 7, "ring": True, "alike": True, "last_wins": False},
    {"rows": 2, "columns": 5, "diagonals": True},
    {"rows": 3, "columns": 3, "alike": True, "diagonals": True, "last_wins": False},
    {"rows": 3, "columns": 3, "last_wins": False},
    {"rows": 4, "columns": 5},
    {"rows": 4, "columns": 4, "alike": True, "diagonals": True},
]


class Colouring:
    """A position is two masks of cells; the cell in row r and column c is bit 16 r + c."""

    def __init__(self, rows, columns, alike=False, ring=False, diagonals=False, last_wins=True):
        self.cells = {16 * r + c: r * columns + c + 1 for r in range(rows) for c in range(columns)}
        self.board = sum(1 << cell for cell in self.cells)
        self.steps = (1, 16, 15, 17) if diagonals else (1, 16)
        self.ends = (1, 1 << columns - 1) if ring else (0, 0)
        self.alike, self.worth = alike, -1 if last_wins else 1

    def around(self, mask):
        found = 0
        for step in self.steps:
            found |= mask << step | mask >> step
        first, last = self.ends
        return found | (last if mask & first else 0) | (first if mask & last else 0)

    def moves(self, own, other):
        free = self.board & ~(own | other | self.around(other if self.alike else own))
        return {cell: own | 1 << cell for cell in self.cells if free >> cell & 1}

    def value(self):
        @functools.cache
        def value(own, other):
            after = self.moves(own, other).values()
            return max((-value(other, mask) for mask in after), default=self.worth)

        return value(0, 0)


def game_of(case, style):
    return compile_game(families.make("col_snort", style=style, theme="paint", **case).source)


@pytest.mark.parametrize("style", ["graph", "text"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_random_games(case, style):
    game, model = game_of(case, style), Colouring(**case)
    generator = np.random.default_rng(derive_seed(0, f"col and snort {case}"))
    for _ in range(60):
        state, own, other, player = game.get_initial_state(), 0, 0, 0
        while moves := {f"paint {model.cells[a]}": b for a, b in model.moves(own, other).items()}:
            assert set(game.get_legal_actions(state)) == set(moves)
            assert (game.get_current_player(state), game.get_rewards(state)) == (player, [0, 0])
            action = sorted(moves)[generator.integers(len(moves))]
            own, other = other, moves[action]
            state, player = game.apply_action(state, action), 1 - player
        assert game.get_current_player(state) == TERMINAL_PLAYER
        assert game.get_legal_actions(state) == []
        returns = game.get_rewards(state)
        assert returns[player] == model.worth == -returns[1 - player]


@pytest.mark.parametrize("case", CASES[:5], ids=str)
def test_values(best_value, case):
    assert best_value(game_of(case, "graph")) == Colouring(**case).value()


@pytest.mark.parametrize(
    "shape",
    [
        {"rows": 1, "columns": 6},
        {"rows": 1, "columns": 8},
        {"rows": 2, "columns": 4},
    ],
    ids=str,
)
def test_col_is_won_by_the_second_player_who_mirrors(best_value, shape):
    """Turned by half a turn, no cell of these boards stays where it is."""
    assert best_value(game_of(shape, "text")) == -1


@pytest.mark.parametrize(("rows", "columns"), [(1, 7), (1, 9), (3, 3)])
def test_snort_is_won_by_the_first_player_who_takes_the_middle_and_mirrors(
    best_value, rows, columns
):
    assert best_value(game_of({"alike": True, "rows": rows, "columns": columns}, "text")) == 1
