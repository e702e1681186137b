"""Which statements of a game program a piece of play runs."""

from __future__ import annotations


class StatementLog:
    """The statements of a program that ran; give `note` to `compile_game` as `on_statement`.

    Attributes:
        ever: first lines of those that ran, up to the last `take`.
        note: notes that a statement runs.
    """

    def __init__(self) -> None:
        self.ever: set[int] = set()
        self._ran: set[int] = set()  # since `take`
        self.note = self._ran.add  # it runs more often than anything else here

    def take(self) -> frozenset[int]:
        """Return the first lines of the statements that ran since the last call."""
        taken = frozenset(self._ran)
        self.ever |= taken
        self._ran.clear()
        return taken
