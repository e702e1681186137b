"""Blotto games against OpenSpiel's, and against sums of indicators over all pairs of divisions."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("blotto").programs)


def make(style, **values):
    return compile_game(families.make("blotto", style=style, **values).source)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("players", "units", "fields"), [(2, 5, 3), (2, 4, 4), (2, 7, 3), (3, 8, 2), (3, 3, 3)]
)
def test_whole_trees_are_open_spiels(compare_tree, style, players, units, fields):
    rules = f"blotto(coins={units},fields={fields},players={players})"
    theirs = pyspiel.load_game(f"turn_based_simultaneous_game(game={rules})").new_initial_state()

    def to_ours(theirs, action):
        shares = theirs.action_to_string(action).strip("[]").split(",")
        return " ".join(["send", *shares])

    count = compare_tree(make(style, players=players, units=units, fields=fields), theirs, to_ours)
    ways = math.comb(units + fields - 1, fields - 1)
    assert count == sum(ways**number for number in range(players + 1))


def divisions(units, fields):
    """Return all divisions by the places of the bars between them."""
    places = range(units + fields - 1)
    for bars in itertools.combinations(places, fields - 1):
        ends = (-1, *bars, units + fields - 1)
        yield [high - low - 1 for low, high in itertools.pairwise(ends)]


def result(points, by_points):
    """Return the returns for these exact points."""
    if by_points:
        return points
    best = points.count(max(points))
    if best == len(points):
        return [0] * len(points)
    rest = len(points) - best
    return [Fraction(1, best) if one == max(points) else Fraction(-1, rest) for one in points]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("rising", [False, True])
@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("by_points", [False, True])
@pytest.mark.parametrize(
    ("players", "units", "fields", "extra"), [(2, 4, 3, 1), (3, 3, 2, 2), (2, 3, 4, 0)]
)
def test_other_scores(style, rising, split, by_points, players, units, fields, extra):
    shape = {"players": players, "units": units, "fields": fields, "extra": extra}
    game = make(style, rising=rising, split=split, by_points=by_points, **shape)
    owned = [units] * (players - 1) + [units + extra]
    for chosen in itertools.product(*[list(divisions(number, fields)) for number in owned]):
        state = game.get_initial_state()
        for seat, shares in enumerate(chosen):
            legal = game.get_legal_actions(state)
            assert len(set(legal)) == math.comb(owned[seat] + fields - 1, fields - 1)
            assert game.get_rewards(state) == [0] * players
            state = game.apply_action(state, " ".join(["send", *map(str, shares)]))
        points = []
        for mine in chosen:
            total = Fraction(0)
            for place, number in enumerate(mine):
                there = [shares[place] for shares in chosen]
                beaten_by = sum(other > number for other in there)
                equals = there.count(number)
                if not beaten_by and (split or equals == 1):
                    total += Fraction(place + 1 if rising else 1, equals)
            points.append(total)
        expected = [float(one) for one in result(points, by_points)]
        assert game.get_rewards(state) == pytest.approx(expected)
        assert game.get_legal_actions(state) == []
