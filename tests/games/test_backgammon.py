"""Backgammon against OpenSpiel's: every complete turn, and the position after it."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pyspiel
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.seeding import derive_seed

# OpenSpiel counts gammons and backgammons when told so. There a game ends after a number of turns;
# in ours that number is unlimited, so it is put beyond reach here.
OPEN_SPIEL = "backgammon(scoring_type=full_scoring,max_player_turns=100000)"
BAR, NO_MOVE = 100, -1  # OpenSpiel's names for places


def roll_to_ours(theirs, outcome):
    """OpenSpiel's opening roll tells who starts. Of other rolls, each pair is two outcomes."""
    text = theirs.action_to_string(CHANCE_PLAYER, outcome)
    low, high = sorted(re.search(r"roll: (\d)(\d)", text).groups())
    if "X starts" in text:
        return f"open {high} {low}"
    return f"open {low} {high}" if "O starts" in text else f"roll {high} {low}"


def moves_to_ours(theirs, action):
    """Return OpenSpiel's action, one or two checker moves in their order, as actions of ours.

    Player 0 is OpenSpiel's X, who moves up its points, numbered from 0; player 1 is its O. A number
    that cannot be played is left out, so that a turn with nothing to play is ().
    """
    player, moves = theirs.current_player(), []
    for move in theirs.spiel_move_to_checker_moves(player, action):
        if move.pos != NO_MOVE:
            point = 24 - move.pos if player == 0 else move.pos + 1
            moves.append(f"move {'bar' if move.pos == BAR else point} {move.num}")
    return tuple(moves)


def checkers_of(theirs):
    """Return each player's checkers by place, as the player counts: 0 is off, 25 is the bar."""
    checkers = [[0] * 26, [0] * 26]
    for place in range(24):
        checkers[0][24 - place] = theirs.board(0, place)
        checkers[1][place + 1] = theirs.board(1, place)
    text = str(theirs)
    (bar,) = re.findall(r"Bar:(.*)", text)
    ((off_x, off_o),) = re.findall(r"X: (\d+), O: (\d+)", text)
    checkers[0][25], checkers[1][25] = bar.count("x"), bar.count("o")
    checkers[0][0], checkers[1][0] = int(off_x), int(off_o)
    return checkers


def our_checkers(game, state):
    observation = game.get_observations(state)[0]
    return [observation["own"], observation["other"]]


def our_turns(game, state, player, num_moves):
    """Yield (moves, state after them): every way to play on until the turn or these moves end."""
    legal = game.get_legal_actions(state)
    if num_moves == 0 or game.get_current_player(state) != player or legal == ["pass"]:
        yield (), state
        return
    for action in legal:
        after = game.apply_action(state, action)
        for moves, last in our_turns(game, after, player, num_moves - 1):
            yield (action, *moves), last


def compare_turn(game, state, theirs, seen):
    """Assert that one turn, or half the turn of a double, can be played alike; return the ways.

    OpenSpiel lists whole turns of two moves, and a double is two such turns of the same player. The
    ordered ways to play on are the same set in both games. So are, then, the beginnings of these
    ways: after each of them ours offers exactly the moves with which one of OpenSpiel's goes on.
    """
    player, line = theirs.current_player(), theirs.history()
    actions = {moves_to_ours(theirs, action): action for action in theirs.legal_actions()}
    assert len(actions) == len(theirs.legal_actions()), line
    if game.get_current_player(state) != player:  # ours has ended after the first half of a double
        assert game.get_current_player(state) == CHANCE_PLAYER
        assert set(actions) == {()}, line
        return actions
    ways = dict(our_turns(game, state, player, 2))
    assert set(ways) == set(actions), line
    assert game.get_rewards(state) == theirs.returns() == [0.0, 0.0]
    if seen["positions"] > 0:
        seen["positions"] -= 1
        positions = {str(our_checkers(game, after)) for after in ways.values()}
        assert positions == {str(checkers_of(theirs.child(action))) for action in actions.values()}
    count_rules(game, state, player, actions, seen)
    return actions


def count_rules(game, state, player, actions, seen):
    """Count how often rare rules decided what was legal."""
    observation = game.get_observations(state)[player]
    own, dice = observation["own"], observation["dice"]
    (num_moves,) = {len(moves) for moves in actions}
    numbers = {moves[0].split()[2] for moves in actions if moves}
    seen["pass"] += num_moves == 0
    seen["one of two numbers"] += num_moves == 1 and len(set(dice)) == 2
    seen["half a double"] += num_moves == 1 and len(set(dice)) == 1
    seen["the higher of two"] += (
        num_moves == 1 and own[25] == 0 and numbers == {str(max(dice))} and min(dice) < max(dice)
    )
    seen["on the bar while bearing off"] += own[25] > 0 and own[0] > 0
    seen["last checker"] += own[0] == 14
    for moves in actions:
        for place, number in (move.split()[1:] for move in moves):
            seen["off with a higher number"] += place != "bar" and int(place) < int(number)


def compare_game(game, theirs, choose, seen):
    """Compare every node of one game; `choose(state, options)` plays rolls and turns."""
    state = game.get_initial_state()
    while not theirs.is_terminal():
        if theirs.is_chance_node():
            assert game.get_current_player(state) == CHANCE_PLAYER
            expected: Counter[str] = Counter()
            for outcome, probability in theirs.chance_outcomes():
                expected[roll_to_ours(theirs, outcome)] += probability
            assert set(game.get_legal_actions(state)) == set(expected)
            assert dict(game.get_chance_outcomes(state)) == pytest.approx(dict(expected))
            outcome = choose(state, theirs.legal_actions())
            state = game.apply_action(state, roll_to_ours(theirs, outcome))
            theirs.apply_action(outcome)
            continue
        turns = compare_turn(game, state, theirs, seen)
        moves = choose(state, sorted(turns))
        theirs.apply_action(turns[moves])
        if game.get_legal_actions(state) == ["pass"]:
            moves = ("pass",)
        for move in moves:
            state = game.apply_action(state, move)
        assert our_checkers(game, state) == checkers_of(theirs)
    assert game.get_current_player(state) == TERMINAL_PLAYER
    assert game.get_legal_actions(state) == []
    assert game.get_rewards(state) == theirs.returns()
    seen[max(theirs.returns())] += 1


@pytest.mark.parametrize(
    "seeds", [range(25), pytest.param(range(25, 1000), marks=pytest.mark.slow)]
)
def test_random_games(compiled, random_choice, seeds):
    theirs, game = pyspiel.load_game(OPEN_SPIEL), compiled("backgammon")
    seen = Counter(positions=500)
    for seed in seeds:
        choose = random_choice(seed, "backgammon")
        compare_game(game, theirs.new_initial_state(), choose, seen)
    assert seen["positions"] == 0  # so many sets of positions have been compared
    assert {1.0, 2.0, 3.0} < set(seen)


@pytest.mark.parametrize("seeds", [range(20), pytest.param(range(20, 200), marks=pytest.mark.slow)])
def test_games_steered_to_the_bar_and_the_end(compiled, seeds):
    """One player holds points and hits, so that the other's numbers often cannot be played.

    The other player runs: brings everyone home and off, and so leaves lone checkers behind.
    """
    theirs, game = pyspiel.load_game(OPEN_SPIEL), compiled("backgammon")
    seen = Counter(positions=200)
    for seed in seeds:
        generator = np.random.default_rng(derive_seed(seed, "backgammon, steered"))

        def choose(state, options, generator=generator, holds=seed % 2):
            player = game.get_current_player(state)
            options = [options[place] for place in generator.permutation(len(options))]
            if player == CHANCE_PLAYER or options == [()]:
                return options[0]
            scores = []
            for moves in options[:6]:
                after = state
                for move in moves:
                    after = game.apply_action(after, move)
                observation = game.get_observations(after)[player]
                own, other = observation["own"], observation["other"]
                to_go = sum(place * number for place, number in enumerate(own))
                held = sum(number >= 2 for number in own[1:13])
                score = 2 * other[25] + held if player == holds else own[0]
                scores.append(score - to_go / 10 + generator.random())
            return options[int(np.argmax(scores))]

        compare_game(game, theirs.new_initial_state(), choose, seen)
    per_game = {
        "pass": 3,
        "one of two numbers": 2,
        "half a double": 0.05,
        "the higher of two": 0.05,
        "on the bar while bearing off": 0.3,
        "last checker": 0.1,
        "off with a higher number": 5,
    }
    assert {rule for rule, least in per_game.items() if seen[rule] < least * len(seeds)} == set()
    assert seen["positions"] == 0
