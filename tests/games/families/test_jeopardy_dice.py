"""Twenty-one with dice against recursions over totals and distributions of sums."""

from __future__ import annotations

import functools
import itertools
from fractions import Fraction

import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = families.load("jeopardy_dice").programs


def result(mine, theirs, limit, ties):
    """Return what player 0 of two gets."""
    mine, theirs = (total if total <= limit else 0 for total in (mine, theirs))
    if mine == theirs:
        return 0 if mine == 0 else {"share": 0, "first": 1, "last": -1}[ties]
    return 1 if mine > theirs else -1


def duel(sides, limit, in_turns, ties):
    """Return the first player's value when both play best."""

    @functools.cache
    def value(totals, running, mover):
        if not any(running):
            return Fraction(result(*totals, limit, ties))
        if not running[mover]:
            return value(totals, running, 1 - mover)
        other = 1 - mover if in_turns else mover
        rolled = Fraction(0)
        for face in range(1, sides + 1):
            after = list(totals)
            after[mover] += face
            still = list(running)
            still[mover] = after[mover] < limit
            rolled += value(tuple(after), tuple(still), other) / sides
        if totals[mover] == 0:
            return rolled
        still = list(running)
        still[mover] = False
        stopped = value(totals, tuple(still), 1 - mover)
        return max(rolled, stopped) if mover == 0 else min(rolled, stopped)

    return value((0, 0), (True, True), 0)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("sides", "limit", "in_turns", "ties"),
    [
        (6, 12, False, "share"),
        (4, 13, True, "share"),
        (6, 9, True, "first"),
        (10, 21, False, "last"),
        (3, 8, False, "first"),
    ],
)
def test_value_of_the_duel(expected_returns, style, sides, limit, in_turns, ties):
    rules = {"sides": sides, "limit": limit, "in_turns": in_turns, "ties": ties}
    game = compile_game(families.make("jeopardy_dice", style=style, **rules).source)

    def best(player, state, legal, values):
        return max(range(len(legal)), key=lambda place: values[place][player])

    assert expected_returns(game, best)[0] == pytest.approx(float(duel(**rules)), abs=1e-9)


def finals(sides, limit, goal):
    """Return the distribution of the total of who rolls until it is at least the goal."""
    chances = [Fraction(0)] * (limit + sides + 1)
    chances[0] = Fraction(1)
    for total in range(goal):
        for face in range(1, sides + 1):
            chances[total + face] += chances[total] / sides
        chances[total] = Fraction(0)
    return {total: chance for total, chance in enumerate(chances) if chance}


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("sides", "limit", "in_turns", "ties", "goals"),
    [
        (6, 13, False, "share", (10, 11, 12)),
        (4, 9, True, "share", (7, 8, 7)),
        (5, 9, True, "last", (6, 7, 7)),
        (4, 8, False, "first", (6, 7, 7, 6)),
    ],
)
def test_stopping_rules_are_worth_what_their_distributions_say(
    expected_returns, style, sides, limit, in_turns, ties, goals
):
    """Who stops by the own total alone has an own distribution, whatever the order of play."""
    players = len(goals)
    expected = [Fraction(0)] * players
    for ends in itertools.product(*(finals(sides, limit, goal).items() for goal in goals)):
        probability = Fraction(1)
        for _, chance in ends:
            probability *= chance
        totals = [total if total <= limit else 0 for total, _ in ends]
        if not any(totals):
            continue
        winners = [seat for seat in range(players) if totals[seat] == max(totals)]
        winners = {"share": winners, "first": winners[:1], "last": winners[-1:]}[ties]
        for seat in range(players):
            gain = Fraction(players, len(winners)) if seat in winners else 0
            expected[seat] += probability * (gain - 1)
    rules = {"players": players, "sides": sides, "limit": limit, "in_turns": in_turns, "ties": ties}
    game = compile_game(families.make("jeopardy_dice", style=style, **rules).source)

    def by_goal(player, state, legal, values):
        shown = game.get_observations(state)[player]
        total = shown["totals"][player] if "totals" in shown else shown[f"total {player}"]
        return legal.index("roll" if total < goals[player] else "stand")

    values = [float(value) for value in expected]
    assert expected_returns(game, by_goal) == pytest.approx(values, abs=1e-9)
