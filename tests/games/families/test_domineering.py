"""Domineering and cram against a solver on bit masks, and published winners."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

CASES = [
    {"rows": 3, "columns": 3},
    {"rows": 2, "columns": 5, "down_first": False, "last_wins": False},
    {"rows": 3, "columns": 5, "any_way": True, "holes": "corner"},
    {"rows": 4, "columns": 5, "length": 3, "holes": "corners"},
    {"rows": 4, "columns": 6, "length": 3, "any_way": True, "last_wins": False},
    {"rows": 6, "columns": 5, "holes": "corner", "down_first": False},
    {"rows": 5, "columns": 7, "holes": "corners", "last_wins": False},
]


class Mats:
    """For each player the masks of all bars; bit `columns * row + column` is a square."""

    def __init__(self, rows, columns, length=2, any_way=False, holes="none", **rest):
        corners = {"none": 0, "corner": 1, "corners": 4}[holes]
        edges = (0, columns - 1, (rows - 1) * columns, rows * columns - 1)
        self.taken = sum(1 << square for square in edges[:corners])
        self.worth = 1 if rest.get("last_wins", True) else -1  # to the last player to move
        down, across = {}, {}
        for square in range(rows * columns):
            name = f"{'abcdefg'[square % columns]}{square // columns + 1}"
            if square // columns + length <= rows:
                down[f"lay {name} down"] = sum(1 << square + columns * i for i in range(length))
            if square % columns + length <= columns:
                across[f"lay {name} across"] = (1 << length) - 1 << square
        self.bars = [down, across] if rest.get("down_first", True) else [across, down]
        if any_way:
            self.bars = [down | across] * 2

    def moves(self, taken, player):
        return {name: bar for name, bar in self.bars[player].items() if not bar & taken}

    def value(self):
        """Return player 0's return under best play."""

        @functools.cache
        def value(taken, player):
            after = (value(taken | bar, 1 - player) for bar in self.moves(taken, player).values())
            return max((-one for one in after), default=-self.worth)

        return value(self.taken, 0)


def game_of(case, style):
    return compile_game(families.make("domineering", style=style, theme="tiles", **case).source)


@pytest.mark.parametrize("style", ["names", "rows"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_random_games(case, style):
    game, mats = game_of(case, style), Mats(**case)
    generator = np.random.default_rng(derive_seed(0, f"domineering {case}"))
    for _ in range(40):
        state, taken, player = game.get_initial_state(), mats.taken, 0
        while moves := mats.moves(taken, player):
            assert set(game.get_legal_actions(state)) == set(moves)
            assert (game.get_current_player(state), game.get_rewards(state)) == (player, [0, 0])
            action = sorted(moves)[generator.integers(len(moves))]
            taken |= moves[action]
            state, player = game.apply_action(state, action), 1 - player
        assert game.get_current_player(state) == TERMINAL_PLAYER
        assert game.get_legal_actions(state) == []
        returns = game.get_rewards(state)
        assert returns[player] == -mats.worth == -returns[1 - player]


def solve(game):
    values = {}

    def value(state):
        key = str((sorted(get_free(state)), state["player"]))
        if key not in values:
            player = game.get_current_player(state)
            if player == TERMINAL_PLAYER:
                values[key] = game.get_rewards(state)[0]
            else:
                after = [game.apply_action(state, a) for a in game.get_legal_actions(state)]
                values[key] = (max, min)[player](map(value, after))
        return values[key]

    def get_free(state):
        return [
            (row, column)
            for row, line in enumerate(state["board"])
            for column, mark in enumerate(line)
            if mark == "."
        ]

    return value(game.get_initial_state())


@pytest.mark.parametrize("case", CASES[:4], ids=str)
def test_values(case):
    assert solve(game_of(case, "rows")) == Mats(**case).value()


@pytest.mark.parametrize(
    ("size", "first_wins"),
    [(3, True), (4, True), pytest.param(5, False, marks=pytest.mark.slow)],
)
def test_square_boards(size, first_wins):
    """Breuker, Uiterwijk and van den Herik, table of solved boards."""
    case = {"rows": size, "columns": size}
    assert Mats(**case).value() == (1 if first_wins else -1)
    if size < 5:
        assert solve(game_of(case, "rows")) == (1 if first_wins else -1)


@pytest.mark.parametrize(("rows", "columns"), [(2, 6), (2, 5), (3, 4), (4, 3)])
def test_cram(rows, columns):
    """Gardner: by symmetry the second player wins on boards with even sides, else the first,
    if one side is even."""
    first_wins = rows % 2 + columns % 2 == 1
    case = {"rows": rows, "columns": columns, "any_way": True}
    assert solve(game_of(case, "rows")) == (1 if first_wins else -1)
