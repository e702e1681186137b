"""Small reversi against a model that plays OpenSpiel's othello; the published 4 by 4 result."""

from __future__ import annotations

import functools

import numpy as np
import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

CASES = [
    {"rows": 4, "columns": 4},
    {"rows": 4, "columns": 6, "crossed": False, "margin": True},
    {"rows": 6, "columns": 4, "diagonals": False, "most_wins": False},
    {"rows": 6, "columns": 6, "passing": False, "margin": True, "most_wins": False},
    {"rows": 6, "columns": 6, "crossed": False, "diagonals": False},
    {"rows": 4, "columns": 6, "passing": False, "diagonals": False},
]


class Reversi:
    """A position is two sets of bits, the mover's discs and the other's, one bit for each square
    and for each of a border of two columns, so that no line of discs crosses an edge."""

    def __init__(self, rows, columns, crossed=True, diagonals=True, **rest):
        self.rows, self.columns, self.width = rows, columns, columns + 2
        self.bits = [1 << r * self.width + c for r in range(rows) for c in range(columns)]
        self.steps = (1, self.width, self.width + 1, self.width - 1)[: 4 if diagonals else 2]
        self.passing = rest.get("passing", True)
        a, b = self.at(rows // 2 - 1, columns // 2 - 1), self.at(rows // 2 - 1, columns // 2)
        c, d = self.at(rows // 2, columns // 2 - 1), self.at(rows // 2, columns // 2)
        self.start = (b | c, a | d) if crossed else (a | b, c | d)

    def at(self, row, column):
        return self.bits[row * self.columns + column]

    def turned(self, own, other, new):
        result = 0
        for shift in (*self.steps, *(-step for step in self.steps)):
            line, bit = 0, self._moved(new, shift)
            while bit & other:
                line, bit = line | bit, self._moved(bit, shift)
            if bit & own:
                result |= line
        return result

    @staticmethod
    def _moved(bit, shift):
        return bit << shift if shift > 0 else bit >> -shift

    def moves(self, own, other):
        """Return {square: (own, other) for the next player}; the square None is a pass."""
        found = {}
        for square, bit in enumerate(self.bits):
            if not bit & (own | other) and (changed := self.turned(own, other, bit)):
                found[square] = (other & ~changed, own | bit | changed)
        if not found and self.passing and self.can_move(other, own):
            return {None: (other, own)}
        return found

    def can_move(self, own, other):
        free = (bit for bit in self.bits if not bit & (own | other))
        return any(self.turned(own, other, bit) for bit in free)


def play(model, seed):
    """Yield (player, moves, chosen square, lead of player 0) along a random game."""
    generator = np.random.default_rng(derive_seed(seed, "reversi"))
    position, player = model.start, 0
    while True:
        moves = model.moves(*position)
        own, other = (mask.bit_count() for mask in position)
        lead = own - other if player == 0 else other - own
        if not moves:
            yield player, moves, None, lead
            return
        chosen = list(moves)[generator.integers(len(moves))]
        yield player, moves, chosen, lead
        position, player = moves[chosen], 1 - player


def test_the_model_is_othello():
    model, passes = Reversi(8, 8), 0
    for seed in range(40):
        theirs = pyspiel.load_game("othello").new_initial_state()
        for player, moves, chosen, lead in play(model, seed):
            if not moves:
                assert theirs.is_terminal()
                assert theirs.returns() == [np.sign(lead), -np.sign(lead)]
                break
            assert theirs.current_player() == player
            assert theirs.legal_actions() == [64 if s is None else s for s in moves]
            theirs.apply_action(64 if chosen is None else chosen)
            passes += chosen is None
    assert passes > 10


def game_of(case, style):
    return compile_game(families.make("reversi", style=style, theme="discs", **case).source)


@pytest.mark.parametrize("style", ["grid", "rays"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_random_games(case, style):
    game, model = game_of(case, style), Reversi(**case)

    def name(square):
        if square is None:
            return "pass"
        return f"place {'abcdef'[square % model.columns]}{square // model.columns + 1}"

    for seed in range(25):
        state = game.get_initial_state()
        for player, moves, chosen, ahead in play(model, seed):
            lead = ahead
            assert set(game.get_legal_actions(state)) == set(map(name, moves))
            if moves:
                assert (game.get_current_player(state), game.get_rewards(state)) == (player, [0, 0])
                state = game.apply_action(state, name(chosen))
        gain = lead if case.get("most_wins", True) else -lead
        gain = gain if case.get("margin", False) else np.sign(gain)
        assert game.get_current_player(state) == TERMINAL_PLAYER
        assert game.get_rewards(state) == [gain, -gain]


def test_on_four_by_four_the_second_player_wins_by_eight():
    """11 to 3, as Feinstein reports; two squares remain empty."""
    model = Reversi(4, 4)

    @functools.cache
    def value(own, other):
        moves = model.moves(own, other)
        return max(
            (-value(*after) for after in moves.values()),
            default=own.bit_count() - other.bit_count(),
        )

    assert value(*model.start) == -8
