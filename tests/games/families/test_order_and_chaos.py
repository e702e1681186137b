"""Order and Chaos against a referee that reads texts, and another search of a small board."""

from __future__ import annotations

import functools
import itertools
import json

import numpy as np
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("order_and_chaos").programs)


def in_style(style, **parameters):
    return compile_game(families.make("order_and_chaos", style=style, **parameters).source)


def texts_of(board, diagonals):
    yield from map("".join, board)
    yield from map("".join, board.T)
    for image in (board, np.fliplr(board)) if diagonals else ():
        yield from ("".join(image.diagonal(n)) for n in range(-board.shape[0], board.shape[1]))


def has_line(board, marks, length, diagonals):
    return any(mark * length in text for text in texts_of(board, diagonals) for mark in marks)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("order_first", [True, False])
@pytest.mark.parametrize("diagonals", [True, False])
@pytest.mark.parametrize(
    ("rows", "columns", "length", "kinds"),
    [(3, 3, 3, 2), (4, 3, 3, 3), (4, 4, 4, 2), (3, 5, 4, 3), (5, 5, 4, 3), (5, 4, 5, 2)],
)
def test_the_referee_agrees(
    random_game, rows, columns, length, kinds, diagonals, order_first, style
):
    rules = {"rows": rows, "columns": columns, "length": length, "kinds": kinds}
    game = in_style(style, **rules, diagonals=diagonals, order_first=order_first)
    marks, winners = "xoz"[:kinds], set()
    for seed in range(25):
        board = np.full((rows, columns), ".")
        for turn, (state, action) in enumerate(random_game(game, seed)):
            free = [f"{'abcde'[c]}{r + 1}" for r, c in np.argwhere(board == ".")]
            line = has_line(board, marks, length, diagonals)
            over = line or not free
            assert (game.get_current_player(state) == TERMINAL_PLAYER) == over
            if over:
                assert game.get_legal_actions(state) == []
                value = 1 if line == order_first else -1
                assert game.get_rewards(state) == [value, -value]
                winners.add(value)
                continue
            assert game.get_current_player(state) == turn % 2
            assert game.get_rewards(state) == [0, 0]
            expected = {f"write {mark} {cell}" for mark in marks for cell in free}
            assert set(game.get_legal_actions(state)) == expected
            _, mark, (letter, digit) = action.split()
            board[int(digit) - 1, "abcde".index(letter)] = mark
    assert len(winners) == 2


@functools.cache
def order_wins_three_by_three(order_first, diagonals):
    """Search boards as numbers in base 3, with a table of the lines written down."""
    lines = ["012", "345", "678", "036", "147", "258", *["048", "246"] * diagonals]

    @functools.cache
    def order_wins(board):
        if any(
            board[int(line[0])] != "." and len({board[int(n)] for n in line}) == 1 for line in lines
        ):
            return True
        if "." not in board:
            return False
        turn = 9 - board.count(".")
        after = (
            order_wins(board[:n] + mark + board[n + 1 :])
            for n, mark in itertools.product(range(9), "xo")
            if board[n] == "."
        )
        return any(after) if (turn % 2 == 0) == order_first else all(after)

    return order_wins("." * 9)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("order_first", [True, False])
@pytest.mark.parametrize("diagonals", [True, False])
def test_who_wins_three_by_three(diagonals, order_first, style):
    game = in_style(
        style, rows=3, columns=3, length=3, diagonals=diagonals, order_first=order_first
    )
    known = {}

    def best(state):
        key = json.dumps(state)
        if key not in known:
            player = game.get_current_player(state)
            if player == TERMINAL_PLAYER:
                known[key] = game.get_rewards(state)[0]
            else:
                wish = (1, -1)[player]
                legal = game.get_legal_actions(state)
                won = any(best(game.apply_action(state, one)) == wish for one in legal)
                known[key] = wish if won else -wish
        return known[key]

    order_wins = order_wins_three_by_three(order_first, diagonals)
    assert best(game.get_initial_state()) == (1 if order_wins == order_first else -1)
