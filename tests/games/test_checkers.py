"""Checkers against OpenSpiel's, and the published numbers of lines of play.

One coincidence is not compared, because no game met it: a 40th action without a jump that also
leaves the other player without a move.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyspiel
import pytest

from codeworld.seeding import derive_seed


def named_action(size):
    """OpenSpiel names its moves by two squares: files are letters, ranks count from the bottom.

    There, too, each jump of a series is an action of its own.
    """

    def to_ours(theirs, action):
        name = theirs.action_to_string(theirs.current_player(), action)
        column, to_column = "abcdefgh".index(name[0]), "abcdefgh".index(name[2])
        row, to_row = size - int(name[1]), size - int(name[3])
        word = "jump" if abs(row - to_row) == 2 else "move"
        return f"{word} {row} {column} {to_row} {to_column}"

    return to_ours


@pytest.mark.parametrize(
    "seeds", [range(100), pytest.param(range(100, 1000), marks=pytest.mark.slow)]
)
def test_random_games(compiled, compare_game, random_choice, seeds):
    theirs = pyspiel.load_game("checkers")
    for seed in seeds:
        choose = random_choice(seed, "checkers")
        compare_game(compiled("checkers"), theirs.new_initial_state(), named_action(8), choose)


def test_games_of_quiet_moves_are_drawn_alike(compiled, compare_game, random_choice):
    """Players keep away from each other as long as they can."""
    game, theirs = compiled("checkers"), pyspiel.load_game("checkers")
    draws = 0
    for seed in range(100):
        any_of = random_choice(seed, "checkers, quiet")

        def choose(state, legal, any_of=any_of):
            for _ in range(5):
                action = any_of(state, legal)
                replies = game.get_legal_actions(game.apply_action(state, action))
                if replies and not replies[0].startswith("jump"):
                    return action
            return action

        state, _ = compare_game(game, theirs.new_initial_state(), named_action(8), choose)
        draws += game.get_rewards(state) == [0.0, 0.0]
    assert draws >= 10


@pytest.mark.parametrize(("depth", "count"), [*enumerate((7, 49, 302, 1469, 7361), 1)])
def test_lines_of_play(compiled, depth, count):
    """Published perft counts. No line of five actions holds a jump that must go on."""
    game = compiled("checkers")

    def count_lines(state, depth):
        legal = game.get_legal_actions(state)
        if depth == 1:
            return len(legal)
        return sum(count_lines(game.apply_action(state, action), depth - 1) for action in legal)

    assert count_lines(game.get_initial_state(), depth) == count


@pytest.mark.parametrize("seeds", [range(40), pytest.param(range(40, 200), marks=pytest.mark.slow)])
def test_games_steered_to_kings_and_series_of_jumps(compiled, compare_game, seeds):
    """Players offer pieces, so that the other must jump on and on, and run for the last row."""
    game, theirs = compiled("checkers"), pyspiel.load_game("checkers")
    seen = Counter()
    for seed in seeds:
        generator = np.random.default_rng(derive_seed(seed, "checkers, steered"))

        def choose(state, legal, generator=generator):
            player = game.get_current_player(state)
            observation = game.get_observations(state)[0]
            seen["jump on"] += observation["jumper"] != [-1, -1]
            scores = []
            for action in legal:
                after = game.apply_action(state, action)
                board = game.get_observations(after)[0]["board"]
                kings = board.count("XO"[player])
                offers = any(reply.startswith("jump") for reply in game.get_legal_actions(after))
                scores.append(2 * kings + offers + 2 * generator.random())
            return legal[int(np.argmax(scores))]

        state, _ = compare_game(game, theirs.new_initial_state(), named_action(8), choose)
        board = game.get_observations(state)[0]["board"]
        seen["kings"] += "X" in board or "O" in board
        if game.get_rewards(state) != [0.0, 0.0]:
            loser = game.get_rewards(state).index(-1.0)
            seen["blocked"] += any(piece in board for piece in ("xX", "oO")[loser])
    assert seen["kings"] >= len(seeds) // 2
    assert seen["jump on"] >= len(seeds)
    assert seen["blocked"] >= 1
