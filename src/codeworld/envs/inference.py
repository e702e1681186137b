"""Infers a GameSpec by seeded, budgeted exploration.

Small games are exhausted, and their facts are then exact; of larger ones a fixed number of random
episodes is played. Budgets count transitions, never seconds, and every choice is made from sorted
actions with derived seeds: the same source and seed give the same spec on any machine, in any
process and under any hash seed.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER, Game, Observation, Position
from codeworld.envs.schema_builder import SchemaBuilder
from codeworld.errors import ContractError
from codeworld.seeding import derive_seed
from codeworld.spec import GameSpec, Information, Utility

VERSION = 1
"""Raised whenever inference changes, so that no cached spec of an older kind is used."""

UTILITY_TOLERANCE = 1e-9
"""How far sums of returns may differ and still count as constant."""


@dataclass(frozen=True, slots=True)
class ExplorationBudget:
    """How far inference looks.

    Attributes:
        exhaustive_transitions: a game with at most this many transitions is exhausted.
        episodes: random episodes played of a game that is not.
        episode_transitions: a random episode is left after this many transitions.
        random_transitions: no random episode begins after this many in all.
    """

    exhaustive_transitions: int = 20_000
    episodes: int = 200
    episode_transitions: int = 2_000
    random_transitions: int = 20_000


class _Facts:
    """What has been seen of a game so far."""

    def __init__(self, game: Game, key: Callable[[Observation], str] | None = None) -> None:
        self.game = game
        self._key = key or partial(_text, game)
        self.actions: set[str] = set()
        self.stochastic = False
        self.schema = SchemaBuilder()
        self.low, self.high = float("inf"), float("-inf")
        self.sums: tuple[float, float] | None = None
        self.identical = True
        self.imperfect = "resample_history" in game.defined
        self._views: list[dict[str, tuple[str, ...]]] = [{} for _ in range(game.num_players)]
        self._seen: set[str] = set()

    def add(self, position: Position) -> None:
        """Take one position into account."""
        if position.player == CHANCE_PLAYER:
            self.stochastic = True
            return
        self._add_observations(position)
        if position.player == TERMINAL_PLAYER:
            self._add_returns(position.returns)
            return
        if not position.legal_actions:
            raise ContractError(
                "get_legal_actions: returned no action for a state in which player "
                f"{position.player} is to move; return the legal actions, or make "
                f"get_current_player return {TERMINAL_PLAYER} if the game is over"
            )
        self.actions.update(position.legal_actions)

    def _add_observations(self, position: Position) -> None:
        texts = tuple(map(self._key, position.observations))
        for player, text in enumerate(texts):
            # Imperfect: this player sees the same in two positions that another tells apart.
            if self._views[player].setdefault(text, texts) != texts:
                self.imperfect = True
            if text not in self._seen:
                self._seen.add(text)
                self.schema.add(position.observations[player])

    def _add_returns(self, returns: list[float]) -> None:
        total = sum(returns)
        self.low, self.high = min(self.low, *returns), max(self.high, *returns)
        smallest, largest = self.sums or (total, total)
        self.sums = (min(smallest, total), max(largest, total))
        self.identical = self.identical and len(set(returns)) == 1

    def spec(self, *, exhausted: bool, longest: int | None) -> GameSpec:
        """Return the spec of what was seen."""
        if self.sums is None:
            raise ContractError(
                "get_current_player: no episode of the exploration reached a terminal state; "
                f"return {TERMINAL_PLAYER} when the game is over, and make sure that it ends"
            )
        declared = self.game.get_all_actions()
        information: Information = "imperfect" if self.imperfect else "perfect"
        return GameSpec(
            num_players=self.game.num_players,
            information=information,
            chance="stochastic" if self.stochastic else "deterministic",
            utility=self._utility(),
            min_return=self.low,
            max_return=self.high,
            max_length=longest,
            actions=tuple(declared if declared is not None else sorted(self.actions)),
            actions_closed=declared is not None or exhausted,
            observation_schema=self.schema.build(complete=exhausted),
            exact=exhausted,
        )

    def _utility(self) -> Utility:
        smallest, largest = self.sums or (0.0, 0.0)
        if max(abs(smallest), abs(largest)) <= UTILITY_TOLERANCE and self.game.num_players > 1:
            return "zero_sum"
        if self.identical:
            return "identical"
        return "constant_sum" if largest - smallest <= UTILITY_TOLERANCE else "general_sum"


def infer_spec(game: Game, *, seed: int = 0, budget: ExplorationBudget | None = None) -> GameSpec:
    """Return the facts about a game, found by exploration.

    Args:
        game: any loaded game.
        seed: root of the random episodes' seeds.
        budget: how far to look.

    Raises:
        GameError: if the game fails or breaks the contract while it is explored.
    """
    budget = budget or ExplorationBudget()
    game.restart(derive_seed(seed, "inference restart"))
    spec = _exhaust(game, budget.exhaustive_transitions)
    return spec if spec is not None else _sample(game, seed, budget)


def infer_spec_from(
    game: Game,
    positions: Iterable[Position],
    *,
    exhausted: bool,
    key: Callable[[Observation], str],
) -> GameSpec:
    """Return the facts that some positions of a game show, found by exploration of another kind.

    Args:
        game: any loaded game.
        positions: of that game.
        exhausted: whether these are all positions that it has.
        key: from an observation to text that is equal for equal observations.

    Raises:
        GameError: if a position breaks the contract.
    """
    facts = _Facts(game, key)
    for position in positions:
        facts.add(position)
    return facts.spec(exhausted=exhausted, longest=None)


def _exhaust(game: Game, transitions: int) -> GameSpec | None:
    """Return the exact spec of a game with at most so many transitions, else None."""
    facts = _Facts(game)
    start = game.start()
    numbers = {game.state_key(start.state): 0}
    followers: list[list[int]] = []
    costs: list[int] = []
    frontier = deque([start])
    left = transitions - len(start.legal_actions)  # once all that was met is tried
    while frontier:
        if left < 0:
            return None
        position = frontier.popleft()
        facts.add(position)
        costs.append(int(position.player >= 0))
        followers.append([])
        for action in sorted(position.legal_actions):
            child = game.advance(position.state, action)
            key = game.state_key(child.state)
            if key not in numbers:
                numbers[key] = len(numbers)
                frontier.append(child)
                left -= len(child.legal_actions)
            followers[-1].append(numbers[key])
    return facts.spec(exhausted=True, longest=_longest(followers, costs))


def _longest(followers: list[list[int]], costs: list[int]) -> int | None:
    """Return the greatest cost of a path from state 0, or None if play can go in circles."""
    waiting = [0] * len(followers)
    for ends in followers:
        for end in ends:
            waiting[end] += 1
    best = [0] * len(followers)
    ready, done = [0], 0
    while ready:
        state = ready.pop()
        done += 1
        for end in followers[state]:
            best[end] = max(best[end], best[state] + costs[state])
            waiting[end] -= 1
            if waiting[end] == 0:
                ready.append(end)
    return max(max(best), 1) if done == len(followers) else None


def _sample(game: Game, seed: int, budget: ExplorationBudget) -> GameSpec:
    """Return the spec that random episodes show."""
    facts = _Facts(game)
    spent = 0
    for episode in range(budget.episodes):
        if spent > budget.random_transitions:
            break
        generator = np.random.default_rng(derive_seed(seed, "inference episode", episode))
        game.restart(derive_seed(seed, "inference restart", episode))
        position = game.start()
        facts.add(position)
        for _ in range(budget.episode_transitions):
            if position.player == TERMINAL_PLAYER:
                break
            actions = sorted(position.legal_actions)
            position = game.advance(position.state, actions[generator.integers(len(actions))])
            facts.add(position)
            spent += 1
    return facts.spec(exhausted=False, longest=None)


def _text(game: Game, observation: Observation) -> str:
    """Return an observation as text, for comparing."""
    try:
        return json.dumps(observation, sort_keys=True)
    except (TypeError, ValueError):  # keys of several types, or what the schema will refuse
        return game.state_key(observation)
