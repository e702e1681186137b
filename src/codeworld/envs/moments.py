"""Moments: the part of an environment that treats moments of an episode as values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Self

from codeworld.contract import Game, Position
from codeworld.envs.actions import LegalActions
from codeworld.envs.agent_views import AgentViews
from codeworld.envs.env_state import Ending, EnvState
from codeworld.envs.options import EnvOptions
from codeworld.errors import EnvironmentStateError
from codeworld.spec import GameSpec


class Moments:
    """Copies, pickles, takes and restores the moments of a `GameEnv`, whose fields these are."""

    game: Game
    spec: GameSpec
    options: EnvOptions
    report: Any
    agents: list[str]
    agent_selection: str
    rewards: dict[str, float]
    terminations: dict[str, bool]
    truncations: dict[str, bool]
    _cumulative_rewards: dict[str, float]
    _infos: dict[str, dict[str, Any]]
    _views: AgentViews
    _owns_game: bool
    _seed: int
    _episode: int
    _chance_key: bytes | None
    _draws: int
    _steps: int
    _position: Position | None
    _paid: list[float]
    _legal: LegalActions
    _ending: Ending | None

    def _present(self, method: str) -> Position:
        """Return the present position, or say that `method` was called too early."""
        if self._position is None:
            raise EnvironmentStateError(f"{method} was called before reset; call reset() first")
        return self._position

    def clone(self) -> Self:
        """Return an independent copy of this environment, at this very moment. Costs microseconds.

        Both go on with the same chance events; the spaces and the game are shared.
        """
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin._owns_game = False
        twin.agents = self.agents[:]
        twin.rewards, twin._infos = dict(self.rewards), dict(self._infos)
        twin._cumulative_rewards = dict(self._cumulative_rewards)
        twin.terminations, twin.truncations = dict(self.terminations), dict(self.truncations)
        return twin

    __copy__ = clone

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.clone()

    def get_state(self) -> EnvState:
        """Return this moment as a value, for `set_state`. Costs microseconds.

        Raises:
            EnvironmentStateError: before `reset`.
        """
        position = self._present("get_state")
        return EnvState(
            source_hash=self.game.source_hash,
            seed=self._seed,
            episode=self._episode,
            draws=self._draws,
            steps=self._steps,
            position=position,
            paid=tuple(self._paid),
            agents=tuple(self.agents),
            agent_selection=self.agent_selection,
            rewards=tuple(self.rewards[agent] for agent in self.agents),
            cumulative_rewards=tuple(self._cumulative_rewards[agent] for agent in self.agents),
            ending=self._ending,
        )

    def set_state(self, moment: EnvState) -> None:
        """Go to a moment that `get_state` returned, of this or of another environment of the game.

        Raises:
            EnvironmentStateError: if the moment is another game's.
        """
        if not isinstance(moment, EnvState) or moment.source_hash != self.game.source_hash:
            raise EnvironmentStateError(
                "set_state was given something other than a moment of this game; "
                "give it what get_state returned in an environment of the same source"
            )
        position = moment.position
        if isinstance(position, str):
            position = self.game.position(self.game.decode_state(position))
        over = moment.ending is not None
        self._legal = (
            self._views.over if over else self._views.vocabulary.legal(position.legal_actions)
        )
        self._position, self._ending = position, moment.ending
        self._seed, self._episode, self._chance_key = moment.seed, moment.episode, None
        self._draws, self._steps, self._paid = moment.draws, moment.steps, list(moment.paid)
        self.agents, self.agent_selection = list(moment.agents), moment.agent_selection
        self.rewards = dict(zip(moment.agents, moment.rewards, strict=True))
        self._cumulative_rewards = dict(zip(moment.agents, moment.cumulative_rewards, strict=True))
        truncated = moment.ending == "truncated"
        self.terminations = dict.fromkeys(self.agents, over and not truncated)
        self.truncations = dict.fromkeys(self.agents, truncated)
        self._infos = {}

    def __reduce__(self) -> tuple[Any, ...]:
        moment = None
        if self._position is not None:
            text = self.game.encode_state(self._position.state)
            moment = replace(self.get_state(), position=text)
        return _unpickle, (type(self), self.game, self.spec, self.options, self.report, moment)


def _unpickle(
    kind: Callable[..., Moments],
    game: Game,
    spec: GameSpec,
    options: EnvOptions,
    report: Any,
    moment: EnvState | None,
) -> Moments:
    env = kind(game, spec, options, report)
    if moment is not None:
        env.set_state(moment)
    return env
