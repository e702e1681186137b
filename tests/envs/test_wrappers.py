"""PettingZoo's own wrappers work around a GameEnv."""

from __future__ import annotations

import numpy as np
import pytest
from pettingzoo.utils import wrappers

import codeworld


@pytest.fixture
def wrapped():
    env = wrappers.TerminateIllegalWrapper(codeworld.make("tic_tac_toe"), illegal_reward=-1)
    return wrappers.OrderEnforcingWrapper(wrappers.AssertOutOfBoundsWrapper(env))


def test_an_episode_through_all_wrappers(wrapped):
    totals = dict.fromkeys(wrapped.possible_agents, 0.0)
    generator = np.random.default_rng(2)
    wrapped.reset(seed=0)
    for agent in wrapped.agent_iter():
        observation, reward, terminated, truncated, info = wrapped.last()
        totals[agent] += reward
        assert (info["action_mask"] == observation["action_mask"]).all()
        done = terminated or truncated
        legal = np.flatnonzero(observation["action_mask"])
        wrapped.step(None if done else int(generator.choice(legal)))
    assert sum(totals.values()) == 0.0
    assert wrapped.agents == []


def test_the_wrapper_ends_an_illegal_game(wrapped, caplog):
    wrapped.reset(seed=0)
    wrapped.step(4)
    wrapped.step(4)
    assert wrapped.rewards == {"player_0": 0, "player_1": -1.0}
    totals = {}
    for agent in wrapped.agent_iter():
        _, reward, terminated, truncated, _ = wrapped.last()
        assert terminated or truncated
        totals[agent] = reward
        wrapped.step(None)
    assert totals == {"player_0": 0, "player_1": -1.0}
    assert wrapped.unwrapped.source == codeworld.make("tic_tac_toe").source
