"""Pawn duels against a second model on bit sets, hexapawn's and Dawson's chess's known winners."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

STRAIGHT, BEROLINA = {"diagonal_walk": False}, {"diagonal_walk": True}
FREE, DUTY = {"must_capture": False}, {"must_capture": True}
LOSS, DRAW = {"stuck_loses": True}, {"stuck_loses": False}
CASES = [
    {"rows": 3, "columns": 3} | STRAIGHT | FREE | LOSS,
    {"rows": 3, "columns": 4} | BEROLINA | DUTY | DRAW,
    {"rows": 4, "columns": 3} | STRAIGHT | DUTY | LOSS,
    {"rows": 4, "columns": 4} | BEROLINA | FREE | LOSS,
    {"rows": 4, "columns": 5} | STRAIGHT | FREE | DRAW,
    {"rows": 5, "columns": 3, "double_step": True} | STRAIGHT | FREE | DRAW,
    {"rows": 5, "columns": 4, "double_step": True} | BEROLINA | DUTY | LOSS,
    {"rows": 5, "columns": 6, "double_step": True} | STRAIGHT | DUTY | DRAW,
]


class Duel:
    """The rules once more: the mover's pawns and the opponent's are sets of (columns, rows ahead).

    The board is turned round after every move, so that the mover always goes up.
    """

    def __init__(self, rows, columns, diagonal_walk, must_capture, stuck_loses, double_step=False):
        self.rows, self.columns = rows, columns
        self.diagonal, self.duty, self.loss = diagonal_walk, must_capture, stuck_loses
        self.double = double_step
        self.start = (
            frozenset((column, 0) for column in range(columns)),
            frozenset((column, rows - 1) for column in range(columns)),
        )

    def moves(self, own, other):
        free = {(c, r) for c in range(self.columns) for r in range(self.rows)} - own - other
        found = {(a, b) for a in own for b in other if self._is_step(a, b, not self.diagonal)}
        if not (found and self.duty):
            found |= {(a, b) for a in own for b in free if self._is_step(a, b, self.diagonal)}
            for a, b in [pair for pair in found if pair[1] in free and pair[0][1] == 0]:
                further = (2 * b[0] - a[0], 2)
                if self.double and further in free:
                    found.add((a, further))
        return found

    def _is_step(self, a, b, diagonal):
        return b[1] - a[1] == 1 and abs(b[0] - a[0]) == diagonal

    def after(self, own, other, move):
        return self._turned(other - {move[1]}), self._turned(own - {move[0]} | {move[1]})

    def _turned(self, pawns):
        return frozenset((column, self.rows - 1 - row) for column, row in pawns)

    def value(self, own, other):
        """Return what the end is worth to the mover; None before it."""
        if any(row == 0 for _, row in other):
            return -1
        if self.moves(own, other):
            return None
        return 0 if own and not self.loss else -1

    def spell(self, move, player):
        ends = [(c, self.rows - r if player else r + 1) for c, r in move]
        return "move " + " ".join(f"{'abcdef'[c]}{r}" for c, r in ends)


def game_of(case, style=None):
    return compile_game(families.make("pawn_duel", style=style, **case).source)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_random_games(case):
    game, duel = game_of(case), Duel(**case)
    generator = np.random.default_rng(derive_seed(0, f"pawn duel {case}"))
    for _ in range(100):
        state, pawns, player = game.get_initial_state(), duel.start, 0
        while (value := duel.value(*pawns)) is None:
            moves = {duel.spell(move, player): move for move in duel.moves(*pawns)}
            assert game.get_current_player(state) == player
            assert game.get_rewards(state) == [0, 0]
            assert set(game.get_legal_actions(state)) == set(moves)
            action = sorted(moves)[generator.integers(len(moves))]
            state, pawns = game.apply_action(state, action), duel.after(*pawns, moves[action])
            player = 1 - player
        assert game.get_current_player(state) == TERMINAL_PLAYER
        assert game.get_legal_actions(state) == []
        assert game.get_rewards(state)[player] == value == -game.get_rewards(state)[1 - player]


def test_hexapawn_is_won_by_the_second_player(best_value):
    """Gardner, 1962."""
    assert best_value(game_of({"rows": 3, "columns": 3})) == -1


@pytest.mark.parametrize(("columns", "first_wins"), [(3, True), (5, True), (6, True)])
def test_dawsons_chess(best_value, columns, first_wins):
    """With the duty to capture on three rows: the octal game 0.137, whose values are 0, 1, 1, 2,
    0, 3, 1, 1, 0 … (Winning Ways, chapter 4)."""
    game = game_of({"rows": 3, "columns": columns} | DUTY)
    assert best_value(game) == (1 if first_wins else -1)


@pytest.mark.parametrize("case", CASES[:3], ids=str)
def test_values(best_value, case):
    duel = Duel(**case)

    @functools.cache
    def value(own, other):
        end = duel.value(own, other)
        if end is not None:
            return end
        return max(-value(*duel.after(own, other, move)) for move in duel.moves(own, other))

    assert best_value(game_of(case, "squares")) == value(*duel.start)
