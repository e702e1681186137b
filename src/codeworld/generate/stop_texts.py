"""Ends a streamed text before the first of some stop texts, and never streams a part of one."""

from __future__ import annotations

from collections.abc import Callable


class StopTexts:
    """A text that is written piece by piece and ends where a stop text would begin.

    Args:
        stops: the stop texts.
        on_text: called with each new piece that is certain to belong to the text.
    """

    def __init__(self, stops: tuple[str, ...], on_text: Callable[[str], None] | None) -> None:
        self._stops = stops
        self._on_text = on_text
        self._text = ""
        self._passed_on = 0
        self.stopped = False

    def add(self, piece: str) -> None:
        """Take in the next piece; what comes after a stop text is dropped."""
        if self.stopped:
            return
        self._text += piece
        found = [at for stop in self._stops if (at := self._text.find(stop)) >= 0]
        if found:
            self._text = self._text[: min(found)]
            self.stopped = True
        self._pass_on(len(self._text) - (0 if self.stopped else self._begun()))

    def finish(self) -> str:
        """Return the whole text; the end of it that was held back is passed on."""
        self._pass_on(len(self._text))
        return self._text

    def _begun(self) -> int:
        """Return how many characters at the end may be the beginning of a stop text."""
        return max(
            (
                length
                for stop in self._stops
                for length in range(1, len(stop))
                if self._text.endswith(stop[:length])
            ),
            default=0,
        )

    def _pass_on(self, end: int) -> None:
        if end > self._passed_on and self._on_text is not None:
            self._on_text(self._text[self._passed_on : end])
        self._passed_on = max(self._passed_on, end)
