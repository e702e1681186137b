"""Merging tiles against OpenSpiel's 2048, and against a second engine on numpy arrays."""

from __future__ import annotations

import re

import numpy as np
import pyspiel
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

STYLES = families.load("merge_tiles").programs


def puzzle(style, **values):
    return compile_game(families.make("merge_tiles", style=style, **values).source)


@pytest.mark.parametrize("style", STYLES)
def test_on_its_board_it_is_openspiels_2048(style):
    """OpenSpiel has no limit of moves, and goes on after the target.

    It takes a tile that was merged in the last move for merged still when it looks for legal moves,
    so it leaves out those that do nothing but merge such a tile (and 2048 itself has them).
    """
    game = puzzle(style, rows=4, columns=4, base=2, doublings=5, large=1, start=2, moves=28)
    sides = ("up", "right", "down", "left")
    for seed in range(60):
        generator = np.random.default_rng(derive_seed(seed, "2048"))
        state, theirs = game.get_initial_state(), pyspiel.load_game("2048").new_initial_state()
        moves, just_merged = 0, False
        while True:
            player = game.get_current_player(state)
            assert game.get_rewards(state) == theirs.returns()
            if player == TERMINAL_PLAYER:
                assert moves == 28 or " 64" in str(theirs)
                break
            assert player == theirs.current_player()
            if player == CHANCE_PLAYER:
                ours = {}
                for action, probability in theirs.chance_outcomes():
                    number, row, column = map(
                        int, re.findall(r"\d+", theirs.action_to_string(action))
                    )
                    ours[f"spawn {row - 1} {column - 1} {number}"] = (action, probability)
                expected = {name: probability for name, (_, probability) in ours.items()}
                assert dict(game.get_chance_outcomes(state)) == pytest.approx(expected)
            else:
                ours = {f"push {sides[a]}": (a, None) for a in theirs.legal_actions()}
                moves += 1
            legal = set(game.get_legal_actions(state))
            assert legal == set(ours) or just_merged
            assert legal >= set(ours)
            name = sorted(ours)[generator.integers(len(ours))]
            before = game.get_rewards(state)
            state = game.apply_action(state, name)
            theirs.apply_action(ours[name][0])
            if player == 0:
                just_merged = game.get_rewards(state) != before
            if theirs.is_terminal():
                break


def merged(line):
    """Return a line pushed to its front, and what its merges are worth: all by recursion."""
    numbers = [number for number in line if number]
    if len(numbers) < 2:
        return numbers, 0
    if numbers[0] == numbers[1]:
        rest, worth = merged(numbers[2:])
        return [2 * numbers[0], *rest], worth + 2 * numbers[0]
    rest, worth = merged(numbers[1:])
    return [numbers[0], *rest], worth


def pushed(board, turns):
    """Return a board pushed up after so many quarter turns, and the worth of the merges."""
    board, worth = np.rot90(board, turns), 0
    after = np.zeros_like(board)
    for column in range(board.shape[1]):
        line, gain = merged(board[:, column].tolist())
        after[: len(line), column] = line
        worth += gain
    return np.rot90(after, -turns), worth


TURNS = {"push up": 0, "push right": 1, "push down": 2, "push left": 3}


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("rules", "lines"),
    [
        ({"rows": 2, "columns": 2, "base": 3, "doublings": 2, "large": 5, "moves": 8}, 4000),
        ({"rows": 2, "columns": 3, "base": 2, "doublings": 3, "large": 0, "moves": 8}, 4000),
        ({"rows": 3, "columns": 3, "doublings": 4, "large": 2, "start": 1, "scored": False}, 4000),
        ({"rows": 2, "columns": 4, "base": 1, "doublings": 3, "moves": 12, "scored": False}, 4000),
    ],
)
def test_against_a_second_engine(style, rules, lines):
    """States are visited in an order that is as good as random, up to a number of them."""
    game, task = puzzle(style, **rules), families.make("merge_tiles", **rules)
    values = task.parameters
    target = values["base"] * 2 ** values["doublings"]
    start = np.zeros((values["rows"], values["columns"]), int)
    generator = np.random.default_rng(derive_seed(0, "second engine"))
    stack, count = [(game.get_initial_state(), start, values["start"], 0, 0)], 0
    while stack and count < lines:
        state, board, missing, moves, worth = stack.pop(int(generator.integers(len(stack))))
        count += 1
        player = game.get_current_player(state)
        made = board.max() >= target
        assert game.get_rewards(state) == [worth if values["scored"] else int(made)]
        if missing:
            assert player == CHANCE_PLAYER
            share = 1 / np.count_nonzero(board == 0)
            expected, after = {}, {}
            for row, column in zip(*np.nonzero(board == 0), strict=True):
                for number, tenths in ((1, 10 - values["large"]), (2, values["large"])):
                    if tenths:
                        name = f"spawn {row} {column} {number * values['base']}"
                        expected[name] = share * tenths / 10
                        after[name] = board.copy()
                        after[name][row, column] = number * values["base"]
            assert dict(game.get_chance_outcomes(state)) == pytest.approx(expected)
            for name, child in after.items():
                stack.append((game.apply_action(state, name), child, missing - 1, moves, worth))
            continue
        after = {name: pushed(board, turns) for name, turns in TURNS.items()}
        legal = {name for name, (child, _) in after.items() if (child != board).any()}
        if made or moves == values["moves"] or not legal:
            assert player == TERMINAL_PLAYER
            continue
        assert player == 0
        assert set(game.get_legal_actions(state)) == legal
        for name in legal:
            child, gain = after[name]
            ended = child.max() >= target or moves + 1 == values["moves"]
            added = (child, 0 if ended else 1, moves + 1, worth + gain)
            stack.append((game.apply_action(state, name), *added))
    assert count > 1000
