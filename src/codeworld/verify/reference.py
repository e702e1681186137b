"""References: what candidates are compared with."""

from __future__ import annotations

from dataclasses import dataclass

from codeworld import games
from codeworld.games import families
from codeworld.spec import GameSpec


@dataclass(frozen=True, slots=True)
class Reference:
    """What candidates are compared with.

    Attributes:
        name: what reports call it.
        source: the text of a trusted program.
        spec: its declared facts, if there are any.
        lines: lines of actions through its rare rules.
    """

    name: str
    source: str
    spec: GameSpec | None = None
    lines: tuple[tuple[str, ...], ...] = ()


def find_reference(reference: str | Reference) -> Reference:
    """Return a reference by its name, or from a trusted program's text.

    A name is that of a curated game, or that of a family's task: `kuhn_poker`, `subtraction:7`.

    Raises:
        UnknownGameError: if it is one line, and neither a curated game nor a task has that name.
    """
    if isinstance(reference, Reference):
        return reference
    if "\n" in reference:
        return Reference("given", reference)
    if ":" in reference:
        task = families.find(reference)
        return Reference(task.name, task.source, task.spec)
    curated = games.load(reference)
    lines = tuple(scenario.actions for scenario in curated.scenarios)
    return Reference(curated.name, curated.source, curated.spec, lines)
