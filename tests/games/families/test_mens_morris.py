"""Men's morris against OpenSpiel's nine men's morris, and against a model on complex numbers."""

from __future__ import annotations

import functools
import re
from collections import Counter

import numpy as np
import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

STYLES = sorted(families.load("mens_morris").programs)
THREE = {"squares": 1, "men": 3, "captures": False, "limit": 20}
NINE = {"squares": 3, "men": 9, "limit": 200}
CASES = [
    NINE,
    {"squares": 3, "men": 6, "diagonals": True, "shelter": False},
    {"squares": 3, "men": 7, "flying": False, "blocked_loses": False, "limit": 100},
    {"squares": 2, "men": 6, "flying": False},
    {"squares": 2, "men": 7, "diagonals": True, "blocked_loses": False, "limit": 100},
    {"squares": 2, "men": 4, "shelter": False},
    {"squares": 2, "men": 5, "captures": False, "flying": False, "limit": 40},
    {"squares": 2, "men": 7, "captures": False, "flying": False, "diagonals": True, "limit": 60},
    {**THREE, "flying": False},
    {**THREE, "flying": False, "diagonals": True},
    {**THREE, "diagonals": True},
    {**THREE, "men": 4, "flying": False, "blocked_loses": False, "limit": 40},
    {**THREE, "men": 4, "flying": False, "diagonals": True},
]
WORDS = {
    "mill": ("place", "move", " ", "remove"),
    "harbour": ("anchor", "sail", " to ", "sink"),
    "lantern": ("hang", "shift", " ", "douse"),
    "sheep": ("set", "lead", "-", "steal"),
}
STRAIGHT, SLANTED = (1, 1j, -1, -1j), (1 + 1j, 1 - 1j, -1 + 1j, -1 - 1j)


class Morris:
    """The rules once more. Points are complex numbers around 0, the middle; lines are walked.

    A state is (men of both sides, men in hand of both, player, whether a man is to be taken); a
    move is (point that becomes empty, point that is entered).
    """

    def __init__(self, squares, men, diagonals=False, **rest):
        self.points = {n * way for n in range(1, squares + 1) for way in (*STRAIGHT, *SLANTED)}
        self.points |= {0} if squares == 1 else set()
        self.squares, self.diagonals = squares, diagonals
        self.rules = {"captures": True, "flying": True, "shelter": True, "blocked_loses": True}
        self.rules |= {"limit": 200, **rest}
        self.start = ((frozenset(), frozenset()), (men, men), 0, False)
        ways = (*STRAIGHT, *SLANTED)
        self.steps = {a: {self.walk(a, way) for way in ways} - {None} for a in self.points}
        pairs = [(a, self.walk(a, way), way) for a in self.points for way in ways]
        lines = [(a, b, self.walk(b, way)) for a, b, way in pairs if b is not None]
        self.mills = {frozenset(line) for line in lines if None not in line}

    def walk(self, point, way):
        """Return the next point that way, None if no line leads there."""
        if way in SLANTED and (not self.diagonals or (point / way).imag):
            return None
        for _ in range(self.squares):
            point += way
            if point in self.points or point == 0:
                return point if point in self.points else None
        return None

    def in_mill(self, men, point):
        return any(point in line and line <= men for line in self.mills)

    def moves(self, state):
        """Return {move: state after it}."""
        men, hand, player, taking = state
        mine, theirs = men[player], men[1 - player]
        found = {}
        if taking:
            safe = {point for point in theirs if self.in_mill(theirs, point)}
            may_go = theirs - safe or theirs if self.rules["shelter"] else theirs
            for point in may_go:
                rest = (mine, theirs - {point})
                found[point, None] = (rest[:: 1 - 2 * player], hand, 1 - player, False)
            return found
        free = self.points - mine - theirs
        if hand[player]:
            pairs = [(None, point) for point in free]
            hand = tuple(count - (side == player) for side, count in enumerate(hand))
        elif self.rules["flying"] and len(mine) == 3:
            pairs = [(man, point) for man in mine for point in free]
        else:
            pairs = [(man, point) for man in mine for point in free & self.steps[man]]
        for left, entered in pairs:
            own = mine - {left} | {entered}
            takes = self.rules["captures"] and self.in_mill(own, entered)
            both = (own, theirs)[:: 1 - 2 * player]
            found[left, entered] = (both, hand, player if takes else 1 - player, takes)
        return found

    def end(self, state, turns):
        """Return what player 0 gets, None before the end."""
        men, hand, player, taking = state
        lost = 2 * player - 1
        if taking:
            return None
        if self.rules["captures"]:
            if len(men[player]) + hand[player] < 3:
                return lost
        elif any(self.in_mill(men[1 - player], point) for point in men[1 - player]):
            return lost
        if not self.moves(state):
            return lost if self.rules["blocked_loses"] else 0
        return 0 if turns == self.rules["limit"] else None

    def spell(self, move, theme="mill"):
        put, go, to, take = WORDS[theme]
        left, entered = (None if point is None else self.name(point, theme) for point in move)
        if left is None:
            return f"{put} {entered}"
        return f"{take} {left}" if entered is None else f"{go} {left}{to}{entered}"

    def name(self, point, theme):
        x, y = int(point.real), int(point.imag)
        if theme == "harbour":
            order = sorted(self.points, key=lambda other: (-other.imag, other.real))
            return str(order.index(point) + 1)
        if theme == "lantern":
            wind = ("s", "", "n")[(y > 0) - (y < 0) + 1] + ("w", "", "e")[(x > 0) - (x < 0) + 1]
            return f"{wind}{self.squares + 1 - max(abs(x), abs(y))}" if wind else "centre"
        return f"{'abcdefg'[x + self.squares]}{y + self.squares + 1}"

    def value(self):
        """Return what player 0 gets under best play, and under best play after each first move."""

        @functools.cache
        def value(state, turns):
            end = self.end(state, turns)
            if end is None:
                player, best = state[2], None
                for after in self.moves(state).values():
                    found = value(after, turns + (not after[3]))
                    best = found if best is None else (max, min)[player](best, found)
                    if best == 1 - 2 * player:
                        break
                end = best
            return end

        firsts = {move: value(after, 1) for move, after in self.moves(self.start).items()}
        return max(firsts.values()), {self.spell(move): one for move, one in firsts.items()}


def game_of(case, style, theme="mill"):
    return compile_game(families.make("mens_morris", style=style, theme=theme, **case).source)


def by_number(theirs, action):
    """OpenSpiel numbers points as one reads, from 0; a point alone is put on, or taken from."""
    if action < 24:
        taking = "Capture time" in str(theirs)
        return f"{'sink' if taking else 'anchor'} {action + 1}"
    return f"sail {action // 24} to {action % 24 + 1}"


def choose_eagerly(game, seed):
    """Return a player who prefers one of three things, and else chooses at random: nothing, to
    make mills, or to leave the opponent few moves."""
    generator = np.random.default_rng(derive_seed(seed, "men's morris"))

    def choose(state, legal):
        if seed % 3 == 0 or generator.random() < 0.3:
            return legal[generator.integers(len(legal))]
        player, ranks = game.get_current_player(state), []
        for action in legal:
            after = game.apply_action(state, action)
            again = game.get_current_player(after) == player
            few = len(game.get_legal_actions(after))
            ranks.append(-again if seed % 3 == 1 else few if not again else 100)
        return generator.choice(
            [action for action, rank in zip(legal, ranks, strict=True) if rank == min(ranks)]
        )

    return choose


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "seeds", [range(24), pytest.param(range(24, 150), marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_nine_mens_morris_is_openspiels(compare_game, seeds, style):
    game, ends = game_of(NINE, style, "harbour"), Counter()
    for seed in seeds:
        theirs = pyspiel.load_game("nine_mens_morris").new_initial_state()
        state, _ = compare_game(game, theirs, by_number, choose_eagerly(game, seed))
        men = re.search(r"Num men: (\d) (\d)", str(theirs)).groups()
        drawn = game.get_rewards(state) == [0, 0]
        ends["drawn" if drawn else "taken" if "2" in men else "blocked"] += 1
    assert min(ends[end] for end in ("drawn", "taken", "blocked")) >= 2


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("theme", sorted(WORDS))
@pytest.mark.parametrize("case", CASES, ids=str)
def test_games_are_the_models(case, theme, style):
    game, model = game_of(case, style, theme), Morris(**case)
    for seed in range({1: 24, 2: 9, 3: 3}[case["squares"]]):
        choose = choose_eagerly(game, seed)
        state, position, turns = game.get_initial_state(), model.start, 0
        while (end := model.end(position, turns)) is None:
            after = {model.spell(move, theme): one for move, one in model.moves(position).items()}
            legal = game.get_legal_actions(state)
            assert set(legal) == set(after)
            assert (game.get_current_player(state), game.get_rewards(state)) == (
                position[2],
                [0, 0],
            )
            action = choose(state, sorted(legal))
            state, position = game.apply_action(state, action), after[action]
            turns += not position[3]
        assert game.get_current_player(state) == TERMINAL_PLAYER
        assert game.get_legal_actions(state) == []
        assert game.get_rewards(state) == [end, -end]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=[pytest.mark.slow] if case["men"] == 3 else [], id=str(case))
        for case in CASES
        if case["squares"] == 1
    ],
)
def test_best_play(best_value, case, style):
    value, _ = Morris(**case).value()
    assert best_value(game_of(case, style)) == value


@pytest.mark.parametrize("limit", [20, 60])
def test_only_the_middle_wins_with_diagonals(limit):
    """Which is why players often forbid to begin there."""
    value, openings = Morris(
        **{**THREE, "flying": False, "diagonals": True, "limit": limit}
    ).value()
    assert value == 1
    assert [action for action, found in openings.items() if found == 1] == ["place b2"]
