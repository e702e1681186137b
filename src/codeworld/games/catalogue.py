"""The catalogue: finds the curated games by their folders and reads each one's files."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib.resources import files

from codeworld.errors import UnknownGameError
from codeworld.games.scenario import Scenario, load_scenarios
from codeworld.spec import GameSpec

HELD_OUT = (
    "converge",
    "gen_chess",
    "gen_tic_tac_toe",
    "gin_rummy",
    "hand_of_war",
    "quadranto",
    "y",
)
"""Games for testing only: nothing is trained on them, and no example shows them to a model."""


@dataclass(frozen=True, slots=True)
class CuratedGame:
    """A curated game, as its folder holds it.

    Attributes:
        name: the folder's name, by which the game is made.
        title: the name in full, for people.
        rules: the complete rules in Markdown, action spellings included.
        paraphrases: the same rules in other words, each text as complete as `rules`.
        source: the text of the GameCWM.
        spec: the declared facts.
        scenarios: lines of play with facts that hold in this game, in file order.
    """

    name: str
    title: str
    rules: str
    paraphrases: tuple[str, ...]
    source: str
    spec: GameSpec
    scenarios: tuple[Scenario, ...]


@functools.cache
def names() -> tuple[str, ...]:
    """Return the names of all curated games, sorted."""
    folders = (entry for entry in files(__package__).iterdir() if entry.is_dir())
    return tuple(sorted(entry.name for entry in folders if entry.joinpath("game.py").is_file()))


def offer_names(name: str, known: Sequence[str]) -> str:
    """Return a question with the names that are nearest to a wrong one, or all that there are."""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"


@functools.cache
def load(name: str) -> CuratedGame:
    """Return one curated game.

    Args:
        name: one of `names()`.

    Raises:
        UnknownGameError: if no curated game has that name; the message offers the nearest ones.
    """
    if name not in names():
        raise UnknownGameError(f"no curated game is called {name!r}; {offer_names(name, names())}")
    folder = files(__package__).joinpath(name)
    rules = folder.joinpath("rules.md").read_text("utf-8")
    others = [file for file in folder.iterdir() if fnmatch(file.name, "rules.[2-9].md")]
    others.sort(key=lambda file: file.name)
    return CuratedGame(
        name=name,
        title=rules.partition("\n")[0].removeprefix("#").strip(),
        rules=rules,
        paraphrases=tuple(file.read_text("utf-8") for file in others),
        source=folder.joinpath("game.py").read_text("utf-8"),
        spec=GameSpec.from_json(folder.joinpath("spec.json").read_text("utf-8")),
        scenarios=load_scenarios(folder.joinpath("scenarios.toml").read_text("utf-8")),
    )
