"""Lines around the edges against a referee that lays copies of the board side by side."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("torus_line").programs)


def in_style(style, **parameters):
    return compile_game(families.make("torus_line", style=style, **parameters).source)


def has_line(board, mark, length, joins, diagonals):
    """Return whether a line is in the picture of copies of the board, read as texts."""
    copies = (1 if joins == "left and right" else 3, 1 if joins == "top and bottom" else 3)
    picture = np.tile(board, copies)
    texts = [*map("".join, picture), *map("".join, picture.T)]
    if diagonals:
        for image in (picture, np.fliplr(picture)):
            offsets = range(-image.shape[0], image.shape[1])
            texts += ["".join(image.diagonal(offset)) for offset in offsets]
    return any(mark * length in text for text in texts)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("diagonals", [True, False])
@pytest.mark.parametrize("line_wins", [True, False])
@pytest.mark.parametrize("joins", ["all", "left and right", "top and bottom"])
@pytest.mark.parametrize(
    ("rows", "columns", "length"), [(3, 4, 3), (4, 4, 4), (5, 4, 3), (5, 5, 4)]
)
def test_the_referee_agrees(random_game, rows, columns, length, joins, line_wins, diagonals, style):
    rules = {"rows": rows, "columns": columns, "length": length, "joins": joins}
    game = in_style(style, **rules, line_wins=line_wins, diagonals=diagonals)
    cells = list(itertools.product(range(rows), range(columns)))
    for seed in range(10):
        board = np.full((rows, columns), ".")
        for turn, (state, action) in enumerate(random_game(game, seed)):
            lines = [has_line(board, mark, length, joins, diagonals) for mark in "xo"]
            free = {f"settle {row} {column}" for row, column in cells if board[row, column] == "."}
            over = any(lines) or not free
            assert (game.get_current_player(state) == TERMINAL_PLAYER) == over
            assert set(game.get_legal_actions(state)) == (set() if over else free)
            value = (lines[0] - lines[1]) * (1 if line_wins else -1)
            assert game.get_rewards(state) == [value, -value]
            if action is not None:
                assert game.get_current_player(state) == turn % 2
                row, column = map(int, action.split()[1:])
                board[row, column] = "xo"[turn % 2]


@pytest.mark.parametrize("style", STYLES)
def test_the_affine_plane_of_order_three(style):
    """Nine points with twelve lines: no game is drawn, and the first player wins."""
    game = in_style(style, rows=3, columns=3, length=3)
    known, drawn = {}, []

    def best(state):
        seen = game.get_observations(state)[0]
        key = json.dumps(seen, sort_keys=True)
        if key not in known:
            player = game.get_current_player(state)
            values = [best(game.apply_action(state, one)) for one in game.get_legal_actions(state)]
            known[key] = (max, min)[player](values) if values else game.get_rewards(state)[0]
            drawn.append(not values and known[key] == 0)
        return known[key]

    assert best(game.get_initial_state()) == 1
    assert not any(drawn)
