"""Exports tasks of families to JSONL or Parquet, verified if wanted; a broken export goes on.

Rows are appended to `<split>.jsonl.part`, one by one, beside a note of the settings. The same
command goes on behind the last whole row; at the end the file gets its name and form.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import version
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TextIO

from codeworld.corpus.record import TaskRecord, make_record
from codeworld.corpus.token_counter import TokenCounter
from codeworld.corpus.verified_task import Verdict, open_verifier, verify_task
from codeworld.errors import CorpusError, MissingDependencyError
from codeworld.games import families
from codeworld.games.families import GameTask, Split

AHEAD = 4
"""Tasks for each worker that are being verified or wait to be written."""


class FileFormat(StrEnum):
    """The form of a corpus file; Hugging Face `datasets` reads both."""

    jsonl = "jsonl"
    parquet = "parquet"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What is exported.

    Attributes:
        count: how many tasks of the stream.
        seed: of the stream.
        split: `"train"` or `"validation"`.
        families: names of those to draw from; all if empty.
        verify: whether every task must pass every check, its source as its own reference.
        tokenizer: of which model tokens are counted; None to leave them uncounted.
    """

    count: int
    seed: int = 0
    split: Split = "train"
    families: tuple[str, ...] = ()
    verify: bool = False
    tokenizer: str | None = None


def export_tasks(
    folder: Path,
    options: ExportOptions,
    form: FileFormat = FileFormat.jsonl,
    *,
    workers: int = 1,
    on_row: Callable[[int], None] = lambda done: None,
) -> Path:
    """Write tasks of a stream to a file, and return its path.

    Args:
        folder: where; it is made if need be.
        options: what is exported. An export with the same options that was broken off goes on.
        form: of the file.
        workers: processes that verify.
        on_row: told how many rows there are, after each.

    Raises:
        CorpusError: if the folder holds a broken export with other options, or a task does not
            pass; the rows before it are kept.
        MissingDependencyError: if the form or the tokenizer needs a package that is not here.
    """
    if form is FileFormat.parquet:
        _import_pyarrow()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{options.split}.jsonl.part"
    _keep_settings(folder / f"{options.split}.settings.json", part, options)
    done = _mend(part)
    on_row(done)
    tasks = families.stream(options.seed, options.split, options.families or None)
    left = islice(enumerate(tasks), done, options.count)
    with part.open("a", encoding="utf-8") as file, ExitStack() as opened:
        rows = _verified(left, workers, opened) if options.verify else left
        for record in _records(rows, options):
            _append(file, record)
            on_row(record.index + 1)
    return _finish(part, folder / f"{options.split}.{form}", form)


def _records(tasks: Iterable[tuple[int, GameTask]], options: ExportOptions) -> Iterator[TaskRecord]:
    counter = TokenCounter(options.tokenizer) if options.tokenizer else None
    for index, task in tasks:
        yield make_record(
            index,
            task,
            verified=options.verify,
            tokenizer=options.tokenizer,
            count=counter.count if counter else None,
        )


def _verified(
    tasks: Iterable[tuple[int, GameTask]], workers: int, opened: ExitStack
) -> Iterator[tuple[int, GameTask]]:
    """Yield the tasks that pass, in their order; several are verified ahead of it."""
    pool = opened.enter_context(
        ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=open_verifier)
    )
    opened.callback(pool.shutdown, wait=True, cancel_futures=True)
    waiting: deque[tuple[int, GameTask, Future[Verdict]]] = deque()

    def take() -> tuple[int, GameTask]:
        index, task, future = waiting.popleft()
        if not (verdict := future.result()).passed:
            raise CorpusError(
                f"{task.name} does not pass its checks: {verdict.failures}; mend its family, or "
                "leave it out with other families"
            )
        return index, task

    for index, task in tasks:
        waiting.append((index, task, pool.submit(verify_task, task)))
        if len(waiting) >= AHEAD * workers:
            yield take()
    while waiting:
        yield take()


def _append(file: TextIO, record: TaskRecord) -> None:
    file.write(record.to_json() + "\n")
    file.flush()


def _keep_settings(file: Path, part: Path, options: ExportOptions) -> None:
    """Note the options, or see that a broken export had the same."""
    wanted = {"codeworld": version("codeworld"), **asdict(options)}
    wanted["families"] = list(options.families)
    del wanted["count"]  # more of the same is no other export
    if part.exists() and file.exists() and (had := json.loads(file.read_text())) != wanted:
        differ = ", ".join(
            f"{key} was {had.get(key)!r}" for key in wanted if had.get(key) != wanted[key]
        )
        raise CorpusError(
            f"{part} is a broken export with other options ({differ}); finish it with those, "
            "remove it, or take another folder"
        )
    file.write_text(json.dumps(wanted, indent=2) + "\n")


def _mend(part: Path) -> int:
    """Cut off half a row at the end, and return how many rows there are."""
    if not part.exists():
        return 0
    data = part.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        part.write_bytes(whole)
    return whole.count(b"\n")


def _finish(part: Path, path: Path, form: FileFormat) -> Path:
    if form is FileFormat.jsonl:
        part.replace(path)
        return path
    parquet, reader = _import_pyarrow()
    written = path.with_suffix(".parquet.part")
    parquet.write_table(reader.read_json(part), written, compression="zstd")
    written.replace(path)
    part.unlink()
    return path


def _import_pyarrow() -> tuple[Any, Any]:
    try:
        from pyarrow import json as reader
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise MissingDependencyError(
            'Parquet files are written by pyarrow; run `pip install "codeworld[corpus]"`, or '
            "export to JSONL"
        ) from error
    return parquet, reader
