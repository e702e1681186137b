"""GameEnv: any game as a PettingZoo AEC environment.

One class owns what games know nothing of: agents and their turns, indices and masks, vectors, step
rewards, chance, truncation, illegal actions and finished agents.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import index
from typing import Any

import numpy as np
import numpy.typing as npt
from gymnasium import logger, spaces
from pettingzoo.utils.env import AECEnv

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER, Game, Position
from codeworld.envs.agent_views import AgentViews
from codeworld.envs.chance import chance_key, choose, uniform
from codeworld.envs.env_state import Ending
from codeworld.envs.moments import Moments
from codeworld.envs.options import EnvOptions
from codeworld.envs.rendering import draw_text, view
from codeworld.envs.spec_cache import find_spec
from codeworld.errors import (
    ContractError,
    EnvironmentStateError,
    IllegalActionError,
    SpecError,
)
from codeworld.seeding import check_seed, derive_seed, fresh_seed
from codeworld.spec import GameSpec

DEFAULT_MAX_STEPS = 1_000
"""Player actions after which an episode is truncated, where the spec states no greatest length."""

MAX_CHANCE_IN_A_ROW = 10_000
"""Chance events without a decision between them after which a game counts as endless."""


class GameEnv(Moments, AECEnv[str, Any, int]):
    """A game as an AEC environment.

    Agents are `player_0` … `player_<n-1>`, in player order. An agent's observation is a dict of
    `"observation"`, float32 in [0, 1], shape (size,), and `"action_mask"`, int8, shape (actions,);
    with `mask_in_observation=False` it is the vector alone. An agent's info holds `"action_mask"`,
    the structured `"observation"` (the game's own value: read it, do not write to it) and the
    strings of its `"legal_actions"`. An agent that is not to move has a mask of zeros; once the
    episode has ended, all masks are ones, so that a masked distribution stays defined.

    Step rewards are the differences of the game's returns. Chance is resolved between the agents'
    turns, with the game's probabilities and the seed given to `reset`; a `reset` without a seed
    goes on to the next episode of the seed given before.

    Attributes:
        game: the game that is played.
        spec: its facts, declared or inferred.
        options: how the environment treats it.
        report: how far the game was verified, or None.
    """

    def __init__(
        self,
        game: Game,
        spec: GameSpec | None = None,
        options: EnvOptions | None = None,
        report: Any = None,
    ) -> None:
        """Make an environment; call `reset` before anything else.

        Args:
            game: a loaded game.
            spec: its facts; inferred, and cached on disk, if not given.
            options: how to treat it.
            report: how far it was verified.

        Raises:
            GameError: if the game fails or breaks the contract while its spec is inferred.
            SpecError: if the spec is another game's.
        """
        super().__init__()
        self.game = game
        self.spec = spec or find_spec(game)
        self.options = options or EnvOptions()
        self.report = report
        if self.spec.num_players != game.num_players:
            raise SpecError(
                f"the spec says {self.spec.num_players} players, but get_rewards returns "
                f"{game.num_players} numbers; give the spec that belongs to this game"
            )
        self.metadata = {
            "name": self.options.name,
            "render_modes": ["ansi", "rgb_array", "human"],
            "render_fps": 2,
            "is_parallelizable": False,
        }
        self.render_mode = self.options.render_mode
        self._max_steps = self.options.max_steps or self.spec.max_length or DEFAULT_MAX_STEPS
        self._owns_game = True
        mask_in_observation = self.options.mask_in_observation
        self._views = AgentViews(self.spec, mask_in_observation=mask_in_observation)
        self.possible_agents = self._views.agents
        self.action_spaces = self._views.action_spaces
        self.observation_spaces = self._views.observation_spaces
        self.state_space = self._views.state_space
        self.agents = []
        self.rewards = {}
        self._cumulative_rewards = {}
        self.terminations = {}
        self.truncations = {}
        self._infos = {}
        self._position = None

    @property
    def source(self) -> str:
        """The game program's text."""
        return self.game.source

    def observation_space(self, agent: str) -> spaces.Space[Any]:
        """Return the space of an agent's observations, always the same object."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> spaces.Space[Any]:
        """Return the space of an agent's actions, always the same object."""
        return self.action_spaces[agent]

    # --- playing ---------------------------------------------------------------------------------

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        """Begin an episode.

        Args:
            seed: non-negative; None for the next episode of the last seed, or a fresh seed.
            options: accepted for PettingZoo's sake; none are known.

        Raises:
            InvalidSeedError: if the seed is not a non-negative integer.
            GameError: if the game fails or breaks the contract.
        """
        if seed is not None:
            self._seed, self._episode = check_seed(seed), 0
        elif self._position is None:
            self._seed, self._episode = fresh_seed(), 0
        else:
            self._episode += 1
        if not self.game.stateless:
            self.game.restart(derive_seed(self._seed, "restart", self._episode))
        self._draws, self._steps = 0, 0
        self._chance_key = None
        position = self._resolve_chance(self.game.start())
        self.agents = self.possible_agents[:]
        self._paid = [0.0] * len(self.agents)
        self._cumulative_rewards = dict.fromkeys(self.agents, 0.0)
        self.terminations = dict.fromkeys(self.agents, False)
        self.truncations = dict.fromkeys(self.agents, False)
        self._enter(position)
        if self.render_mode == "human":
            self.render()

    def step(self, action: int | None) -> None:
        """Play an action of `agent_selection`; None for an agent that is done.

        Raises:
            IllegalActionError: if the action is not legal now, unless the options let it pass.
            EnvironmentStateError: before `reset`, or when every agent is done.
            GameError: if the game fails or breaks the contract; the episode stays as it was.
        """
        position = self._position
        if position is None or not self.agents:
            raise self._misuse("step")
        agent = self.agent_selection
        if self._ending:
            if action is not None:
                raise IllegalActionError(
                    f"{agent} is done, but step was called with {action!r}; "
                    "the only action of an agent that is done is None"
                )
            self._remove(agent)
            return
        try:
            # numpy's integers are slow to hash, and None has no index.
            text = self._legal.by_index[index(action)]  # type: ignore[arg-type]
        except (KeyError, TypeError):
            if self.options.illegal_action == "raise":
                raise IllegalActionError(self._legal.refusal(agent, action)) from None
            self._end_by_illegal_action(agent)
            return
        position = self.game.advance(position.state, text)
        if position.player == CHANCE_PLAYER:
            position = self._resolve_chance(position)
        self._cumulative_rewards[agent] = 0.0
        self._steps += 1
        self._enter(position)
        if self.render_mode == "human":
            self.render()

    def _remove(self, agent: str) -> None:
        """Take an agent that is done out of the episode. All agents are done at the same time."""
        self.agents.remove(agent)
        self._infos.pop(agent, None)
        del self.rewards[agent], self._cumulative_rewards[agent]
        del self.terminations[agent], self.truncations[agent]
        self._clear_rewards()
        if self.agents:
            self.agent_selection = self.agents[0]

    def _resolve_chance(self, position: Position) -> Position:
        """Return the next position that is not a chance node."""
        draws = self._draws
        while position.player == CHANCE_PLAYER:
            if self._chance_key is None:
                self._chance_key = chance_key(self._seed, self._episode)
            outcomes = self.game.get_chance_outcomes(position.state)
            outcome = choose(outcomes, uniform(self._chance_key, draws))
            draws += 1
            if draws - self._draws > MAX_CHANCE_IN_A_ROW:
                raise ContractError(
                    f"get_current_player: {MAX_CHANCE_IN_A_ROW} chance events in a row without a "
                    "decision or an end; return the player to move once chance has had its turn"
                )
            position = self.game.advance(position.state, outcome)
        self._draws = draws
        return position

    def _enter(self, position: Position) -> None:
        """Make `position` the present: rewards, turn, ending, infos."""
        ended = position.player == TERMINAL_PLAYER
        if not ended:
            self._legal = self._views.vocabulary.legal(position.legal_actions)
        self._position = position
        if (self._steps or ended) and position.returns != self._paid:
            changes = zip(self.agents, position.returns, self._paid, strict=True)
            self.rewards = {agent: now - before for agent, now, before in changes}
            self._accumulate_rewards()
            self._paid = position.returns
        else:
            self.rewards = dict.fromkeys(self.agents, 0.0)
        if ended:
            self._end("terminated")
        elif self._steps >= self._max_steps:
            self._end("truncated")
        else:
            self._ending = None
            self.agent_selection = self.possible_agents[position.player]
        self._infos = {}

    def _end(self, ending: Ending) -> None:
        self._ending = ending
        finished = self.truncations if ending == "truncated" else self.terminations
        finished.update(dict.fromkeys(self.agents, True))
        self._legal = self._views.over
        self.agent_selection = self.agents[0]

    def _end_by_illegal_action(self, agent: str) -> None:
        self._cumulative_rewards[agent] = 0.0
        self.rewards = dict.fromkeys(self.agents, 0.0)
        self.rewards[agent] = self.options.illegal_reward
        self._accumulate_rewards()
        self._end("illegal")
        self._infos = {}

    def action_index(self, action: str) -> int:
        """Return the index of a legal action, given as the game spells it.

        Raises:
            IllegalActionError: if it is not legal now.
        """
        if not self.agents:
            raise self._misuse("action_index")
        for number, legal in self._legal.by_index.items():
            if legal == action:
                return number
        raise IllegalActionError(self._legal.refusal(self.agent_selection, action))

    # --- observing -------------------------------------------------------------------------------

    def observe(self, agent: str) -> Any:
        """Return the observation of any agent, at any time after `reset`; the arrays are fresh.

        Raises:
            EnvironmentStateError: before `reset`, or for an unknown agent.
        """
        position = self._present("observe")
        if agent not in self.action_spaces:
            raise EnvironmentStateError(
                f"there is no agent {agent!r}; the agents are {', '.join(self.possible_agents)}"
            )
        acting = self._ending or agent == self.agent_selection
        return self._views.observe(position, agent, self._legal if acting else None)

    @property
    def infos(self) -> dict[str, dict[str, Any]]:
        """Infos of the agents not yet removed. Made when asked for, which most agents never do."""
        for agent in self.agents:
            if agent not in self._infos:
                self._info(agent)
        return self._infos

    def _info(self, agent: str) -> dict[str, Any]:
        """Make and keep an agent's info."""
        assert self._position is not None
        acting = self._ending or agent == self.agent_selection
        info = self._views.inform(self._position, agent, self._legal if acting else None)
        self._infos[agent] = info
        return info

    def last(self, observe: bool = True) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Return observation, reward since the last turn, endings and info of `agent_selection`.

        Raises:
            EnvironmentStateError: before `reset`, or when every agent is done.
        """
        position = self._position
        if position is None or not self.agents:
            raise self._misuse("last")
        agent = self.agent_selection
        info = self._infos.get(agent)
        if info is None:
            info = self._infos[agent] = self._views.inform(position, agent, self._legal)
        return (
            self._views.observe(position, agent, self._legal) if observe else None,
            self._cumulative_rewards[agent],
            self.terminations[agent],
            self.truncations[agent],
            info,
        )

    def state(self) -> npt.NDArray[np.float32]:
        """Return all agents' vectors in player order, for centralised training."""
        return self._views.state(self._present("state"))

    def agent_iter(self, max_iter: int = 2**63) -> Iterator[str]:
        """Yield `agent_selection` until every agent is done; step once for each.

        Raises:
            EnvironmentStateError: before `reset`.
        """
        self._present("agent_iter")
        return self._turns(max_iter)

    def _turns(self, max_iter: int) -> Iterator[str]:
        while self.agents and max_iter > 0:
            max_iter -= 1
            yield self.agent_selection

    def render(self) -> Any:
        """Return text (`"ansi"`), an image (`"rgb_array"`), or print the text (`"human"`)."""
        position = self._present("render")
        if self.render_mode is None:
            logger.warn("render does nothing: make the environment with a render_mode")
            return None
        text = view(self.game, position)
        if self.render_mode == "rgb_array":
            return draw_text(text)
        if self.render_mode == "human":
            print(text, end="\n\n", flush=True)
            return None
        return text

    def close(self) -> None:
        """Release the game's worker, if it has one. Clones leave it to the original."""
        if self._owns_game:
            self.game.close()

    def _misuse(self, method: str) -> EnvironmentStateError:
        """Return the error of a method that was called when there is no agent to act."""
        self._present(method)
        return EnvironmentStateError(
            f"{method} was called when every agent is done; call reset() for a new episode"
        )
