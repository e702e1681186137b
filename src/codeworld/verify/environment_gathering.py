"""Gathering evidence about an environment: one pass that plays, replays, watches and copies it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import numpy as np
from pettingzoo.utils.env import AECEnv

from codeworld.envs import GameEnv
from codeworld.seeding import derive_seed
from codeworld.verify.environment_copies import go_on_copied, go_on_pickled, go_on_restored
from codeworld.verify.environment_evidence import EnvironmentEvidence, Spaces
from codeworld.verify.playing import record, replay
from codeworld.verify.playthrough import EnvironmentFault, Moment, Playthrough, calling, look, show

MakeEnv = Callable[[], AECEnv[Any, Any, Any]]
"""Makes a fresh environment, independent of those it made before."""

MAX_EPISODES = 12
"""Episodes that are recorded."""

LOOKED_AT_TWICE = 60
"""Moments that are looked at twice."""

RENDERED = 12
"""Moments that are rendered."""


def gather_evidence(
    make_env: MakeEnv, *, seed: int, steps: int, longest: int
) -> EnvironmentEvidence:
    """Play an environment, and record all that the checks ask about.

    Args:
        make_env: makes the environment.
        seed: decides all seeds and actions.
        steps: how much is recorded: as many steps or a few more, in all playthroughs together.
        longest: steps after which an episode counts as one that never ends.

    Raises:
        SandboxUnavailableError: if the machine cannot isolate the game as the environment requires.
    """
    gathering = _Gathering(make_env, seed, steps, longest)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an environment's warnings are no fault
        return gathering.run()


class _Gathering:
    """One pass over all that is recorded."""

    def __init__(self, make_env: MakeEnv, seed: int, steps: int, longest: int) -> None:
        self._make_env = make_env
        self._seed = seed
        self._steps = steps
        self._longest = longest
        self._made = ExitStack()
        self._found: dict[str, Any] = {}

    def run(self) -> EnvironmentEvidence:
        """Return the evidence."""
        self._found = {"kind": "what make_env returns", "is_aec": True, "longest": self._longest}
        try:
            with self._made:
                self._play()
        except EnvironmentFault as fault:
            self._found["fault"] = fault
        return EnvironmentEvidence(**self._found)

    def _make(self) -> AECEnv[Any, Any, Any]:
        with calling("make_env", "make_env()"):
            env = self._make_env()
        self._made.callback(_close, env)
        return env

    def _play(self) -> None:
        found, env = self._found, self._make()
        kind = type(env)
        found |= {
            "kind": f"{kind.__module__}.{kind.__qualname__}",
            "is_aec": isinstance(env, AECEnv),
        }
        if not found["is_aec"]:
            return
        with calling("attributes", "reading unwrapped, possible_agents and render_mode"):
            found["is_game_env"] = isinstance(env.unwrapped, GameEnv)
            agents = getattr(env, "possible_agents", None)
            agents = found["possible_agents"] = None if agents is None else tuple(agents)
            hash(agents)
            mode = getattr(env, "render_mode", None)
            found["render_mode"] = mode if isinstance(mode, str) else None
        before = {agent: _spaces(env, agent) for agent in agents or ()}
        found["spaces"] = {
            agent: Spaces((observation, observation), (action, action))
            for agent, (observation, action) in before.items()
        }
        played = found["playthroughs"] = self._record(env)
        found["again"] = tuple(replay(env, episode) for episode in played[::-1])
        found["unseeded"] = _start_unseeded(env)
        found["spaces"] = {
            agent: Spaces(*zip(spaces, _spaces(env, agent), strict=True))
            for agent, spaces in before.items()
        }
        if played[0].fault is not None:
            return
        second, third = self._make(), self._make()
        found["replayed"] = tuple(replay(second, episode) for episode in played)
        found["watched"] = self._watch(third, played)
        if found["render_mode"] not in (None, "human"):
            found["rendered"] = replay(self._make(), played[0], watch=_render, steps=RENDERED)
        found["copies"] = tuple(
            go_on(self._make(), played[0])
            for go_on in (go_on_copied, go_on_pickled, go_on_restored)
            if found["is_game_env"] or go_on is not go_on_restored
        )

    def _record(self, env: AECEnv[Any, Any, Any]) -> tuple[Playthrough, ...]:
        """Record episodes, until the steps are used up."""
        played: list[Playthrough] = []
        left = max(self._steps // 4, 1)
        while left > 0 and len(played) < MAX_EPISODES:
            seed = derive_seed(self._seed, "environment episode", len(played)) % 2**31
            longest = 0 if played else self._longest
            episode = record(env, seed, left, watch=_look_and_ask, longest=longest)
            played.append(episode)
            if episode.stop in ("fault", "stuck") or not episode.moments:
                break
            left -= len(episode.actions)
        return tuple(played)

    def _watch(
        self, env: AECEnv[Any, Any, Any], played: tuple[Playthrough, ...]
    ) -> tuple[Playthrough, ...]:
        watched: list[Playthrough] = []
        left = LOOKED_AT_TWICE
        for episode in played:
            if left <= 0:
                break
            watched.append(replay(env, episode, watch=_look_twice, steps=left))
            left -= len(episode.moments)
        return tuple(watched)


def _close(env: AECEnv[Any, Any, Any]) -> None:
    with calling("close", "close()"):
        env.close()


def _spaces(env: AECEnv[Any, Any, Any], agent: Any) -> tuple[Any, Any]:
    with calling("observation_space", f"observation_space({show(agent)})"):
        observation = env.observation_space(agent)
    with calling("action_space", f"action_space({show(agent)})"):
        return observation, env.action_space(agent)


def _look_and_ask(env: AECEnv[Any, Any, Any]) -> Moment:
    return look(env, ask_game=True)


def _look_twice(env: AECEnv[Any, Any, Any]) -> Moment:
    look(env)
    return look(env)


def _render(env: AECEnv[Any, Any, Any]) -> Moment:
    with calling("render", "render()"):
        picture, mode = env.render(), str(env.render_mode)
    if mode == "ansi" and not isinstance(picture, str):
        raise EnvironmentFault("render", f"render() returned {show(picture)}, which is no text")
    if mode == "rgb_array" and not _is_image(picture):
        raise EnvironmentFault(
            "render", f"render() returned {show(picture)}, not uint8 of shape (height, width, 3)"
        )
    return look(env)


def _is_image(picture: Any) -> bool:
    return (
        isinstance(picture, np.ndarray)
        and picture.dtype == np.uint8
        and picture.ndim == 3
        and picture.shape[2] == 3
    )


def _start_unseeded(env: AECEnv[Any, Any, Any]) -> Playthrough:
    try:
        with calling("reset", "reset()"):
            env.reset()
        return Playthrough(None, (look(env),), (), "budget")
    except EnvironmentFault as fault:
        return Playthrough(None, (), (), "fault", fault)
