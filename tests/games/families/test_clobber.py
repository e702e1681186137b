"""Clobber against OpenSpiel's, and its variants against a model on graphs."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

WAYS = {(-1, 0): "up", (0, 1): "right", (1, 0): "down", (0, -1): "left"}
WAYS |= {(a, b): f"{WAYS[a, 0]}-{WAYS[0, b]}" for a in (-1, 1) for b in (-1, 1)}


def game_of(style, **values):
    return compile_game(families.make("clobber", style=style, theme="stones", **values).source)


def to_ours(theirs, action):
    """OpenSpiel writes squares as letter and number; its first player has a1, as ours has 0 0."""
    before, after = re.findall(r"[a-z]\d+", theirs.action_to_string(action))
    (c, r), (d, s) = ((ord(text[0]) - ord("a"), int(text[1:]) - 1) for text in (before, after))
    return f"clobber {r} {c} {WAYS[s - r, d - c]}"


@pytest.mark.parametrize(("rows", "columns"), [(2, 4), (3, 3), (4, 2)])
def test_whole_tree(compare_tree, rows, columns):
    theirs = pyspiel.load_game(f"clobber(rows={rows},columns={columns})").new_initial_state()
    game = game_of("grid", rows=rows, columns=columns)
    assert compare_tree(game, theirs, to_ours, key=str) > 50


@pytest.mark.parametrize(("rows", "columns"), [(3, 5), (4, 5), (5, 4), (3, 6)])
@pytest.mark.parametrize("style", ["grid", "table"])
def test_random_games(compare_game, random_choice, rows, columns, style):
    theirs = pyspiel.load_game(f"clobber(rows={rows},columns={columns})")
    game = game_of(style, rows=rows, columns=columns)
    for seed in range(60):
        compare_game(game, theirs.new_initial_state(), to_ours, random_choice(seed, "clobber"))


@pytest.mark.parametrize(
    "values",
    [*itertools.product((False, True), (False, True), ("checkered", "rows"), (False, True))],
)
def test_variants(values):
    """A position is who owns which square; its moves are the arcs of a graph of neighbours."""
    diagonals, cannibals, pattern, last_wins = values
    rows, columns = 3, 4
    game = game_of(
        "table",
        rows=rows,
        columns=columns,
        diagonals=diagonals,
        cannibals=cannibals,
        pattern=pattern,
        last_wins=last_wins,
    )
    squares = list(itertools.product(range(rows), range(columns)))
    arcs = {
        f"clobber {a[0]} {a[1]} {WAYS[b[0] - a[0], b[1] - a[1]]}": (a, b)
        for a, b in itertools.permutations(squares, 2)
        if (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 <= (2 if diagonals else 1)
    }
    generator = np.random.default_rng(derive_seed(0, f"clobber {values}"))
    for _ in range(40):
        state, player = game.get_initial_state(), 0
        owner = {(r, c): (r if pattern == "rows" else r + c) % 2 for r, c in squares}
        while True:
            legal = {
                action: arc
                for action, arc in arcs.items()
                if owner.get(arc[0]) == player
                and arc[1] in owner
                and (cannibals or owner[arc[1]] != player)
            }
            assert set(game.get_legal_actions(state)) == set(legal)
            if not legal:
                break
            assert (game.get_current_player(state), game.get_rewards(state)) == (player, [0, 0])
            action = sorted(legal)[generator.integers(len(legal))]
            owner[legal[action][1]] = owner.pop(legal[action][0])
            state, player = game.apply_action(state, action), 1 - player
        assert game.get_current_player(state) == TERMINAL_PLAYER
        assert game.get_rewards(state)[player] == (-1 if last_wins else 1)
        assert sum(game.get_rewards(state)) == 0
