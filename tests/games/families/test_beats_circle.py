"""Circles of things that beat each other against OpenSpiel, and against sums over wins and ties."""

from __future__ import annotations

from math import comb

import numpy as np
import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("beats_circle").programs)
NAMES = families.load("beats_circle").themes["hands"]["names"]


def make(style, **values):
    return compile_game(families.make("beats_circle", style=style, **values).source)


@pytest.mark.parametrize("style", STYLES)
def test_one_round_of_three_is_open_spiels_rock_paper_scissors(compare_tree, style):
    theirs = pyspiel.load_game("turn_based_simultaneous_game(game=matrix_rps())")
    order = ("rock", "paper", "scissors")
    game = make(style, things=3, reach=1, target=1, rounds=1)
    count = compare_tree(
        game, theirs.new_initial_state(), lambda theirs, action: f"show {order[action]}"
    )
    assert count == 1 + 3 + 9


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("things", "reach", "rounds"), [(3, 1, 3), (5, 1, 2), (5, 2, 1), (7, 3, 1), (7, 2, 2)]
)
def test_all_rounds_are_repeated_circulant_matrix_games(style, things, reach, rounds):
    """With a target that only all rounds can reach, the sign of the total is the result."""
    row = np.zeros(things)
    row[1 : reach + 1] = 1
    row[-reach:] = -1
    table = np.array([np.roll(row, number) for number in range(things)])
    stage = pyspiel.create_matrix_game(table, -table)
    repeated = pyspiel.create_repeated_game(stage, {"num_repetitions": rounds})
    game = make(style, things=things, reach=reach, target=rounds, rounds=rounds)
    start = pyspiel.convert_to_turn_based(repeated).new_initial_state()
    stack = [(game.get_initial_state(), start)]
    while stack:
        state, theirs = stack.pop()
        assert game.get_current_player(state) == theirs.current_player()
        if theirs.is_terminal():
            assert game.get_rewards(state) == list(np.sign(theirs.returns()))
            continue
        assert game.get_rewards(state) == [0, 0]
        names = [f"show {NAMES[action]}" for action in theirs.legal_actions()]
        assert game.get_legal_actions(state) == names
        for action, name in enumerate(names):
            stack.append((game.apply_action(state, name), theirs.child(action)))


def chances(win, target, rounds):
    """Return the probabilities that a match of equals ends 1, 0 and -1, and its mean length."""
    tie = 1 - 2 * win
    ahead = length = 0.0
    for number in range(1, rounds + 1):  # the target is reached in just this round ...
        for losses in range(min(target, number - target + 1)):
            before = number - 1
            ways = comb(before, target - 1) * comb(before - target + 1, losses)
            share = ways * win ** (target + losses) * tie ** (number - target - losses)
            ahead += share
            length += 2 * share * number
    level = 0.0
    for wins in range(target):  # ... or never
        for losses in range(min(target, rounds - wins + 1)):
            ways = comb(rounds, wins) * comb(rounds - wins, losses)
            share = ways * win ** (wins + losses) * tie ** (rounds - wins - losses)
            length += share * rounds
            ahead += share * (wins > losses)
            level += share * (wins == losses)
    return {1.0: ahead, 0.0: level, -1.0: ahead}, length


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("things", "reach", "target", "rounds"),
    [(3, 1, 2, 4), (3, 1, 1, 3), (5, 2, 2, 3), (5, 1, 1, 3), (7, 2, 2, 2)],
)
def test_results_of_random_matches(whole_tree, style, things, reach, target, rounds):
    game = make(style, things=things, reach=reach, target=target, rounds=rounds)
    results, length = {1.0: 0.0, 0.0: 0.0, -1.0: 0.0}, 0.0
    for state, actions, probability in whole_tree(game):
        if game.get_current_player(state) == TERMINAL_PLAYER:
            results[game.get_rewards(state)[0]] += probability
            length += probability * len(actions) / 2
    expected, expected_length = chances(reach / things, target, rounds)
    assert sum(expected.values()) == pytest.approx(1)
    assert results == pytest.approx(expected)
    assert length == pytest.approx(expected_length)


@pytest.mark.parametrize("style", STYLES)
def test_nothing_is_repeated(whole_tree, style):
    game = make(style, things=3, reach=1, target=3, rounds=3, no_repeat=True)
    count = 0
    for state, actions, _ in whole_tree(game):
        player = game.get_current_player(state)
        barred = set(actions[-2:][:1]) if len(actions) > 1 else set()
        if player == TERMINAL_PLAYER:
            count += 1
        else:
            everything = {f"show {name}" for name in NAMES[:3]}
            assert set(game.get_legal_actions(state)) == everything - barred
    assert count == 9 * 4 * 4
