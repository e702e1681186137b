"""Plays a game and writes down all it sees: the growing side of a play tree.

Runs where the game runs, in a worker. It judges nothing: what it notes is judged outside.
"""

from __future__ import annotations

import marshal
from collections import Counter

from codeworld.contract import CHANCE_PLAYER, Game, Position, State
from codeworld.errors import FuelExhaustedError, GameError
from codeworld.verify.coverage import StatementLog
from codeworld.verify.digests import Digests
from codeworld.verify.play_tree import Facts, Fault, Node, PlayTree


class Explorer:
    """A play tree that grows, with the states that a finished tree does not hold.

    Attributes:
        game: the game that is played.
        nodes: the tree so far.
        positions: for each node the game's own position; None where it failed.
        reached: for each node, the statements that ran when it was made.
        untouched: for each node, whether the state before it was the same after its action.
        legal: how often each action or outcome is legal.
        listed: how many actions all legal lists hold.
        out_of_fuel: whether the game ran out of fuel; then nothing more is tried.
    """

    def __init__(
        self, game: Game, log: StatementLog | None, seed: int, digests: Digests | None = None
    ) -> None:
        """Begin at the game's initial state.

        Args:
            game: the game, loaded.
            log: of the statements that the game runs; None not to know.
            seed: of the game's own `random`.
            digests: those that are known from other play.
        """
        self.game = game
        self.nodes: list[Node] = []
        self.positions: list[Position | None] = []
        self.reached: list[frozenset[int]] = []
        self.untouched: list[bool] = []
        self.listed = 0
        self.out_of_fuel = False
        self.legal: Counter[str] = Counter()
        self._children: dict[tuple[int, str], int] = {}
        self._log = log
        self._digests = digests or Digests()
        game.restart(seed)
        self._add(-1, "")

    def child(self, place: int, action: str) -> int:
        """Return the place of the node after `action`, which is tried if it was not yet."""
        found = self._children.get((place, action))
        return self._add(place, action) if found is None else found

    def open_actions(self, place: int) -> tuple[str, ...]:
        """Return what can be played at a node, sorted; nothing at an end or a fault."""
        return () if self.out_of_fuel else self.nodes[place].open_actions

    def follow(self, actions: tuple[str, ...]) -> int | None:
        """Return the node that a line leads to; None where an action is not legal or fails."""
        place = 0
        for action in actions:
            if action not in self.open_actions(place):
                return None
            place = self.child(place, action)
        return None if self.nodes[place].facts is None else place

    def tree(self) -> PlayTree:
        """Return the tree as it is now."""
        return PlayTree(tuple(self.nodes))

    def look(self, position: Position) -> Facts:
        """Return the facts about a position.

        Raises:
            GameError: if the game fails or breaks the contract.
        """
        legal = sorted(position.legal_actions)
        probabilities: tuple[float, ...] = ()
        if position.player == CHANCE_PLAYER and legal:
            chances = dict(self.game.get_chance_outcomes(position.state))
            probabilities = tuple(chances[outcome] for outcome in legal)
        return Facts(
            position.player,
            tuple(legal),
            probabilities,
            tuple(position.returns),
            tuple(self.digest(observation) for observation in position.observations),
        )

    def digest(self, value: State) -> str:
        """Return short text that is equal for equal states or observations.

        Raises:
            ContractError: if the value is not data.
        """
        return self._digests.digest(self.game, value)

    def fingerprint(self, state: State) -> bytes:
        """Return bytes that change when a state is changed; faster than `digest`."""
        try:
            return marshal.dumps(state, 2)
        except ValueError:
            return self.game.encode_state(state).encode()

    @property
    def ever_reached(self) -> frozenset[int]:
        """First lines of all statements that ran, while the game was loaded and since."""
        self._take()
        return frozenset(self._log.ever if self._log else ())

    def _take(self) -> frozenset[int]:
        return self._log.take() if self._log else frozenset()

    def _add(self, parent: int, action: str) -> int:
        place = len(self.nodes)
        self._take()
        position, facts, fault, untouched = None, None, None, True
        try:
            if parent < 0:
                position = self.game.start()
            else:
                before = self.positions[parent]
                assert before is not None
                mark = self.fingerprint(before.state)
                position = self.game.advance(before.state, action)
                untouched = self.fingerprint(before.state) == mark
            facts = self.look(position)
            self.fingerprint(position.state)
        except GameError as error:
            self.out_of_fuel = self.out_of_fuel or isinstance(error, FuelExhaustedError)
            position, facts = None, None
            fault = Fault(type(error).__name__, str(error))
        self.nodes.append(Node(parent, action, facts, fault))
        self.positions.append(position)
        self.reached.append(self._take())
        self.untouched.append(untouched)
        if facts:
            self.legal.update(facts.legal_actions)
            self.listed += len(facts.legal_actions)
        if parent >= 0:
            self._children[parent, action] = place
        return place
