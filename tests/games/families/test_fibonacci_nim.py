"""Fibonacci nim against Schwenk's theorem on take-away games."""

from __future__ import annotations

import json
import re

import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("fibonacci_nim").programs)


def in_style(style, **parameters):
    return compile_game(families.make("fibonacci_nim", style=style, **parameters).source)


def losing_heaps(factor, up_to):
    """Return the heaps that lose with any first move but all: each is one before it plus a part.

    The part is the smallest losing heap that cannot be answered by taking the other all at once.
    """
    heaps = [1]
    while heaps[-1] < up_to:
        heaps.append(heaps[-1] + next(part for part in heaps if factor * part >= heaps[-1]))
    return heaps


def smallest_part(heap, factor):
    """Return the last part when losing heaps are taken away from a heap, the largest first."""
    part = 0
    while heap:
        part = max(one for one in losing_heaps(factor, heap) if one <= heap)
        heap -= part
    return part


def wins(game, state):
    """Return whether the player to move can win, found by trying everything."""
    known = {}

    def best(state, last):
        seen = json.dumps([sum(amounts(state)), last, game.get_current_player(state)])
        if seen not in known:
            mover = game.get_current_player(state)
            known[seen] = any(
                game.get_rewards(after)[mover] == 1
                if game.get_current_player(after) == TERMINAL_PLAYER
                else not best(after, action)
                for action in game.get_legal_actions(state)
                for after in (game.apply_action(state, action),)
            )
        return known[seen]

    return best(state, "")


def amounts(state):
    """Return numbers that tell how much is left: what was taken, or what is left."""
    return state["taken"] if "taken" in state else [state.get("left", state.get("beans"))]


def test_losing_heaps_as_published():
    assert losing_heaps(1, 32) == [1, 2, 4, 8, 16, 32]
    assert losing_heaps(2, 34) == [1, 2, 3, 5, 8, 13, 21, 34]
    assert losing_heaps(3, 40) == [1, 2, 3, 4, 6, 8, 11, 15, 21, 29, 40]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("factor", [1, 2, 3])
@pytest.mark.parametrize("stones", [12, 13, 16, 20, 21, 29])
def test_who_wins_where_the_first_player_may_take_all_but_one(stones, factor, style):
    game = in_style(style, stones=stones, factor=factor)
    is_lost = stones in losing_heaps(factor, stones)
    assert wins(game, game.get_initial_state()) != is_lost


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("last_wins", [True, False])
@pytest.mark.parametrize(("factor", "opening"), [(1, 2), (1, 5), (2, 1), (2, 3), (3, 2), (3, 6)])
def test_who_wins_with_a_limit_on_the_first_turn(factor, opening, last_wins, style):
    """The first player wins by taking the smallest part, if that is allowed.

    To be made to take the last one is to be left nothing of all the others.
    """
    for stones in (10, 14, 18, 19, 22):
        game = in_style(style, stones=stones, factor=factor, opening=opening, last_wins=last_wins)
        heap = stones if last_wins else stones - 1
        expected = smallest_part(heap, factor) <= opening
        assert wins(game, game.get_initial_state()) == expected


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("seed", range(5))
def test_limits_along_a_game(random_game, style, seed):
    game = in_style(style, stones=40, factor=2)
    left, limit = 40, 39
    for state, action in random_game(game, seed):
        expected = [f"take {number}" for number in range(1, min(left, limit) + 1)]
        assert sorted(game.get_legal_actions(state)) == sorted(expected)
        if action is not None:
            taken = int(re.findall(r"\d+", action)[0])
            left, limit = left - taken, 2 * taken
    assert left == 0
