"""Repeated dilemmas against OpenSpiel's repeated matrix games, and against formulas."""

from __future__ import annotations

import numpy as np
import pyspiel
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("repeated_dilemma").programs)
THEME = families.load("repeated_dilemma").themes["suspects"]
KIND, MEAN, EXIT = (THEME[key] for key in ("kind", "mean", "exit"))


def make(style, **values):
    return compile_game(families.make("repeated_dilemma", style=style, **values).source)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("payoffs", "rounds"), [([5, 3, 1, 0], 3), ([3, 2, 0, -1], 2), ([7, 5, 3, 1], 4)]
)
def test_with_a_known_end_it_is_the_repeated_game_of_open_spiel(
    compare_tree, style, payoffs, rounds
):
    temptation, reward, punishment, sucker = map(float, payoffs)
    rows = np.array([[reward, sucker], [temptation, punishment]])
    stage = pyspiel.create_matrix_game(rows, rows.T)
    repeated = pyspiel.create_repeated_game(stage, {"num_repetitions": rounds})
    theirs = pyspiel.convert_to_turn_based(repeated).new_initial_state()
    game = make(style, payoffs=payoffs, rounds=rounds, stop_percent=0)
    count = compare_tree(game, theirs, lambda theirs, action: (KIND, MEAN)[action])
    assert count == 2 ** (2 * rounds + 1) - 1


def expected(game, strategies):
    """Return the expected final returns, chance averaged, of two strategies.

    A strategy is told the opponent's choices of all rounds before, and returns a choice.
    """

    def value(state, past, first=None):
        player = game.get_current_player(state)
        if player == TERMINAL_PLAYER:
            return np.array(game.get_rewards(state))
        if player == CHANCE_PLAYER:
            return sum(
                share * value(game.apply_action(state, outcome), past)
                for outcome, share in game.get_chance_outcomes(state)
            )
        choice = strategies[player]([pair[1 - player] for pair in past])
        after = game.apply_action(state, choice)
        return value(after, [*past, (first, choice)]) if player else value(after, past, choice)

    return list(value(game.get_initial_state(), []))


def always(choice):
    return lambda past: choice


def tit_for_tat(past):
    return past[-1] if past else KIND


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("payoffs", [[5, 3, 1, 0], [2, 1, -1, -2]])
@pytest.mark.parametrize("rounds", [2, 5])
@pytest.mark.parametrize("stop", [0, 10, 50])
@pytest.mark.parametrize("trust", [0, 2])
def test_expected_totals_of_well_known_strategies(style, payoffs, rounds, stop, trust):
    """Round k + 1 is reached with probability (1 - stop) to the power of k."""
    temptation, reward, punishment, sucker = payoffs
    values = {"rounds": rounds, "stop_percent": stop, "trust": trust}
    game = make(style, payoffs=payoffs, **values)
    reached = [(1 - stop / 100) ** k for k in range(rounds)]
    visits = sum(reached)
    growing = reward * visits + trust * sum(k * share for k, share in enumerate(reached))
    late = punishment * (visits - 1)
    for strategies, totals in [
        ((always(KIND), always(KIND)), [growing, growing]),
        ((tit_for_tat, tit_for_tat), [growing, growing]),
        ((always(MEAN), always(MEAN)), [punishment * visits] * 2),
        ((always(MEAN), always(KIND)), [temptation * visits, sucker * visits]),
        ((tit_for_tat, always(MEAN)), [sucker + late, temptation + late]),
    ]:
        assert expected(game, strategies) == pytest.approx(totals)


@pytest.mark.parametrize("style", STYLES)
def test_trust_is_lost_by_one_mean_round(style):
    game = make(style, payoffs=[5, 3, 1, 0], rounds=6, stop_percent=0, trust=2)

    def betray(past):
        return MEAN if len(past) == 2 else KIND

    # 3 + 5, then temptation against sucker, then 3 + 5 + 7 again
    assert expected(game, (betray, always(KIND))) == [8 + 5 + 15, 8 + 0 + 15]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("stop", [0, 25])
def test_leaving_ends_the_game_and_pays_nothing(style, stop):
    game = make(style, payoffs=[5, 3, 1, 0], rounds=4, stop_percent=stop, leave=True)
    go_on = 1 - stop / 100

    def leave_after(number):
        return lambda past: EXIT if len(past) == number else KIND

    for strategies in [
        (leave_after(2), always(KIND)),
        (always(KIND), leave_after(2)),
        (leave_after(2), leave_after(2)),
    ]:
        assert expected(game, strategies) == pytest.approx([3 + 3 * go_on] * 2)
    assert expected(game, (leave_after(0), always(MEAN))) == [0, 0]
    assert game.get_all_actions() == [KIND, MEAN, EXIT]
    assert make(style, leave=False).get_all_actions() == [KIND, MEAN]
