"""The environment tier: every check has a broken environment that it, and only it, rejects."""

from __future__ import annotations

import copy
import math
import warnings
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from gymnasium import spaces
from pettingzoo.utils.env import AECEnv

import codeworld
from codeworld import games
from codeworld.envs import EnvOptions, GameEnv
from codeworld.errors import InvalidSeedError, SandboxUnavailableError
from codeworld.sandbox import compile_game, open_isolated_game
from codeworld.verify.environment_checks import ENVIRONMENT_CHECKS, verify_environment

AGENTS = ("player_0", "player_1")


class Fair(AECEnv):
    """Two agents in turn say a number that chance does not forbid, six times, and are paid it."""

    metadata: ClassVar = {"name": "fair_v0", "render_modes": ["ansi"]}
    length = 6.0

    def __init__(self):
        self.possible_agents = list(AGENTS)
        self.render_mode = "ansi"
        self.action_spaces = {agent: spaces.Discrete(3) for agent in AGENTS}
        mask = spaces.Box(0, 1, (3,), np.int8)
        vector = spaces.Box(0, 1, (2,), np.float32)
        self.observation_spaces = {
            agent: spaces.Dict({"observation": vector, "action_mask": mask}) for agent in AGENTS
        }

    def observation_space(self, agent):
        return self.observation_spaces[agent]

    def action_space(self, agent):
        return self.action_spaces[agent]

    def reset(self, seed=None, options=None):
        self.generator = np.random.default_rng(seed)
        self.agents = list(AGENTS)
        self.agent_selection = AGENTS[0]
        self.said = 0
        self.rewards = dict.fromkeys(AGENTS, 0.0)
        self._cumulative_rewards = dict.fromkeys(AGENTS, 0.0)
        self.terminations = dict.fromkeys(AGENTS, False)
        self.truncations = dict.fromkeys(AGENTS, False)
        self.infos = {agent: {} for agent in AGENTS}
        self.draw()

    def draw(self):
        self.forbidden = int(self.generator.integers(3))

    def vector(self):
        return np.array([self.said / self.length, self.forbidden / 2], np.float32)

    def mask(self):
        mask = np.ones(3, np.int8)
        mask[self.forbidden] = 0
        return mask

    def observe(self, agent):
        return {"observation": self.vector(), "action_mask": self.mask()}

    def reward(self, action):
        return float(action)

    def act(self, agent):
        self._cumulative_rewards[agent] = 0.0

    def step(self, action):
        agent = self.agent_selection
        if self.terminations[agent] or self.truncations[agent]:
            self._was_dead_step(action)
            return
        self.act(agent)
        self.rewards = dict.fromkeys(self.agents, 0.0)
        self.rewards[agent] = self.reward(action)
        self._accumulate_rewards()
        self.said += 1
        self.draw()
        others = [other for other in self.agents if other != agent]
        self.agent_selection = others[0] if others else agent
        if self.said == self.length:
            self.terminations = dict.fromkeys(self.agents, True)

    def render(self):
        return f"{self.said} said, not {self.forbidden}"

    def close(self):
        pass


class FailsToObserve(Fair):
    def observe(self, agent):
        if self.said == 3:
            raise RuntimeError("the board is lost")
        return super().observe(agent)


class NewSpaces(Fair):
    def action_space(self, agent):
        return spaces.Discrete(3)


class StartsTruncated(Fair):
    def reset(self, seed=None, options=None):
        super().reset(seed)
        self.truncations[AGENTS[1]] = True

    def act(self, agent):
        self.truncations = dict.fromkeys(self.agents, False)
        super().act(agent)


class NeedsSeed(Fair):
    def reset(self, seed=None, options=None):
        if seed is None:
            raise ValueError("a seed, please")
        super().reset(seed)


class HidesAnAgent(Fair):
    def __init__(self):
        super().__init__()
        self.possible_agents = [AGENTS[0]]


class SelectsNobody(Fair):
    def step(self, action):
        super().step(action)
        if self.said == 3:
            self.agent_selection = "nobody"


class DropsAnAgent(Fair):
    def step(self, action):
        super().step(action)
        if self.said == 2:
            for held in (self.rewards, self._cumulative_rewards, self.infos):
                held.pop(AGENTS[1], None)
            self.terminations.pop(AGENTS[1], None)
            self.truncations.pop(AGENTS[1], None)
            self.agents = [AGENTS[0]]
            self.agent_selection = AGENTS[0]


class KeepsTheFinished(Fair):
    def reset(self, seed=None, options=None):
        super().reset(seed)
        self.asked = False

    def step(self, action):
        if action is None and not self.asked:
            self.asked = True
            self._cumulative_rewards[self.agent_selection] = 0.0
            self._clear_rewards()
            return
        super().step(action)


class PaysSpectators(Fair):
    def step(self, action):
        super().step(action)
        self.rewards["spectator"] = 0.0


class CountsFlags(Fair):
    def reset(self, seed=None, options=None):
        super().reset(seed)
        self.terminations = dict.fromkeys(AGENTS, 0)


class RefusesLegal(Fair):
    def step(self, action):
        if self.said == 3 and action is not None:
            raise ValueError("not now")
        super().step(action)


class Endless(Fair):
    length = math.inf


class PaysInfinity(Fair):
    def reward(self, action):
        return math.inf if self.said == 2 else super().reward(action)


class KeepsRewards(Fair):
    def act(self, agent):
        pass


class LastSaysMore(Fair):
    def last(self, observe=True):
        observation, reward, terminated, truncated, info = super().last(observe)
        return observation, reward, terminated, truncated, {**info, "hint": 1}


class WideObservation(Fair):
    def vector(self):
        return super().vector().astype(np.float64)


class OneBuffer(Fair):
    def __init__(self):
        super().__init__()
        self.buffer = np.zeros(2, np.float32)

    def vector(self):
        self.buffer[:] = super().vector()
        return self.buffer


class WideMask(Fair):
    def __init__(self):
        super().__init__()
        for space in self.observation_spaces.values():
            space["action_mask"] = spaces.Box(0, 1, (3,), np.int64)

    def mask(self):
        return super().mask().astype(np.int64)


class AllowsNothing(Fair):
    def mask(self):
        return super().mask() * np.int8(self.said != 3)


class TwoMasks(Fair):
    def reset(self, seed=None, options=None):
        super().reset(seed)
        self.infos = {agent: {"action_mask": np.ones(3, np.int8)} for agent in AGENTS}


class IgnoresSeed(Fair):
    def reset(self, seed=None, options=None):
        super().reset(None)


class PaysAtRandom(Fair):
    def reward(self, action):
        return super().reward(action) + np.random.default_rng().random()


class Remembers(Fair):
    resets = 0

    def draw(self):
        super().draw()
        self.forbidden = (self.forbidden + self.resets) % 3

    def reset(self, seed=None, options=None):
        self.resets += 1
        super().reset(seed)


class ChangedByLooking(Fair):
    looks = 0

    def reset(self, seed=None, options=None):
        self.looks = 0
        super().reset(seed)

    def observe(self, agent):
        self.looks += 1
        return super().observe(agent)

    def draw(self):
        super().draw()
        self.forbidden = (self.forbidden + self.looks % 2) % 3


class CannotRender(Fair):
    def render(self):
        if self.said == 3:
            raise RuntimeError("no paint")
        return super().render()


class ChangedByRendering(Fair):
    def render(self):
        self.draw()
        return super().render()


class CopiesTheStart(Fair):
    def __deepcopy__(self, memo):
        twin = type(self)()
        twin.reset(0)
        return twin


class PicklesWithoutChance(Fair):
    def __deepcopy__(self, memo):
        twin = type(self)()
        twin.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return twin

    def __getstate__(self):
        return {**self.__dict__, "generator": np.random.default_rng(0)}


class HasNoClose(Fair):
    close = AECEnv.close


class SharesSpaces(Fair):
    shared: ClassVar = {agent: spaces.Discrete(3) for agent in AGENTS}

    def __init__(self):
        super().__init__()
        self.action_spaces = self.shared


class HidesALegalAction(GameEnv):
    def hide(self, mask):
        legal = np.flatnonzero(mask)
        if 1 < len(legal) < len(mask):
            mask[legal[-1]] = 0
        return mask

    def observe(self, agent):
        observation = super().observe(agent)
        return {**observation, "action_mask": self.hide(observation["action_mask"])}

    @property
    def infos(self):
        infos = super().infos
        return {
            agent: {**info, "action_mask": self.hide(info["action_mask"].copy())}
            for agent, info in infos.items()
        }

    def last(self, observe=True):
        agent = self.agent_selection
        return (self.observe(agent), *super().last()[1:4], self.infos[agent])


class PaysDouble(GameEnv):
    def step(self, action):
        super().step(action)
        for agent in self.agents if action is not None else ():
            self._cumulative_rewards[agent] += self.rewards[agent]
            self.rewards[agent] *= 2


class RestoresTheWrongTurn(GameEnv):
    def __reduce__(self):
        raise TypeError("this one is not pickled")

    def set_state(self, moment):
        super().set_state(moment)
        self.agent_selection = self.agents[-1 - self.agents.index(self.agent_selection)]


def game_env(kind, name="tic_tac_toe"):
    game = games.load(name)
    return lambda: kind(compile_game(game.source), game.spec)


BROKEN = {
    "is_an_aec_environment": object,
    "environment_runs": FailsToObserve,
    "spaces_stay": NewSpaces,
    "reset_starts_alive": StartsTruncated,
    "reset_without_seed": NeedsSeed,
    "agents_are_possible": HidesAnAgent,
    "selection_is_an_agent": SelectsNobody,
    "agents_only_leave": DropsAnAgent,
    "finished_agents_leave": KeepsTheFinished,
    "keyed_by_agents": PaysSpectators,
    "flags_are_booleans": CountsFlags,
    "legal_indices_accepted": RefusesLegal,
    "episode_ends": Endless,
    "rewards_are_finite": PaysInfinity,
    "rewards_add_up": KeepsRewards,
    "last_agrees": LastSaysMore,
    "observations_fit_their_space": WideObservation,
    "observations_stay": OneBuffer,
    "masks_fit_the_actions": WideMask,
    "masks_allow_an_action": AllowsNothing,
    "masks_agree": TwoMasks,
    "seed_decides_play": IgnoresSeed,
    "seed_decides_rewards": PaysAtRandom,
    "reset_forgets": Remembers,
    "observing_changes_nothing": ChangedByLooking,
    "rendering_works": CannotRender,
    "rendering_changes_nothing": ChangedByRendering,
    "deep_copies_agree": CopiesTheStart,
    "pickles_agree": PicklesWithoutChance,
    "masks_are_legal_sets": game_env(HidesALegalAction),
    "rewards_sum_to_returns": game_env(PaysDouble),
    "restored_moments_agree": game_env(RestoresTheWrongTurn),
    "pettingzoo_api_test": HasNoClose,
    "pettingzoo_seed_test": SharesSpaces,
}
"""For every check, an environment that it, and only it, rejects."""

FAST_GAMES = ("tic_tac_toe", "kuhn_poker", "leduc_poker", "pig")


def verdicts(results, verdict):
    return {result.name for result in results if result.verdict == verdict}


def test_every_check_has_a_broken_environment():
    names = [check.name for check in ENVIRONMENT_CHECKS]
    assert names == list(BROKEN)


def test_every_check_is_documented():
    page = (Path(__file__).parents[2] / "docs" / "verify.md").read_text(encoding="utf-8")
    rows = [f"| `{check.name}` | " for check in ENVIRONMENT_CHECKS]
    assert [row for row in rows if page.count(row) != 1] == []


@pytest.mark.parametrize("name", BROKEN)
def test_it_and_only_it_rejects(name):
    results = verify_environment(BROKEN[name], steps=120, longest=500)
    failed = {result.name: result.message for result in results if result.verdict == "fail"}
    assert failed.keys() == {name}, failed
    assert len(failed[name]) > 30


def test_a_fair_environment_passes():
    results = verify_environment(Fair)
    assert verdicts(results, "fail") == set()
    assert verdicts(results, "skip") == {
        "masks_agree",
        "masks_are_legal_sets",
        "rewards_sum_to_returns",
        "restored_moments_agree",
    }


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in FAST_GAMES else [pytest.mark.slow])
        for name in games.names()
    ],
)
def test_curated_games_pass_every_check(name):
    results = verify_environment(lambda: codeworld.make(name, render_mode="ansi"))
    assert [result for result in results if result.verdict != "pass"] == []


@pytest.mark.parametrize("kind", ["raw_env", "env"])
@pytest.mark.parametrize("name", ["tictactoe_v3", "connect_four_v3", "leduc_holdem_v4", "rps_v2"])
def test_pettingzoos_own_environments_pass(name, kind):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = __import__(f"pettingzoo.classic.{name}", fromlist=["env"])
    results = verify_environment(getattr(module, kind), steps=200)
    assert [result for result in results if result.verdict == "fail"] == []
    assert {"seed_decides_play", "pettingzoo_seed_test"} <= verdicts(results, "pass")


def test_a_game_in_a_worker_that_all_environments_share():
    curated = games.load("kuhn_poker")
    with open_isolated_game(curated.source) as game:
        results = verify_environment(lambda: GameEnv(game, curated.spec).clone(), steps=60)
        assert game.get_current_player(game.get_initial_state()) == -1
    assert verdicts(results, "fail") == set()


def test_the_same_seed_gives_the_same_results():
    first = verify_environment(PaysInfinity, seed=3)
    assert first == verify_environment(PaysInfinity, seed=3)
    assert first != verify_environment(PaysInfinity, seed=4)


def test_a_failure_says_how_to_get_there():
    results = verify_environment(PaysInfinity, seed=5)
    (failed,) = [result for result in results if result.verdict == "fail"]
    assert "inf" in failed.message
    seed, steps = failed.message.split("after reset(seed=")[1].split(") and steps ")
    env = PaysInfinity()
    env.reset(seed=int(seed))
    for action in steps.split(", not")[0].split(", "):
        env.step(int(action))
    assert math.inf in env.rewards.values()


def test_an_environment_that_cannot_be_made_fails():
    def make_env():
        raise OSError("no such board")

    results = verify_environment(make_env)
    assert verdicts(results, "fail") == {"environment_runs"}
    assert "make_env() raised OSError: no such board" in str(results)


def test_an_action_taken_for_illegal_fails():
    kuhn = games.load("kuhn_poker")

    class Forgetful(GameEnv):
        def step(self, action):
            super().step(99 if action == 1 else action)

    def make_env():
        options = EnvOptions(illegal_action="terminate")
        return Forgetful(compile_game(kuhn.source), kuhn.spec, options)

    assert "legal_indices_accepted" in verdicts(verify_environment(make_env), "fail")


@pytest.mark.parametrize("mode", ["ansi", "rgb_array"])
def test_a_picture_of_the_wrong_kind_fails(mode):
    class Unseen(Fair):
        def __init__(self):
            super().__init__()
            self.render_mode = mode

        def render(self):
            return None

    assert verdicts(verify_environment(Unseen), "fail") == {"rendering_works"}


class Spiteful:
    """A value that refuses everything."""

    __hash__ = None

    def __repr__(self):
        raise RuntimeError("no repr")

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    def __bool__(self):
        raise RuntimeError("no truth")

    def __deepcopy__(self, memo):
        raise RuntimeError("no copy")


GARBAGE = [None, "x", 3, [], {}, np.array([1, 2]), [["a"]], {"a": Spiteful()}, Spiteful()]


@pytest.mark.parametrize(
    "name", ["observe", "last", "step", "reset", "render", "observation_space", "action_space"]
)
def test_a_method_that_returns_garbage_is_no_error_of_ours(name):
    for garbage in GARBAGE:
        kind = type("Garbled", (Fair,), {name: lambda *_, garbage=garbage, **__: garbage})
        failed = verdicts(verify_environment(kind, steps=24, longest=50), "fail")
        assert failed or (name, garbage) == ("render", "x")


@pytest.mark.parametrize(
    "name", ["agents", "agent_selection", "rewards", "terminations", "truncations", "infos"]
)
def test_an_attribute_that_becomes_garbage_is_no_error_of_ours(name):
    for garbage in GARBAGE:

        class Garbled(Fair):
            def step(self, action, garbage=garbage):
                super().step(action)
                if self.said >= 2:
                    setattr(self, name, garbage)

        assert verdicts(verify_environment(Garbled, steps=24, longest=50), "fail")


def test_a_weak_machine_is_not_the_environments_fault():
    def make_env():
        raise SandboxUnavailableError("no seccomp")

    with pytest.raises(SandboxUnavailableError):
        verify_environment(make_env)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="steps is 0"):
        verify_environment(Fair, steps=0)
    with pytest.raises(InvalidSeedError):
        verify_environment(Fair, seed=-1)
