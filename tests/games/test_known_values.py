"""Published numbers of the curated games, found again through their programs."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER


def count_lines(game, state, depth):
    """Return how many lines of `depth` actions start here; the last one is not played out."""
    legal = game.get_legal_actions(state)
    if depth == 1:
        return len(legal)
    return sum(count_lines(game, game.apply_action(state, action), depth - 1) for action in legal)


@pytest.mark.parametrize(
    ("depth", "count"),
    [
        *enumerate((7, 49, 343, 2401, 16807, 117649, 823536), 1),
        pytest.param(8, 5673234, marks=pytest.mark.slow),
    ],
)
def test_connect_four_lines_of_play(compiled, depth, count):
    """Published perft counts; at depth 7 the first column is full, at depth 8 games have ended."""
    game = compiled("connect_four")
    assert count_lines(game, game.get_initial_state(), depth) == count


def test_tic_tac_toe_games(compiled):
    """Published: 255,168 games, of which 131,184 are won by x, 77,904 by o, and 46,080 drawn."""
    game = compiled("tic_tac_toe")
    known = {}

    def count(state):
        board = tuple(game.get_observations(state)[0]["board"])
        if board not in known:
            if game.get_current_player(state) == TERMINAL_PLAYER:
                gain = game.get_rewards(state)[0]
                known[board] = np.array([gain == 1, gain == -1, gain == 0], int)
            else:
                after = (game.apply_action(state, move) for move in game.get_legal_actions(state))
                known[board] = sum(map(count, after), np.zeros(3, int))
        return known[board]

    assert count(game.get_initial_state()).tolist() == [131184, 77904, 46080]


# Kuhn (1950): an equilibrium for every ALPHA in [0, 1/3]; here the probability of bet or call.
ALPHA = Fraction(1, 5)
THIRD = Fraction(1, 3)
BOLDNESS = {
    ("J", ()): ALPHA,
    ("Q", ()): 0,
    ("K", ()): 3 * ALPHA,
    ("J", ("check", "bet")): 0,
    ("Q", ("check", "bet")): ALPHA + THIRD,
    ("K", ("check", "bet")): 1,
    ("J", ("check",)): THIRD,
    ("Q", ("check",)): 0,
    ("K", ("check",)): 1,
    ("J", ("bet",)): 0,
    ("Q", ("bet",)): THIRD,
    ("K", ("bet",)): 1,
}


def kuhn_value(game, boldness, state=None):
    """Return player 0's expected return; `boldness` is by own card and moves so far."""
    state = state or game.get_initial_state()
    player = game.get_current_player(state)
    if player == TERMINAL_PLAYER:
        return Fraction(game.get_rewards(state)[0])
    if player == CHANCE_PLAYER:
        shares = [
            (outcome, Fraction(probability).limit_denominator(6))
            for outcome, probability in game.get_chance_outcomes(state)
        ]
    else:
        observation = game.get_observations(state)[player]
        bold = boldness[observation["cards"][player], tuple(observation["moves"])]
        meek_action, bold_action = game.get_legal_actions(state)
        shares = [(meek_action, 1 - bold), (bold_action, bold)]
    return sum(
        share * kuhn_value(game, boldness, game.apply_action(state, action))
        for action, share in shares
        if share
    )


def test_kuhn_poker_value_and_equilibrium(compiled):
    """The value is -1/18 for player 0, and no pure strategy does better against the equilibrium."""
    game = compiled("kuhn_poker")
    value = Fraction(-1, 18)
    assert kuhn_value(game, BOLDNESS) == value
    for player, best in ((0, max), (1, min)):
        own = [key for key in BOLDNESS if len(key[1]) % 2 == player]
        assert len(own) == 6
        replies = itertools.product((0, 1), repeat=len(own))
        values = [
            kuhn_value(game, BOLDNESS | dict(zip(own, reply, strict=True))) for reply in replies
        ]
        assert best(values) == value


def pig_positions(game):
    """Return what may follow each position, found with the game's own functions.

    A position is (own score, other score, turn total), as the player to move sees it; position 0
    is the start. The values are the chances to win of the player to move.

    Returns:
        follows: shape (positions, 1 + SIDES), the position after hold and after each face of the
            die; -1 where the player has just won, -2 where rolling is not allowed.
        passes: same shape, whether it is then the other player's turn.
    """
    number_of, positions, follows, passes = {}, [], [], []

    def look_up(state):
        """Return the position's number and the player to move."""
        mover = game.get_current_player(state)
        if mover == TERMINAL_PLAYER:
            return -1, game.get_rewards(state).index(1.0)
        observation = game.get_observations(state)[0]
        mine, other = observation["scores"][mover], observation["scores"][1 - mover]
        key = (mine, other, observation["turn_total"])
        if key not in number_of:
            number_of[key] = len(positions)
            positions.append(state)
        return number_of[key], mover

    look_up(game.get_initial_state())
    rolling = game.apply_action(game.get_initial_state(), "roll")
    outcomes = [outcome for outcome, _ in game.get_chance_outcomes(rolling)]
    for state in positions:  # grows while it is read
        mover = game.get_current_player(state)
        after = [look_up(game.apply_action(state, "hold"))]
        if "roll" in game.get_legal_actions(state):
            rolling = game.apply_action(state, "roll")
            after += [look_up(game.apply_action(rolling, outcome)) for outcome in outcomes]
        after += [(-2, mover)] * (1 + len(outcomes) - len(after))
        follows.append([number for number, _ in after])
        passes.append([following != mover for _, following in after])
    return np.array(follows), np.array(passes)


def best_chance(follows, passes):
    """Return the first player's chance to win when both play best, by value iteration."""
    chances = np.zeros(len(follows) + 2)
    while True:
        chances[-1], chances[-2] = 1.0, -np.inf
        after = np.where(passes, 1 - chances[follows], chances[follows])
        better = np.maximum(after[:, 0], after[:, 1:].mean(axis=1))
        change = np.abs(better - chances[:-2]).max()
        chances[:-2] = better
        if change < 1e-9:
            return chances[0]


def test_piglet_value(compiled):
    """Neller & Presser (2004): the first player wins Piglet with goal 2 with probability 4/7.

    Piglet is Pig with a coin. A die of two sides is that coin, its heads worth 2, its goal 4.
    """
    game = compiled("pig", sides=2, target=4)
    assert best_chance(*pig_positions(game)) == pytest.approx(4 / 7, abs=1e-6)


@pytest.mark.slow
def test_pig_value(compiled):
    """Neller & Presser (2004): the first player wins Pig with probability 0.5306."""
    assert round(best_chance(*pig_positions(compiled("pig"))), 4) == 0.5306
