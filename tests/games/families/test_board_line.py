"""Lines on a small board against OpenSpiel's mnk, and against a referee of its own."""

from __future__ import annotations

import itertools
import json

import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("board_line").programs)


def in_style(style, **parameters):
    return compile_game(families.make("board_line", style=style, **parameters).source)


def to_ours(columns):
    return lambda theirs, action: f"mark {'abcde'[action % columns]}{action // columns + 1}"


@pytest.mark.parametrize("style", STYLES)
def test_three_by_three_is_tic_tac_toe(compare_tree, style):
    theirs = pyspiel.load_game("tic_tac_toe").new_initial_state()
    assert compare_tree(in_style(style), theirs, to_ours(3), key=str) == 5478  # published


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("rows", "columns", "length"),
    [(3, 4, 3), (4, 3, 4), (4, 4, 3), (5, 4, 5), (5, 5, 4), (3, 5, 4)],
)
def test_lines_of_all_directions_that_win_are_open_spiels_game(
    compare_game, random_choice, rows, columns, length, style
):
    game = in_style(style, rows=rows, columns=columns, length=length)
    theirs = pyspiel.load_game(f"mnk(m={columns},n={rows},k={length})")
    for seed in range(100):
        choose = random_choice(seed, "lines on a small board")
        compare_game(game, theirs.new_initial_state(), to_ours(columns), choose)


def has_line(marks, length, diagonals):
    """Return whether (row, column) pairs have a line, found by walking from every one of them."""
    directions = [(0, 1), (1, 0)] + [(1, 1), (1, -1)] * diagonals
    return any(
        all((row + down * n, column + right * n) in marks for n in range(length))
        for row, column in marks
        for down, right in directions
    )


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("diagonals", "line_wins"), [(True, False), (False, True), (False, False)])
@pytest.mark.parametrize(
    ("rows", "columns", "length"), [(3, 3, 3), (4, 5, 3), (5, 4, 4), (5, 5, 3)]
)
def test_other_lines_and_misere_play(
    random_game, rows, columns, length, diagonals, line_wins, style
):
    game = in_style(
        style,
        rows=rows,
        columns=columns,
        length=length,
        diagonals=diagonals,
        line_wins=line_wins,
    )
    cells = {
        f"mark {'abcde'[column]}{row + 1}": (row, column)
        for row, column in itertools.product(range(rows), range(columns))
    }
    for seed in range(60):
        marks, free = [set(), set()], set(cells)
        for turn, (state, action) in enumerate(random_game(game, seed)):
            lines = [has_line(one, length, diagonals) for one in marks]
            over = any(lines) or not free
            assert (game.get_current_player(state) == -4) == over
            sign = 1 if line_wins else -1
            value = sign * (lines[0] - lines[1])
            assert game.get_rewards(state) == [value, -value]
            assert set(game.get_legal_actions(state)) == (set() if over else free)
            if action is not None:
                assert game.get_current_player(state) == turn % 2
                marks[turn % 2].add(cells[action])
                free.remove(action)


def value_of(game):
    """Return what player 0 gets from best play, found by trying everything."""
    known = {}

    def best(state):
        key = json.dumps(state)
        if key not in known:
            player = game.get_current_player(state)
            values = [best(game.apply_action(state, one)) for one in game.get_legal_actions(state)]
            known[key] = (max, min)[player](values) if values else game.get_rewards(state)[0]
        return known[key]

    return best(game.get_initial_state())


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("line_wins", [True, False])
def test_tic_tac_toe_is_a_draw_even_if_lines_lose(line_wins, style):
    assert value_of(in_style(style, line_wins=line_wins)) == 0
