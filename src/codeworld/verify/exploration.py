"""Ways to explore a game: everything where it is small, else several ways that share a budget.

Random play misses rare rules: 2,000 random games accepted a wrong model that one planned game
rejects (arXiv 2607.14169). So play is also long, greedy for and against each player, stubborn
towards early ends, and drawn to the statements of the program that ran least.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from functools import partial

import numpy as np

from codeworld.contract import TERMINAL_PLAYER
from codeworld.errors import GameError
from codeworld.seeding import derive_seed
from codeworld.verify.budget import Budget
from codeworld.verify.explorer import Explorer

Choose = Callable[[Explorer, int, tuple[str, ...]], str]
"""From an explorer, a node and what can be played there to what is played."""

_LOOKAHEAD = 5
"""Actions that a planning way of play compares at each node."""

_OPENING = 40
"""Most random actions before play turns stubborn."""

_IDLE = 60
"""Turns in a row that find nothing new, after which there is taken to be nothing more."""

_DETOUR = 12
"""Actions that play goes on for after a rare statement."""


def explore(explorer: Explorer, seed: int, budget: Budget) -> bool:
    """Grow a play tree.

    Args:
        explorer: at its root, or grown before.
        seed: decides every choice.
        budget: how far to go.

    Returns:
        Whether the tree now holds every state of the game.
    """
    if explore_all(explorer, budget):
        return True
    sample(explorer, seed, budget)
    return False


def explore_all(explorer: Explorer, budget: Budget) -> bool:
    """Try every action in every state, nearest states first; return whether that ended.

    It is given up as soon as the actions that are left to try are known to be too many.
    """
    frontier = _Frontier(explorer)
    frontier.add(0)
    listed = explorer.listed + budget.listed_actions // 4
    while frontier.waiting:
        tried = len(explorer.nodes) - 1
        is_hopeless = tried + frontier.untried > budget.exhaustive_transitions
        if (is_hopeless and tried > budget.nearest_transitions) or explorer.listed > listed:
            return False
        place = frontier.take()
        for action in explorer.open_actions(place):
            frontier.add(explorer.child(place, action))
    return not explorer.out_of_fuel


class _Frontier:
    """Places whose states were met and not left yet, in the order in which they were met.

    Attributes:
        waiting: the places.
        untried: how many actions are open at them in all.
    """

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._seen: set[str] = set()
        self.waiting: deque[int] = deque()
        self.untried = 0

    def add(self, place: int) -> None:
        """Add a place, unless its state was met elsewhere."""
        position = self._explorer.positions[place]
        if position is None:
            return
        try:
            key = self._explorer.digest(position.state)
        except GameError:  # a state that is not data: the checks say so, by its fault
            return
        if key not in self._seen:
            self._seen.add(key)
            self.waiting.append(place)
            self.untried += len(self._explorer.open_actions(place))

    def take(self) -> int:
        """Return the place that waited longest, and forget it."""
        place = self.waiting.popleft()
        self.untried -= len(self._explorer.open_actions(place))
        return place


def sample(explorer: Explorer, seed: int, budget: Budget) -> None:
    """Play seeded games in turns: random, long, greedy for each player, stubborn, rare."""
    generator = np.random.default_rng(derive_seed(seed, "exploration"))
    ways: list[Callable[[], None]] = [_random_game(explorer, generator, budget)]
    ways.append(partial(_play, explorer, 0, _longest(generator), budget.episode_transitions))
    for player in range(explorer.game.num_players):
        for sign in (1.0, -1.0):
            choose = _greedy(generator, player, sign)
            ways.append(partial(_play, explorer, 0, choose, budget.episode_transitions))
    ways.append(partial(_stubborn_game, explorer, generator, budget))
    ways.append(RareStatements(explorer, generator).play)
    # Random and rare play get as much as all the planning ways together.
    planning = len(ways) - 2
    shares = [1.0, *[1.0 / planning] * planning, 1.0]
    spent = [0] * len(ways)
    last = len(explorer.nodes) + budget.transitions
    listed = explorer.listed + budget.listed_actions
    idle = 0
    while len(explorer.nodes) < last and explorer.listed < listed and idle < _IDLE:
        if explorer.out_of_fuel:
            return
        way = min(range(len(ways)), key=lambda number: (spent[number] / shares[number], number))
        before = len(explorer.nodes)
        ways[way]()
        found = len(explorer.nodes) - before
        idle = 0 if found else idle + 1
        spent[way] += max(found, 1)  # one that finds nothing new has had its turn all the same


def _play(explorer: Explorer, place: int, choose: Choose, length: int) -> None:
    for _ in range(length):
        actions = explorer.open_actions(place)
        if not actions:
            return
        place = explorer.child(place, choose(explorer, place, actions))


def _random_game(
    explorer: Explorer, generator: np.random.Generator, budget: Budget
) -> Callable[[], None]:
    def choose(_: Explorer, __: int, actions: tuple[str, ...]) -> str:
        return actions[generator.integers(len(actions))]

    return partial(_play, explorer, 0, choose, budget.episode_transitions)


def _stubborn_game(explorer: Explorer, generator: np.random.Generator, budget: Budget) -> None:
    """Play at random for a while, then what is legal most often: pass, fold, hold, to the end."""
    legal = explorer.legal.copy()  # as it is now, not as this game will make it
    left = int(generator.integers(1, _OPENING))

    def choose(_: Explorer, __: int, actions: tuple[str, ...]) -> str:
        nonlocal left
        left -= 1
        if left > 0:
            return actions[generator.integers(len(actions))]
        return max(actions, key=lambda action: (legal[action], action))

    _play(explorer, 0, choose, budget.episode_transitions)


def _some(generator: np.random.Generator, actions: tuple[str, ...]) -> list[str]:
    if len(actions) <= _LOOKAHEAD:
        return list(actions)
    return [actions[number] for number in generator.choice(len(actions), _LOOKAHEAD, False)]


def _longest(generator: np.random.Generator) -> Choose:
    """Play so that the game goes on and leaves the least choice: towards dead ends."""

    def cost(explorer: Explorer, place: int, action: str) -> tuple[bool, float]:
        facts = explorer.nodes[explorer.child(place, action)].facts
        if facts is None or facts.player == TERMINAL_PLAYER:
            return True, 0.0
        return False, len(facts.legal_actions) + generator.random()

    def choose(explorer: Explorer, place: int, actions: tuple[str, ...]) -> str:
        return min(_some(generator, actions), key=lambda action: cost(explorer, place, action))

    return choose


def _greedy(generator: np.random.Generator, player: int, sign: float) -> Choose:
    """Everybody plays for the highest (or lowest) return of one player, one action ahead."""

    def gain(explorer: Explorer, place: int, action: str) -> tuple[float, float]:
        facts = explorer.nodes[explorer.child(place, action)].facts
        value = facts.returns[player] if facts else 0.0
        return sign * value, generator.random()

    def choose(explorer: Explorer, place: int, actions: tuple[str, ...]) -> str:
        return max(_some(generator, actions), key=lambda action: gain(explorer, place, action))

    return choose


class RareStatements:
    """Play from the nodes where the least-run statements ran, towards rare ones again."""

    def __init__(self, explorer: Explorer, generator: np.random.Generator) -> None:
        self._explorer = explorer
        self._generator = generator
        self._runs: Counter[int] = Counter()
        self._where: dict[int, list[int]] = {}
        self._counted = 0
        self._visits: Counter[int] = Counter()

    def play(self) -> None:
        """Play on from one node at which a rare statement ran."""
        self._count()
        if not self._runs:
            return
        explorer, generator = self._explorer, self._generator
        rarest = min(self._runs, key=lambda line: (self._runs[line] + 5 * self._visits[line], line))
        self._visits[rarest] += 1
        places = self._where[rarest]
        place = places[generator.integers(len(places))]
        # From the node before, so that its other actions are met too.
        place = max(explorer.nodes[place].parent, 0)
        for _ in range(_DETOUR):
            actions = explorer.open_actions(place)
            if not actions:
                return
            choices = [explorer.child(place, action) for action in _some(generator, actions)]
            place = min(choices, key=lambda choice: (self._rarity(choice), choice))

    def _rarity(self, place: int) -> int:
        self._count()
        return min((self._runs[line] for line in self._explorer.reached[place]), default=1 << 30)

    def _count(self) -> None:
        for place in range(self._counted, len(self._explorer.nodes)):
            for line in self._explorer.reached[place]:
                self._runs[line] += 1
                self._where.setdefault(line, []).append(place)
        self._counted = len(self._explorer.nodes)
