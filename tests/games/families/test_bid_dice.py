"""Unlike dice: published chances, and values of matches from tables of these chances."""

from __future__ import annotations

import functools
import itertools
from fractions import Fraction

import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

FAMILY = families.load("bid_dice")
STYLES = FAMILY.programs
SETS = FAMILY.sheet.parameters[0].choices
MAGIC, EFRON, MIWIN, GRIME = SETS[0], SETS[2], SETS[3], SETS[4]
NAMES = ("red", "blue", "green", "white", "black")


def match(style, **values):
    return compile_game(families.make("bid_dice", style=style, **values).source)


def chances_of(game, first, second):
    """Return how probable it is that each number follows each, when these dice are rolled."""
    state = game.get_initial_state()
    for name in (first, second):
        state = game.apply_action(state, f"take {name}")
    chances = {}
    for one, p in game.get_chance_outcomes(state):
        after = game.apply_action(state, one)
        for other, q in game.get_chance_outcomes(after):
            chances[int(one.split()[1]), int(other.split()[1])] = p * q
    return chances


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("dice", "cycle", "chances"),
    [
        (MAGIC, (0, 1, 2), ["5/9"] * 3),
        (EFRON, (0, 1, 2, 3), ["2/3"] * 4),
        (MIWIN, (0, 1, 2), ["17/36"] * 3),
        (GRIME, (0, 2, 4, 1, 3), ["7/12", "7/12", "5/9", "5/9", "5/9"]),
        (GRIME, (2, 3, 4, 0, 1), ["2/3", "13/18", "25/36", "13/18", "2/3"]),
    ],
)
def test_published_chances(style, dice, cycle, chances):
    """Each die of a cycle beats the next one. Miwin's also show equal numbers, with 3/36."""
    game = match(style, dice=dice)
    for one, other, chance in zip(cycle, cycle[1:] + cycle[:1], chances, strict=True):
        table = chances_of(game, NAMES[one], NAMES[other])
        won = sum(p for (mine, theirs), p in table.items() if mine > theirs)
        lost = sum(p for (mine, theirs), p in table.items() if mine < theirs)
        assert won == pytest.approx(float(Fraction(chance)))
        assert won + lost == pytest.approx(33 / 36 if dice == MIWIN else 1)


def duel(faces, others):
    """Return the chances that the first die wins, that they are equal, and that it loses."""
    pairs = [(one > other) - (one < other) for one, other in itertools.product(faces, others)]
    return [Fraction(pairs.count(sign), len(pairs)) for sign in (1, 0, -1)]


def solve(dice, rounds, target, once, winner_first):
    """Return the first player's value; the match is told from the view of who chooses first."""

    @functools.cache
    def value(mine, theirs, left, my_dice, their_dice):
        if left == 0 or target in (mine, theirs):
            return (mine > theirs) - (mine < theirs)
        best = None
        for x in my_dice:
            answers = []
            for y in their_dice:
                if not once and x == y:
                    continue
                mine_after = my_dice - {x} if once else my_dice
                theirs_after = their_dice - {y} if once else their_dice
                expected = Fraction(0)
                for sign, chance in zip((1, 0, -1), duel(dice[x], dice[y]), strict=True):
                    stays = sign >= 0 if winner_first else False
                    gains = (mine + (sign == 1), theirs + (sign == -1))
                    if stays:
                        after = value(*gains, left - 1, mine_after, theirs_after)
                    else:
                        after = -value(*gains[::-1], left - 1, theirs_after, mine_after)
                    expected += chance * after
                answers.append(expected)
            worst = min(answers)
            best = worst if best is None else max(best, worst)
        return best

    everything = frozenset(range(len(dice)))
    return value(0, 0, rounds, everything, everything)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("style", "dice", "rounds", "target", "once", "winner_first"),
    [
        ("plain", MAGIC, 5, 3, False, False),
        ("plain", MIWIN, 3, 2, True, True),
        ("plain", EFRON, 4, 3, True, False),
        ("plain", SETS[6], 4, 4, False, True),
        ("log", MAGIC, 2, 2, False, True),
        ("log", EFRON, 3, 2, True, False),
        ("log", SETS[5], 3, 2, True, True),
    ],
)
def test_value_of_a_match(best_value, style, dice, rounds, target, once, winner_first):
    rules = {"dice": dice, "rounds": rounds, "target": target}
    rules |= {"once": once, "winner_first": winner_first}
    value = best_value(match(style, **rules))
    assert value == pytest.approx(float(solve(**rules)), abs=1e-9)
