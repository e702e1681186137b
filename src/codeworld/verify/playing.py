"""Playing any AEC environment: by random legal actions, or by a line of actions once recorded."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
from gymnasium import spaces
from pettingzoo.utils.env import AECEnv
from pettingzoo.utils.env_logger import EnvLogger

from codeworld.envs import GameEnv
from codeworld.seeding import derive_seed
from codeworld.verify.playthrough import (
    EnvironmentFault,
    Moment,
    Playthrough,
    Stop,
    calling,
    live_agents,
    look,
    show,
)

Watch = Callable[[AECEnv[Any, Any, Any]], Moment]
"""How a moment is looked at."""


class NoActionError(Exception):
    """There is no action that could be played: the mask allows none, or is no mask."""


class RandomPlayer:
    """Chooses among the legal actions at random.

    The environment's own action spaces are copied before they are seeded, and never drawn from.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._generator = np.random.default_rng(derive_seed(seed, "environment actions"))
        self._spaces: dict[Any, spaces.Space[Any]] = {}

    def choose(self, env: AECEnv[Any, Any, Any], agent: Any, mask: Any) -> Any:
        """Return a legal action of `agent`.

        Args:
            env: the environment.
            agent: who is to move.
            mask: 1 at each legal action; None where the environment masks nothing.

        Raises:
            NoActionError: if no action can be chosen.
            EnvironmentFault: if the environment cannot tell its action space.
        """
        if agent not in self._spaces:
            with calling("action_space", f"action_space({show(agent)})"):
                self._spaces[agent] = copy.deepcopy(env.action_space(agent))
                self._spaces[agent].seed(int(self._generator.integers(2**31)))
        space = self._spaces[agent]
        if mask is None:
            return space.sample()
        if not isinstance(space, spaces.Discrete):
            with calling("action_space", f"action_space({show(agent)}).sample(mask)"):
                return space.sample(mask)
        try:
            legal = np.flatnonzero(np.asarray(mask)[: space.n])
        except (TypeError, ValueError, IndexError):
            raise NoActionError from None
        if not len(legal):
            raise NoActionError
        return int(space.start + self._generator.choice(legal))


def step(env: AECEnv[Any, Any, Any], action: Any, *, finished: bool) -> None:
    """Step with None for an agent that is done, else with a legal action.

    Raises:
        EnvironmentFault: if the environment raises, or takes the action for an illegal one.
    """
    method = "step of an agent that is done" if finished else "step"
    said = len(EnvLogger.mqueue)
    with calling(method, f"step({action})"):
        env.step(action)
    game = env.unwrapped
    if any("llegal move" in str(message) for message in EnvLogger.mqueue[said:]) or (
        isinstance(game, GameEnv) and game.agents and game.get_state().ending == "illegal"
    ):
        raise EnvironmentFault(
            method, f"step({action}) ended the episode as an illegal action, though the mask has it"
        )


def record(
    env: AECEnv[Any, Any, Any], seed: int, steps: int, *, watch: Watch = look, longest: int = 0
) -> Playthrough:
    """Play an episode at random and record it.

    Args:
        env: the environment.
        seed: given to `reset`; decides the actions, too.
        steps: steps that are recorded.
        watch: how each moment is looked at.
        longest: steps after which an episode is left; beyond `steps` it goes on unrecorded.
    """
    player = RandomPlayer(seed)
    moments: list[Moment] = []
    actions: list[Any] = []
    stop: Stop = "ended"
    try:
        with calling("reset", f"reset(seed={seed})"):
            env.reset(seed=seed)
        while live_agents(env) and len(actions) < steps:
            moment = watch(env)
            moments.append(moment)
            if moment.last is None:
                raise NoActionError
            mask = moment.masks[moment.selection].mask
            action = None if moment.finished else player.choose(env, moment.selection, mask)
            step(env, action, finished=moment.finished)
            actions.append(action)
        if live_agents(env):
            stop = _play_on(env, player, longest - steps) if longest > steps else "budget"
    except NoActionError:
        stop = "stuck"
    except EnvironmentFault as fault:
        return Playthrough(seed, tuple(moments), tuple(actions), "fault", fault)
    return Playthrough(seed, tuple(moments), tuple(actions), stop)


def _play_on(env: AECEnv[Any, Any, Any], player: RandomPlayer, steps: int) -> Stop:
    for _ in range(steps):
        if not live_agents(env):
            return "ended"
        with calling("last", "last()"):
            agent = env.agent_selection
            observation, _, terminated, truncated, info = env.last()
        finished = bool(terminated or truncated)
        holder = observation if isinstance(observation, dict) else info
        mask = holder.get("action_mask", info.get("action_mask"))
        action = None if finished else player.choose(env, agent, mask)
        step(env, action, finished=finished)
    return "limit" if live_agents(env) else "ended"


def replay(
    env: AECEnv[Any, Any, Any],
    recorded: Playthrough,
    *,
    watch: Watch = look,
    start: int | None = None,
    steps: int | None = None,
) -> Playthrough:
    """Play a recorded line of actions again, and record what is seen this time.

    Args:
        env: the environment.
        recorded: what is played again; its seed is given to `reset`.
        watch: how each moment is looked at.
        start: the number of the moment that `env` is at already; None to reset it.
        steps: moments that are played at most.

    Returns:
        The moments from `start` on.
    """
    moments: list[Moment] = []
    number = start or 0
    last = len(recorded.moments) if steps is None else min(len(recorded.moments), number + steps)
    try:
        if start is None:
            with calling("reset", f"reset(seed={recorded.seed})"):
                env.reset(seed=recorded.seed)
        while number < last and live_agents(env):
            moment = watch(env)
            moments.append(moment)
            if (
                number >= len(recorded.actions)
                or moment.finished != recorded.moments[number].finished
            ):
                break
            step(env, recorded.actions[number], finished=moment.finished)
            number += 1
        ended = number < last and not live_agents(env)
    except EnvironmentFault as fault:
        return Playthrough(recorded.seed, tuple(moments), recorded.actions, "fault", fault)
    stop: Stop = "ended" if ended else "budget"
    return Playthrough(recorded.seed, tuple(moments), recorded.actions, stop)
