"""The `codeworld families` command: kinds of games, their tasks, and corpora of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.syntax import Syntax
from rich.table import Table

from codeworld.corpus import ExportOptions, FileFormat, export_tasks
from codeworld.errors import ParameterError
from codeworld.games import families
from codeworld.games.families import Family, Split

families_app = typer.Typer(help="Families: kinds of games, each an endless source of tasks.")

FamilyArgument = Annotated[str, typer.Argument(metavar="FAMILY", help="Name of a family.")]


@families_app.command("list")
def list_families() -> None:
    """List the families by kind."""
    columns = ("family", "kind", "parameters", "themes", "texts", "programs", "split")
    table = Table(*columns, box=None, pad_edge=False)
    loaded = [families.load(name) for name in families.names()]
    for family in sorted(loaded, key=lambda one: (one.kind, one.name)):
        table.add_row(
            family.name,
            family.kind,
            ", ".join(parameter.name for parameter in family.sheet.parameters),
            str(len(family.themes)),
            str(len(family.rules)),
            str(len(family.programs)),
            "validation" if family.held_back else "both",
        )
    console = Console()
    console.print(table)
    console.print(f"{len(loaded)} families; see one with `codeworld families show FAMILY`")


@families_app.command()
def show(
    name: FamilyArgument,
    seed: Annotated[
        int | None, typer.Option(help="Show the task that this seed draws, too.")
    ] = None,
) -> None:
    """Show what a family is and what varies in it; with a seed, one of its tasks as well."""
    console, family = Console(), families.load(name)
    console.print(f"[bold]{family.title}[/] ({family.kind})\n{family.about}", soft_wrap=True)
    console.print(f"Proven against: {family.oracle}", soft_wrap=True)
    console.print(_parameters(family))
    console.print(
        f"Themes: {', '.join(family.themes)}\nTexts: {', '.join(family.rules)}\n"
        f"Programs: {', '.join(family.programs)}"
    )
    if seed is None:
        console.print(f"See a task of it with `codeworld families show {name} --seed 0`")
        return
    task = families.sample(name, seed)
    console.rule(f"{task.name}: {task.theme}, {task.wording}, {task.style}")
    console.print(task.label, soft_wrap=True)
    console.print(Syntax(task.rules, "markdown", background_color="default", word_wrap=True))
    console.print(Syntax(task.source, "python", background_color="default", word_wrap=True))


def _parameters(family: Family) -> Table:
    table = Table("parameter", "meaning", "values", "default", "why", box=None, pad_edge=False)
    for one in family.sheet.parameters:
        table.add_row(one.name, one.meaning, one.values, str(one.default), one.why)
    return table


@families_app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the file goes.")],
    count: Annotated[int, typer.Option(min=1, help="How many tasks.")] = 1000,
    split: Annotated[str, typer.Option(help="train or validation.")] = "train",
    seed: Annotated[int, typer.Option(help="Decides all that is drawn.")] = 0,
    family: Annotated[
        list[str] | None, typer.Option(help="Draw from this family; give it again for more.")
    ] = None,
    form: Annotated[FileFormat, typer.Option("--format", help="Form of the file.")] = (
        FileFormat.jsonl
    ),
    verify: Annotated[
        bool, typer.Option("--verify", help="Verify every task, in every style, first.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that verify; default: all processors.")
    ] = None,
    tokenizer: Annotated[
        str | None,
        typer.Option(help="Count tokens as this model does, such as qwen2.5-coder-0.5b."),
    ] = None,
) -> None:
    """Write tasks to a file: rules, program, and where they come from.

    No two tasks have the same rules and program. An export that was broken off goes on with the
    same command.
    """
    options = ExportOptions(
        count=count,
        seed=seed,
        split=_split(split),
        families=tuple(family or ()),
        verify=verify,
        tokenizer=tokenizer,
    )
    console = Console(stderr=True)
    with _progress(console) as bar:
        row = bar.add_task("tasks", total=count)
        path = export_tasks(
            folder,
            options,
            form,
            workers=workers or os.cpu_count() or 1,
            on_row=lambda done: bar.update(row, completed=done),
        )
    typer.echo(path)


def _split(name: str) -> Split:
    for split in families.SPLITS:
        if split == name:
            return split
    raise ParameterError(f"there is no split {name!r}; there are {', '.join(families.SPLITS)}")


def _progress(console: Console) -> Progress:
    columns: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn())
    times = (MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    return Progress(*columns, *times, console=console, transient=not console.is_terminal)
