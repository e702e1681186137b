"""Nim against OpenSpiel's, and against Bouton's theory where a limit makes it another game."""

from __future__ import annotations

import functools
import itertools
import json
import operator
import re

import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

HEAPS = [(3, 5), (2, 3, 4), (3, 4, 5), (3, 3, 3), (4, 3, 2, 1)]


def in_style(style, **parameters):
    return compile_game(families.make("nim", style=style, **parameters).source)


def to_ours(theirs, action):
    heap, taken = re.findall(r"\d+", theirs.action_to_string(action))
    return f"remove {taken} from {heap}"  # the first theme's, whose rows are counted from 1 too


@pytest.mark.parametrize("style", families.load("nim").programs)
@pytest.mark.parametrize("last_wins", [True, False])
@pytest.mark.parametrize("heaps", HEAPS)
def test_without_a_limit_it_is_open_spiels_game(compare_tree, heaps, last_wins, style):
    game = in_style(style, heaps=heaps, last_wins=last_wins)
    sizes = ";".join(map(str, heaps))
    theirs = pyspiel.load_game(f"nim(pile_sizes={sizes},is_misere={not last_wins})")
    # Whose turn it is, and the heaps, decide all that follows.
    count = compare_tree(game, theirs.new_initial_state(), to_ours, key=str)
    assert count > 2 * sum(heaps)


def wins(game, state):
    """Return whether the player to move can win, found by trying everything."""
    known = {}

    def best(state):
        key = json.dumps(state)
        if key not in known:
            mover = game.get_current_player(state)
            after = (game.apply_action(state, one) for one in game.get_legal_actions(state))
            known[key] = any(
                game.get_rewards(one)[mover] == 1
                if game.get_current_player(one) == TERMINAL_PLAYER
                else not best(one)
                for one in after
            )
        return known[key]

    return best(state)


@pytest.mark.parametrize("style", families.load("nim").programs)
@pytest.mark.parametrize("limit", [0, 2, 3])
@pytest.mark.parametrize("heaps", [(2, 3, 4), (3, 4, 5), (4, 3, 2, 1), (4, 6, 9), (4, 4)])
def test_the_remainders_decide_who_wins(heaps, limit, style):
    """A heap counts as its remainder modulo limit + 1; misère play differs if all are 0 or 1."""
    rests = [size % (limit + 1) if limit else size for size in heaps]
    balanced = functools.reduce(operator.xor, rests) == 0
    for last_wins in (True, False):
        game = in_style(style, heaps=heaps, limit=limit, last_wins=last_wins)
        unbalanced_wins = last_wins or max(rests) > 1
        assert wins(game, game.get_initial_state()) == (balanced != unbalanced_wins)


@pytest.mark.parametrize("style", families.load("nim").programs)
def test_no_more_than_the_limit_can_be_taken(style):
    game = in_style(style, heaps=(3, 5), limit=2)
    expected = {f"remove {n} from {heap}" for n, heap in itertools.product((1, 2), (1, 2))}
    assert set(game.get_legal_actions(game.get_initial_state())) == expected
