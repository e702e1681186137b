"""Loaded games and seeded play, for all tests of the curated games."""

from __future__ import annotations

import functools

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
