"""Loads a GGUF model with llama.cpp, and turns its ways of failing into errors."""

from __future__ import annotations

import json
import os
import queue
import secrets
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from codeworld.errors import (
    BackendError,
    CodeworldError,
    ContextOverflowError,
    MissingDependencyError,
)
from codeworld.generate.gguf_faults import explain_failure

BATCH_TOKENS = 256
"""Tokens of a prompt that are read at once: the longest that a cancellation has to wait for."""

_REPEATED_TOKENS, _DRAFTED_TOKENS = 12, 16
"""Where the last 12 tokens stand earlier in the conversation, the 16 that followed them there are
tried as the next ones, all at once: programs repeat their example. What is drawn stays the same."""

POLL_SECONDS = 0.05
"""How often a waiting caller looks whether it was cancelled."""

Chunk = dict[str, Any]


class LlamaServer:
    """One loaded model with a number of slots, each of which holds one conversation.

    llama.cpp's server also listens on a port of the loopback device, and offers the saving and
    restoring of slots only there. A random key keeps other users of the machine out.

    Args:
        model: a GGUF file.
        adapter: a LoRA adapter as a GGUF file, or None.
        slots: how many conversations are kept and answered at once.
        context_tokens: the most tokens of each.
        threads: how many threads compute.
        folder: where saved slots are kept.

    Raises:
        BackendError: if the model cannot be loaded.
        AdapterError: if the adapter cannot be loaded, or not with this model.
        ModelMemoryError: if there is too little memory.
        MissingDependencyError: without xllamacpp, or what it needs of the system.
    """

    def __init__(
        self,
        model: Path,
        *,
        adapter: Path | None,
        slots: int,
        context_tokens: int,
        threads: int,
        folder: Path,
    ) -> None:
        xllamacpp = import_xllamacpp()
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(model)
        parameters.n_parallel = slots
        parameters.kv_unified = False  # else each token attends over every slot's cells
        parameters.n_batch = parameters.n_ubatch = BATCH_TOKENS
        drafts = parameters.speculative
        drafts.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
        drafts.ngram_simple.size_n = _REPEATED_TOKENS
        drafts.ngram_simple.size_m = _DRAFTED_TOKENS
        for cpu in (parameters.cpuparams, parameters.cpuparams_batch):
            cpu.n_threads = threads
        # Prompts are shared by saved slots; the server's own way of it never shares between slots
        # that run at the same time, and moves a slot's conversation away.
        parameters.cache_ram_mib = 0
        parameters.cache_idle_slots = False
        parameters.slot_save_path = f"{folder}{os.sep}"
        parameters.fit_params = False
        parameters.verbosity = 0
        self._key = secrets.token_urlsafe(32)
        parameters.api_keys = [self._key]
        if adapter is not None:
            parameters.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
        try:
            parameters.n_ctx = slots * context_tokens
            self._server = xllamacpp.Server(parameters)
        except (MemoryError, OverflowError, RuntimeError) as error:
            raise explain_failure(model, adapter, slots, context_tokens) from error
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        # Its loop has to have begun before it can be stopped, else stopping waits for ever. An
        # answer that comes out of the loop shows that it has.
        self._ask("/slots")

    def stream(
        self,
        body: dict[str, Any],
        on_chunk: Callable[[Chunk], None],
        cancel: threading.Event | None,
    ) -> bool:
        """Ask for a chat completion.

        The native call runs in a thread of its own, so that the caller's stays free to be
        interrupted and to run `on_chunk`, whose exceptions llama.cpp would swallow.

        Args:
            body: the request, as llama.cpp's HTTP server documents it.
            on_chunk: called in this thread with each streamed chunk.
            cancel: ends the completion once it is set.

        Returns:
            Whether it ran to its end, rather than being cancelled.

        Raises:
            BackendError: if the server refuses the request.
        """
        chunks: queue.SimpleQueue[Chunk | BaseException | None] = queue.SimpleQueue()
        stop = threading.Event()
        thread = threading.Thread(
            target=self._run, args=(body, chunks, stop), name="llama.cpp request", daemon=True
        )
        thread.start()
        try:
            while True:
                try:
                    chunk = chunks.get(timeout=POLL_SECONDS)
                except queue.Empty:
                    if cancel is not None and cancel.is_set():
                        return False
                    continue
                if chunk is None:
                    return True
                if isinstance(chunk, BaseException):
                    raise chunk
                if "error" in chunk:
                    raise error_of(chunk["error"])
                if cancel is not None and cancel.is_set():
                    return False
                on_chunk(chunk)
        finally:
            stop.set()
            thread.join()

    def _run(
        self,
        body: dict[str, Any],
        chunks: queue.SimpleQueue[Chunk | BaseException | None],
        stop: threading.Event,
    ) -> None:
        def pass_on(piece: Chunk | list[Chunk]) -> bool:
            for chunk in piece if isinstance(piece, list) else [piece]:
                chunks.put(chunk)
            return stop.is_set()

        try:
            answer = self._server.handle_chat_completions({**body, "stream": True}, pass_on)
            if answer is not None:
                pass_on(answer)
        except BaseException as error:
            chunks.put(error)
        chunks.put(None)

    def save_slot(self, slot: int, filename: str) -> None:
        """Save a slot's conversation in a file of the folder."""
        self._ask(f"/slots/{slot}?action=save", {"filename": filename})

    def restore_slot(self, slot: int, filename: str) -> None:
        """Replace a slot's conversation by a saved one."""
        self._ask(f"/slots/{slot}?action=restore", {"filename": filename})

    def _ask(self, path: str, body: dict[str, Any] | None = None) -> None:
        """Ask over the loopback device, with GET where there is no body, and wait for an answer."""
        request = urllib.request.Request(
            self._server.listening_address + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"},
        )
        try:
            self._opener.open(request, timeout=60).close()
        except OSError as error:
            raise BackendError(f"llama.cpp does not answer to {path}: {error}") from error

    def close(self) -> None:
        """Stop the server and free the model."""
        self._server = None


def error_of(error: dict[str, Any]) -> CodeworldError:
    """Return the error that an error of llama.cpp's server means."""
    message = str(error.get("message", error))
    if error.get("type") == "exceed_context_size_error":
        return ContextOverflowError(
            f"the prompt does not fit into the model's context: {message}; "
            "shorten it, or open the backend with more context_tokens"
        )
    return BackendError(f"llama.cpp refuses the request: {message}")


def import_xllamacpp() -> Any:
    """Return the module xllamacpp, with waiting threads that sleep instead of spinning.

    llama.cpp's threads meet several hundred times for each token. Where they spin while they wait,
    and another process (a verification worker, say) holds one of the cores, they waste whole time
    slices: with two threads on two cores and one busy neighbour, 0.5 tokens a second instead of 5.

    Raises:
        MissingDependencyError: if it is not installed, or lacks a library of the system.
    """
    try:
        with _environment(OMP_WAIT_POLICY="passive"):
            import xllamacpp
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            "the embedded model needs xllamacpp: pip install 'codeworld[local]'"
        ) from error
    except ImportError as error:
        raise MissingDependencyError(
            f"xllamacpp is installed but cannot be loaded: {error}; "
            "where libgomp is missing, install it (Debian and Ubuntu: apt install libgomp1)"
        ) from error
    return xllamacpp


def physical_cores() -> int:
    """Return how many physical cores this process may use, by affinity and by container limit.

    Raises:
        MissingDependencyError: without the extra `local`.
    """
    try:
        import loky
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            "the embedded model needs loky: pip install 'codeworld[local]'"
        ) from error
    return int(loky.cpu_count(only_physical_cores=True))


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    """Set environment variables that the user has not set, for a moment."""
    added = {name: value for name, value in variables.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
