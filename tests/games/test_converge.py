"""Converge against a second program for the same rules, and what holds in each of its states.

The second program shares nothing with the first: cells are complex numbers, a side is a set of
them, and a stun is remembered as the moment at which it was given.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from codeworld.contract import TERMINAL_PLAYER

CENTRE = 2 + 2j
BOARD = [complex(row, column) for row in range(5) for column in range(5)]
AROUND = [complex(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if down or right]


@dataclass(frozen=True)
class Second:
    """A position: who stands where, and when each unit was stunned last, by its cell."""

    sides: tuple[frozenset[complex], frozenset[complex]] = (
        frozenset({0j, 4j}),
        frozenset({4 + 0j, 4 + 4j}),
    )
    stuns: tuple[tuple[complex, int], ...] = ()
    turn: int = 0

    @property
    def over(self):
        return CENTRE in self.sides[0] | self.sides[1] or self.turn == 50

    def stunned(self):
        """A stun given in the turn before this one holds now, an older one does not."""
        return {cell for cell, turn in self.stuns if turn == self.turn - 1}

    def moves(self):
        taken = self.sides[0] | self.sides[1]
        free = self.sides[self.turn % 2] - self.stunned()
        return [
            (unit, unit + step)
            for unit in free
            for step in AROUND
            if unit + step in BOARD and unit + step not in taken
        ]

    def legal(self):
        if self.over:
            return {}
        return {spell(*move): move for move in self.moves()} or {"pass": None}

    def play(self, move):
        if move is None:
            return Second(self.sides, (), self.turn + 1)
        mine, others = self.sides[self.turn % 2], self.sides[1 - self.turn % 2]
        mine = mine - {move[0]} | {move[1]}
        stuns = tuple((cell, self.turn) for cell in others if abs(cell - move[1]) < 2)
        sides = (others, mine) if self.turn % 2 else (mine, others)
        return Second(sides, stuns, self.turn + 1)

    def returns(self):
        gains = [float(CENTRE in side) for side in self.sides]
        return [gains[0] - gains[1], gains[1] - gains[0]]

    def board(self):
        return [
            next(
                (
                    mark.upper() if cell in self.stunned() else mark
                    for mark, side in zip("xo", self.sides, strict=True)
                    if cell in side
                ),
                ".",
            )
            for cell in BOARD
        ]


def spell(start, end):
    return f"move {start.real:.0f} {start.imag:.0f} {end.real:.0f} {end.imag:.0f}"


def compare(game, state, second):
    """Assert that both programs say the same, and that the state is one that the rules allow."""
    player, legal = game.get_current_player(state), game.get_legal_actions(state)
    observation = game.get_observations(state)[0]
    board = observation["board"]
    assert player == (TERMINAL_PLAYER if second.over else second.turn % 2)
    assert sorted(legal) == sorted(second.legal())
    assert game.get_rewards(state) == second.returns()
    assert board == second.board()
    assert observation["turn"] == second.turn <= 50

    text = "".join(board)
    assert text.lower().count("x") == text.lower().count("o") == 2
    assert (board[12] != ".") == any(game.get_rewards(state))
    assert ("pass" in legal) == (legal == ["pass"])
    mine = "xo"[second.turn % 2]
    for cell, unit in enumerate(board):
        if unit.isupper():  # stunned: of the side whose turn is next, with an enemy beside it
            assert unit == mine.upper()
            near = [board[other] for other in range(25) if 0 < distance(cell, other) < 2]
            assert "xo"[1 - second.turn % 2] in near


def distance(cell, other):
    return abs(BOARD[cell] - BOARD[other])


def walk(game, limit):
    """Compare every position that differs in board or player, the nearest first; return counts."""
    state, second = game.get_initial_state(), Second()
    queue, seen, counts = [(state, second)], set(), Counter()
    for state, second in queue:  # grows while it is read
        compare(game, state, second)
        legal = second.legal()
        counts["pass"] += "pass" in legal
        counts["two stunned"] += len(second.stunned()) == 2
        counts["over"] += second.over
        counts["positions"] += 1
        for action, move in legal.items():
            after = second.play(move)
            key = ("".join(after.board()), after.turn % 2)
            if key not in seen and len(seen) < limit:
                seen.add(key)
                queue.append((game.apply_action(state, action), after))
    return counts


def test_the_nearest_positions(compiled):
    counts = walk(compiled("converge"), limit=5_000)
    assert counts["over"] >= 100
    assert counts["two stunned"] >= 20


@pytest.mark.slow
def test_all_positions(compiled):
    """Every board with every player to move that can be reached; the limit cuts nothing off."""
    counts = walk(compiled("converge"), limit=1_000_000)
    assert counts["positions"] < 1_000_000
    assert counts["pass"] >= 10_000


@pytest.mark.parametrize(
    ("seeds", "avoid"),
    [
        (range(100), False),
        (range(100), True),
        pytest.param(range(100, 1000), False, marks=pytest.mark.slow),
        pytest.param(range(100, 200), True, marks=pytest.mark.slow),
    ],
)
def test_games(compiled, random_choice, seeds, avoid):
    """Random games; steered ones keep off the centre and seek stuns, and last to the limit."""
    game, seen = compiled("converge"), Counter()
    for seed in seeds:
        choose = random_choice(seed, "converge")
        state, second = game.get_initial_state(), Second()
        while not second.over:
            compare(game, state, second)
            legal = second.legal()
            wanted = sorted(legal)
            if avoid:
                quiet = [action for action in wanted if not second.play(legal[action]).over]
                stuns = [a for a in quiet if len(second.play(legal[a]).stunned()) == 2]
                wanted = stuns or quiet or wanted
            action = choose(state, wanted)
            state, second = game.apply_action(state, action), second.play(legal[action])
            seen["pass"] += action == "pass"
        compare(game, state, second)
        seen["draw"] += game.get_rewards(state) == [0.0, 0.0]
        seen["win in the last turn"] += second.turn == 50 and any(game.get_rewards(state))
    if avoid:
        assert seen["draw"] >= len(seeds) // 4
        assert seen["pass"] >= len(seeds)


def test_the_second_program_is_not_the_first(compiled):
    """A fault in either shows: here the stun is left out of the first one."""
    faulty = compiled("converge", (('STUNNED = ("X", "O")', 'STUNNED = ("x", "o")'),))
    with pytest.raises(AssertionError):
        walk(faulty, limit=5_000)
