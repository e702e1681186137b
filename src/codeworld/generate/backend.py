"""What a language model is to codeworld: messages in, text out, streamed and cancellable."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Protocol, Self

from codeworld.errors import BackendError
from codeworld.seeding import check_seed

Role = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length", "cancelled"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation.

    Attributes:
        role: who says it. A conversation may end with an `assistant` message only where the
            backend is to go on with that very text, and not every backend can.
        content: what is said.
    """

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """What a backend is asked to complete.

    Attributes:
        messages: the conversation so far, oldest first, at least one.
        seed: seed of the sampling, in [0, 2**64); a backend folds it to the width that it has.
        max_tokens: the most tokens that may be written, at least 1.
        temperature: 0 takes the likeliest token each time; 1 samples from the model's own
            distribution.
        top_p: sample from the likeliest tokens whose chances sum to this, in (0, 1].
        grammar: a grammar in llama.cpp's GBNF notation that the text has to follow, or None.
        stop: texts before which the completion ends; they are not part of it.
    """

    messages: tuple[Message, ...]
    seed: int
    max_tokens: int
    temperature: float = 0.0
    top_p: float = 1.0
    grammar: str | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """What a backend answered.

    Attributes:
        text: the text, as far as it was written.
        prompt_tokens: length of the prompt in tokens, the chat template's own included.
        completion_tokens: tokens written.
        finish_reason: `stop` where the model ended, `length` where `max_tokens` or the context
            did, `cancelled` where the caller did.
        seconds: wall-clock time from the call to the answer, waiting for a free slot included.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    finish_reason: FinishReason
    seconds: float


class Backend(Protocol):
    """A language model that completes conversations; a context manager that frees it.

    Attributes:
        name: the model as the user wrote it, for example `qwen2.5-coder-1.5b` or `openai:gpt-x`.
        parallel: how many calls of `complete` usefully run at once, from threads.
        supports_grammar: whether `CompletionRequest.grammar` may be set.
        context_tokens: the most tokens of prompt and completion together that one request may
            have, or None where the backend does not know.
    """

    name: str
    parallel: int
    supports_grammar: bool
    context_tokens: int | None

    def complete(
        self,
        request: CompletionRequest,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Completion:
        """Complete a conversation; blocks until it is done. Any thread may call it.

        Args:
            request: what to complete.
            on_text: called in this thread with each new piece of text, in order. An exception
                that it raises ends the completion and is raised here.
            cancel: once set, the completion ends soon with what there is.

        Returns:
            The completion.

        Raises:
            BackendError: if the model cannot answer; its subclasses say why.
        """
        ...

    def close(self) -> None:
        """Free the model. A second call does nothing; no call of `complete` may be running."""
        ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def check_request(request: CompletionRequest, backend: Backend) -> None:
    """Refuse a request that no model could answer as it is meant.

    Raises:
        BackendError: if it has no message, a limit or chance out of its range, or a grammar for a
            backend that cannot hold a model to one.
        InvalidSeedError: if its seed is not a non-negative integer.
    """
    check_seed(request.seed)
    faults = {
        "messages: there has to be at least one": not request.messages,
        f"max_tokens: {request.max_tokens} is below 1": request.max_tokens < 1,
        f"temperature: {request.temperature} is negative": request.temperature < 0,
        f"top_p: {request.top_p} is not in (0, 1]": not 0 < request.top_p <= 1,
        f"grammar: {backend.name} cannot hold a model to a grammar; leave it out": (
            request.grammar is not None and not backend.supports_grammar
        ),
    }
    for fault, present in faults.items():
        if present:
            raise BackendError(f"the request cannot be answered: {fault}")
