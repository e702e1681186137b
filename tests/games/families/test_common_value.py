"""Common-value auctions against exact sums over all draws, and against exact posteriors."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("common_value").programs)


def make(style, **values):
    return compile_game(families.make("common_value", style=style, **values).source)


def expected_by_play(game, rules):
    """Return the expected returns when player i bids `rules[i](estimate, report)`; None is out."""

    def mean(state, told):
        player = game.get_current_player(state)
        if player == TERMINAL_PLAYER:
            return np.array([Fraction(value) for value in game.get_rewards(state)])
        if player == CHANCE_PLAYER:
            outcomes = game.get_chance_outcomes(state)
            assert sum(share for _, share in outcomes) == pytest.approx(1)
            parts = []
            for outcome, _ in outcomes:  # all uniform
                word, number = outcome.split()
                after = {**told, word: [*told.get(word, []), int(number)]}
                parts.append(mean(game.apply_action(state, outcome), after))
            return sum(parts) / len(parts)
        bid = rules[player](told["probe"][player], told.get("survey", [None])[0])
        return mean(game.apply_action(state, "pass" if bid is None else f"bid {bid}"), told)

    return list(mean(game.get_initial_state(), {}))


def expected_by_sums(rules, top, error, price, ties, public, fee):
    """Return the same from the definition: sums over values, estimates and who of the best wins."""
    players, total, cases = len(rules), np.array([Fraction(0)] * len(rules)), 0
    errors = range(-error, error + 1)
    for value in range(error, top + 1):
        for report, *offs in itertools.product(errors if public else [None], *[errors] * players):
            seen = None if report is None else value + report
            bids = [rule(value + off, seen) for rule, off in zip(rules, offs, strict=True)]
            gains = np.array([Fraction(0 if bid is None else -fee) for bid in bids])
            made = sorted((bid for bid in bids if bid is not None), reverse=True)
            if made:
                winners = [i for i in range(players) if bids[i] == made[0]]
                winners = winners if ties == "chance" else winners[:1]
                paid = made[0] if price == "first" else (made[1] if len(made) > 1 else 0)
                for winner in winners:
                    gains[winner] += Fraction(value - paid, len(winners))
            total += gains
            cases += 1
    return list(total / cases)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("price", ["first", "second"])
@pytest.mark.parametrize("ties", ["chance", "lowest"])
@pytest.mark.parametrize("public", [False, True])
@pytest.mark.parametrize("fee", [0, 1])
@pytest.mark.parametrize(("bidders", "top", "error"), [(2, 4, 2), (3, 4, 1)])
def test_expected_returns(style, price, ties, public, fee, bidders, top, error):
    rules = {"max_value": top, "error": error, "price": price, "ties": ties}
    game = make(style, bidders=bidders, public=public, fee=fee, **rules)

    def bold(estimate, report):
        return min(estimate, top)

    def careful(estimate, report):
        best = estimate if report is None else (estimate + report) // 2
        return None if fee and best <= error else min(max(best - error, 0), top)

    def out(estimate, report):
        return None if fee else 0

    chosen_by_two = itertools.product([bold, careful, out], repeat=2)
    chosen_by_three = [(bold, careful, out), (careful, out, bold), (out, out, careful)]
    for chosen in chosen_by_two if bidders == 2 else chosen_by_three:
        expected = expected_by_sums(chosen, top, error, price, ties, public, fee)
        assert expected_by_play(game, chosen) == expected


@pytest.mark.parametrize("style", STYLES)
def test_whoever_bids_the_estimate_is_cursed(style):
    """Estimates are right on average, but the highest one is too high."""
    game = make(style, bidders=3, max_value=6, error=1, price="first", ties="chance")
    assert sum(expected_by_play(game, [lambda estimate, _: min(estimate, 6)] * 3)) < 0


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("public", [False, True])
def test_the_hidden_is_resampled_as_likely_as_it_is(follows_posterior, style, public):
    game = make(style, bidders=2, max_value=4, error=1 if public else 2, public=public)
    follows_posterior(game, 40)
