"""Play trees: every position that an exploration met, with the facts about it, as plain values.

A tree is what a worker answers. It is read here strictly, since a worker may forge it, and holds no
state of the game: positions are known by the line of actions that leads to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER

_FLOAT = frozenset({float})
_TEXT = frozenset({str})


class Facts(NamedTuple):
    """What a game says about one position.

    Attributes:
        player: player to move, `CHANCE_PLAYER` or `TERMINAL_PLAYER`.
        legal_actions: legal actions or outcomes, sorted.
        probabilities: probability of each outcome in that order; empty where no chance is.
        returns: returns so far, in player order.
        observations: a digest of each player's observation, in player order: equal for equal
            observations. Empty at a chance node.
    """

    player: int
    legal_actions: tuple[str, ...]
    probabilities: tuple[float, ...]
    returns: tuple[float, ...]
    observations: tuple[str, ...]


class Fault(NamedTuple):
    """What a game raised instead of facts: the class name of the error and its message."""

    error: str
    message: str


class Node(NamedTuple):
    """One position of a tree.

    Attributes:
        parent: place of the node before, -1 for the root.
        action: what was played there; "" for the root.
        facts: what the game says about it; None where it failed.
        fault: how it failed; None where it did not.
    """

    parent: int
    action: str
    facts: Facts | None
    fault: Fault | None

    @property
    def open_actions(self) -> tuple[str, ...]:
        """What can be played here, sorted; nothing at an end or a fault."""
        if self.facts is None or self.facts.player == TERMINAL_PLAYER:
            return ()
        return self.facts.legal_actions


@dataclass(frozen=True)
class PlayTree:
    """Positions by the lines of actions that lead to them.

    Attributes:
        nodes: the root first, and every parent before its children.
    """

    nodes: tuple[Node, ...]

    def line(self, place: int) -> tuple[str, ...]:
        """Return the actions from the root to a node, chance included."""
        actions = []
        while place > 0:
            node = self.nodes[place]
            actions.append(node.action)
            place = node.parent
        return tuple(reversed(actions))

    @cached_property
    def children(self) -> tuple[dict[str, int], ...]:
        """For each node, the place of the node after each action that was tried there."""
        children: tuple[dict[str, int], ...] = tuple({} for _ in self.nodes)
        for place, node in enumerate(self.nodes):
            if node.parent >= 0:
                children[node.parent][node.action] = place
        return children

    @cached_property
    def depths(self) -> tuple[int, ...]:
        """For each node, how many actions lead to it."""
        depths: list[int] = []
        for node in self.nodes:
            depths.append(depths[node.parent] + 1 if node.parent >= 0 else 0)
        return tuple(depths)

    @cached_property
    def shortest_first(self) -> tuple[int, ...]:
        """The places of all nodes, by depth: what is shown of a fault should be short."""
        return tuple(sorted(range(len(self.nodes)), key=self.depths.__getitem__))

    @cached_property
    def leaves(self) -> tuple[int, ...]:
        """The places of the nodes with no children: where playthroughs end."""
        return tuple(place for place, after in enumerate(self.children) if not after)

    def path(self, place: int) -> list[int]:
        """Return the places from the root to a node, both included."""
        places = []
        while place >= 0:
            places.append(place)
            place = self.nodes[place].parent
        return places[::-1]

    @cached_property
    def views(self) -> tuple[tuple[int, ...], ...]:
        """For each node and player, a number for all that the player saw and did on the way there.

        Players see every position at which somebody is to move, and the end; not chance nodes.
        Empty from the first position on that has no facts.
        """
        number = _Numbers()
        views: list[tuple[int, ...]] = []
        for node in self.nodes:
            before = views[node.parent] if node.parent >= 0 else None
            views.append(self._views_of(node, before, number))
        return tuple(views)

    def _views_of(
        self, node: Node, before: tuple[int, ...] | None, number: _Numbers
    ) -> tuple[int, ...]:
        if node.facts is None or before == ():
            return ()
        before = before or (0,) * len(node.facts.returns)
        mover = self.nodes[node.parent].facts.player if node.parent >= 0 else CHANCE_PLAYER  # type: ignore[union-attr]
        seen = node.facts.observations or ("",) * len(before)
        return tuple(
            number[view, node.action if mover == player else None, seen[player]]
            if seen[player] or mover == player
            else view
            for player, view in enumerate(before)
        )

    @cached_property
    def histories(self) -> tuple[tuple[int, ...], ...]:
        """For each node and player, a number for what `resample_history` is given there.

        That is what the player saw and did on its own turns, and what it sees now if it is to move.
        Empty where there are no facts.
        """
        number = _Numbers()
        histories: list[tuple[int, ...]] = []
        for node in self.nodes:
            if node.facts is None:
                histories.append(())
                continue
            told = (
                list(histories[node.parent]) if node.parent >= 0 else [0] * len(node.facts.returns)
            )
            if node.parent >= 0:
                mover = self.nodes[node.parent].facts.player  # type: ignore[union-attr]
                if mover >= 0:
                    told[mover] = number[told[mover], "plays", node.action]
            player = node.facts.player
            if player >= 0:
                told[player] = number[told[player], "sees", node.facts.observations[player]]
            histories.append(tuple(told))
        return tuple(histories)

    @cached_property
    def deals(self) -> dict[tuple[int, int], list[int]]:
        """For each (player, its history) the decisions of that player with that history."""
        deals: dict[tuple[int, int], list[int]] = {}
        for place, facts in self.with_facts():
            if facts.player >= 0:
                key = (facts.player, self.histories[place][facts.player])
                deals.setdefault(key, []).append(place)
        return deals

    @property
    def complete(self) -> bool:
        """Whether every action was tried at every node, so that all lines of the game are here."""
        return all(
            node.facts is not None
            and (
                node.facts.player == TERMINAL_PLAYER
                or len(self.children[place]) == len(node.facts.legal_actions)
            )
            for place, node in enumerate(self.nodes)
        )

    @property
    def steps(self) -> list[list[Any]]:
        """[parent, action] of every node, as a replay takes them."""
        return [[node.parent, node.action] for node in self.nodes]

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """The places of all terminal positions."""
        return tuple(
            place
            for place, node in enumerate(self.nodes)
            if node.facts is not None and node.facts.player == TERMINAL_PLAYER
        )

    def with_facts(self) -> Iterator[tuple[int, Facts]]:
        """Yield (place, facts) of every node that has facts, shortest lines first."""
        for place in self.shortest_first:
            facts = self.nodes[place].facts
            if facts is not None:
                yield place, facts

    def to_value(self) -> list[Any]:
        """Return the tree as a JSON value."""
        return [list(node) for node in self.nodes]

    @classmethod
    def from_value(cls, value: Any) -> PlayTree:
        """Return the tree that `to_value` wrote.

        Raises:
            TypeError, ValueError: if it is anything else.
        """
        nodes = []
        for place, (parent, action, facts, fault) in enumerate(value):
            if type(parent) is not int or not -1 <= parent < place or (parent < 0) != (place == 0):
                raise ValueError(f"node {place} has parent {parent!r}")
            read = None if facts is None else read_facts(facts)
            failed = None if fault is None else read_fault(fault)
            if (read is None) == (failed is None):
                raise ValueError(f"node {place} has facts and a fault, or neither")
            nodes.append(Node(parent, _exactly_str(action), read, failed))
        return cls(tuple(nodes))


def read_facts(value: Any) -> Facts:
    """Return facts from a JSON value.

    Raises:
        TypeError, ValueError: if it is anything else.
    """
    player, legal, chances, returns, seen = value
    if type(player) is not int or not _FLOAT.issuperset(map(type, [*chances, *returns])):
        raise TypeError("a position's numbers are no numbers")
    if len(chances) not in (0, len(legal)) or len(seen) not in (0, len(returns)) or not returns:
        raise ValueError("a position's lists do not fit each other")
    if player not in (*range(len(returns)), CHANCE_PLAYER, TERMINAL_PLAYER):
        raise ValueError(f"there is no player {player}")
    if not _TEXT.issuperset(map(type, [*legal, *seen])):
        raise TypeError("an action or a digest is no text")
    return Facts(player, tuple(legal), tuple(chances), tuple(returns), tuple(seen))


def read_fault(value: Any) -> Fault:
    """Return a fault from a JSON value.

    Raises:
        TypeError: if it is anything else.
    """
    error, message = value
    return Fault(_exactly_str(error), _exactly_str(message))


def _exactly_str(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(f"{type(value).__name__} where a text must be")
    return value


class _Numbers(dict[tuple[int, str | None, str], int]):
    """Numbers things from 1 on in the order in which they are asked for; equal ones alike."""

    def __missing__(self, thing: tuple[int, str | None, str]) -> int:
        self[thing] = number = len(self) + 1
        return number
