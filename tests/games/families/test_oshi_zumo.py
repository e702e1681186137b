"""Oshi-Zumo against OpenSpiel's, over whole trees and along random games."""

from __future__ import annotations

import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("oshi_zumo").programs)


def make(style, **values):
    return compile_game(families.make("oshi_zumo", style=style, **values).source)


def load(coins, size, horizon, min_bid, alesia):
    rules = f"coins={coins},size={size},horizon={horizon},min_bid={min_bid}"
    rules += f",alesia={str(alesia).lower()}"
    return pyspiel.load_game(f"turn_based_simultaneous_game(game=oshi_zumo({rules}))")


def to_ours(theirs, action):
    return f"bid {action}"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("alesia", [False, True])
@pytest.mark.parametrize(
    ("coins", "size", "horizon", "min_bid"), [(4, 1, 4, 0), (6, 1, 4, 1), (8, 1, 4, 2)]
)
def test_whole_trees(compare_tree, style, coins, size, horizon, min_bid, alesia):
    rules = {"coins": coins, "size": size, "horizon": horizon, "min_bid": min_bid}
    theirs = load(alesia=alesia, **rules).new_initial_state()
    count = compare_tree(make(style, alesia=alesia, **rules), theirs, to_ours)
    assert count > 200


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("alesia", [False, True])
@pytest.mark.parametrize(
    ("coins", "size", "horizon", "min_bid"),
    [(15, 3, 12, 0), (12, 2, 8, 1), (14, 2, 10, 2), (9, 1, 12, 0)],
)
def test_random_games(compare_game, random_choice, style, coins, size, horizon, min_bid, alesia):
    """Players who bid low more often than not get further than uniform ones."""
    rules = {"coins": coins, "size": size, "horizon": horizon, "min_bid": min_bid}
    game, theirs = make(style, alesia=alesia, **rules), load(alesia=alesia, **rules)
    results = set()
    for seed in range(200):
        any_of = random_choice(seed, "oshi-zumo")

        def choose(state, legal, any_of=any_of):
            amounts = sorted(int(action.split()[1]) for action in legal)
            return f"bid {any_of(state, amounts[:3] * 3 + amounts)}"

        state, _ = compare_game(game, theirs.new_initial_state(), to_ours, choose)
        results.add(game.get_rewards(state)[0])
    assert results == {1.0, 0.0, -1.0}
