"""Opens the backend of a model by the model's name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from codeworld.errors import AdapterError, BackendError
from codeworld.generate.backend import Backend
from codeworld.generate.model_store import ModelStore, Progress
from codeworld.generate.models import DEFAULT_MODEL, find_model


def open_backend(
    model: str | None = None,
    *,
    adapter: Path | None = None,
    base_url: str | None = None,
    parallel: int | None = None,
    context_tokens: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Backend:
    """Open a language model. Close it when done: it is a context manager.

    Args:
        model: a name of the model store, which is fetched where it is missing; `gguf:PATH` for a
            GGUF file; `openai:NAME` for a model of an OpenAI-compatible server; or
            `hf:REPOSITORY_OR_PATH` for a model of transformers. Default: `DEFAULT_MODEL`.
        adapter: a LoRA adapter for the model: a GGUF file for llama.cpp, a folder of PEFT for
            transformers.
        base_url: address of the server, for `openai:`; default: the environment variable
            `OPENAI_BASE_URL`, else OpenAI's own.
        parallel: how many completions run at once; default: the backend's own.
        context_tokens: the most tokens of prompt and completion together, for llama.cpp; default:
            8192.
        threads: how many threads compute, for llama.cpp; default: the physical cores.
        progress: told about the download.

    Returns:
        The backend, ready to complete.

    Raises:
        UnknownModelError: if no model goes by that name.
        DownloadError: if the model cannot be fetched from anywhere.
        BackendError: if an option does not belong to that kind of model, or the model cannot be
            loaded; its subclasses say why.
        MissingDependencyError: if the backend's packages are not installed; the message names the
            extra.
    """
    name = model or DEFAULT_MODEL
    kind, _, rest = name.partition(":")
    options: dict[str, Any] = {
        "base_url": base_url,
        "context_tokens": context_tokens,
        "threads": threads,
        "parallel": parallel,
        "adapter": adapter,
    }
    given = {option: value for option, value in options.items() if value is not None}
    if kind == "openai":
        _refuse(name, given, "context_tokens", "threads", "adapter")
        from codeworld.generate.openai_api import OpenAiBackend

        return OpenAiBackend(rest, **given)
    if kind == "hf":
        _refuse(name, given, "base_url", "context_tokens", "threads", "parallel")
        from codeworld.generate.transformers_model import TransformersBackend

        return _named(TransformersBackend(rest, **given), name, adapter)
    _refuse(name, given, "base_url")
    path = (
        Path(rest).expanduser()
        if kind == "gguf"
        else ModelStore().pull(find_model(name), progress=progress)
    )
    from codeworld.generate.llama_cpp import LlamaCppBackend

    return _named(LlamaCppBackend(path, **given), name, adapter)


def _named(backend: Backend, name: str, adapter: Path | None) -> Backend:
    """Name a backend so that answers with an adapter are not taken for those without."""
    backend.name = f"{name} with {adapter}" if adapter else name
    return backend


def _refuse(name: str, given: dict[str, Any], *foreign: str) -> None:
    """Refuse options that a kind of model does not have, rather than ignore them."""
    for option in foreign:
        if option in given:
            error = AdapterError if option == "adapter" else BackendError
            raise error(f"the model {name} takes no {option}; leave it out")
