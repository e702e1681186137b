"""Writes the table and the cards of the curated games into games.md when the site is built.

All of it comes from the catalogue, so a game that is added has its card, and no card can be out of
date. What only a person can say is in the game's `card.toml`: what it was tested against (`oracle`)
and where it comes from (`sources`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from codeworld import games
from codeworld.games import CuratedGame, Parameter
from codeworld.schema import width

PAGE = "games.md"
TABLE, CARDS = "<!-- table of the games -->", "<!-- cards of the games -->"
ACTIONS_SHOWN = 6


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return a page's text with the cards in place; mkdocs calls this for every page."""
    if page.file.src_uri != PAGE:
        return markdown
    catalogue = [games.load(name) for name in games.names()]
    table = "\n".join(table_of(catalogue))
    cards = "\n\n".join("\n".join(card(game)) for game in catalogue)
    return markdown.replace(TABLE, table).replace(CARDS, cards)


def table_of(catalogue: list[CuratedGame]) -> Iterator[str]:
    """Yield the lines of the table of all games."""
    yield "| game | players | information | chance | utility | actions | longest game | split |"
    yield "|---|---|---|---|---|---:|---:|---|"
    for game in catalogue:
        spec = game.spec
        cells = (
            f"[`{game.name}`](#{game.name})",
            players(game),
            spec.information,
            "yes" if spec.chance == "stochastic" else "no",
            spec.utility.replace("_", " "),
            len(spec.actions),
            spec.max_length or "-",
            "held out" if game.name in games.HELD_OUT else "train",
        )
        yield f"| {' | '.join(map(str, cells))} |"


def card(game: CuratedGame) -> Iterator[str]:
    """Yield the lines of a game's card."""
    spec, notes = game.spec, read_notes(game.name)
    yield f"### {game.title} {{ #{game.name} }}"
    yield ""
    yield game.rules.split("\n\n")[1]
    yield ""
    yield f"| `{game.name}` | |"
    yield "|---|---|"
    chance = "with chance" if spec.chance == "stochastic" else "without chance"
    yield f"| players | {players(game)}; {spec.information} information, {chance} |"
    shown = ", ".join(f"`{action}`" for action in spec.actions[:ACTIONS_SHOWN])
    more = ", …" if len(spec.actions) > ACTIONS_SHOWN else ""
    yield f"| actions | {len(spec.actions):,}: {shown}{more} |"
    fields = ", ".join(f"`{name}`" for name, _ in spec.observation_schema.fields)
    yield f"| observation | {fields}; as a vector {width(spec.observation_schema):,} numbers |"
    utility = spec.utility.replace("_", " ")
    yield f"| rewards | {spec.min_return:g} to {spec.max_return:g}, {utility} |"
    yield f"| length | {length(game)} |"
    if variants := "; ".join(map(variation, games.parameters_of(game.name))):
        yield f"| variants | {variants} |"
    if "oracle" in notes:
        yield f"| tested against | {notes['oracle']} |"
    if "sources" in notes:
        yield f"| sources | {'; '.join(notes['sources'])} |"


def players(game: CuratedGame) -> str:
    """Return how many players there are, and how many there may be."""
    for parameter in games.parameters_of(game.name):
        if parameter.name == "players":
            return f"{game.spec.num_players} ({parameter.minimum} to {parameter.maximum})"
    return str(game.spec.num_players)


def length(game: CuratedGame) -> str:
    """Return how long a game may last."""
    if game.spec.max_length is None:
        return "no limit"
    return f"at most {game.spec.max_length:,} actions of players"


def variation(parameter: Parameter) -> str:
    """Return what a parameter may be."""
    if parameter.minimum is None:
        return f"`{parameter.name}` {str(parameter.default).lower()} or not"
    return f"`{parameter.name}` {parameter.minimum} to {parameter.maximum}"


def read_notes(name: str) -> dict[str, Any]:
    """Return what a game's `card.toml` says; nothing if there is none."""
    file = files("codeworld.games").joinpath(name, "card.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
