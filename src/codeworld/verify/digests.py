"""Digests of states and observations: short texts that are equal for equal values."""

from __future__ import annotations

import marshal
from hashlib import blake2b

from codeworld.contract import Game, State


class Digests:
    """Digests of values, each written out once: most of what players see comes again."""

    def __init__(self) -> None:
        self._known: dict[bytes, str] = {}

    def digest(self, game: Game, value: State) -> str:
        """Return text that is equal for equal values, in every process, and differs for others.

        Args:
            game: the game that made the value.
            value: a state or an observation.

        Raises:
            ContractError: if the value is not data.
        """
        try:
            mark = marshal.dumps(value, 2)
        except ValueError:  # objects of the game's own classes, or what is not data
            return _digest(game, value)
        known = self._known.get(mark)
        if known is None:
            known = self._known[mark] = _digest(game, value)
        return known


def _digest(game: Game, value: State) -> str:
    return blake2b(game.state_key(value).encode(), digest_size=8).hexdigest()
