"""GameEnv: agents, masks, rewards, chance, endings, and what it refuses."""

from __future__ import annotations

import copy
import pickle
from collections import Counter

import numpy as np
import pytest

import codeworld
from codeworld import games
from codeworld.contract import CHANCE_PLAYER
from codeworld.errors import (
    EnvironmentStateError,
    IllegalActionError,
    InvalidSeedError,
    SpecError,
)


@pytest.fixture
def countdown(small_game):
    return codeworld.make_from_source(small_game("countdown"), isolation="in_process")


def play(env, seed, policy_seed=0):
    """Play an episode with random actions; return each agent's total reward and the actions."""
    generator = np.random.default_rng(policy_seed)
    env.reset(seed=seed)
    totals, actions = Counter(), []
    for agent in env.agent_iter():
        observation, reward, terminated, truncated, _ = env.last()
        totals[agent] += reward
        action = None
        if not (terminated or truncated):
            action = int(generator.choice(np.flatnonzero(observation["action_mask"])))
            actions.append(env.infos[agent]["legal_actions"] and env._legal.by_index[action])
        env.step(action)
    return totals, actions


@pytest.mark.parametrize("name", games.names())
def test_rewards_sum_to_the_returns(name):
    env = codeworld.make(name)
    for seed in range(20):
        totals, _ = play(env, seed)
        final = env.get_state().position
        assert final.player == codeworld.TERMINAL_PLAYER
        assert [totals[agent] for agent in env.possible_agents] == pytest.approx(final.returns)


@pytest.mark.parametrize("name", games.names())
def test_masks_equal_legal_sets_in_both_places(name):
    env = codeworld.make(name)
    for seed in range(5):
        env.reset(seed=seed)
        generator = np.random.default_rng(seed)
        while not any(env.terminations.values()):
            agent = env.agent_selection
            legal = env.game.get_legal_actions(env.get_state().position.state)
            indices = sorted(env.spec.actions.index(action) for action in legal)
            assert np.flatnonzero(env.observe(agent)["action_mask"]).tolist() == indices
            assert np.flatnonzero(env.infos[agent]["action_mask"]).tolist() == indices
            assert sorted(env.infos[agent]["legal_actions"]) == sorted(legal)
            for idle in set(env.agents) - {agent}:
                assert not env.observe(idle)["action_mask"].any()
                assert not env.infos[idle]["action_mask"].any()
                assert env.infos[idle]["legal_actions"] == []
            env.step(int(generator.choice(indices)))
        for agent in env.agents:
            assert env.observe(agent)["action_mask"].all()


@pytest.mark.parametrize("name", games.names())
def test_every_agent_can_be_observed_at_any_time(name):
    env = codeworld.make(name)
    env.reset(seed=3)
    for agent in env.agent_iter():
        for other in env.possible_agents:
            observation = env.observe(other)
            assert env.observation_space(other).contains(observation)
        assert env.state_space.contains(env.state())
        done = env.terminations[agent] or env.truncations[agent]
        env.step(None if done else int(np.flatnonzero(env.infos[agent]["action_mask"])[0]))


def test_any_number_of_players(countdown):
    totals, actions = play(countdown, seed=0)
    assert countdown.possible_agents == ["player_0", "player_1", "player_2"]
    assert sorted(totals.values()) == [-1.0, -1.0, 2.0]
    assert len(actions) <= 7


def test_step_rewards_are_differences_of_returns(small_game):
    env = codeworld.make_from_source(small_game("walk"), isolation="in_process", spec=WALK_SPEC)
    env.reset(seed=0)
    seen = []
    for action in ("right", "left", "right", "right"):
        env.step(env.action_index(action))
        seen.append(env.rewards["player_0"])
    assert seen == [1.0, 0.0, 1.0, 1.0]


WALK_SPEC = codeworld.GameSpec(
    num_players=1,
    information="perfect",
    chance="deterministic",
    utility="general_sum",
    min_return=0.0,
    max_return=1000.0,
    max_length=None,
    actions=("left", "right"),
    actions_closed=True,
    observation_schema=codeworld.schema.Record((("place", codeworld.schema.Integer(-9, 9)),)),
    exact=True,
)


def test_an_episode_that_outlives_max_steps_is_truncated_not_ended(small_game):
    env = codeworld.make_from_source(
        small_game("walk"), isolation="in_process", spec=WALK_SPEC, max_steps=5
    )
    totals, actions = play(env, seed=0)
    assert len(actions) == 5
    assert env.get_state().ending == "truncated"
    assert totals["player_0"] == env.get_state().position.returns[0]
    assert env.get_state().position.player == 0


class TestChance:
    def test_probabilities_are_the_games(self, small_game):
        env = codeworld.make_from_source(small_game("coin"), isolation="in_process")
        heads, episodes = 0, 2000
        for episode in range(episodes):
            env.reset(seed=0 if episode == 0 else None)
            for _ in range(3):
                env.step(env.action_index("guess heads"))
            heads += sum(env.get_state().paid)
        expected, deviation = 0.25 * 3 * episodes, (3 * episodes * 0.25 * 0.75) ** 0.5
        assert abs(heads - expected) < 4 * deviation

    def test_neighbouring_seeds_share_nothing(self):
        env = codeworld.make("pig")
        lines = set()
        for seed in range(50):
            env.reset(seed=seed)
            rolls = []
            for _ in range(8):
                env.step(env.action_index("roll"))
                rolls.append(str(env.infos["player_0"]["observation"]))
            lines.add(tuple(rolls))
        assert len(lines) > 45

    def test_a_reset_without_seed_goes_on_to_another_episode_of_the_seed(self):
        env, other = codeworld.make("kuhn_poker"), codeworld.make("kuhn_poker")

        def deals(env):
            cards = []
            for episode in range(30):
                env.reset(seed=7 if episode == 0 else None)
                cards.append(str(env.infos["player_0"]["observation"]))
            return cards

        first = deals(env)
        assert first == deals(other)
        assert len(set(first)) > 1

    def test_nobody_is_asked_at_chance_nodes(self):
        env = codeworld.make("leduc_poker")
        for seed in range(20):
            env.reset(seed=seed)
            while not any(env.terminations.values()):
                assert env.get_state().position.player != CHANCE_PLAYER
                env.step(int(np.flatnonzero(env.infos[env.agent_selection]["action_mask"])[-1]))


class TestIllegalActions:
    @pytest.mark.parametrize("action", [2, 99, -1, "take 1", None, 0.5, [0], np.array([0, 1])])
    def test_they_raise_and_leave_the_episode_as_it_was(self, countdown, action):
        countdown.reset(seed=0)
        for _ in range(3):
            countdown.step(1)  # one stone is left: "take 2" is no longer legal
        before = countdown.get_state()
        with pytest.raises(
            IllegalActionError, match=r"player_0 cannot play .* legal: 0 \('take 1'\)"
        ):
            countdown.step(1)
        with pytest.raises(IllegalActionError, match="player_0 cannot play"):
            countdown.step(action)
        assert countdown.get_state() == before
        countdown.step(0)
        assert all(countdown.terminations.values())

    def test_they_can_end_the_episode(self, small_game):
        env = codeworld.make_from_source(
            small_game("countdown"), isolation="in_process", illegal_action="terminate"
        )
        env.reset(seed=0)
        env.step(1)
        env.step(77)
        assert env.rewards == {"player_0": 0.0, "player_1": -1.0, "player_2": 0.0}
        assert all(env.terminations.values())
        for _ in range(3):
            env.last()
            env.step(None)
        assert env.agents == []

    def test_an_agent_that_is_done_plays_none(self, countdown):
        play(countdown, seed=0)
        countdown.reset(seed=0)
        while not any(countdown.terminations.values()):
            countdown.step(0)
        with pytest.raises(IllegalActionError, match="the only action of an agent that is done"):
            countdown.step(0)
        countdown.step(None)

    @pytest.mark.parametrize("action", [np.int64(0), np.int32(0), np.uint8(0)])
    def test_numpy_integers_are_actions(self, countdown, action):
        countdown.reset(seed=0)
        countdown.step(action)
        assert countdown.agent_selection == "player_1"


class TestOrderOfUse:
    @pytest.mark.parametrize("method", ["last", "agent_iter", "render", "state", "get_state"])
    def test_before_reset(self, countdown, method):
        with pytest.raises((EnvironmentStateError, AttributeError)):
            getattr(countdown, method)()

    def test_stepping_before_reset(self, countdown):
        with pytest.raises(EnvironmentStateError, match="call reset"):
            countdown.step(0)

    def test_stepping_when_everyone_is_done(self, countdown):
        play(countdown, seed=0)
        with pytest.raises(EnvironmentStateError, match="every agent is done"):
            countdown.step(None)

    @pytest.mark.parametrize("seed", ["x", -1, 0.5, True, [1]])
    def test_seeds_that_are_none(self, countdown, seed):
        countdown.reset(seed=1)
        before = countdown.get_state()
        with pytest.raises(InvalidSeedError, match="non-negative integer"):
            countdown.reset(seed=seed)
        assert countdown.get_state() == before

    def test_an_unknown_agent(self, countdown):
        countdown.reset(seed=0)
        with pytest.raises(EnvironmentStateError, match="player_0, player_1, player_2"):
            countdown.observe("player_3")

    def test_another_games_spec(self, small_game):
        with pytest.raises(SpecError, match="1 players"):
            codeworld.make_from_source(
                small_game("countdown"), isolation="in_process", spec=WALK_SPEC
            )

    @pytest.mark.parametrize(
        "options", [{"illegal_action": "ignore"}, {"render_mode": "svg"}, {"max_steps": 0}]
    )
    def test_unknown_options(self, small_game, options):
        with pytest.raises(ValueError, match=next(iter(options))):
            codeworld.make_from_source(small_game("coin"), isolation="in_process", **options)


def moments(env, seed):
    """Yield the environment at every moment of an episode, removals of agents included."""
    env.reset(seed=seed)
    generator = np.random.default_rng(seed)
    yield env
    while env.agents:
        agent = env.agent_selection
        done = env.terminations[agent] or env.truncations[agent]
        legal = np.flatnonzero(env.infos[agent]["action_mask"])
        env.step(None if done else int(generator.choice(legal)))
        yield env


def rest(env):
    """Return all that can be seen of an episode's rest, played by first legal actions."""
    seen = []
    while env.agents:
        agent = env.agent_selection
        observation, reward, terminated, truncated, info = env.last()
        seen.append((agent, observation["observation"].tolist(), reward, info["legal_actions"]))
        seen.append((terminated, truncated, dict(env.rewards), list(env.agents)))
        legal = np.flatnonzero(observation["action_mask"])
        env.step(None if terminated or truncated else int(legal[-1]))
    return seen


COPIES = {
    "clone": lambda env: env.clone(),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda env: pickle.loads(pickle.dumps(env)),
    "pickled by the old protocol": lambda env: pickle.loads(pickle.dumps(env, protocol=2)),
}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("name", games.names())
def test_copies_go_on_alike_from_any_moment(name, how):
    for env in moments(codeworld.make(name, max_steps=15), seed=5):
        before = env.get_state()
        twin = COPIES[how](env)
        played = rest(twin)
        assert env.get_state() == before
        assert played == rest(env.clone())


@pytest.mark.parametrize("name", games.names())
def test_moments_are_values(name):
    env, other = codeworld.make(name, max_steps=15), codeworld.make(name, max_steps=15)
    kept = [(moment.get_state(), rest(moment.clone())) for moment in moments(env, seed=9)]
    for moment, expected in reversed(kept):
        other.set_state(moment)
        assert other.get_state() == moment
        assert rest(other) == expected


def test_a_moment_of_another_game_is_refused(countdown):
    env = codeworld.make("tic_tac_toe")
    env.reset(seed=0)
    countdown.reset(seed=0)
    before = countdown.get_state()
    with pytest.raises(EnvironmentStateError, match="a moment of this game"):
        countdown.set_state(env.get_state())
    assert countdown.get_state() == before


def test_actions_met_later_take_spare_indices_and_move_no_other(small_game):
    env = codeworld.make_from_source(small_game("doors"), isolation="in_process")
    assert not env.spec.actions_closed
    known = set(env.spec.actions)
    met = 0
    for seed in range(300):
        env.reset(seed=0)
        generator = np.random.default_rng(seed)
        while not any(env.terminations.values()):
            legal = env.infos["player_0"]["legal_actions"]
            new = [action for action in legal if action not in known]
            for place, action in enumerate(new):
                assert env.action_index(action) == len(env.spec.actions) + place
            met += len(new)
            for action in set(legal) - set(new):
                assert env.action_index(action) == env.spec.actions.index(action)
            env.step(int(generator.choice(np.flatnonzero(env.infos["player_0"]["action_mask"]))))
    assert met > 0
