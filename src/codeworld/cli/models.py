"""The `codeworld models` command: the model store as a person sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from codeworld.errors import DownloadError, WrongHashError
from codeworld.generate.model_store import ModelStore
from codeworld.generate.model_store import Progress as Told
from codeworld.generate.models import DEFAULT_MODEL, MODELS, find_model

STEP = 10
"""Percent between two lines of progress, where there is no terminal to draw a bar in."""

models_app = typer.Typer(help="The language models that run on this machine.")

ModelArgument = Annotated[str, typer.Argument(metavar="MODEL", help="Name of a model.")]


@models_app.command("list")
def list_models() -> None:
    """List the models, and which of them are here."""
    store = ModelStore()
    table = Table("model", "MB", "licence", "here", box=None, pad_edge=False)
    for model in MODELS:
        try:
            here = "yes" if store.find(model) else "no"
        except WrongHashError:
            here = "changed since it was stored: remove it and pull it again"
        name = f"{model.name} (default)" if model.name == DEFAULT_MODEL else model.name
        table.add_row(name, f"{model.num_bytes / 1e6:,.0f}", model.license, here)
    console = Console()
    console.print(table)
    console.print(f"Kept in {store.folder}", soft_wrap=True)


@models_app.command()
def pull(
    model: ModelArgument = DEFAULT_MODEL,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="A file, or a folder that has it, in place of a download."),
    ] = None,
) -> None:
    """Fetch a model, unless it is here, and print its path.

    An interrupted download goes on where it stopped. Its hash is checked at the end.
    """
    with show_progress(Console(stderr=True)) as told:
        path = ModelStore().pull(find_model(model), source=source, progress=told)
    typer.echo(path)


@models_app.command()
def path(model: ModelArgument = DEFAULT_MODEL) -> None:
    """Print the path of a model that is here; exit with status 1 where it is not."""
    found = ModelStore().find(find_model(model))
    if found is None:
        raise DownloadError(f"{model} is not here; run `codeworld models pull {model}`")
    typer.echo(found)


@contextmanager
def show_progress(console: Console) -> Iterator[Told]:
    """Yield a listener for the model store that draws a bar, or prints a line every 10 percent."""
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda doing, done, total: bar.update(
            task, description=doing, completed=done, total=total
        )


class _Lines:
    """Prints a line now and then."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown: tuple[str, int] | None = None

    def __call__(self, doing: str, done: int, total: int) -> None:
        percent = done * 100 // max(total, 1) // STEP * STEP
        if self._shown != (doing, percent):
            self._shown = (doing, percent)
            self._console.print(f"{doing}: {percent} %", soft_wrap=True)
