"""The folder of one generation run: every answer as soon as it is whole, so that a run resumes."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from dataclasses import asdict
from pathlib import Path

from platformdirs import user_state_path

from codeworld.errors import RunFolderError
from codeworld.generate.backend import Completion, CompletionRequest
from codeworld.generate.candidate import Candidate


def runs_folder() -> Path:
    """Return where runs are kept: `CODEWORLD_RUNS`, or the user's folder for states."""
    chosen = os.environ.get("CODEWORLD_RUNS")
    return Path(chosen) if chosen else user_state_path("codeworld") / "runs"


class RunFolder:
    """The files of one run.

    Attributes:
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        """Use a folder, which is made if it is missing.

        Raises:
            RunFolderError: if it cannot be made.
        """
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(path, error) from error

    def find(self, model: str, request: CompletionRequest) -> Completion | None:
        """Return the answer to a request of an earlier, broken run; None if there is none."""
        path = self._answer(model, request)
        try:
            return Completion(**json.loads(path.read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError):  # cut off by a full disk: ask again
            path.unlink()
            return None

    def keep(self, model: str, request: CompletionRequest, answer: Completion) -> None:
        """Write an answer down."""
        _write(self._answer(model, request), json.dumps(asdict(answer), indent=2) + "\n")

    def add(self, candidate: Candidate) -> None:
        """Write a candidate down: its program, its report, and both for people."""
        _write(self.path / f"{candidate.name}.json", candidate.to_json())
        _write(self.path / f"{candidate.name}.py", candidate.source)

    def _answer(self, model: str, request: CompletionRequest) -> Path:
        asked = json.dumps([model, asdict(request)], sort_keys=True)
        digest = hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()
        return self.path / f"answer-{digest[:24]}.json"


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    partial = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
    try:
        partial.write_text(text, encoding="utf-8", errors="backslashreplace")
        partial.replace(path)
    except OSError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> RunFolderError:
    return RunFolderError(
        f"{path} cannot be written: {error.strerror}; name a folder for the run that can be, with "
        "room in it"
    )
