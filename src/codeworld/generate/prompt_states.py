"""Keeps the model's state after a prompt, so that all its candidates share one reading of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from codeworld.generate.backend import Message

MAX_STATES = 8
"""Prompts whose states are kept; one is 12 to 30 kB for each token of small models."""

Prompt = tuple[Message, ...]


@dataclass(eq=False, slots=True)
class _State:
    """One prompt's state: its file, and a lock that is held while it is being made or read."""

    filename: str
    lock: threading.Lock = field(default_factory=threading.Lock)
    made: bool = False


class PromptStates:
    """The saved states of the prompts that were used last.

    A conversation's state is made from that of the same conversation two messages earlier (before
    the last answer and what was said to it), whether or not that is kept at the moment. It is thus
    a function of the prompt alone and not of what was asked before, to the last bit.

    Args:
        folder: where the states are kept.
        read: reads a prompt into a slot, where told so on top of what the slot holds; returns
            False if it was cancelled.
        save: saves a slot in a file of the folder.
        restore: fills a slot from a file of the folder.
    """

    def __init__(
        self,
        folder: Path,
        *,
        read: Callable[[int, Prompt, bool, threading.Event | None], bool],
        save: Callable[[int, str], None],
        restore: Callable[[int, str], None],
    ) -> None:
        self._folder = folder
        self._read = read
        self._save = save
        self._restore = restore
        self._lock = threading.Lock()
        self._states: OrderedDict[Prompt, _State] = OrderedDict()
        self._made = 0

    def load(self, slot: int, prompt: Prompt, cancel: threading.Event | None) -> bool:
        """Put a slot into the state after a prompt.

        Calls for the same prompt wait for the first of them, and then share its work.

        Args:
            slot: a slot that nothing else uses.
            prompt: the conversation.
            cancel: ends the reading of the prompt once it is set.

        Returns:
            Whether it was done, rather than cancelled.
        """
        state = self._find(prompt)
        while not state.lock.acquire(timeout=0.05):
            if cancel is not None and cancel.is_set():
                return False
        try:
            if state.made:
                self._restore(slot, state.filename)
                return True
            goes_on = tuple(message.role for message in prompt[-2:]) == ("assistant", "user")
            if goes_on and not self.load(slot, prompt[:-2], cancel):
                return False
            if not self._read(slot, prompt, goes_on, cancel):
                return False
            self._save(slot, state.filename)
            state.made = True
            return True
        finally:
            state.lock.release()
            self._drop_oldest()

    def _find(self, prompt: Prompt) -> _State:
        with self._lock:
            if prompt not in self._states:
                self._made += 1
                self._states[prompt] = _State(f"prompt-{self._made}")
            self._states.move_to_end(prompt)
            return self._states[prompt]

    def _drop_oldest(self) -> None:
        with self._lock:
            for prompt, state in list(self._states.items()):
                if len(self._states) <= MAX_STATES:
                    return
                if state.lock.acquire(blocking=False):
                    del self._states[prompt]
                    state.made = False
                    (self._folder / state.filename).unlink(missing_ok=True)
                    state.lock.release()
