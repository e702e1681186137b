"""The backend of OpenAI-compatible servers: Ollama, vLLM, llama.cpp's server, hosted ones."""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codeworld.errors import (
    ApiKeyError,
    BackendError,
    MissingDependencyError,
)
from codeworld.generate.backend import (
    Backend,
    Completion,
    CompletionRequest,
    FinishReason,
    check_request,
)
from codeworld.generate.server_errors import broken_off, server_errors

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionChunk

OPENAI_URL = "https://api.openai.com/v1"
PARALLEL = 4
CONNECT_SECONDS = 5.0
"""How long the server may take to accept a connection."""

SILENT_SECONDS = 300.0
"""Default of how long the server may say nothing: on two cores, a long prompt takes minutes."""

POLL_SECONDS = 0.05
"""How often a waiting caller looks whether it was cancelled."""

FINISH_REASONS: dict[str, FinishReason] = {"stop": "stop", "length": "length"}


class OpenAiBackend(Backend):
    """A model on a server that speaks OpenAI's protocol for chat completions.

    Whether the same request and seed give the same text is up to the server.

    Args:
        model: the model's name on the server.
        base_url: the server's address, which mostly ends in `/v1`; default: the environment
            variable `OPENAI_BASE_URL`, else OpenAI's own. The key is `OPENAI_API_KEY`; only
            OpenAI's own server needs one.
        parallel: how many completions are asked for at once.
        silent_seconds: how long the server may say nothing before it is given up.

    Raises:
        ApiKeyError: if OpenAI's own server is to be asked without a key.
        MissingDependencyError: without the extra `openai`.
    """

    supports_grammar = False
    context_tokens: int | None = None

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        parallel: int = PARALLEL,
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        try:
            import openai
        except ModuleNotFoundError as error:
            raise MissingDependencyError(
                "model servers need the openai client: pip install 'codeworld[openai]'"
            ) from error
        self.name = f"openai:{model}"
        self.parallel = parallel
        self._model = model
        self._url = base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI_URL
        self._is_openai = self._url.startswith("https://api.openai.com/")
        key = os.environ.get("OPENAI_API_KEY")
        if not key and self._is_openai:
            raise ApiKeyError(
                f"{self._url} needs a key: set OPENAI_API_KEY, or give another server's address as "
                "base_url or OPENAI_BASE_URL"
            )
        self._client = openai.AsyncOpenAI(
            base_url=self._url,
            api_key=key or "none",
            timeout=openai.Timeout(silent_seconds, connect=CONNECT_SECONDS),
        )
        # The network side runs in an event loop, where a waiting request can be cancelled at once
        # and its connection closed, so that the server stops working for nobody.
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="model server client", daemon=True
        )
        self._thread.start()

    def complete(
        self,
        request: CompletionRequest,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Completion:
        """Complete a conversation; see `Backend.complete`.

        Where the server does not count tokens, the prompt's are given as 0 and the completion's as
        the pieces it came in.

        Raises:
            ServerUnreachableError: if the server cannot be reached, or falls silent or away.
            ApiKeyError: if the server refuses the key.
            ContextOverflowError: if the prompt does not fit into the model's context.
            BackendError: if the server refuses the request or answers nonsense.
        """
        check_request(request, self)
        if self._loop.is_closed():
            raise BackendError(f"the backend {self.name} is closed; open it again")
        started = time.monotonic()
        answer = _Answer(on_text)
        chunks: queue.SimpleQueue[ChatCompletionChunk | None] = queue.SimpleQueue()
        task = asyncio.run_coroutine_threadsafe(self._stream(request, chunks), self._loop)
        # Runs when the coroutine is done, so that None comes after its last chunk.
        task.add_done_callback(lambda done: chunks.put(None))
        try:
            finished = _take_chunks(chunks, answer, cancel)
            if finished:
                with server_errors(self._url, self._model):
                    task.result()
                answer.finish(self._url)
        finally:
            task.cancel()
        return Completion(
            text="".join(answer.pieces),
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens or len(answer.pieces),
            finish_reason=answer.finish_reason,
            seconds=time.monotonic() - started,
        )

    def close(self) -> None:
        """Close the connections. A second call does nothing."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._client.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stream(
        self, request: CompletionRequest, chunks: queue.SimpleQueue[ChatCompletionChunk | None]
    ) -> None:
        # OpenAI's newer models refuse the old name of the limit, and other servers the new one.
        limit = "max_completion_tokens" if self._is_openai else "max_tokens"
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [
                {"role": message.role, "content": message.content} for message in request.messages
            ],
            "seed": request.seed % 2**31,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "stream_options": {"include_usage": True},
            limit: request.max_tokens,
        }
        if request.stop:
            body["stop"] = list(request.stop)
        async with await self._client.chat.completions.create(**body, stream=True) as stream:
            async for chunk in stream:
                chunks.put(chunk)


@dataclass(slots=True)
class _Answer:
    """What the server has answered so far."""

    on_text: Callable[[str], None] | None
    pieces: list[str] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    finish_reason: FinishReason = "cancelled"
    reported: str | None = None

    def add(self, chunk: ChatCompletionChunk) -> None:
        """Take in one chunk of the stream."""
        if chunk.usage is not None:
            self.prompt_tokens = chunk.usage.prompt_tokens
            self.completion_tokens = chunk.usage.completion_tokens
        for choice in chunk.choices:
            self.reported = choice.finish_reason or self.reported
            if choice.delta.content:
                self.pieces.append(choice.delta.content)
                if self.on_text is not None:
                    self.on_text(choice.delta.content)

    def finish(self, url: str) -> None:
        """Take note that the stream came to its end."""
        if self.reported is None:
            raise broken_off(url, "it ended without a reason")
        if self.reported not in FINISH_REASONS:
            raise BackendError(f"{url} ended the completion for the reason {self.reported!r}")
        self.finish_reason = FINISH_REASONS[self.reported]


def _take_chunks(
    chunks: queue.SimpleQueue[ChatCompletionChunk | None],
    answer: _Answer,
    cancel: threading.Event | None,
) -> bool:
    """Take chunks until there are no more; return False where the caller cancels."""
    while True:
        try:
            chunk = chunks.get(timeout=POLL_SECONDS)
        except queue.Empty:
            if cancel is not None and cancel.is_set():
                return False
            continue
        if chunk is None:
            return True
        if cancel is not None and cancel.is_set():
            return False
        answer.add(chunk)
