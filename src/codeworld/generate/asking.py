"""Asks a model, within a budget, and keeps every answer that is whole."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from codeworld.generate.backend import Backend, Completion, CompletionRequest, Message
from codeworld.generate.options import GenerationOptions
from codeworld.generate.run_folder import RunFolder
from codeworld.seeding import derive_seed

OnText = Callable[[str, str], None]
"""Told the name of an answer and a piece of it, while the model writes."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a run has cost.

    Attributes:
        answers: answers that the model gave.
        prompt_tokens: tokens that it read for them.
        completion_tokens: tokens that it wrote.
        seconds: wall-clock time since the run began.
    """

    answers: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float


def make_request(
    options: GenerationOptions,
    messages: tuple[Message, ...],
    stream: str,
    number: int,
    *,
    max_tokens: int | None = None,
    grammar: str | None = None,
    likeliest: int = 1,
) -> CompletionRequest:
    """Return a request: the first `likeliest` of a stream ask for no sample but the best answer."""
    return CompletionRequest(
        messages=messages,
        seed=derive_seed(options.seed, stream, number),
        max_tokens=min(max_tokens or options.answer_tokens, options.answer_tokens),
        temperature=0.0 if number < likeliest else options.temperature,
        grammar=grammar,
    )


class Asker:
    """Asks one model for one run. May be used from many threads.

    Attributes:
        backend: the model.
    """

    def __init__(
        self,
        backend: Backend,
        folder: RunFolder,
        *,
        seconds: float | None,
        tokens: int | None,
        on_text: OnText,
    ) -> None:
        """Begin a run.

        Args:
            backend: the model.
            folder: where answers are kept.
            seconds: wall-clock time from now on; None for no limit.
            tokens: tokens to be written; None for no limit.
            on_text: told every piece of text.
        """
        self.backend = backend
        self._ended = threading.Event()
        self._cut = threading.Event()
        self._folder = folder
        self._tokens = tokens
        self._on_text = on_text
        self._began = time.monotonic()
        self._spent = Spent(0, 0, 0, 0.0)
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        if seconds is not None:
            self._timer = threading.Timer(seconds, self._end)
            self._timer.daemon = True
            self._timer.start()

    @property
    def spent(self) -> Spent:
        """What the run has cost so far."""
        done = self._spent
        seconds = time.monotonic() - self._began
        return Spent(done.answers, done.prompt_tokens, done.completion_tokens, seconds)

    @property
    def exhausted(self) -> bool:
        """Whether time or tokens are used up."""
        over = self._tokens is not None and self._spent.completion_tokens >= self._tokens
        return over or self._ended.is_set()

    def ask(self, name: str, request: CompletionRequest) -> Completion | None:
        """Return the model's answer; None where the budget is used up before it is whole.

        Args:
            name: of the answer, for progress.
            request: what to ask. An answer that the run's folder has is not asked for again.

        Raises:
            BackendError: if the model cannot answer.
        """
        answer = self._folder.find(self.backend.name, request)
        if answer is None:
            cut = self._cut
            if self.exhausted or cut.is_set():
                return None
            try:
                answer = self.backend.complete(request, lambda text: self._on_text(name, text), cut)
            except Exception:
                cut.set()  # here, not where it is caught: meanwhile the next answer would begin
                raise
            if answer.finish_reason == "cancelled":
                return None
            self._folder.keep(self.backend.name, request, answer)
        with self._lock:
            done = self._spent
            self._spent = Spent(
                done.answers + 1,
                done.prompt_tokens + answer.prompt_tokens,
                done.completion_tokens + answer.completion_tokens,
                0.0,
            )
        return answer

    def ask_all(
        self, requests: dict[str, CompletionRequest]
    ) -> Generator[tuple[str, str], None, None]:
        """Yield (name, answer) in the order of the requests, each as soon as it can be had.

        The order makes the same search find the same. Answers that are not needed are cut off.
        """
        threads = ThreadPoolExecutor(self.backend.parallel)
        finished = False
        try:
            waiting = {
                name: threads.submit(self.ask, name, request) for name, request in requests.items()
            }
            for name, future in waiting.items():
                answer = future.result()
                if answer is not None:
                    yield name, answer.text
            finished = True
        finally:
            if not finished:
                self.cut_off()
            threads.shutdown(wait=True, cancel_futures=True)
            self.go_on()

    def cut_off(self) -> None:
        """Cut off all answers that are still being written, and ask for no more."""
        self._cut.set()

    def go_on(self) -> None:
        """Ask again, after answers were cut off."""
        if not self._ended.is_set():
            self._cut = threading.Event()

    def _end(self) -> None:
        self._ended.set()
        self._cut.set()

    def close(self) -> None:
        """End the run: cut off what is still being written."""
        self._end()
        if self._timer is not None:
            self._timer.cancel()
