"""Little yacht against dynamic programming over every order in which the dice can fall."""

from __future__ import annotations

import functools
import itertools
from fractions import Fraction

import numpy as np
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = families.load("yacht").programs


def worth(category, dice, bonus):
    dice = np.sort(dice)
    return int(
        {
            "total": dice.sum(),
            "alike": bonus * (np.ptp(dice) == 0),
            "run": bonus * bool((np.diff(dice) == 1).all()),
            "even": dice[dice % 2 == 0].sum(),
            "odd": dice[dice % 2 == 1].sum(),
        }[category]
    )


def solve(rules):
    """Return the value of best play. Dice lie in a row; any but not all of them may stay."""
    number, faces = rules["dice"], range(1, rules["sides"] + 1)
    rows = list(itertools.product(faces, repeat=number))
    points = {
        (category, row): worth(category, row, rules["bonus"])
        for category in rules["categories"]
        for row in rows
    }

    @functools.cache
    def turn(free, lead, mover):
        if not any(free):
            return Fraction(lead if rules["players"] == 1 else (lead > 0) - (lead < 0))
        best = max if mover == 0 else min
        value = {row: best(entries(row, free, lead, mover)) for row in rows}
        for _ in range(rules["rerolls"]):
            value = improved(value, best)
        return sum(value.values()) / len(rows)

    def entries(row, free, lead, mover):
        for category in free[mover]:
            left = [set(own) for own in free]
            left[mover].remove(category)
            gain = points[category, row] * (1 if mover == 0 else -1)
            following = (mover + 1) % rules["players"]
            yield turn(tuple(map(frozenset, left)), lead + gain, following)

    def improved(value, best):
        """Return the values with one reroll more."""
        means = {}
        for stays in itertools.product([True, False], repeat=number):
            if all(stays):
                continue
            for row in rows:
                seen = tuple(face if stay else 0 for face, stay in zip(row, stays, strict=True))
                means.setdefault((stays, seen), []).append(value[row])
        means = {key: sum(values) / len(values) for key, values in means.items()}
        better = {}
        for row in rows:
            options = [value[row]]
            for stays, seen in means:
                if all(face in (0, die) for face, die in zip(seen, row, strict=True)):
                    options.append(means[stays, seen])
            better[row] = best(options)
        return better

    free = (frozenset(rules["categories"]),) * rules["players"]
    return turn(free, 0, 0)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("players", "dice", "sides", "rerolls", "categories", "bonus"),
    [
        (1, 2, 6, 2, ("even", "odd"), 6),
        (1, 3, 3, 1, ("total", "even", "alike", "run"), 10),
        (1, 3, 4, 2, ("alike", "run"), 12),
        (1, 2, 5, 1, ("total", "odd", "run"), 8),
        (2, 2, 3, 1, ("total", "alike"), 6),
    ],
)
def test_value_of_best_play(best_value, style, players, dice, sides, rerolls, categories, bonus):
    rules = {"players": players, "dice": dice, "sides": sides, "rerolls": rerolls}
    rules |= {"categories": categories, "bonus": bonus}
    game = compile_game(families.make("yacht", style=style, **rules).source)
    assert best_value(game) == pytest.approx(float(solve(rules)), abs=1e-9)
