"""EnvState: a moment of an episode, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from codeworld.contract import Position

Ending: TypeAlias = Literal["terminated", "truncated", "illegal"]


@dataclass(frozen=True, slots=True)
class EnvState:
    """A moment of an episode: cheap to take, and good for as long as it is kept.

    Attributes:
        source_hash: hash of the game it belongs to.
        seed: the user's seed.
        episode: number of the episode since that seed was given, from 0.
        draws: chance events resolved so far.
        steps: player actions so far.
        position: the game's position; in a pickled environment, the game's state as text.
        paid: returns already paid as step rewards, in player order.
        agents: agents not yet removed.
        agent_selection: the agent to act, or the next one to be removed.
        rewards: last step rewards, in the order of `agents`.
        cumulative_rewards: rewards since each agent last acted, in the order of `agents`.
        ending: how the episode ended, or None while it goes on.
    """

    source_hash: str
    seed: int
    episode: int
    draws: int
    steps: int
    position: Position | str
    paid: tuple[float, ...]
    agents: tuple[str, ...]
    agent_selection: str
    rewards: tuple[float, ...]
    cumulative_rewards: tuple[float, ...]
    ending: Ending | None
