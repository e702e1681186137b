"""Dots and boxes against OpenSpiel's, and its values under best play against another solver."""

from __future__ import annotations

import functools

import numpy as np
import pyspiel
import pytest

from codeworld.seeding import derive_seed


def resized(compiled, rows, columns):
    return compiled("dots_and_boxes", rows=rows, columns=columns)


def load_theirs(rows, columns):
    return pyspiel.load_game(f"dots_and_boxes(num_rows={rows},num_cols={columns})")


def edge_action(rows, columns):
    """OpenSpiel numbers the horizontal edges along the rows, then the vertical ones."""

    def to_ours(theirs, action):
        horizontal = (rows + 1) * columns
        if action < horizontal:
            return f"horizontal {action // columns} {action % columns}"
        action -= horizontal
        return f"vertical {action // (columns + 1)} {action % (columns + 1)}"

    return to_ours


def board_of(theirs):
    """OpenSpiel's drawing, the player to move and the returns: all that decides the rest."""
    return f"{theirs}{theirs.current_player()}{theirs.returns()}"


@pytest.mark.parametrize(
    ("rows", "columns", "count"), [(2, 2, 5547), (1, 1, 16), (1, 3, None), (3, 1, None)]
)
def test_whole_tree(compiled, compare_tree, rows, columns, count):
    """`count` positions can be reached: as many as OpenSpiel's own tree has."""
    theirs = load_theirs(rows, columns).new_initial_state()
    game = resized(compiled, rows, columns)
    found = compare_tree(game, theirs, edge_action(rows, columns), key=board_of)
    assert count in (None, found)


@pytest.mark.parametrize(("rows", "columns"), [(3, 2), (1, 4), (4, 5)])
@pytest.mark.parametrize(
    "seeds", [range(50), pytest.param(range(50, 1000), marks=pytest.mark.slow)]
)
def test_random_games_on_larger_boards(compiled, compare_game, random_choice, rows, columns, seeds):
    game, theirs = resized(compiled, rows, columns), load_theirs(rows, columns)
    for seed in seeds:
        choose = random_choice(seed, "dots and boxes")
        compare_game(game, theirs.new_initial_state(), edge_action(rows, columns), choose)


def num_closed(game, state):
    owners = game.get_observations(state)[0]["owners"]
    return len(owners) - owners.count(".")


def test_games_steered_to_draws_and_double_boxes(compiled, compare_game):
    """Players close two boxes with one edge if they can, else mostly none if they can."""
    game, theirs = resized(compiled, 3, 2), load_theirs(3, 2)
    doubles = draws = 0
    for seed in range(200):
        generator = np.random.default_rng(derive_seed(seed, "dots and boxes, steered"))
        closed_two = []

        def choose(state, legal, generator=generator, closed_two=closed_two):
            before = num_closed(game, state)
            gains = [num_closed(game, game.apply_action(state, a)) - before for a in legal]
            wanted = 2 if 2 in gains else min(gains)
            if wanted < 2 and generator.random() < 0.4:
                return generator.choice(legal)
            closed_two.append(wanted == 2)
            return generator.choice(
                [a for a, gain in zip(legal, gains, strict=True) if gain == wanted]
            )

        state, _ = compare_game(game, theirs.new_initial_state(), edge_action(3, 2), choose)
        draws += game.get_rewards(state) == [0.0, 0.0]
        doubles += any(closed_two)
    assert doubles >= 100
    assert draws >= 10


def best_lead(game):
    """Return by how many boxes player 0 wins when both play best, by the game's own functions."""
    known = {}

    def lead(state):
        drawn = tuple(game.get_observations(state)[0]["drawn"])
        if drawn not in known:
            before, values = num_closed(game, state), [0] if all(drawn) else []
            for action in game.get_legal_actions(state):
                after = game.apply_action(state, action)
                gain = num_closed(game, after) - before
                values.append(gain + lead(after) if gain else -lead(after))
            known[drawn] = max(values)
        return known[drawn]

    return lead(game.get_initial_state())


def solve(rows, columns):
    """Return the same number by a solver that shares nothing with the game: boxes are bit masks."""
    width = 2 * columns + 1  # edges of one row of boxes: tops and sides
    boxes = [
        sum(1 << (row * width + edge) for edge in (c, columns + c, columns + c + 1, width + c))
        for row in range(rows)
        for c in range(columns)
    ]
    full = (1 << (rows * width + columns)) - 1

    @functools.cache
    def lead(open_edges):
        values = []
        for edge in range(full.bit_length()):
            if open_edges >> edge & 1:
                after = open_edges & ~(1 << edge)
                gain = sum(bool(box & open_edges) and not box & after for box in boxes)
                values.append(gain + lead(after) if gain else -lead(after))
        return max(values, default=0)

    return lead(full)


@pytest.mark.parametrize(
    ("rows", "columns", "lead"), [(1, 1, -1), (1, 2, 0), (1, 3, -1), (2, 2, 2)]
)
def test_best_play(compiled, rows, columns, lead):
    """On 2 x 2 boxes the player who begins wins by 3 boxes to 1."""
    assert solve(rows, columns) == lead
    assert best_lead(resized(compiled, rows, columns)) == lead
