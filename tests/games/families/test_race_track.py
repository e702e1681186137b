"""Races against a second engine, over all states, and against independent Markov chains."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = families.load("race_track").programs


def race(style, **values):
    return compile_game(families.make("race_track", style=style, **values).source)


def moved(board, mover, square, face, rules):
    """Return the board after a roll. A row of it counts a player's tokens on every square."""
    last = rules["length"]
    goal = square + face
    if goal > last:
        goal = {"home": last, "stay": square, "bounce": 2 * last - goal}[rules["overshoot"]]
    rows = np.array(board)
    rows[mover, square] -= 1
    if rules["bump"] and goal not in (0, last):
        others = np.arange(len(rows)) != mover
        rows[others, 0] += rows[others, goal]
        rows[others, goal] = 0
    rows[mover, goal] += 1
    return tuple(map(tuple, rows.tolist()))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "rules",
    [
        {"players": 2, "tokens": 2, "length": 6, "dice": (2, 4), "overshoot": "stay", "bump": True},
        {
            "players": 2,
            "tokens": 1,
            "length": 8,
            "dice": (2, 5),
            "overshoot": "bounce",
            "bump": True,
        },
        {"players": 3, "tokens": 1, "length": 5, "dice": (2, 3), "overshoot": "home", "bump": True},
        {
            "players": 2,
            "tokens": 2,
            "length": 5,
            "dice": (2, 3),
            "overshoot": "bounce",
            "bump": False,
        },
    ],
)
def test_all_states_of_small_races(style, rules):
    game = race(style, **rules)
    players, tokens, last = rules["players"], rules["tokens"], rules["length"]
    start = ((tokens, *([0] * last)),) * players
    stack, seen = [(game.get_initial_state(), start, 0)], set()
    while stack:
        state, board, mover = stack.pop()
        if (board, mover) in seen:
            continue
        seen.add((board, mover))
        arrived = [row[last] == tokens for row in board]
        if any(arrived):
            assert game.get_current_player(state) == TERMINAL_PLAYER
            loss = -1 / (players - 1)
            assert game.get_rewards(state) == [1 if home else loss for home in arrived]
            continue
        assert game.get_current_player(state) == mover
        assert game.get_rewards(state) == [0] * players
        choices = [(x, die) for x in range(last) if board[mover][x] for die in rules["dice"]]
        assert set(game.get_legal_actions(state)) == {f"crawl {x} {die}" for x, die in choices}
        for x, die in choices:
            rolling = game.apply_action(state, f"crawl {x} {die}")
            assert game.get_current_player(rolling) == CHANCE_PLAYER
            fair = {f"roll {face}": 1 / die for face in range(1, die + 1)}
            assert dict(game.get_chance_outcomes(rolling)) == pytest.approx(fair)
            for face in range(1, die + 1):
                after = moved(board, mover, x, face, rules)
                child = game.apply_action(rolling, f"roll {face}")
                stack.append((child, after, (mover + 1) % players))
    assert len(seen) > 50


def turns_needed(tokens, length, die, overshoot, most):
    """Return the probability to be home after each number of turns: the rear token goes always."""
    chances = {(0,) * tokens: Fraction(1)}
    done = [Fraction(0)]
    for _ in range(most):
        following = {}
        for places, probability in chances.items():
            rear, *front = places
            for face in range(1, die + 1):
                goal = rear + face
                if goal > length:
                    goal = length if overshoot == "home" else rear
                after = tuple(sorted((goal, *front)))
                following[after] = following.get(after, 0) + probability / die
        done.append(done[-1] + following.pop((length,) * tokens, Fraction(0)))
        chances = following
    return done


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("players", "tokens", "length", "die", "overshoot"),
    [(2, 2, 6, 4, "home"), (2, 1, 8, 3, "stay"), (3, 1, 6, 2, "home"), (2, 3, 5, 3, "home")],
)
def test_who_races_alone_wins_as_often_as_markov_chains_say(
    style, players, tokens, length, die, overshoot
):
    """Without bumps, everyone's number of turns is independent of the others'."""
    most = 120
    done = turns_needed(tokens, length, die, overshoot, most)
    expected = sum(
        (done[n] - done[n - 1]) * (1 - done[n - 1]) ** (players - 1) for n in range(1, most)
    )
    rules = {"tokens": tokens, "length": length, "dice": (2, die) if die > 2 else (2, 3)}
    game = race(style, players=players, overshoot=overshoot, bump=False, **rules)
    chances = {game.encode_state(game.get_initial_state()): (game.get_initial_state(), 1.0)}
    won = 0.0
    for _ in range(2 * players * most):
        following = {}
        for state, probability in chances.values():
            player = game.get_current_player(state)
            if player == TERMINAL_PLAYER:
                won += probability * (game.get_rewards(state)[0] == 1)
                continue
            if player == CHANCE_PLAYER:
                branches = game.get_chance_outcomes(state)
            else:
                legal = game.get_legal_actions(state)
                rear = min(legal, key=lambda action: (int(action.split()[1]), action))
                branches = [(f"{rear.rpartition(' ')[0]} {die}", 1.0)]
            for action, share in branches:
                after = game.apply_action(state, action)
                key = game.encode_state(after)
                before = following[key][1] if key in following else 0.0
                following[key] = (after, before + probability * share)
        chances = following
    assert won == pytest.approx(float(expected), abs=1e-6)
