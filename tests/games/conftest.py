"""Loaded games, seeded play and comparison with OpenSpiel, for all tests of the curated games."""

from __future__ import annotations

import functools
from collections import Counter

import numpy as np
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.games import load
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed


@functools.cache
def compile_curated(name, changes=()):
    """Return a curated game, some of its lines changed first: a variant of the same rules."""
    source = load(name).source
    for line, changed in changes:
        assert source.count(f"\n{line}") == 1, f"{name} has no line {line!r}"
        source = source.replace(f"\n{line}", f"\n{changed}")
    return compile_game(source)


@pytest.fixture(scope="session")
def compiled():
    """Return a function from a game's name (and changed lines) to the compiled game."""
    return compile_curated


def play_at_random(game, seed):
    """Yield (state, action) along one game, and at last (terminal state, None)."""
    generator = np.random.default_rng(derive_seed(seed, "play at random"))
    state = game.get_initial_state()
    while (player := game.get_current_player(state)) != TERMINAL_PLAYER:
        if player == CHANCE_PLAYER:
            outcomes, weights = zip(*game.get_chance_outcomes(state), strict=True)
            action = outcomes[generator.choice(len(outcomes), p=weights)]
        else:
            legal = game.get_legal_actions(state)
            action = legal[generator.integers(len(legal))]
        yield state, action
        state = game.apply_action(state, action)
    yield state, None


@pytest.fixture(scope="session")
def random_game():
    """Return `play_at_random`."""
    return play_at_random


def compare_node(game, state, theirs, to_ours):
    """Assert that both games say the same of one node; return OpenSpiel's legal actions in ours.

    Args:
        to_ours: from OpenSpiel's state and action to our action. Several outcomes of chance may
            become one of ours, which then has the sum of their probabilities.
    """
    player = game.get_current_player(state)
    line = theirs.history()
    assert player == theirs.current_player(), line
    assert game.get_rewards(state) == theirs.returns(), line
    names = {action: to_ours(theirs, action) for action in theirs.legal_actions()}
    assert set(game.get_legal_actions(state)) == set(names.values()), line
    if player == CHANCE_PLAYER:
        expected: Counter[str] = Counter()
        for action, probability in theirs.chance_outcomes():
            expected[names[action]] += probability
        assert dict(game.get_chance_outcomes(state)) == pytest.approx(dict(expected)), line
    return names


def compare_tree(game, theirs, to_ours, key=None):
    """Compare every node below; return how many nodes were compared.

    Args:
        key: if given, nodes with the same state of ours and the same `key` of theirs are compared
            only once: below them everything is the same in both games.
    """
    seen, count = set(), 0
    stack = [(game.get_initial_state(), theirs)]
    while stack:
        state, theirs = stack.pop()
        if key is not None:
            pair = (game.encode_state(state), key(theirs))
            if pair in seen:
                continue
            seen.add(pair)
        count += 1
        for action, ours in compare_node(game, state, theirs, to_ours).items():
            stack.append((game.apply_action(state, ours), theirs.child(action)))
    return count


def compare_game(game, theirs, to_ours, choose):
    """Compare every node of one game that `choose(state, legal actions of ours)` plays."""
    state, actions = game.get_initial_state(), []
    while True:
        names = compare_node(game, state, theirs, to_ours)
        if game.get_current_player(state) == TERMINAL_PLAYER:
            return state, actions
        ours = choose(state, sorted(set(names.values())))
        theirs.apply_action(next(action for action, name in names.items() if name == ours))
        state = game.apply_action(state, ours)
        actions.append(ours)


def random_choice(seed, stream):
    generator = np.random.default_rng(derive_seed(seed, stream))
    return lambda state, legal: legal[generator.integers(len(legal))]


@pytest.fixture(scope="session", name="compare_tree")
def fixture_of_compare_tree():
    """Return `compare_tree`."""
    return compare_tree


@pytest.fixture(scope="session", name="compare_game")
def fixture_of_compare_game():
    """Return `compare_game`."""
    return compare_game


@pytest.fixture(scope="session", name="random_choice")
def fixture_of_random_choice():
    """Return `random_choice`."""
    return random_choice
