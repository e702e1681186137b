"""The action space: which index means which action.

The vocabulary of a `GameSpec` fixes the first indices once and for all. Where it is not known to be
complete, `SPARE_ACTIONS` further indices follow: spare index k means the k-th legal action, in the
game's own order, that the vocabulary lacks. What a spare index means thus depends on the position
alone, so that clones, other processes and later episodes agree, and no earlier index ever changes.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from codeworld.errors import ContractError

Mask: TypeAlias = npt.NDArray[np.int8]

SPARE_ACTIONS = 8
"""Indices kept for actions that no exploration met."""

MAX_LISTED = 20
"""Legal actions that an error message lists."""

MAX_CACHED = 4096
"""Legal sets remembered before the memory is cleared."""


class LegalActions(NamedTuple):
    """The legal actions of one position.

    Attributes:
        by_index: action of each legal index, in the game's order.
        names: the same actions, in that order; shared, so copy it to hand it out.
        mask: shape (vocabulary size,), int8, 1 at legal indices; shared, too.
    """

    by_index: dict[int, str]
    names: list[str]
    mask: Mask

    def refusal(self, agent: str, action: object) -> str:
        """Return the message for an agent that wants to play something else."""
        legal = [f"{index} ({name!r})" for index, name in self.by_index.items()]
        more = f" and {len(legal) - MAX_LISTED} more" if len(legal) > MAX_LISTED else ""
        return f"{agent} cannot play {action!r} now; legal: {', '.join(legal[:MAX_LISTED])}{more}"


class ActionVocabulary:
    """Maps actions to indices and legal sets to masks.

    Attributes:
        actions: the fixed vocabulary, in index order.
        size: number of indices, spare ones included.
    """

    def __init__(self, actions: tuple[str, ...], *, closed: bool) -> None:
        self.actions = actions
        self.size = len(actions) + (0 if closed else SPARE_ACTIONS)
        self._index = {action: index for index, action in enumerate(actions)}
        self._cache: dict[tuple[str, ...], LegalActions] = {}

    def legal(self, legal_actions: list[str]) -> LegalActions:
        """Return indices and mask of a legal set.

        Raises:
            ContractError: if the vocabulary was declared complete and lacks one of the actions.
        """
        key = tuple(legal_actions)
        found = self._cache.get(key)
        if found is None:
            if len(self._cache) >= MAX_CACHED:
                self._cache.clear()
            found = self._cache[key] = self._look_up(key)
        return found

    def _look_up(self, legal_actions: tuple[str, ...]) -> LegalActions:
        by_index: dict[int, str] = {}
        spare = len(self.actions)
        for action in legal_actions:
            index = self._index.get(action)
            if index is None:
                if self.size == len(self.actions):
                    raise ContractError(
                        f"get_legal_actions: {action!r} is legal but not in the action vocabulary, "
                        "which was declared complete; add it to get_all_actions"
                    )
                index, spare = spare, spare + 1
            if index < self.size:
                by_index[index] = action
        mask = np.zeros(self.size, np.int8)
        mask[list(by_index)] = 1
        mask.setflags(write=False)
        return LegalActions(by_index, list(by_index.values()), mask)
