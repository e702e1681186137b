"""Playthroughs of an environment: what any PettingZoo AEC environment showed, moment by moment."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pettingzoo.utils.env import AECEnv

from codeworld.envs import GameEnv
from codeworld.errors import SandboxUnavailableError

Stop: TypeAlias = Literal["ended", "budget", "limit", "stuck", "fault"]
"""Why a playthrough stops: its end, the number of steps asked for, the longest episode allowed, no
action to choose, an exception."""

_SHOWN_ACTIONS = 30
_SHOWN_LETTERS = 160


def show(value: Any) -> str:
    """Return a value as one short line."""
    try:
        text = " ".join(repr(value).split())
    except Exception as error:
        text = f"a {type(value).__name__} whose repr raises {type(error).__name__}"
    return text if len(text) <= _SHOWN_LETTERS else text[: _SHOWN_LETTERS - 2] + " …"


class EnvironmentFault(Exception):  # noqa: N818 - what an environment did, kept as evidence
    """An environment raised an exception, or did what comes to the same.

    Attributes:
        method: the method called.
    """

    def __init__(self, method: str, message: str) -> None:
        super().__init__(message)
        self.method = method


@contextmanager
def calling(method: str, during: str) -> Iterator[None]:
    """Turn an exception of an environment into an `EnvironmentFault`; a weak machine is no fault.

    Args:
        method: the method that is called.
        during: the call, for the message.
    """
    try:
        yield
    except (EnvironmentFault, SandboxUnavailableError):
        raise
    except Exception as error:
        raise EnvironmentFault(
            method, f"{during} raised {type(error).__name__}: {error}"
        ) from error


@dataclass(frozen=True, slots=True)
class Masks:
    """An agent's action mask, as it is found in each of the two customary places.

    Attributes:
        observed: `observation["action_mask"]`, or None.
        informed: `infos[agent]["action_mask"]`, or None.
    """

    observed: Any
    informed: Any

    @property
    def mask(self) -> Any:
        """The mask that counts; None where there is none."""
        return self.informed if self.observed is None else self.observed


@dataclass(frozen=True, slots=True)
class GameFacts:
    """What the game under a `GameEnv` says about a moment.

    Attributes:
        legal: indices of the legal actions; empty once the game is over.
        over: whether the episode is over.
        returns: return so far of each agent.
    """

    legal: frozenset[int]
    over: bool
    returns: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Moment:
    """All that an environment shows between two steps.

    Attributes:
        agents: `env.agents`.
        selection: `env.agent_selection`.
        rewards: `env.rewards`.
        terminations: `env.terminations`.
        truncations: `env.truncations`.
        infos: `env.infos`.
        observations: observation of every agent, copied.
        held: the same observations, as the environment gave them.
        masks: action masks of every agent, copied.
        last: what `last()` returned, the observation copied; None if `selection` is no agent.
        game: what the game says, where it was asked.
    """

    agents: tuple[Any, ...]
    selection: Any
    rewards: Mapping[Any, Any]
    terminations: Mapping[Any, Any]
    truncations: Mapping[Any, Any]
    infos: Mapping[Any, Any]
    observations: Mapping[Any, Any]
    held: Mapping[Any, Any]
    masks: Mapping[Any, Masks]
    last: tuple[Any, Any, Any, Any, Any] | None
    game: GameFacts | None

    @property
    def last_reward(self) -> Any:
        """The reward that `last()` returned."""
        return None if self.last is None else self.last[1]

    @property
    def finished(self) -> bool:
        """Whether the agent selected is done, and may only step with None."""
        return bool(
            self.terminations.get(self.selection, False)
            or self.truncations.get(self.selection, False)
        )


@dataclass(frozen=True, slots=True)
class Playthrough:
    """A recorded part of an episode, from its start.

    Attributes:
        seed: the seed given to `reset`; None for none.
        moments: every moment that was looked at. Moment k is before action k.
        actions: the actions played; None for the step of an agent that was done.
        stop: why it stops. The episode may go on after the last moment.
        fault: the exception it stops with, or None.
    """

    seed: int | None
    moments: tuple[Moment, ...]
    actions: tuple[Any, ...]
    stop: Stop
    fault: EnvironmentFault | None = None

    def place(self, number: int) -> str:
        """Return how to get to a moment, as a caller would type it."""
        seed = "" if self.seed is None else f"seed={self.seed}"
        actions = [str(action) for action in self.actions[:number]]
        cut = len(actions) - _SHOWN_ACTIONS
        if cut > 0:
            actions = [*actions[:_SHOWN_ACTIONS], f"… ({cut} more)"]
        return f"after reset({seed})" + (f" and steps {', '.join(actions)}" if actions else "")


def live_agents(env: AECEnv[Any, Any, Any]) -> tuple[Any, ...]:
    """Return `env.agents`.

    Raises:
        EnvironmentFault: if the environment raises.
    """
    with calling("agents", "reading agents"):
        agents = tuple(env.agents)
        hash(agents)
        return agents


def look(env: AECEnv[Any, Any, Any], *, ask_game: bool = False) -> Moment:
    """Return the present moment.

    Args:
        env: any environment, after `reset`.
        ask_game: whether to ask the game too, where `env` is a `GameEnv`.

    Raises:
        EnvironmentFault: if the environment raises.
    """
    agents = live_agents(env)
    with calling("agents", "reading agent_selection"):
        selection = env.agent_selection
        hash(selection)
    held, observations, infos, masks = {}, {}, {}, {}
    for agent in agents:
        with calling("observe", f"observe({show(agent)})"):
            held[agent] = env.observe(agent)
        with calling("observe", f"copying what observe({show(agent)}) returned"):
            observations[agent] = copy.deepcopy(held[agent])
    with calling("infos", "reading infos, rewards, terminations and truncations"):
        infos = dict(env.infos)
        endings = dict(env.terminations), dict(env.truncations)
        rewards = dict(env.rewards)
    for agent in agents:
        with calling("infos", f"copying the action mask in infos[{show(agent)}]"):
            informed = copy.deepcopy(_mask(infos.get(agent)))
        masks[agent] = Masks(_mask(observations[agent]), informed)
    last = None
    if selection in agents:
        with calling("last", "last()"):
            observation, reward, terminated, truncated, info = env.last()
            last = (copy.deepcopy(observation), reward, terminated, truncated, info)
    game = env.unwrapped
    facts = _ask(game) if ask_game and isinstance(game, GameEnv) else None
    return Moment(
        agents, selection, rewards, *endings, infos, observations, held, masks, last, facts
    )


def _mask(holder: Any) -> Any:
    return holder.get("action_mask") if isinstance(holder, dict) else None


def _ask(env: GameEnv) -> GameFacts:
    """Ask the game anew, past everything that the environment keeps."""
    with calling("game", "asking the game"):
        moment = env.get_state()
        assert not isinstance(moment.position, str)  # only a pickled moment holds text
        position = env.game.position(moment.position.state)
        over = moment.ending is not None
        legal = () if over else position.legal_actions
        places = {action: index for index, action in enumerate(env.spec.actions)}
        indices = frozenset(
            places[action] if action in places else env.action_index(action) for action in legal
        )
        returns = dict(zip(env.possible_agents, position.returns, strict=True))
    return GameFacts(indices, over, returns)
