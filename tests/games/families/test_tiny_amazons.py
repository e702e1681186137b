"""Tiny Amazons against a model that looks along lines instead of walking them."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

CASES = [
    {"rows": 3, "columns": 3},
    {"rows": 3, "columns": 4, "moves": "rook", "start": "middle", "stuck_loses": False},
    {"rows": 4, "columns": 3, "moves": "king", "shots": "anywhere"},
    {"rows": 4, "columns": 4, "shots": "king", "start": "middle"},
    {"rows": 4, "columns": 5, "moves": "rook", "shots": "king", "stuck_loses": False},
    {"rows": 5, "columns": 5, "moves": "king", "start": "middle"},
    {"rows": 5, "columns": 5, "moves": "queen"},
]


class Model:
    """A position: free squares, the mover's square, the opponent's. Squares are (row, column)."""

    def __init__(self, rows, columns, moves="queen", shots="queen", start="corners", **rest):
        self.squares = frozenset(itertools.product(range(rows), range(columns)))
        self.moves, self.shots = moves, shots
        self.worth = -1 if rest.get("stuck_loses", True) else 1
        first = (0, 0 if start == "corners" else (columns - 1) // 2)
        second = (rows - 1, columns - 1 - first[1])
        self.start = (self.squares - {first, second}, first, second)

    @staticmethod
    def sees(piece, a, b, free):
        """Return whether a piece on a can go to the free square b."""
        down, right = b[0] - a[0], b[1] - a[1]
        length = max(abs(down), abs(right))
        if piece == "anywhere":
            return a != b
        if not (0 in (down, right) or (abs(down) == abs(right) and piece != "rook")):
            return False
        if piece == "king":
            return length == 1
        between = [
            (a[0] + down * k // length, a[1] + right * k // length) for k in range(1, length)
        ]
        return length > 0 and free.issuperset(between)

    def turns(self, free, own, other):
        for goal in free:
            if self.sees(self.moves, own, goal, free):
                left = free - {goal} | {own}
                for target in left:
                    if self.sees(self.shots, goal, target, left):
                        numbers = [number + 1 for number in (*goal, *target)]
                        name = "move {} {} shoot {} {}".format(*numbers)
                        yield name, (left - {target}, other, goal)


def game_of(case, style):
    return compile_game(families.make("tiny_amazons", style=style, theme="archers", **case).source)


@pytest.mark.parametrize("style", ["cells", "lines"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_random_games(case, style):
    game, model = game_of(case, style), Model(**case)
    generator = np.random.default_rng(derive_seed(0, f"amazons {case}"))
    for _ in range(15):
        state, position, player = game.get_initial_state(), model.start, 0
        while turns := dict(model.turns(*position)):
            assert set(game.get_legal_actions(state)) == set(turns)
            assert (game.get_current_player(state), game.get_rewards(state)) == (player, [0, 0])
            action = sorted(turns)[generator.integers(len(turns))]
            state, position = game.apply_action(state, action), turns[action]
            player = 1 - player
        assert game.get_current_player(state) == TERMINAL_PLAYER
        assert game.get_legal_actions(state) == []
        returns = game.get_rewards(state)
        assert returns[player] == model.worth == -returns[1 - player]


@pytest.mark.parametrize(
    ("moves", "stuck_loses"), [("queen", True), ("rook", False), ("king", True), ("king", False)]
)
def test_values(best_value, moves, stuck_loses):
    case = {"rows": 3, "columns": 3, "moves": moves, "stuck_loses": stuck_loses}
    game, model = game_of(case, "cells"), Model(**case)

    @functools.cache
    def value(*position):
        after = [position for _, position in model.turns(*position)]
        return max((-value(*one) for one in after), default=model.worth)

    assert best_value(game) == value(*model.start)
