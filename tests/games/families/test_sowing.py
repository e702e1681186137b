"""Sowing games against OpenSpiel's mancala, an engine that moves every seed, and solved boards."""

from __future__ import annotations

import itertools

import numpy as np
import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

SOLVED = {(2, 2): -1, (2, 3): -1, (2, 4): -1, (3, 1): 0, (3, 2): 1, (4, 1): 1}
"""The value for the first player by pits and seeds, as Irving, Donkers and Uiterwijk report it."""

CAPTURES = ("facing", "always", "never")
RESTS = ("row", "emptier", "nobody")
SMALL = [
    {"pits": 2, "seeds": 3, "capture": capture, "extra_turn": extra, "rest": rest}
    for capture, extra, rest in itertools.product(CAPTURES, (False, True), RESTS)
]
LARGER = [
    {"pits": 2, "seeds": 4, "capture": "always", "rest": "emptier"},
    {"pits": 3, "seeds": 4, "capture": "never", "rest": "nobody", "margin": True},
    {"pits": 4, "seeds": 4, "extra_turn": False, "rest": "emptier", "margin": True},
    {"pits": 5, "seeds": 3, "capture": "always", "extra_turn": False},
    {"pits": 6, "seeds": 2, "capture": "never", "extra_turn": False, "rest": "nobody"},
    {"pits": 6, "seeds": 4, "capture": "always", "rest": "nobody", "margin": True},
]


class Seeds:
    """A position is where each seed is, and who moves. A place is (player, steps from its store),
    so that places with the steps a and pits + 1 - a are opposite."""

    def __init__(self, case):
        values = families.make("sowing", **case).parameters
        self.pits, self.capture, self.extra, self.rest, self.margin = (
            values[key] for key in ("pits", "capture", "extra_turn", "rest", "margin")
        )
        pits = itertools.product((0, 1), range(1, self.pits + 1))
        self.start = (tuple(sorted(list(pits) * values["seeds"])), 0)

    def walk(self, place, mover):
        """Yield the places after this one that are not the opponent's store, without end."""
        while True:
            side, steps = place
            place = (side, steps - 1) if steps else (1 - side, self.pits)
            if place != (1 - mover, 0):
                yield place

    def moves(self, position):
        """Return {action: position after it}."""
        seeds, mover = position
        if any(not self.count(seeds, side, in_pits=True) for side in (0, 1)):
            return {}
        return {
            f"sow {self.pits + 1 - place[1]}": self.after(seeds, mover, place)
            for place in set(seeds)
            if place[0] == mover and place[1] > 0
        }

    def after(self, seeds, mover, start):
        still = [place for place in seeds if place != start]
        moved = list(itertools.islice(self.walk(start, mover), len(seeds) - len(still)))
        seeds, last = still + moved, moved[-1]
        opposite = (1 - mover, self.pits + 1 - last[1])
        alone = last[0] == mover and last[1] > 0 and seeds.count(last) == 1
        if alone and (self.capture == "always" or (self.capture == "facing" and opposite in seeds)):
            seeds = [(mover, 0) if place in (last, opposite) else place for place in seeds]
        again = self.extra and last == (mover, 0)
        return tuple(sorted(seeds)), mover if again else 1 - mover

    @staticmethod
    def count(seeds, side, in_pits):
        return sum(place[0] == side and (place[1] > 0) == in_pits for place in seeds)

    def returns(self, position):
        seeds, _ = position
        lead = self.count(seeds, 0, in_pits=False) - self.count(seeds, 1, in_pits=False)
        left = self.count(seeds, 0, in_pits=True) - self.count(seeds, 1, in_pits=True)
        lead += {"row": left, "emptier": -left, "nobody": 0}[self.rest]
        lead = lead if self.margin else np.sign(lead)
        return [lead, -lead]


def game_of(style, case):
    return compile_game(families.make("sowing", style=style, theme="seeds", **case).source)


def seeds_in(state):
    """Return how many seeds a state holds, in either style."""
    if "board" in state:
        return sum(state["board"])
    return sum(map(sum, state["rows"])) + sum(state["stores"])


def compare(game, state, model, position):
    moves = model.moves(position)
    assert seeds_in(state) == len(position[0])
    assert set(game.get_legal_actions(state)) == set(moves)
    assert game.get_current_player(state) == (position[1] if moves else TERMINAL_PLAYER)
    assert game.get_rewards(state) == ([0, 0] if moves else model.returns(position))
    return moves


def compare_all(style, case):
    """Compare every position that can be reached; return how many there are."""
    game, model = game_of(style, case), Seeds(case)
    seen = {model.start}
    stack = [(game.get_initial_state(), model.start)]
    while stack:
        state, position = stack.pop()
        for action, after in compare(game, state, model, position).items():
            if after not in seen:
                seen.add(after)
                stack.append((game.apply_action(state, action), after))
    return len(seen)


@pytest.mark.parametrize("margin", [False, True])
@pytest.mark.parametrize("style", ["rows", "ring"])
def test_whole_small_boards(style, margin):
    sizes = [compare_all(style, {**case, "margin": margin}) for case in SMALL]
    assert min(sizes) > 20


@pytest.mark.parametrize("style", ["rows", "ring"])
@pytest.mark.parametrize("case", LARGER, ids=str)
def test_random_games(case, style, random_choice):
    game, model = game_of(style, case), Seeds(case)
    for seed in range(20):
        choose = random_choice(seed, "sowing")
        state, position = game.get_initial_state(), model.start
        while moves := compare(game, state, model, position):
            action = choose(state, sorted(moves))
            state, position = game.apply_action(state, action), moves[action]


def to_ours(theirs, action):
    """OpenSpiel counts through the ring of 14 places, of which 0 and 7 are the stores."""
    return f"sow {action % 7}"


@pytest.mark.parametrize("style", ["rows", "ring"])
def test_six_pits_with_four_seeds_are_mancala(style, compare_game, random_choice):
    game = game_of(style, {"pits": 6, "seeds": 4})
    for seed in range(60):
        theirs = pyspiel.load_game("mancala").new_initial_state()
        compare_game(game, theirs, to_ours, random_choice(seed, "mancala"))


@pytest.mark.parametrize(("board", "value"), SOLVED.items(), ids=str)
def test_solved_boards(board, value):
    game = game_of("rows", {"pits": board[0], "seeds": board[1]})
    values = {}

    def solve(state):
        if (key := game.encode_state(state)) not in values:
            legal = game.get_legal_actions(state)
            player = game.get_current_player(state)
            after = [solve(game.apply_action(state, action)) for action in legal]
            best = max(after, key=lambda returns: returns[player], default=None)
            values[key] = best or game.get_rewards(state)
        return values[key]

    assert solve(game.get_initial_state()) == [value, -value]
