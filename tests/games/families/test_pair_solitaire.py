"""Pairs that add up: dynamic programming with fractions, and cards are neither made nor lost."""

from __future__ import annotations

import functools
from fractions import Fraction

import numpy as np
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = families.load("pair_solitaire").programs


def solve(piles, depth, ranks, copies, surplus, discards, bonus):
    """Return the value of best play. Piles are told apart by what lies on and in them only."""
    total = ranks + surplus

    @functools.cache
    def value(table, unseen, spare):
        """Return what is still to come. The table has (open card or 0, covered cards) pairs."""
        for pile in table:
            if pile[0] == 0 and pile[1] > 0:
                return turned(table, pile, unseen, spare)
        options = []
        for one, pile in enumerate(table):
            if pile[0] == 0:
                continue
            if spare:
                options.append(value(without(table, one), unseen, spare - 1))
            if pile[0] == total:
                options.append(1 + value(without(table, one), unseen, spare))
            for other in range(one):
                if table[other][0] and table[other][0] + pile[0] == total:
                    options.append(2 + value(without(table, one, other), unseen, spare))
        cleared = all(pile == (0, 0) for pile in table)
        return max(options, default=Fraction(bonus if cleared else 0))

    def turned(table, pile, unseen, spare):
        rest = list(table)
        rest.remove(pile)
        expected = Fraction(0)
        for number in set(unseen):
            left = list(unseen)
            left.remove(number)
            after = tuple(sorted([*rest, (number, pile[1] - 1)]))
            chance = Fraction(unseen.count(number), len(unseen))
            expected += chance * value(after, tuple(left), spare)
        return expected

    def without(table, *places):
        return tuple(
            sorted((0, pile[1]) if place in places else pile for place, pile in enumerate(table))
        )

    deck = tuple(number for number in range(1, ranks + 1) for _ in range(copies))
    return value(((0, depth),) * piles, deck, discards)


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("piles", "depth", "ranks", "copies", "surplus", "discards", "bonus"),
    [
        (3, 2, 4, 2, 1, 1, 5),
        (3, 2, 4, 2, 0, 2, 3),
        (6, 1, 4, 2, 2, 1, 10),
        (3, 3, 5, 2, 1, 1, 0),
    ],
)
def test_value_of_best_play(
    best_value, style, piles, depth, ranks, copies, surplus, discards, bonus
):
    rules = {"piles": piles, "depth": depth, "ranks": ranks, "copies": copies}
    rules |= {"surplus": surplus, "discards": discards, "bonus": bonus}
    game = compile_game(families.make("pair_solitaire", style=style, **rules).source)
    assert best_value(game) == pytest.approx(float(solve(**rules)), abs=1e-9)


@pytest.mark.parametrize("style", STYLES)
def test_cards_are_neither_made_nor_lost(style, random_game):
    """Told from the actions alone: no number appears too often, and points are removed cards."""
    for seed in range(20):
        task = families.sample("pair_solitaire", seed)
        values = task.parameters
        chosen = {"style": style, **values}
        game = compile_game(families.make("pair_solitaire", **chosen).source)
        seen, removed, dropped = [], 0, 0
        for state, action in random_game(game, seed):
            if action is None:
                turned = len(seen)
                cleared = turned == removed + dropped == values["piles"] * values["depth"]
                assert game.get_rewards(state) == [removed + values["bonus"] * cleared]
                continue
            verb, *numbers = action.split()
            if verb == "turn":
                seen.append(int(numbers[1]))
            else:
                removed += {"pair": 2, "lift": 1, "discard": 0}[verb]
                dropped += verb == "discard"
        assert max(np.bincount(seen)) <= values["copies"]
        assert dropped <= values["discards"]
        assert len(seen) <= values["piles"] * values["depth"]
