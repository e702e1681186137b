"""Dots and boxes against OpenSpiel's; where turns alternate, against an engine on bit masks."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

STYLES = sorted(families.load("dots").programs)
BOARDS = [
    *((rows, columns, "american") for rows, columns in [(1, 3), (2, 3), (3, 2), (3, 3), (4, 2)]),
    *((rows, columns, "icelandic") for rows, columns in [(1, 5), (2, 2), (4, 3), (3, 4)]),
    *((rows, columns, "swedish") for rows, columns in [(3, 3), (4, 4), (3, 5)]),
]
PAYMENTS = list(itertools.product([True, False], repeat=2))


def game_of(board, style, theme="paper", **rules):
    rows, columns, start = board
    rules |= {"rows": rows, "columns": columns, "start": start}
    return compile_game(families.make("dots", style=style, theme=theme, **rules).source)


def lines_of(rows, columns):
    """Return the ends of all lines as OpenSpiel numbers them: those across, then those down."""
    across = [((r, c), (r, c + 1)) for r in range(rows + 1) for c in range(columns)]
    return across + [((r, c), (r + 1, c)) for r in range(rows) for c in range(columns + 1)]


def names_of(rows, columns, theme="paper"):
    """Return the actions for these lines."""
    lines = lines_of(rows, columns)
    if theme == "pasture":  # counted from the top, and in a row of fields tops before sides
        order = sorted(lines, key=lambda ends: (ends[0][0], ends[1][0], ends[0][1]))
        return [f"build {order.index(line) + 1}" for line in lines]
    return {
        "paper": [f"draw {'abcdef'[c]}{r + 1}-{'abcdef'[d]}{q + 1}" for (r, c), (q, d) in lines],
        "garden": [
            f"plant {r + 1}-{c + 1} {'right' if r == q else 'down'}" for (r, c), (q, _) in lines
        ],
        "lagoon": [f"dig {r},{c} {q},{d}" for (r, c), (q, d) in lines],
    }[theme]


def lines_at_start(rows, columns, start):
    """Return the numbers of the lines that are there before the first turn."""
    sides = {"american": (), "icelandic": ("left", "bottom")}
    sides = sides.get(start, ("left", "bottom", "top", "right"))
    return [
        number
        for number, ((row, column), (next_row, next_column)) in enumerate(lines_of(rows, columns))
        if ("left" in sides and next_column == 0)
        or ("bottom" in sides and row == rows)
        or ("top" in sides and next_row == 0)
        or ("right" in sides and column == columns)
    ]


class Begun:
    """A state of OpenSpiel in which the lines of the start were drawn in turns. After an odd number
    of them its player 1 is to move, who is our player 0."""

    def __init__(self, state, swapped):
        self.state, self.swapped = state, swapped

    def current_player(self):
        player = self.state.current_player()
        return 1 - player if self.swapped and player >= 0 else player

    def returns(self):
        return self.state.returns()[:: -1 if self.swapped else 1]

    def child(self, action):
        return Begun(self.state.child(action), self.swapped)

    def __str__(self):
        return f"{self.state}{self.state.current_player()}"

    def __getattr__(self, name):
        return getattr(self.state, name)


def load_theirs(rows, columns, start, margin=False):
    sizes = f"num_rows={rows},num_cols={columns}"
    state = pyspiel.load_game(
        f"dots_and_boxes({sizes},utility_margin={margin})"
    ).new_initial_state()
    there = lines_at_start(rows, columns, start)
    for line in there:
        state.apply_action(line)
    return Begun(state, len(there) % 2 == 1)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("margin", "most_wins"), PAYMENTS)
@pytest.mark.parametrize("board", BOARDS, ids=str)
def test_openspiel_plays_the_same(
    compare_game, random_choice, misere, board, margin, most_wins, style
):
    game = game_of(board, style, margin=margin, most_wins=most_wins)
    names = names_of(*board[:2])
    for seed in range(5):
        theirs = load_theirs(*board, margin)
        choose = random_choice(seed, "dots and boxes")
        theirs = theirs if most_wins else misere(theirs)
        compare_game(game, theirs, lambda _, action: names[action], choose)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("board", [(1, 2, "american"), (2, 2, "icelandic"), (2, 3, "swedish")])
def test_whole_trees_are_openspiels(compare_tree, board, style):
    names, theirs = names_of(*board[:2]), load_theirs(*board)
    assert compare_tree(game_of(board, style), theirs, lambda _, a: names[a], key=str) > 100


class Masks:
    """Boxes are masks of their lines' numbers, and so is the state: lines that are missing."""

    def __init__(self, rows, columns, start, again=True, most_wins=True):
        numbers = {line: number for number, line in enumerate(lines_of(rows, columns))}
        self.boxes = [
            sum(
                1 << numbers[a, b]
                for a, b in itertools.combinations(corners, 2)
                if (a, b) in numbers
            )
            for row, column in itertools.product(range(rows), range(columns))
            for corners in [[(row + r, column + c) for r in (0, 1) for c in (0, 1)]]
        ]
        there = lines_at_start(rows, columns, start)
        self.missing = sum(1 << n for n in numbers.values() if n not in there)
        self.again, self.worth = again, 1 if most_wins else -1

    def put(self, missing, line):
        """Return what is missing then, how many boxes were enclosed, and whether turns change."""
        after = missing & ~(1 << line)
        gain = sum(bool(box & missing) and not box & after for box in self.boxes)
        return after, gain, not (gain and self.again)

    def value(self):
        """Return what player 0 is paid by margin under best play."""

        @functools.cache
        def value(missing):
            values = []
            for line in range(missing.bit_length()):
                if missing >> line & 1:
                    after, gain, changes = self.put(missing, line)
                    rest = value(after)
                    values.append(self.worth * gain + (-rest if changes else rest))
            return max(values, default=0)

        return value(self.missing)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("theme", "margin", "most_wins"),
    [
        ("paper", False, True),
        ("pasture", True, True),
        ("garden", True, False),
        ("lagoon", False, False),
    ],
)
@pytest.mark.parametrize("board", BOARDS, ids=str)
@pytest.mark.parametrize("again", [True, False])
def test_random_games_on_masks(again, board, theme, margin, most_wins, style):
    rules = {"again": again, "most_wins": most_wins}
    game = game_of(board, style, theme, margin=margin, **rules)
    masks, names = Masks(*board, **rules), names_of(*board[:2], theme)
    for seed in range(3):
        generator = np.random.default_rng(derive_seed(seed, "dots with masks"))
        state, missing, player, owned = game.get_initial_state(), masks.missing, 0, [0, 0]
        while missing:
            legal = [line for line in range(missing.bit_length()) if missing >> line & 1]
            assert set(game.get_legal_actions(state)) == {names[line] for line in legal}
            assert (game.get_current_player(state), game.get_rewards(state)) == (player, [0, 0])
            line = legal[generator.integers(len(legal))]
            missing, gain, changes = masks.put(missing, line)
            owned[player] += gain
            state, player = game.apply_action(state, names[line]), player ^ changes
        assert sum(owned) == len(masks.boxes)
        paid = (owned[0] - owned[1]) * masks.worth
        paid = paid if margin else np.sign(paid)
        assert game.get_current_player(state) == TERMINAL_PLAYER
        assert game.get_legal_actions(state) == []
        assert game.get_rewards(state) == [paid, -paid]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize(("margin", "most_wins"), PAYMENTS)
@pytest.mark.parametrize(
    "board", [(1, 3, "american"), (2, 2, "icelandic"), (1, 4, "icelandic")], ids=str
)
def test_best_play(best_value, board, margin, most_wins, again, style):
    """Who can be ahead can win: the value of winning is the sign of that of the margin."""
    rules = {"again": again, "most_wins": most_wins}
    value = Masks(*board, **rules).value()
    found = best_value(game_of(board, style, margin=margin, **rules))
    assert found == (value if margin else np.sign(value))


@pytest.mark.slow
@pytest.mark.parametrize("most_wins", [True, False])
@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize("board", [(2, 2, "american"), (2, 3, "icelandic"), (3, 3, "swedish")])
def test_best_play_on_larger_boards(best_value, board, again, most_wins):
    rules = {"again": again, "most_wins": most_wins}
    value = Masks(*board, **rules).value()
    for style in STYLES:
        assert best_value(game_of(board, style, margin=True, **rules)) == value
