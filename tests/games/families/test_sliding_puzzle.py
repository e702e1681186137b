"""Sliding puzzles: published numbers, and distances as the value of best play."""

from __future__ import annotations

from fractions import Fraction

import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = families.load("sliding_puzzle").programs


def slides(position, columns):
    """Yield (tile that moves, position after it) pairs; 0 is the gap."""
    gap = position.index(0)
    for cell, tile in enumerate(position):
        rows_apart = abs(cell // columns - gap // columns)
        columns_apart = abs(cell % columns - gap % columns)
        if rows_apart + columns_apart == 1:
            after = list(position)
            after[gap], after[cell] = tile, 0
            yield tile, tuple(after)


def distances(goal, columns):
    """Return how many slides every position that can be reached is from the goal."""
    found, frontier = {goal: 0}, [goal]
    for position in frontier:
        for _, after in slides(position, columns):
            if after not in found:
                found[after] = found[position] + 1
                frontier.append(after)
    return found


def goal_of(rows, columns, gap_first):
    numbers = range(1, rows * columns)
    return (0, *numbers) if gap_first else (*numbers, 0)


@pytest.mark.parametrize(
    ("rows", "columns", "count", "longest"),
    [
        (2, 3, 360, 21),
        (3, 2, 360, 21),
        (2, 4, 20160, 36),
        pytest.param(3, 3, 181440, 31, marks=pytest.mark.slow),
    ],
)
def test_published_numbers_by_the_search_of_this_test(rows, columns, count, longest):
    found = distances(goal_of(rows, columns, gap_first=False), columns)
    assert (len(found), max(found.values())) == (count, longest)


def shown_board(game, state):
    """Return the position as the program shows it, in either style."""
    seen = game.get_observations(state)[0]
    if "board" in seen:
        return tuple(tile for row in seen["board"] for tile in row)
    return tuple(int(mark) for mark in seen["position"].replace("_", "0"))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("rows", "gap_first"), [(2, False), (3, True)])
def test_positions_that_the_program_reaches(style, rows, gap_first):
    """All 360 but the goal, which ends the game; and its slides are those of the search."""
    rules = {"rows": rows, "columns": 6 // rows, "gap_first": gap_first, "limit": 25}
    game = compile_game(families.make("sliding_puzzle", style=style, shuffles=3, **rules).source)
    state = game.get_initial_state()
    while game.get_current_player(state) == CHANCE_PLAYER:
        state = game.apply_action(state, game.get_legal_actions(state)[0])
    goal = goal_of(rows, 6 // rows, gap_first)
    found, frontier = {shown_board(game, state)}, [state]
    for state in frontier:
        if game.get_current_player(state) == TERMINAL_PLAYER:
            continue
        board = shown_board(game, state)
        expected = {f"slide {tile}": after for tile, after in slides(board, 6 // rows)}
        assert set(game.get_legal_actions(state)) == set(expected)
        for action, after in expected.items():
            child = game.apply_action(state, action)
            assert shown_board(game, child) == after
            if after not in found:
                found.add(after)
                frontier.append(child)
    assert goal in found
    assert len(found) == 360


def shuffled(position, columns, left, last=None):
    """Yield (probability, position) after the shuffling."""
    if left == 0:
        yield Fraction(1), position
        return
    options = [(tile, after) for tile, after in slides(position, columns) if tile != last]
    for tile, after in options:
        for probability, end in shuffled(after, columns, left - 1, tile):
            yield probability / len(options), end


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("rows", "columns", "shuffles", "limit", "gap_first"),
    [(2, 3, 4, 6, False), (3, 3, 4, 5, True), (2, 4, 3, 6, True), (3, 2, 4, 7, False)],
)
def test_value_of_best_play_is_told_by_distances(
    best_value, style, rows, columns, shuffles, limit, gap_first
):
    rules = {"rows": rows, "columns": columns, "shuffles": shuffles, "limit": limit}
    rules |= {"gap_first": gap_first, "quick": True}
    game = compile_game(families.make("sliding_puzzle", style=style, **rules).source)
    goal, expected = goal_of(rows, columns, gap_first), Fraction(0)
    for probability, position in shuffled(goal, columns, shuffles):
        away, frontier = {position: 0}, [position]
        while goal not in away:
            nearest = frontier.pop(0)
            for _, after in slides(nearest, columns):
                if after not in away:
                    away[after] = away[nearest] + 1
                    frontier.append(after)
        expected += probability * max(0, limit - away[goal] + 1)
    assert best_value(game) == pytest.approx(float(expected), abs=1e-9)


@pytest.mark.parametrize("style", STYLES)
def test_tiles_in_place(style, random_game):
    rules = {"rows": 3, "columns": 3, "shuffles": 9, "limit": 12, "quick": False}
    game = compile_game(families.make("sliding_puzzle", style=style, **rules).source)
    goal = goal_of(3, 3, gap_first=False)
    for seed in range(30):
        for state, _ in random_game(game, seed):
            board = shown_board(game, state)
            right = [tile for tile, wanted in zip(board, goal, strict=True) if tile == wanted]
            assert game.get_rewards(state) == [len(set(right) - {0})]


def test_ten_slides_of_shuffling_never_end_in_order():
    for rows, columns in ((2, 3), (3, 2), (2, 4), (3, 3)):
        goal = goal_of(rows, columns, gap_first=False)
        for shuffles in range(2, 11):
            assert goal not in {end for _, end in shuffled(goal, columns, shuffles)}
