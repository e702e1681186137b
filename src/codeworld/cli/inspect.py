"""Showing what a game program is."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from codeworld.contract import CONTRACT, Game
from codeworld.envs.make import Isolation, make
from codeworld.errors import PolicyError
from codeworld.sandbox import IsolatedGame
from codeworld.schema import labels, width
from codeworld.spec import GameSpec
from codeworld.verify.traces import record_trace

MAX_ACTIONS = 40
"""Actions of the vocabulary that are shown."""

MAX_TRACE_STEPS = 60
"""Steps of the sample trace that are shown."""


def show_game(
    name: str,
    console: Console,
    *,
    seed: int,
    json: bool,
    isolation: Isolation | None,
    allow_weak_sandbox: bool,
) -> None:
    """Print a game's findings, functions, spec and a sample trace.

    Args:
        name: id of a curated game, or path of a file.
        console: where to print.
        seed: seed of the sample trace.
        json: print the spec as JSON, and nothing else.
        isolation: where the program runs; None for the default of its kind.
        allow_weak_sandbox: run it even where the machine cannot isolate it strongly.

    Raises:
        typer.Exit: with status 1, if the language policy refuses the program.
        CodeworldError: if it cannot be read or loaded.
    """
    try:
        env = make(name, isolation=isolation, allow_weak_sandbox=allow_weak_sandbox)
    except PolicyError as error:
        _show_findings(error, console)
        raise typer.Exit(1) from error
    try:
        if json:
            console.out(env.spec.to_json(), end="", highlight=False)
            return
        where = "process" if isinstance(env.game, IsolatedGame) else "in_process"
        console.print(f"[bold]{name}[/]  sha256 {env.game.source_hash[:16]}, run in: {where}")
        console.print("Language policy: no findings")
        _show_functions(env.game, console)
        _show_spec(env.spec, console)
        console.rule(f"sample trace, seed {seed}")
        console.print(Text(str(record_trace(env.game, seed, MAX_TRACE_STEPS))), soft_wrap=True)
    finally:
        env.close()


def _show_findings(error: PolicyError, console: Console) -> None:
    table = Table("line", "column", "construct", "why, and what to do", title="Language policy")
    for finding in error.findings:
        table.add_row(
            str(finding.line), str(finding.column), Text(finding.construct), Text(finding.reason)
        )
    console.print(table)


def _show_functions(game: Game, console: Console) -> None:
    present = [function.name for function in CONTRACT if function.name in game.defined]
    absent = [function.name for function in CONTRACT if function.name not in game.defined]
    console.print(f"Defines: {', '.join(present)}")
    if absent:
        console.print(f"Does without: {', '.join(absent)}")


def _show_spec(spec: GameSpec, console: Console) -> None:
    origin = "declared, or found by exhausting the game" if spec.exact else "from limited play"
    table = Table("fact", "value", title=f"Spec ({origin})")
    actions = ", ".join(spec.actions[:MAX_ACTIONS])
    more = len(spec.actions) - MAX_ACTIONS
    facts = {
        "players": str(spec.num_players),
        "information": spec.information,
        "chance": spec.chance,
        "utility": spec.utility,
        "returns": f"{spec.min_return:g} to {spec.max_return:g}",
        "longest episode": f"{spec.max_length} actions"
        if spec.max_length
        else "unbounded or unknown",
        "actions": actions + (f", and {more} more" if more > 0 else ""),
        "vocabulary": "complete" if spec.actions_closed else "what was met; spare indices are kept",
        "observation": f"{width(spec.observation_schema)} numbers and the player's own seat",
    }
    for fact, value in facts.items():
        table.add_row(fact, Text(value))
    console.print(table)
    names = labels(spec.observation_schema)
    console.print(Text("Numbers of the observation: " + _abridge(names), style="dim"))


def _abridge(names: list[str], most: int = 24) -> str:
    shown = ", ".join(names[:most])
    return shown + (f", … ({len(names)} in all)" if len(names) > most else "")
