"""PettingZoo's own tests, on every curated game, with every warning an error."""

from __future__ import annotations

import importlib
import warnings

import pytest

import codeworld
from codeworld import games

ROSTER = {"connect_four", "kuhn_poker", "leduc_poker", "pig", "tic_tac_toe"}

with warnings.catch_warnings():
    # PettingZoo's tests import one of its own environments the way that PettingZoo deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from pettingzoo.test import api_test, seed_test

# PettingZoo keeps the names of environments whose observations are dicts in lists of its test.
api_test_module = importlib.import_module("pettingzoo.test.api_test")


@pytest.fixture(autouse=True)
def warnings_are_errors():
    """Gymnasium's and PettingZoo's warnings too, which are not all of the same class."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_the_roster_is_complete():
    assert set(games.names()) >= ROSTER


@pytest.mark.parametrize("name", games.names())
def test_api_with_the_mask_in_infos(name):
    api_test(codeworld.make(name, mask_in_observation=False), num_cycles=200)


@pytest.mark.parametrize("name", games.names())
def test_api_with_the_mask_in_the_observation(name, monkeypatch):
    for roster in ("env_obs_dicts", "env_obs_space"):
        monkeypatch.setattr(api_test_module, roster, [*getattr(api_test_module, roster), name])
    api_test(codeworld.make(name), num_cycles=200)


@pytest.mark.parametrize("mask_in_observation", [True, False])
@pytest.mark.parametrize("name", games.names())
def test_seeds(name, mask_in_observation):
    seed_test(lambda: codeworld.make(name, mask_in_observation=mask_in_observation))


@pytest.mark.parametrize("name", games.names())
def test_api_in_a_worker(name):
    env = codeworld.make(name, isolation="process", mask_in_observation=False)
    api_test(env, num_cycles=50)
    env.close()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("breakthrough", {"rows": 6, "columns": 5}),
        ("battleship", {"size": 5, "first_ship": 3, "second_ship": 2}),
        ("goofspiel", {"players": 3, "cards": 4}),
        ("go", {"size": 4, "komi": 2.5}),
    ],
)
def test_api_and_seeds_of_variants(name, values):
    api_test(codeworld.make(name, mask_in_observation=False, **values), num_cycles=200)
    seed_test(lambda: codeworld.make(name, **values), num_cycles=60)
