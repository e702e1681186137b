"""Fox and hounds against a model on coordinates: the same moves, ends and values."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

CASES = [
    {"rows": 8, "columns": 8},
    {"rows": 4, "columns": 4, "place": 1},
    {"rows": 5, "columns": 4, "place": 2, "lines": 2, "jumps": True},
    {"rows": 4, "columns": 6, "place": 2, "fox_first": False},
    {"rows": 5, "columns": 6, "place": 3, "fox_first": False, "lines": 2},
    {"rows": 6, "columns": 6, "place": 3, "lines": 2, "jumps": True},
]


class Chase:
    """The rules once more, on complex numbers: columns are real parts, rows imaginary parts."""

    def __init__(self, rows, columns, place=3, fox_first=True, lines=1, jumps=False):
        whole = [complex(c, r) for r in range(rows) for c in range(columns)]
        self.dark = {square: None for square in whole if (square.real + square.imag) % 2 == 0}
        self.numbers = {square: number for number, square in enumerate(self.dark, 1)}
        last = [square for square in self.dark if square.imag == rows - 1]
        home = frozenset(square for square in self.dark if square.imag < lines)
        self.jumps = jumps
        self.start = (last[place - 1], home, 0 if fox_first else 1)

    def moves(self, fox, hounds, player):
        if player == 0:
            for way in (1 + 1j, 1 - 1j, -1 + 1j, -1 - 1j):
                one, two = fox + way, fox + 2 * way
                if one in self.dark and one not in hounds:
                    yield f"fox to {self.numbers[one]}", (one, hounds, 1)
                elif self.jumps and one in self.dark and two in self.dark and two not in hounds:
                    yield f"fox to {self.numbers[two]}", (two, hounds, 1)
            return
        for hound in hounds:
            for goal in (hound + 1 + 1j, hound - 1 + 1j):
                if goal in self.dark and goal != fox and goal not in hounds:
                    names = f"hound {self.numbers[hound]} to {self.numbers[goal]}"
                    yield names, (fox, hounds - {hound} | {goal}, 0)

    def fox_wins(self, fox, hounds, player):
        """Return whether the fox has won; None before the end."""
        if fox.imag == 0:
            return True
        return None if any(self.moves(fox, hounds, player)) else player == 1

    def value(self):
        """Return player 0's return under best play."""

        @functools.cache
        def fox_wins(*position):
            end = self.fox_wins(*position)
            if end is None:
                wanted = position[2] == 0
                afters = (fox_wins(*after) for _, after in self.moves(*position))
                end = wanted if any(after == wanted for after in afters) else not wanted
            return end

        return 1 if fox_wins(*self.start) else -1


def game_of(case, style):
    return compile_game(families.make("fox_and_hounds", style=style, theme="fox", **case).source)


@pytest.mark.parametrize("style", ["board", "numbers"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_random_games(case, style):
    game, chase = game_of(case, style), Chase(**case)
    generator = np.random.default_rng(derive_seed(0, f"fox and hounds {case}"))
    winners = set()
    for _ in range(50):
        state, position = game.get_initial_state(), chase.start
        while (fox_wins := chase.fox_wins(*position)) is None:
            moves = dict(chase.moves(*position))
            assert set(game.get_legal_actions(state)) == set(moves)
            assert game.get_current_player(state) == position[2]
            assert game.get_rewards(state) == [0, 0]
            action = sorted(moves)[generator.integers(len(moves))]
            state, position = game.apply_action(state, action), moves[action]
        assert game.get_current_player(state) == TERMINAL_PLAYER
        assert game.get_legal_actions(state) == []
        assert game.get_rewards(state) == ([1, -1] if fox_wins else [-1, 1])
        winners.add(fox_wins)
    assert winners == {False, True} or case["rows"] > 5


@pytest.mark.parametrize("case", CASES[1:4], ids=str)
def test_values(best_value, case):
    assert best_value(game_of(case, "numbers")) == Chase(**case).value()


@pytest.mark.slow
def test_four_hounds_win_on_the_draughtboard():
    """Winning Ways, chapter 20."""
    assert Chase(8, 8).value() == -1
