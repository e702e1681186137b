"""The backend of transformers: a local or hub model, with a PEFT adapter if wanted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codeworld.errors import (
    AdapterError,
    BackendError,
    ContextOverflowError,
    MissingDependencyError,
    ModelMemoryError,
)
from codeworld.generate.backend import (
    Backend,
    Completion,
    CompletionRequest,
    FinishReason,
    Message,
    check_request,
)
from codeworld.generate.stop_texts import StopTexts

if TYPE_CHECKING:
    import torch


def pretrained_location(model: str) -> dict[str, str]:
    """Return the arguments by which transformers' `from_pretrained` finds a model.

    Args:
        model: the path of a GGUF file or of a model's folder, or a name on the hub.
    """
    path = Path(model).expanduser()
    if path.suffix == ".gguf":
        return {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    return {"pretrained_model_name_or_path": str(path) if path.exists() else model}


class TransformersBackend(Backend):
    """A model that transformers runs, on the GPU where there is one.

    The same request and seed give the same text on the same machine.

    Args:
        model: a repository on the Hugging Face hub, a folder, or a GGUF file (which is unpacked to
            full precision: slow and large, but it shows the same model in both worlds).
        adapter: folder of a PEFT adapter that was trained for this model.

    Raises:
        AdapterError: if the adapter cannot be read, or belongs to another model.
        BackendError: if the model cannot be loaded.
        MissingDependencyError: without the extra `train`.
        ModelMemoryError: if there is too little memory.
    """

    parallel = 1
    supports_grammar = False

    def __init__(self, model: str, *, adapter: Path | None = None) -> None:
        try:
            import torch
            import transformers
        except ModuleNotFoundError as error:
            raise _missing(error) from error
        self.name = f"hf:{model}"
        self._lock = threading.Lock()  # the seed is torch's own, so one completion at a time
        where = pretrained_location(model)
        try:
            with _memory_errors(self.name):
                self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(**where)
                loaded: Any = transformers.AutoModelForCausalLM.from_pretrained(
                    **where, dtype="auto"
                )
        except (OSError, ValueError, KeyError) as error:
            raise BackendError(f"transformers cannot load {model}: {error}") from error
        if adapter is not None:
            loaded = _with_adapter(loaded, adapter, model)
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        with _memory_errors(self.name):
            self._model: Any = loaded.to(self._device).eval()
        self.context_tokens: int | None = getattr(loaded.config, "max_position_embeddings", None)

    def complete(
        self,
        request: CompletionRequest,
        on_text: Callable[[str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Completion:
        """Complete a conversation; see `Backend.complete`.

        Raises:
            ContextOverflowError: if the prompt does not fit into the context.
            ModelMemoryError: if there is too little memory for it.
            BackendError: if the request cannot be answered.
        """
        check_request(request, self)
        if self._model is None:
            raise BackendError(f"the backend {self.name} is closed; open it again")
        started = time.monotonic()
        prompt = self._encode(request.messages)
        length = prompt["input_ids"].shape[1]
        room = request.max_tokens
        if self.context_tokens is not None:
            if length >= self.context_tokens:
                raise ContextOverflowError(
                    f"the prompt has {length} tokens, and the context of {self.name} is "
                    f"{self.context_tokens}; shorten it, or take a model with a longer one"
                )
            room = min(room, self.context_tokens - length)
        text = StopTexts(request.stop, on_text)
        with self._lock, _memory_errors(self.name):
            tokens = self._generate(request, prompt, room, text, cancel)
        ended = len(tokens) > 0 and int(tokens[-1]) in self._end_tokens()
        finish_reason: FinishReason = "length"
        if ended or text.stopped:
            finish_reason = "stop"
        elif len(tokens) < room:
            finish_reason = "cancelled"
        return Completion(
            text=text.finish(),
            prompt_tokens=length,
            completion_tokens=len(tokens),
            finish_reason=finish_reason,
            seconds=time.monotonic() - started,
        )

    def close(self) -> None:
        """Free the model. A second call does nothing; no call of `complete` may be running."""
        self._model = None

    def _encode(self, messages: tuple[Message, ...]) -> Any:
        """Return the prompt's tokens, shape (1, length), on the model's device.

        A model without a chat template gets the messages as plain text, a blank line between.
        """
        if self._tokenizer.chat_template is None:
            plain = "\n\n".join(message.content for message in messages)
            return self._tokenizer(plain, return_tensors="pt").to(self._device)
        going_on = messages[-1].role == "assistant"
        return self._tokenizer.apply_chat_template(
            [{"role": message.role, "content": message.content} for message in messages],
            add_generation_prompt=not going_on,
            continue_final_message=going_on,
            return_tensors="pt",
            return_dict=True,
        ).to(self._device)

    def _end_tokens(self) -> set[int]:
        ends = self._model.generation_config.eos_token_id
        if ends is None:
            ends = self._tokenizer.eos_token_id
        return set() if ends is None else set(ends if isinstance(ends, list) else [ends])

    def _generate(
        self,
        request: CompletionRequest,
        prompt: Any,
        max_tokens: int,
        text: StopTexts,
        cancel: threading.Event | None,
    ) -> torch.Tensor:
        """Return the tokens written, shape (completion_tokens,)."""
        import torch
        import transformers

        class Writer(transformers.TextStreamer):
            def on_finalized_text(self, piece: str, stream_end: bool = False) -> None:
                text.add(piece)

        def is_done(tokens: torch.Tensor, scores: Any, **extra: Any) -> torch.Tensor:
            done = text.stopped or (cancel is not None and cancel.is_set())
            return torch.full((tokens.shape[0],), done, device=tokens.device)

        sampling: dict[str, Any] = {"do_sample": False}
        if request.temperature > 0:
            sampling = {"do_sample": True, "temperature": request.temperature}
            sampling |= {"top_p": request.top_p, "top_k": 0}
        # A config of our own: a model's default one has penalties and limits that nobody asked for.
        config = transformers.GenerationConfig(  # type: ignore[no-untyped-call]
            max_new_tokens=max_tokens,
            eos_token_id=sorted(self._end_tokens()) or None,
            pad_token_id=self._tokenizer.pad_token_id or next(iter(self._end_tokens()), None),
            **sampling,
        )
        writer = Writer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)
        with torch.random.fork_rng(), torch.inference_mode():
            torch.manual_seed(request.seed % 2**63)
            output = self._model.generate(
                **prompt,
                generation_config=config,
                streamer=writer,
                stopping_criteria=transformers.StoppingCriteriaList([is_done]),
            )
        written: torch.Tensor = output[0, prompt["input_ids"].shape[1] :]
        return written


def _with_adapter(model: Any, adapter: Path, name: str) -> Any:
    try:
        import peft
    except ModuleNotFoundError as error:
        raise _missing(error) from error
    if not (adapter / "adapter_config.json").is_file():
        raise AdapterError(
            f"{adapter} is no folder of a PEFT adapter: it has no adapter_config.json"
        )
    try:
        return peft.PeftModel.from_pretrained(model, str(adapter))
    except (RuntimeError, ValueError, KeyError, OSError) as error:
        raise AdapterError(
            f"the adapter {adapter} does not fit the model {name}: {error}; use it with the model "
            "that it was trained for, which its adapter_config.json names"
        ) from error


def _missing(error: ModuleNotFoundError) -> MissingDependencyError:
    return MissingDependencyError(
        f"models of transformers need {error.name}: pip install 'codeworld[train]'"
    )


@contextmanager
def _memory_errors(name: str) -> Iterator[None]:
    """Raise torch's ways of running out of memory as one error."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error):
            raise
        raise ModelMemoryError(
            f"there is too little memory for {name}: {error}; take a smaller model or prompt"
        ) from error
