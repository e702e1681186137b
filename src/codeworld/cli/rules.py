"""Showing a curated game as a person plays it: its rules, and what may vary in them."""

from __future__ import annotations

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from codeworld import games


def show_rules(name: str, console: Console) -> None:
    """Print a curated game's rules and its parameters.

    Args:
        name: id of a curated game.
        console: where to print.

    Raises:
        UnknownGameError: if no curated game has that id.
    """
    console.print(Markdown(games.load(name).rules))
    parameters = games.parameters_of(name)
    if not parameters:
        return
    table = Table("parameter", "meaning", "may be", "default", title="What may vary", box=None)
    for parameter in parameters:
        table.add_row(parameter.name, parameter.meaning, parameter.values, str(parameter.default))
    console.print(table)
    first = parameters[0]
    console.print(
        f"\nIn Python: codeworld.make({name!r}, {first.name}={first.maximum or False})",
        highlight=False,
    )
