"""The `codeworld` command and its subcommands."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from codeworld import games as catalogue
from codeworld.cli.families import families_app
from codeworld.cli.inspect import show_game
from codeworld.cli.make import make_game
from codeworld.cli.models import models_app, show_progress
from codeworld.cli.play import play_game
from codeworld.cli.rules import show_rules
from codeworld.cli.verify import verify_file
from codeworld.envs.make import Isolation, make
from codeworld.errors import CodeworldError
from codeworld.generate.options import GenerationOptions
from codeworld.verify import QUICK, Budget

console = Console()


NO_VERDICT = 2
"""Exit status of `verify` where there can be no verdict, as for a wrong option."""


class Where(StrEnum):
    """Where a game program runs."""

    process = "process"
    in_process = "in_process"


class Opponent(StrEnum):
    """Who plays the other seats."""

    random = "random"
    self = "self"


class Effort(StrEnum):
    """How far verification looks."""

    quick = "quick"
    default = "default"


class ReportingGroup(TyperGroup):
    """Prints codeworld's errors as messages, without a traceback, and exits with status 1."""

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]
        """Run a subcommand."""
        try:
            return super().invoke(ctx)
        except CodeworldError as error:
            _show_error(error)
            raise typer.Exit(1) from error


app = typer.Typer(
    name="codeworld",
    cls=ReportingGroup,
    help="The rules of a game become a safe, verified PettingZoo environment.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(families_app, name="families", no_args_is_help=True)
app.add_typer(models_app, name="models", no_args_is_help=True)

GameArgument = Annotated[
    str, typer.Argument(metavar="GAME", help="Id of a curated game, or path of a GameCWM file.")
]
WhereOption = Annotated[
    Where | None,
    typer.Option(
        "--isolation",
        help="Where the program runs: a sandboxed worker process (default for files), or here "
        "(default for curated games).",
    ),
]
WeakOption = Annotated[
    bool,
    typer.Option(
        "--allow-weak-sandbox", help="Run a file even where the machine cannot isolate it strongly."
    ),
]


@app.command()
def games(
    name: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Id of a curated game, to see all of it.")
    ] = None,
) -> None:
    """List the curated games; of one of them, show the rules and what may vary.

    Play one with `codeworld play ID`, or make it in Python with `codeworld.make("ID")`.
    """
    if name is not None:
        show_rules(name, console)
        return
    columns = ("id", "players", "information", "chance", "utility", "actions", "longest")
    table = Table(*columns, title="Curated games", box=None, pad_edge=False)
    for name in catalogue.names():
        spec = catalogue.load(name).spec
        table.add_row(
            name,
            str(spec.num_players),
            spec.information,
            "yes" if spec.chance == "stochastic" else "no",
            spec.utility,
            str(len(spec.actions)),
            str(spec.max_length or "-"),
        )
    console.print(table)


@app.command()
def play(
    game: GameArgument,
    seat: Annotated[int, typer.Option(help="Which player you are, from 0.", min=0)] = 0,
    opponent: Annotated[
        Opponent, typer.Option(help="Who plays the other seats: random moves, or you yourself.")
    ] = Opponent.random,
    seed: Annotated[
        int | None, typer.Option(help="Seed of chance and of random opponents.", min=0)
    ] = None,
    isolation: WhereOption = None,
    allow_weak_sandbox: WeakOption = False,
) -> None:
    """Play a game in the terminal, against random moves or against yourself.

    Type an action as it is listed, or its number; `?` lists what is legal, `q` leaves. You see
    what your seat may know, no more; the whole position is shown at the end.
    """
    env = make(game, isolation=_isolation(isolation), allow_weak_sandbox=allow_weak_sandbox)
    try:
        play_game(env, console, seat=seat, alone=opponent is Opponent.self, seed=seed)
    finally:
        env.close()


@app.command()
def inspect(
    game: GameArgument,
    seed: Annotated[int, typer.Option(help="Seed of the sample trace.", min=0)] = 0,
    json: Annotated[
        bool, typer.Option("--json", help="Print the spec as JSON, and nothing else.")
    ] = False,
    isolation: WhereOption = None,
    allow_weak_sandbox: WeakOption = False,
) -> None:
    """Show what a game program is: language findings, functions, spec, and a sample trace.

    Exits with status 1 if the program does not load or breaks the contract.
    """
    show_game(
        game,
        console,
        seed=seed,
        json=json,
        isolation=_isolation(isolation),
        allow_weak_sandbox=allow_weak_sandbox,
    )


@app.command()
def verify(
    game: Annotated[
        Path, typer.Argument(metavar="FILE", help="The GameCWM file to verify.", show_default=False)
    ],
    reference: Annotated[
        str | None,
        typer.Option(help="Id of a curated game, or path of a trusted file, that it must play as."),
    ] = None,
    scenarios: Annotated[
        Path | None, typer.Option(help="Scenario file: lines of play with facts that must hold.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything that is drawn.", min=0)] = 0,
    budget: Annotated[Effort, typer.Option(help="How far to look.")] = Effort.default,
    mend: Annotated[
        bool, typer.Option("--mend", help="Mend mechanical faults first, and say so.")
    ] = False,
    json: Annotated[
        Path | None, typer.Option(help="Write the report to this file, as JSON.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the report to this file, as a page of its own.")
    ] = None,
    allow_weak_sandbox: WeakOption = False,
) -> None:
    """Verify a game file: does play hold, is hidden what must be, is it the game that was meant?

    Exits with status 0 if every check passes, 1 if one fails, and 2 if there can be no verdict.
    """
    try:
        report = verify_file(
            game,
            console,
            reference=reference,
            scenarios=scenarios,
            seed=seed,
            budget=QUICK if budget is Effort.quick else Budget(),
            mend=mend,
            json=json,
            html=html,
            allow_weak_sandbox=allow_weak_sandbox,
        )
    except CodeworldError as error:
        _show_error(error)
        raise typer.Exit(NO_VERDICT) from error
    if not report.passed:
        raise typer.Exit(1)


@app.command("make")
def make_command(
    rules: Annotated[
        Path, typer.Argument(metavar="RULES", help="File with the complete rules, in plain words.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where the program goes; report and spec beside it."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="A name that `codeworld models list` shows, openai:NAME, hf:REPOSITORY_OR_PATH, "
            "or gguf:PATH; the embedded default if not given."
        ),
    ] = None,
    adapter: Annotated[Path | None, typer.Option(help="A LoRA adapter for the model.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="Address of an OpenAI-compatible server.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="Id of a curated game that the result must play as.")
    ] = None,
    candidates: Annotated[int, typer.Option(help="Whole programs to ask for at most.", min=1)] = 8,
    refine: Annotated[int, typer.Option(help="Rounds in which failures go back.", min=0)] = 1,
    seconds: Annotated[float | None, typer.Option(help="Time for the search.", min=1)] = None,
    tokens: Annotated[
        int | None, typer.Option(help="Tokens that the model may write.", min=1)
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of samples and checks.", min=0)] = 0,
    folder: Annotated[
        Path | None, typer.Option(help="Where everything is written down as it comes.")
    ] = None,
) -> None:
    """Make a game from its rules in plain words: a language model writes it, checks accept it.

    Every candidate runs in isolated workers only. The command can be stopped at any moment; given
    again, it goes on from the answers that it has. Exits with status 1 if no candidate is good
    enough: nothing is passed off as the game that is not known to be.
    """
    from codeworld.generate.open_backend import open_backend

    options = GenerationOptions(
        num_candidates=candidates, refine_rounds=refine, seed=seed, seconds=seconds, tokens=tokens
    )
    with show_progress(Console(stderr=True)) as told:
        backend = open_backend(model, adapter=adapter, base_url=base_url, progress=told)
    with backend:
        env = make_game(
            rules,
            console,
            backend,
            output=output,
            options=options,
            reference=reference,
            folder=folder,
        )
    env.close()


def _show_error(error: CodeworldError) -> None:
    panel = Panel(Text(str(error)), title=type(error).__name__, border_style="red")
    Console(stderr=True).print(panel)


def _isolation(where: Where | None) -> Isolation | None:
    return None if where is None else where.value
