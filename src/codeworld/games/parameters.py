"""Parameters of games: what may vary, and which constants of the program that sets.

A curated game with parameters has a `parameters.toml` beside its program:

    [parameters.players]
    meaning = "players"
    default = 2                     # true or false, a whole number or a decimal one
    minimum = 2                     # of numbers, which have both bounds
    maximum = 4

    [parameters.cards]
    meaning = "cards in the deck"
    default = "players + 1"         # an expression over the parameters above; a whole number
    minimum = 3
    maximum = 12

    [parameters.faces]
    meaning = "points on the faces of the die"
    default = [1, 2, 3]
    choices = [[1, 2, 3], [2, 3, 5]]   # in place of bounds: all that it may be

    [constants]                     # named at the top of game.py: an expression over all parameters
    NUM_PLAYERS = "players"

    [[constraints]]                 # over several parameters
    holds = "cards > players"
    otherwise = "there must be more cards than players"

Expressions are Jinja's, as in the template of the rules.
"""

from __future__ import annotations

import difflib
import functools
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, TypeAlias

from codeworld.errors import ParameterError

ParameterValue: TypeAlias = int | float | bool | str | tuple[int, ...]

FILE = "parameters.toml"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that may vary in a game.

    Attributes:
        name: by which it is given.
        meaning: what it is, in a few words.
        default: its value in the game's rules; a text is an expression over the parameters before
            it, whose value is a whole number.
        minimum: smallest value; None if the parameter is true or false, or has choices.
        maximum: largest value; None if the parameter is true or false, or has choices.
        choices: all values that it may have; none where bounds say it, or if it is true or false.
        why: the reason for the bounds or the choices.
    """

    name: str
    meaning: str
    default: ParameterValue
    minimum: int | float | None = None
    maximum: int | float | None = None
    choices: tuple[ParameterValue, ...] = ()
    why: str = ""

    @property
    def values(self) -> str:
        """What it may be, in words."""
        if self.choices:
            return f"one of {', '.join(map(str, self.choices))}"
        if self.minimum is None:
            return "true or false"
        kind = "a number" if isinstance(self.default, float) else "a whole number"
        return f"{kind} from {self.minimum} to {self.maximum}"

    def allows(self, value: object) -> bool:
        """Return whether a value is of the right kind and within bounds."""
        if self.choices:
            return value in self.choices and type(value) is type(self.default)
        if self.minimum is None or self.maximum is None:
            return type(value) is bool
        kinds = (int, float) if isinstance(self.default, float) else (int,)
        return type(value) in kinds and self.minimum <= value <= self.maximum  # type: ignore[operator]


@dataclass(frozen=True, slots=True)
class ParameterSheet:
    """All that a `parameters.toml` says.

    Attributes:
        parameters: in file order.
        constants: (constant of the program, expression that gives its value) pairs.
        constraints: (expression that must hold, what to say otherwise) pairs.
    """

    parameters: tuple[Parameter, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    constraints: tuple[tuple[str, str], ...] = ()


@functools.cache
def read_parameters(name: str) -> ParameterSheet:
    """Return what may vary in a curated game; nothing for a game without parameters.

    Args:
        name: of a curated game.
    """
    file = files(__package__).joinpath(name, FILE)
    if not file.is_file():
        return ParameterSheet()
    return parse_sheet(tomllib.loads(file.read_text("utf-8")))


def parse_sheet(data: Mapping[str, Any]) -> ParameterSheet:
    """Return what the tables of a parsed TOML file say of parameters."""
    return ParameterSheet(
        tuple(
            Parameter(name=key, **{field: _freeze(value) for field, value in entry.items()})
            for key, entry in data["parameters"].items()
        ),
        tuple(data.get("constants", {}).items()),
        tuple((entry["holds"], entry["otherwise"]) for entry in data.get("constraints", ())),
    )


def _freeze(value: Any) -> Any:
    return tuple(map(_freeze, value)) if isinstance(value, list) else value


def settle_parameters(
    name: str, sheet: ParameterSheet, given: Mapping[str, object]
) -> dict[str, ParameterValue]:
    """Return the value of every parameter, in the order of the sheet.

    Args:
        name: of the game, for messages.
        sheet: the game's parameters.
        given: some values; the other parameters have their defaults.

    Raises:
        ParameterError: if there is no such parameter, a value is not allowed, or values do not go
            together.
    """
    for key in given:
        if key not in {parameter.name for parameter in sheet.parameters}:
            raise ParameterError(_no_such_parameter(name, sheet, key))
    settled: dict[str, Any] = {}
    for parameter in sheet.parameters:
        value = _freeze(given.get(parameter.name, parameter.default))
        if parameter.name not in given and isinstance(value, str) and not parameter.choices:
            value = evaluate(value, settled)
        if not parameter.allows(value):
            raise ParameterError(
                f"{name}: {parameter.name} ({parameter.meaning}) is {value!r}; it must be "
                f"{parameter.values}"
            )
        settled[parameter.name] = value
    for holds, otherwise in sheet.constraints:
        if not evaluate(holds, settled):
            values = ", ".join(f"{key}={value}" for key, value in settled.items())
            raise ParameterError(f"{name} cannot be played with {values}: {otherwise}")
    return settled


def label_of(name: str, values: Mapping[str, ParameterValue]) -> str:
    """Return a game's name with the values of its parameters: `pig(players=2, target=20)`."""
    return f"{name}({', '.join(f'{key}={value}' for key, value in values.items())})"


def _no_such_parameter(name: str, sheet: ParameterSheet, key: str) -> str:
    names = [parameter.name for parameter in sheet.parameters]
    if not names:
        return f"{name} has no parameters, so it has no {key!r}; leave it out"
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"{name} has no parameter {key!r}; {hint}It has {', '.join(names)}"


def evaluate(expression: str, values: Mapping[str, ParameterValue]) -> Any:
    """Return the value of an expression over parameters."""
    return _compile(expression)(**values)


@functools.cache
def _compile(expression: str) -> Callable[..., Any]:
    from jinja2 import Environment, StrictUndefined  # here, for a fast `import codeworld`

    environment = Environment(undefined=StrictUndefined)
    return environment.compile_expression(expression, undefined_to_none=False)
