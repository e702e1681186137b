"""Kayles and its kin against published Grundy values, and against runs of pins alone."""

from __future__ import annotations

import functools
import itertools
import operator
import re

import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("kayles").programs)

# Winning Ways, chapter 4, tables 6 and 7.
KAYLES = (0, 1, 2, 3, 1, 4, 3, 2, 1, 4)
DAWSONS_KAYLES = (0, 0, 1, 1, 2, 0, 3, 1, 1, 0)


def in_style(style, **parameters):
    return compile_game(families.make("kayles", style=style, **parameters).source)


def after(runs, knocks):
    """Yield what a move can leave of runs of neighbours, which are sorted lengths."""
    for place, run in enumerate(runs):
        for number in knocks:
            for left in range(run - number + 1):
                parts = (*runs[:place], left, run - number - left, *runs[place + 1 :])
                yield tuple(sorted(filter(None, parts)))


@functools.cache
def wins(runs, knocks, last_wins):
    """Return whether the player to move wins; who cannot move has not moved last."""
    following = set(after(runs, knocks))
    if not following:
        return not last_wins
    return not all(wins(one, knocks, last_wins) for one in following)


@pytest.mark.parametrize(("knocks", "values"), [((1, 2), KAYLES), ((2,), DAWSONS_KAYLES)])
def test_runs_have_the_published_values(knocks, values):
    for runs in itertools.combinations_with_replacement(range(1, len(values)), 2):
        value = functools.reduce(operator.xor, [values[run] for run in runs])
        assert wins(runs, knocks, True) == (value != 0)


def runs_of(standing):
    """Return the sorted lengths of unbroken runs, from the pins that stand in each row."""
    runs = []
    for pins in standing:
        for pin in sorted(pins):
            if pin - 1 in pins:
                runs[-1] += 1
            else:
                runs.append(1)
    return tuple(sorted(runs))


def expected_actions(standing, knocks):
    return {
        f"knock {row} {pin} {number}"
        for row, pins in enumerate(standing, 1)
        for pin in pins
        for number in knocks
        if pins.issuperset(range(pin, pin + number))
    }


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("last_wins", [True, False])
@pytest.mark.parametrize("knocks", [(1, 2), (2,), (1, 2, 3), (2, 3), (3,), (1, 2, 4)])
@pytest.mark.parametrize("rows", [(5, 7), (6, 5, 2), (9, 4)])
def test_who_plays_by_the_runs_wins(random_choice, rows, knocks, last_wins, style):
    game = in_style(style, rows=rows, knocks=knocks, last_wins=last_wins)
    for seed in range(3):
        choose, state = random_choice(seed, "kayles"), game.get_initial_state()
        standing = [set(range(1, size + 1)) for size in rows]
        expert = 0 if wins(runs_of(standing), knocks, last_wins) else 1

        def knock(standing, action):
            row, first, number = map(int, re.findall(r"\d+", action))
            gone = range(first, first + number)
            return [pins - set(gone) if n == row else pins for n, pins in enumerate(standing, 1)]

        while (player := game.get_current_player(state)) >= 0:
            legal = game.get_legal_actions(state)
            assert set(legal) == expected_actions(standing, knocks)
            good = [
                action
                for action in legal
                if not wins(runs_of(knock(standing, action)), knocks, last_wins)
            ]
            action = good[0] if player == expert else choose(state, legal)
            state, standing = game.apply_action(state, action), knock(standing, action)
        assert not expected_actions(standing, knocks)
        assert game.get_rewards(state)[expert] == 1
