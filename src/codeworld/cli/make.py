"""Making a game from a rules file."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from codeworld.envs.aec import GameEnv
from codeworld.errors import ReportFileError
from codeworld.games.source_file import read_source
from codeworld.generate.backend import Backend
from codeworld.generate.candidate import Candidate
from codeworld.generate.generation import Generation, generate, make_env
from codeworld.generate.options import GenerationOptions
from codeworld.verify.printable import printable


def make_game(
    rules_file: Path,
    console: Console,
    backend: Backend,
    *,
    output: Path | None,
    options: GenerationOptions,
    reference: str | None = None,
    folder: Path | None = None,
) -> GameEnv:
    """Make a game from a rules file, show how that goes, and write the results.

    Args:
        rules_file: the rules in plain words.
        console: where progress and verdicts are shown.
        backend: the model.
        output: where the program goes; its report and spec go beside it, as `NAME.report.json` and
            `NAME.spec.json`. None to write nothing.
        options: how to search.
        reference: what the program must play like; None if that is not known.
        folder: where candidates are written down; None for a folder of the user's.

    Raises:
        GenerationError: if no candidate is good enough.
        CodeworldError: if the rules cannot be read, the model cannot answer, or a file cannot be
            written.
    """
    rules = read_source(rules_file)
    if output is not None and (output.is_dir() or not output.absolute().parent.is_dir()):
        raise ReportFileError(f"{output} cannot be written: name a file in a folder that exists")
    try:
        with _progress(console) as progress:
            found = generate(
                rules,
                backend,
                options=options,
                reference=reference,
                folder=folder,
                on_text=progress.add,
                on_candidate=progress.show,
            )
    except KeyboardInterrupt:
        console.print("stopped; the same command goes on from the answers that it has")
        raise
    _show_cost(found, console)
    env = make_env(found)
    console.print(Text(env.report.summary()), soft_wrap=True)
    if output is not None:
        _write(found, env, output, console)
    return env


class _Progress:
    """What is being written, in one line, and candidates above it as they are judged."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._pieces: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._text = Text("reading the rules")
        self.line = Spinner("dots", self._text)

    def add(self, name: str, piece: str) -> None:
        with self._lock:
            self._pieces[name] += 1
            shown = ", ".join(f"{key} {count} tokens" for key, count in self._pieces.items())
            self._text.plain = f"the model writes: {shown}"

    def show(self, candidate: Candidate) -> None:
        with self._lock:
            self._pieces.clear()
        style = "green" if candidate.accepted else "yellow" if candidate.report.passed else "red"
        verdict = "accepted" if candidate.accepted else "not accepted"
        reason = candidate.failures[0] if candidate.failures else candidate.why
        line = Text.assemble((f"{verdict}: ", style), printable(f"{candidate.about}: {reason}"))
        self._console.print(line, soft_wrap=True)


@contextmanager
def _progress(console: Console) -> Iterator[_Progress]:
    progress = _Progress(console)
    if not console.is_terminal:
        console.print("reading the rules")
        yield progress
        return
    with Live(progress.line, console=console, transient=True, refresh_per_second=4):
        yield progress


def _show_cost(found: Generation, console: Console) -> None:
    spent = found.spent
    cost = (
        f"{spent.answers} answers, {spent.prompt_tokens} tokens read, "
        f"{spent.completion_tokens} written, {spent.seconds:.0f} s; all in {found.folder}"
    )
    console.print(Text(cost), soft_wrap=True)


def _write(found: Generation, env: GameEnv, output: Path, console: Console) -> None:
    accepted = found.accepted
    assert accepted is not None
    files = {
        output: accepted.source,
        output.with_suffix(".report.json"): accepted.report.to_json(),
        output.with_suffix(".spec.json"): env.spec.to_json(),
    }
    for path, text in files.items():
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ReportFileError(f"{path} cannot be written: {error}") from error
        console.print(Text(f"wrote {path}"), soft_wrap=True)
