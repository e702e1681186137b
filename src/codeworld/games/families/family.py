"""A family as its folder holds it."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.resources import files
from typing import Any, Literal, TypeAlias, get_args

from codeworld.errors import UnknownGameError
from codeworld.games.catalogue import offer_names
from codeworld.games.parameters import ParameterSheet, parse_sheet

Kind: TypeAlias = Literal[
    "taking",
    "alignment",
    "movement",
    "territory",
    "dice",
    "matrix",
    "auction",
    "betting",
    "hidden board",
    "cards",
    "bargaining",
    "cooperation",
    "puzzle",
]
FILE = "family.toml"


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of game.

    Attributes:
        name: the folder's name.
        title: the name in full, for people.
        kind: what sort of game it is.
        about: the idea of the game in a sentence or two.
        sources: books, papers and sites that describe it.
        oracle: what its games were proven against.
        held_back: whether all its games are for validation.
        sheet: its parameters and the constraints between them.
        facts: fields of a task's `GameSpec`, as values or expressions over the parameters.
        themes: for each theme, the words that its texts and programs use.
        programs: for each style, the template of the program.
        rules: for each wording, the template of the rules.
    """

    name: str
    title: str
    kind: Kind
    about: str
    sources: tuple[str, ...]
    oracle: str
    held_back: bool
    sheet: ParameterSheet
    facts: Mapping[str, str | int | float]
    themes: Mapping[str, Mapping[str, Any]]
    programs: Mapping[str, str]
    rules: Mapping[str, str]


@functools.cache
def names() -> tuple[str, ...]:
    """Return the names of all families, sorted."""
    folders = (entry for entry in files(__package__).iterdir() if entry.is_dir())
    return tuple(sorted(entry.name for entry in folders if entry.joinpath(FILE).is_file()))


@functools.cache
def load(name: str) -> Family:
    """Return one family.

    Args:
        name: one of `names()`.

    Raises:
        UnknownGameError: if no family has that name; the message offers the nearest ones.
    """
    if name not in names():
        raise UnknownGameError(f"no family is called {name!r}; {offer_names(name, names())}")
    folder = files(__package__).joinpath(name)
    data = tomllib.loads(folder.joinpath(FILE).read_text("utf-8"))
    if data["kind"] not in get_args(Kind):
        raise ValueError(f"{name}: {data['kind']!r} is no kind; it is one of {get_args(Kind)}")
    texts = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.is_file()}
    return Family(
        name=name,
        title=data["title"],
        kind=data["kind"],
        about=data["about"],
        sources=tuple(data["sources"]),
        oracle=data["oracle"],
        held_back=data.get("held_back", False),
        sheet=parse_sheet(data),
        facts=data["spec"],
        themes=data["themes"],
        programs=_parts(texts, "program.*.py.jinja"),
        rules=_parts(texts, "rules.*.md.jinja"),
    )


def _parts(texts: Mapping[str, str], pattern: str) -> dict[str, str]:
    """Return the texts whose file names match, by what stands for the star."""
    found = sorted(name for name in texts if fnmatch(name, pattern))
    return {name.split(".")[1]: texts[name] for name in found}
