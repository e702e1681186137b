"""Two programs for the same rules, played side by side on one line of actions.

What counts as behaviour is what legal play can show: the player to move, the set of legal actions,
chance probabilities, returns, which histories a player can tell apart by its observations and its
own returns, that declared vocabularies hold all legal actions, and that an action leaves the state
before it as it was. What observations look like, the order of legal actions, what an illegal action
does, names and drawings do not count.
"""

from __future__ import annotations

import json
import marshal
from hashlib import blake2b
from typing import NamedTuple

from codeworld.contract import CHANCE_PLAYER, Game, Observation, Position, State
from codeworld.errors import GameError

_TOLERANCE = 1e-9
"""How far probabilities and returns of the two may be apart."""


class PlayedDifferentlyError(Exception):
    """The two programs play differently; the text says how. The difference sought, not an error."""


class Pair(NamedTuple):
    """The positions of both programs after one line of actions.

    Attributes:
        line: the actions, chance included.
        positions: of the reference and of the other.
        histories: for each player, digests of all it saw and did in the one and in the other.
        seen: for each program and player, (observation, own action) of its own decisions so far.
    """

    line: tuple[str, ...]
    positions: tuple[Position, Position]
    histories: tuple[tuple[str, str], ...]
    seen: tuple[tuple[tuple[tuple[Observation, str], ...], ...], ...]


class JointPlay:
    """Plays a reference and another program side by side, and holds them against each other."""

    def __init__(self, reference: Game, other: Game) -> None:
        """Take two loaded games.

        Raises:
            PlayedDifferentlyError: if they have another number of players.
        """
        self.games = (reference, other)
        if reference.num_players != other.num_players:
            raise PlayedDifferentlyError(
                f"{other.num_players} players, not {reference.num_players}"
            )
        self._vocabulary = other.get_all_actions()
        self._same_history: dict[tuple[int, int, str], str] = {}
        self._same_observation: dict[tuple[int, int, str], str] = {}
        self.observations_match = True

    def start(self) -> Pair:
        """Return both initial positions, the programs begun anew.

        Raises:
            PlayedDifferentlyError: if they differ.
        """
        for game in self.games:
            game.restart(0)
        count = self.games[0].num_players
        try:
            positions = (self.games[0].start(), self.games[1].start())
        except GameError as error:
            raise PlayedDifferentlyError(f"it fails at the start: {error}") from None
        return self._compare(
            (), positions, CHANCE_PLAYER, "", (("", ""),) * count, (((),) * count,) * 2
        )

    def advance(self, pair: Pair, action: str) -> Pair:
        """Return both positions after an action that is legal in the reference.

        Raises:
            PlayedDifferentlyError: if they differ, the other fails, or changes the state before.
        """
        before, (reference, other) = pair.positions, self.games
        right = reference.advance(before[0].state, action)
        mark = _mark(other, before[1].state)
        try:
            found = other.advance(before[1].state, action)
        except GameError as error:
            raise PlayedDifferentlyError(f"it fails at {action!r}: {error}") from None
        if _mark(other, before[1].state) != mark:
            raise PlayedDifferentlyError(f"{action!r} changes the state before it")
        player, seen = before[0].player, pair.seen
        if player >= 0:
            seen = tuple(
                tuple(
                    (*own, (position.observations[player], action)) if seat == player else own
                    for seat, own in enumerate(pair.seen[number])
                )
                for number, position in enumerate(before)
            )
        line = (*pair.line, action)
        return self._compare(line, (right, found), player, action, pair.histories, seen)

    def key(self, pair: Pair) -> tuple[str, str]:
        """Return what is equal for pairs of equal states."""
        first, second = pair.positions
        return self.games[0].state_key(first.state), self.games[1].state_key(second.state)

    def _compare(
        self,
        line: tuple[str, ...],
        positions: tuple[Position, Position],
        mover: int,
        action: str,
        histories: tuple[tuple[str, str], ...],
        seen: tuple[tuple[tuple[tuple[Observation, str], ...], ...], ...],
    ) -> Pair:
        reference, other = positions
        if other.player != reference.player:
            raise PlayedDifferentlyError(f"player {other.player} to move, not {reference.player}")
        if set(other.legal_actions) != set(reference.legal_actions):
            wrong = set(other.legal_actions) ^ set(reference.legal_actions)
            raise PlayedDifferentlyError(f"legal actions differ by {sorted(wrong)[:4]}")
        if not _is_close(other.returns, reference.returns):
            raise PlayedDifferentlyError(f"returns {other.returns}, not {reference.returns}")
        if reference.player == CHANCE_PLAYER:
            self._compare_chances(reference.state, other.state)
            return Pair(line, positions, histories, seen)
        if self._vocabulary is not None and not set(other.legal_actions) <= set(self._vocabulary):
            raise PlayedDifferentlyError("its vocabulary lacks a legal action")
        after = tuple(
            self._tell(seat, mover, action, positions, before)
            for seat, before in enumerate(histories)
        )
        return Pair(line, positions, after, seen)

    def _compare_chances(self, reference: State, other: State) -> None:
        try:
            chances = [
                dict(game.get_chance_outcomes(state))
                for game, state in zip(self.games, (reference, other), strict=True)
            ]
        except GameError as error:
            raise PlayedDifferentlyError(f"it fails at a chance node: {error}") from None
        right, found = ([chance[outcome] for outcome in sorted(chance)] for chance in chances)
        if not _is_close(found, right):
            raise PlayedDifferentlyError(f"chance probabilities {found}, not {right}")

    def _look(self, number: int, position: Position, seat: int) -> str:
        """Return a digest that is equal for equal observations and returns of one player."""
        observation = position.observations[seat]
        try:
            text = json.dumps(observation, sort_keys=True)
        except (TypeError, ValueError):
            text = self.games[number].state_key(observation)
        return _digest(f"{position.returns[seat] + 0.0} {text}")  # 0.0 and -0.0 are equal

    def _tell(
        self,
        seat: int,
        mover: int,
        action: str,
        positions: tuple[Position, Position],
        before: tuple[str, str],
    ) -> tuple[str, str]:
        """Return a player's histories, which must be told apart in the one as in the other."""
        did = action if seat == mover else ""
        first, second = (
            self._look(number, position, seat) for number, position in enumerate(positions)
        )
        histories = (_digest(f"{before[0]} {did} {first}"), _digest(f"{before[1]} {did} {second}"))
        if not _match(self._same_observation, seat, (first, second)):
            self.observations_match = False
        if not _match(self._same_history, seat, histories):
            raise PlayedDifferentlyError(f"player {seat} can tell other positions apart")
        return histories


def _match(known: dict[tuple[int, int, str], str], seat: int, pair: tuple[str, str]) -> bool:
    """Note that two digests go together; return whether they never went with others."""
    first, second = pair
    one = known.setdefault((0, seat, first), second)
    return one == second and known.setdefault((1, seat, second), first) == first


def _is_close(found: list[float], right: list[float]) -> bool:
    return len(found) == len(right) and all(
        abs(a - b) <= _TOLERANCE for a, b in zip(found, right, strict=True)
    )


def _mark(game: Game, state: State) -> bytes:
    try:
        return marshal.dumps(state, 2)
    except ValueError:
        return game.encode_state(state).encode()


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()
