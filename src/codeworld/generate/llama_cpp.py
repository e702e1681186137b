"""The embedded backend: a GGUF model in this process, by llama.cpp."""

from __future__ import annotations

import queue
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codeworld.errors import BackendError
from codeworld.generate.backend import (
    Backend,
    Completion,
    CompletionRequest,
    FinishReason,
    Message,
    check_request,
)
from codeworld.generate.llama_server import POLL_SECONDS, Chunk, LlamaServer, physical_cores
from codeworld.generate.prompt_states import PromptStates

CONTEXT_TOKENS = 8192
"""Default length of a conversation's context, in tokens."""

PARALLEL = 2
"""Default number of completions that are written at once. On two cores, two that draft what their
prompt repeats are written at as many tokens a second as six that do not, and end in a third of the
time."""


class LlamaCppBackend(Backend):
    """A GGUF model in this process, with one context for each completion that runs at once.

    Every completion starts from the saved state of its prompt, so that a prompt is read once for
    all its candidates. With `parallel=1` the same request and seed give the same text, whatever
    was asked before. With more, completions that run beside it are computed in the same batch,
    whose size changes the order of sums and so, rarely, the likelier of two nearly equal tokens.

    Args:
        model: path of the GGUF file.
        name: the model as the user wrote it; default: its path.
        adapter: path of a LoRA adapter in GGUF form, made for this model.
        parallel: how many completions run at once. Each needs memory for a context of its own.
        context_tokens: the most tokens of prompt and completion together.
        threads: how many threads compute; default: the physical cores that this process may use.

    Raises:
        AdapterError: if the adapter cannot be read, or belongs to another model.
        BackendError: if the model cannot be loaded.
        MissingDependencyError: without the extra `local`.
        ModelMemoryError: if there is too little memory.
    """

    supports_grammar = True

    def __init__(
        self,
        model: Path,
        *,
        name: str | None = None,
        adapter: Path | None = None,
        parallel: int = PARALLEL,
        context_tokens: int = CONTEXT_TOKENS,
        threads: int | None = None,
    ) -> None:
        self.name = name or f"gguf:{model}"
        self.parallel = parallel
        self.context_tokens: int | None = context_tokens
        self._folder = tempfile.TemporaryDirectory(prefix="codeworld-", ignore_cleanup_errors=True)
        try:
            self._server = LlamaServer(
                model,
                adapter=adapter,
                slots=parallel,
                context_tokens=context_tokens,
                threads=threads or physical_cores(),
                folder=Path(self._folder.name),
            )
        except BaseException:
            self._folder.cleanup()
            raise
        self._states = PromptStates(
            Path(self._folder.name),
            read=self._read_prompt,
            save=self._server.save_slot,
            restore=self._server.restore_slot,
        )
        self._free_slots: queue.Queue[int] = queue.Queue()
        for slot in range(parallel):
            self._free_slots.put(slot)
        self._closed = False

    def complete(
        self,
        request: CompletionRequest,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Completion:
        """Complete a conversation; see `Backend.complete`.

        Calls beyond `parallel` wait for a free context.

        Raises:
            ContextOverflowError: if the prompt does not fit into the context.
            BackendError: if llama.cpp refuses the request, for example for its grammar.
        """
        check_request(request, self)
        if self._closed:
            raise BackendError(f"the backend {self.name} is closed; open it again")
        started = time.monotonic()
        written = _Written(on_text)
        slot = self._take_slot(cancel)
        if slot is not None:
            try:
                if self._states.load(slot, request.messages, cancel) and self._server.stream(
                    _body(request, slot), written.add, cancel
                ):
                    written.finish()
            finally:
                self._free_slots.put(slot)
        return Completion(
            text="".join(written.pieces),
            prompt_tokens=written.prompt_tokens,
            completion_tokens=written.completion_tokens,
            finish_reason=written.finish_reason,
            seconds=time.monotonic() - started,
        )

    def close(self) -> None:
        """Free the model. A second call does nothing; no call of `complete` may be running."""
        if not self._closed:
            self._closed = True
            self._server.close()
            self._folder.cleanup()

    def _take_slot(self, cancel: threading.Event | None) -> int | None:
        """Return a free slot, or None where the caller is cancelled while it waits for one."""
        while cancel is None or not cancel.is_set():
            try:
                return self._free_slots.get(timeout=POLL_SECONDS)
            except queue.Empty:
                continue
        return None

    def _read_prompt(
        self,
        slot: int,
        prompt: tuple[Message, ...],
        goes_on: bool,
        cancel: threading.Event | None,
    ) -> bool:
        body = {
            "messages": _messages(prompt),
            "max_tokens": 0,
            "id_slot": slot,
            "cache_prompt": goes_on,
            "return_progress": True,  # a chunk for each batch: a chance to cancel
        }
        return self._server.stream(body, lambda chunk: None, cancel)


@dataclass(slots=True)
class _Written:
    """What a completion has written so far."""

    on_text: Callable[[str], None] | None
    pieces: list[str] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    finish_reason: FinishReason = "cancelled"
    reported: str | None = None

    def add(self, chunk: Chunk) -> None:
        """Take in one chunk of the stream."""
        timings = chunk.get("timings")
        if timings:
            self.prompt_tokens = timings["cache_n"] + timings["prompt_n"]
            self.completion_tokens = timings["predicted_n"]
        for choice in chunk.get("choices", ()):
            self.reported = choice.get("finish_reason") or self.reported
            piece = choice["delta"].get("content")
            if piece:
                self.pieces.append(piece)
                if self.on_text is not None:
                    self.on_text(piece)

    def finish(self) -> None:
        """Take note that the stream came to its end."""
        if self.reported not in ("stop", "length"):
            raise BackendError(f"llama.cpp ended a completion for the reason {self.reported!r}")
        self.finish_reason = "length" if self.reported == "length" else "stop"


def _body(request: CompletionRequest, slot: int) -> dict[str, Any]:
    """Return a request as llama.cpp's server wants it, with all its own tricks switched off."""
    body: dict[str, Any] = {
        "messages": _messages(request.messages),
        "max_tokens": request.max_tokens,
        "seed": _fold_seed(request.seed),
        "temperature": request.temperature,
        "top_p": request.top_p,
        "top_k": 0,
        "min_p": 0.0,
        "stop": list(request.stop),
        "id_slot": slot,
        "cache_prompt": True,
        "stream_options": {"include_usage": True},
        "timings_per_token": True,
    }
    if request.grammar is not None:
        body["grammar"] = request.grammar
    return body


def _messages(messages: tuple[Message, ...]) -> list[dict[str, str]]:
    return [{"role": message.role, "content": message.content} for message in messages]


def _fold_seed(seed: int) -> int:
    """Return a seed of llama.cpp's 32 bits; the highest one would mean a random seed there."""
    return seed % (2**32 - 1)
