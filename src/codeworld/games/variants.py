"""Variants of curated games: a program and its rules, made together from the same parameters.

The program of a variant is the game's own with other values for some of its named constants, and
nothing else changed. The rules come from `rules.template.md`, which with the default parameters is
`rules.md`, word for word.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from codeworld.games.catalogue import load
from codeworld.games.parameters import (
    Parameter,
    ParameterValue,
    evaluate,
    label_of,
    read_parameters,
    settle_parameters,
)
from codeworld.games.templates import literal, template_environment

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = "rules.template.md"


@dataclass(frozen=True, slots=True)
class GameVariant:
    """A curated game with certain parameters.

    It declares no `GameSpec`; `codeworld.make` infers one, as for any program.

    Attributes:
        name: of the curated game.
        parameters: value of every parameter, those left at their default included.
        title: the name in full, for people.
        rules: the complete rules of this variant in Markdown.
        source: the text of its GameCWM.
    """

    name: str
    parameters: Mapping[str, ParameterValue]
    title: str
    rules: str
    source: str

    @property
    def label(self) -> str:
        """The name and the values of all parameters: `pig(players=2, target=20, sides=6)`."""
        return label_of(self.name, self.parameters)


def parameters_of(name: str) -> tuple[Parameter, ...]:
    """Return what may vary in a curated game; nothing for a game that is played in one way only.

    Raises:
        UnknownGameError: if no curated game has that name.
    """
    return read_parameters(load(name).name).parameters


def instantiate(name: str, **values: ParameterValue) -> GameVariant:
    """Return a variant of a curated game: source and rules made together.

    Args:
        name: of the curated game.
        **values: of some of its parameters; the others have their defaults.

    Raises:
        UnknownGameError: if no curated game has that name.
        ParameterError: if the game has no such parameter, a value is out of range, or values do
            not go together.
    """
    game = load(name)
    sheet = read_parameters(game.name)
    settled = settle_parameters(game.name, sheet, values)
    constants = {constant: evaluate(text, settled) for constant, text in sheet.constants}
    return GameVariant(
        name=game.name,
        parameters=settled,
        title=game.title,
        rules=_rules_template(game.name).render(settled) if sheet.parameters else game.rules,
        source=set_constants(game.source, constants),
    )


def set_constants(source: str, values: Mapping[str, Any]) -> str:
    """Return a program with other values for some of its named constants.

    Args:
        source: the program. A constant is assigned once, at module level, a literal on one line.
        values: the new values by name: numbers, texts, truth values, lists and tuples of those.

    Raises:
        ValueError: if the program has no such constant.
    """
    lines = source.encode().splitlines(keepends=True)  # ast counts columns in bytes
    for name, value in values.items():
        written = _find_constant(source, name)
        line, start, end = written.lineno - 1, written.col_offset, written.end_col_offset
        lines[line] = lines[line][:start] + literal(value).encode() + lines[line][end:]
    return b"".join(lines).decode()


def _find_constant(source: str, name: str) -> ast.expr:
    found = _assignments(source).get(name, [])
    if len(found) != 1 or found[0].lineno != found[0].end_lineno:
        raise ValueError(f"the program does not assign {name} once, on one line")
    return found[0]


@functools.lru_cache(maxsize=64)  # a search makes hundreds of variants of one program
def _assignments(source: str) -> dict[str, list[ast.expr]]:
    """Return what a program assigns to single names at module level."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            assigned.setdefault(ast.unparse(node.targets[0]), []).append(node.value)
    return assigned


@functools.cache
def _rules_template(name: str) -> Template:
    text = files(__package__).joinpath(name, TEMPLATE).read_text("utf-8")
    return template_environment().from_string(text)
