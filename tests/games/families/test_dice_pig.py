"""Hog against OpenSpiel's pig, and against chances of winning from the distribution of throws."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from fractions import Fraction

import numpy as np
import pyspiel
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

STYLES = families.load("dice_pig").programs


def roll(action):
    """OpenSpiel's 0 is the face 1, which we call the sum 0."""
    return f"roll {action + 1}" if action else "roll 0"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("players", "sides", "target"), [(2, 6, 20), (3, 4, 12), (4, 8, 18)])
def test_with_single_dice_it_is_openspiels_pig(style, players, sides, target):
    """OpenSpiel's players must hold at the target and may hold at once; ours do neither."""
    rules = f"players={players},winscore={target},diceoutcomes={sides},horizon=1000000"
    pig = pyspiel.load_game(f"pig({rules})")
    sheet = {"players": players, "sides": sides, "target": target, "again": True, "consolation": 0}
    game = compile_game(families.make("dice_pig", style=style, **sheet).source)
    for seed in range(70):
        generator = np.random.default_rng(derive_seed(seed, "single dice"))
        state, theirs = game.get_initial_state(), pig.new_initial_state()
        fresh = True  # nothing is gathered in this turn yet
        while not theirs.is_terminal():
            player, legal = game.get_current_player(state), theirs.legal_actions()
            if player == TERMINAL_PLAYER:
                assert legal == [1]
                theirs.apply_action(1)
                break
            assert player == theirs.current_player()
            assert game.get_rewards(state) == theirs.returns()
            if player == CHANCE_PLAYER:
                expected = {roll(face): p for face, p in theirs.chance_outcomes()}
                assert dict(game.get_chance_outcomes(state)) == pytest.approx(expected)
                choice = int(generator.choice(legal))
                fresh = choice == 0
                state = game.apply_action(state, roll(choice))
            else:
                assert legal == [0, 1]
                choices = [*([] if fresh else ["bank"]), "throw 1"]
                ours = set(game.get_legal_actions(state)) - {"throw 2", "throw 3"}
                assert ours == set(choices)
                action = choices[generator.integers(len(choices))]
                choice = int(action == "bank")
                fresh = fresh or action == "bank"
                state = game.apply_action(state, action)
            theirs.apply_action(choice)
        assert game.get_current_player(state) == TERMINAL_PLAYER
        assert game.get_rewards(state) == theirs.returns()


def throws(dice, sides):
    """Return the distribution of a throw's gain, from all ways in which the dice can lie."""
    ways = itertools.product(range(1, sides + 1), repeat=dice)
    gains = Counter(0 if 1 in way else sum(way) for way in ways)
    return {gain: Fraction(number, sides**dice) for gain, number in gains.items()}


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("players", "sides", "most", "target", "consolation", "again"),
    [
        (2, 6, 3, 15, 1, False),
        (2, 4, 4, 12, 2, False),
        (3, 4, 2, 10, 1, False),
        (2, 6, 3, 15, 1, True),
        (3, 4, 4, 10, 2, True),
    ],
)
def test_chances_of_winning(
    expected_returns, style, players, sides, most, target, consolation, again
):
    """Everyone maximises the own chance of winning; a consolation makes the game finite."""
    gains = [throws(dice, sides) for dice in range(1, most + 1)]

    @functools.cache
    def passed_on(scores, gain):
        """Return each seat's chance, the first one's turn being over."""
        mine = scores[0] + gain
        if mine >= target:
            return (Fraction(1), *([Fraction(0)] * (players - 1)))
        *others, last = expected((*scores[1:], mine), 0)
        return (last, *others)

    @functools.cache
    def expected(scores, at_risk):
        """Return each seat's chance, beginning with the seat to move."""
        choices = [passed_on(scores, at_risk)] if at_risk else []
        for distribution in gains:
            chances = [Fraction(0)] * players
            for gain, probability in distribution.items():
                if again and gain and scores[0] + at_risk + gain < target:
                    after = expected(scores, at_risk + gain)
                else:
                    after = passed_on(scores, at_risk + gain if gain else consolation)
                chances = [
                    one + probability * other for one, other in zip(chances, after, strict=True)
                ]
            choices.append(tuple(chances))
        return max(choices, key=lambda chances: chances[0])

    sheet = {"players": players, "sides": sides, "most_dice": most, "target": target}
    sheet |= {"consolation": consolation, "again": again}
    game = compile_game(families.make("dice_pig", style=style, **sheet).source)

    def best(player, state, legal, values):
        return max(range(len(legal)), key=lambda place: round(values[place][player], 9))

    chances = expected((0,) * players, 0)
    returns = [float(chance - (1 - chance) / (players - 1)) for chance in chances]
    assert expected_returns(game, best) == pytest.approx(returns, abs=1e-7)
