"""Finds out why llama.cpp could not load a model: it says only that it could not."""

from __future__ import annotations

import os
import resource
from pathlib import Path

from codeworld.errors import AdapterError, BackendError, ModelMemoryError
from codeworld.generate.gguf_header import GgufHeader, read_gguf_header

CACHE_BYTES = 2
"""Bytes of one number of a conversation's keys and values, kept as float16."""


def explain_failure(
    model: Path, adapter: Path | None, slots: int, context_tokens: int
) -> BackendError:
    """Return the error that says why a model could not be loaded.

    Args:
        model: the GGUF file.
        adapter: the LoRA adapter that it was to be loaded with, or None.
        slots: how many conversations were wanted.
        context_tokens: how long each.
    """
    base = _open(model)
    if isinstance(base, str):
        return BackendError(f"the model {model} cannot be loaded: {base}")
    if adapter is not None:
        fault = _adapter_fault(base, adapter)
        if fault:
            return AdapterError(f"the adapter {adapter} cannot be used with {model}: {fault}")
    needed = model.stat().st_size + slots * context_tokens * _bytes_per_token(base)
    free = _free_bytes()
    sizes = f"it needs about {needed / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are free"
    if needed > free:
        return ModelMemoryError(
            f"there is too little memory for {model} with {slots} conversations of "
            f"{context_tokens} tokens: {sizes}; open the backend with a smaller parallel or "
            "context_tokens, or take a smaller model"
        )
    architecture = base.facts.get("general.architecture")
    return BackendError(
        f"llama.cpp cannot load {model}: its architecture {architecture!r} may be too new for the "
        f"xllamacpp that is installed, or memory too short ({sizes})"
    )


def _open(path: Path) -> GgufHeader | str:
    """Return the head of a GGUF file, or the reason why it cannot be read."""
    try:
        return read_gguf_header(path)
    except FileNotFoundError:
        return "there is no such file"
    except (OSError, ValueError) as error:
        return str(error)


def _adapter_fault(base: GgufHeader, adapter: Path) -> str | None:
    """Return why an adapter does not fit a base model, or None where it seems to."""
    lora = _open(adapter)
    if isinstance(lora, str):
        return lora
    if lora.facts.get("general.type") != "adapter":
        return "it is a model and no adapter"
    made_for, there = lora.facts.get("general.architecture"), base.facts.get("general.architecture")
    if made_for != there:
        return f"it was made for the architecture {made_for!r}, and the model has {there!r}"
    # A layer of the base, shape (inputs, outputs), gets the product of A, shape (inputs, rank),
    # and B, shape (rank, outputs).
    for tensor, shape in lora.shapes.items():
        name, _, half = tensor.rpartition(".lora_")
        if name not in base.shapes:
            return f"it changes {name or tensor}, which the model does not have"
        axis = 0 if half == "a" else 1
        if shape[axis] != base.shapes[name][axis]:
            return (
                f"its change of {name} has {shape[axis]} numbers where the model has "
                f"{base.shapes[name][axis]}; it was made for another size of model"
            )
    return None


def _bytes_per_token(base: GgufHeader) -> int:
    """Return the bytes of one token's keys and values, over all layers."""
    prefix = base.facts.get("general.architecture")
    layers = int(base.facts.get(f"{prefix}.block_count") or 0)
    heads = int(base.facts.get(f"{prefix}.attention.head_count") or 1)
    key_heads = int(base.facts.get(f"{prefix}.attention.head_count_kv") or heads)
    width = int(base.facts.get(f"{prefix}.embedding_length") or 0) // heads
    return layers * key_heads * width * 2 * CACHE_BYTES


def _free_bytes() -> int:
    """Return how many bytes this process may still allocate, at most."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return free if limit == resource.RLIM_INFINITY else min(free, limit)
