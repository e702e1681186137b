"""AgentViews: a position as agents see it: spaces, observations, infos."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from gymnasium import spaces

from codeworld.contract import Position
from codeworld.envs.actions import ActionVocabulary, LegalActions
from codeworld.envs.observations import compile_vector_encoder
from codeworld.spec import GameSpec


class AgentViews:
    """What the agents of a game can see of a position.

    Attributes:
        agents: all agents, in player order.
        player_of: player number of each agent.
        vocabulary: maps actions to indices.
        over: the legal actions once an episode has ended: none, under a mask of ones.
        action_spaces: `Discrete` space of each agent.
        observation_spaces: space of each agent's observations.
        state_space: space of all agents' vectors, one after the other.
    """

    def __init__(self, spec: GameSpec, *, mask_in_observation: bool) -> None:
        self.agents = [f"player_{player}" for player in range(spec.num_players)]
        self.player_of = {agent: player for player, agent in enumerate(self.agents)}
        self.vocabulary = ActionVocabulary(spec.actions, closed=spec.actions_closed)
        self._encode, self._size = compile_vector_encoder(spec.observation_schema, spec.num_players)
        self._mask_in_observation = mask_in_observation
        size = self.vocabulary.size
        self._no_mask = np.zeros(size, np.int8)
        self.over = LegalActions({}, [], np.ones(size, np.int8))
        self.action_spaces = {agent: spaces.Discrete(size) for agent in self.agents}
        self.observation_spaces = {agent: self._make_space() for agent in self.agents}
        numbers = self._size * spec.num_players
        self.state_space = spaces.Box(0.0, 1.0, (numbers,), np.float32)

    def _make_space(self) -> spaces.Space[Any]:
        vector = spaces.Box(0.0, 1.0, (self._size,), np.float32)
        if not self._mask_in_observation:
            return vector
        mask = spaces.Box(0, 1, (self.vocabulary.size,), np.int8)
        return spaces.Dict({"observation": vector, "action_mask": mask})

    def observe(self, position: Position, agent: str, legal: LegalActions | None) -> Any:
        """Return an agent's observation, in fresh arrays.

        Args:
            position: not a chance node.
            agent: whose observation.
            legal: the agent's legal actions, or `over`; None if it is idle.
        """
        player = self.player_of[agent]
        vector = self._encode(position.observations[player], player)
        if not self._mask_in_observation:
            return vector
        mask = self._no_mask if legal is None else legal.mask
        return {"observation": vector, "action_mask": mask.copy()}

    def inform(self, position: Position, agent: str, legal: LegalActions | None) -> dict[str, Any]:
        """Return an agent's info.

        Args:
            position: not a chance node.
            agent: whose info.
            legal: the agent's legal actions, or `over`; None if it is idle.
        """
        return {
            "action_mask": (self._no_mask if legal is None else legal.mask).copy(),
            "observation": position.observations[self.player_of[agent]],
            "legal_actions": [] if legal is None else legal.names.copy(),
        }

    def state(self, position: Position) -> npt.NDArray[np.float32]:
        """Return all agents' vectors, one after the other, in player order."""
        seen = enumerate(position.observations)
        return np.concatenate([self._encode(observation, player) for player, observation in seen])
