"""The cards of the curated games in the documentation say what the catalogue says."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from codeworld import games

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module")
def page():
    """The page of the games as the site shows it."""
    spec = importlib.util.spec_from_file_location("game_cards", DOCS / "hooks" / "game_cards.py")
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    text = (DOCS / "games.md").read_text("utf-8")
    other = SimpleNamespace(file=SimpleNamespace(src_uri="index.md"))
    assert hook.on_page_markdown(text, page=other) == text
    return hook.on_page_markdown(
        text, page=SimpleNamespace(file=SimpleNamespace(src_uri=hook.PAGE))
    )


def card(page, name):
    found = re.search(rf"^### [^\n]* {{ #{name} }}$.*?(?=^### |\Z)", page, re.MULTILINE | re.DOTALL)
    return found[0]


@pytest.mark.parametrize("name", games.names())
def test_the_card_of_a_game(page, name):
    game, text = games.load(name), card(page, name)
    spec = game.spec
    assert text.startswith(f"### {game.title} ")
    assert game.rules.split("\n\n")[1] in text
    assert re.search(rf"\| players \| {spec.num_players}\b.*; {spec.information} information", text)
    assert ("with chance" in text) == (spec.chance == "stochastic")
    assert f"| actions | {len(spec.actions):,}: `{spec.actions[0]}`" in text
    assert f"| rewards | {spec.min_return:g} to {spec.max_return:g}, " in text
    assert ("no limit" in text) == (spec.max_length is None)
    assert spec.max_length is None or f"at most {spec.max_length:,} actions" in text
    for parameter in games.parameters_of(name):
        bounds = f"{parameter.minimum} to {parameter.maximum}"
        assert f"`{parameter.name}` {bounds if parameter.minimum else 'true or not'}" in text


def test_every_game_has_one_line_of_the_table_and_one_card(page):
    lines = re.findall(r"^\| \[`(\w+)`\]\(#(\w+)\) ", page, re.MULTILINE)
    assert lines == [(name, name) for name in games.names()]
    assert re.findall(r"^### .* { #(\w+) }$", page, re.MULTILINE) == list(games.names())
    assert "<!--" not in page
    held_out = re.findall(r"^\| \[`(\w+)`\].* held out \|$", page, re.MULTILINE)
    assert set(held_out) == set(games.HELD_OUT) & set(games.names())


def test_a_card_says_what_only_a_person_can_say(page):
    pig = card(page, "pig")
    assert "| tested against | OpenSpiel games" in pig
    assert "Neller and Clifton Presser" in pig
    assert "`players` 2 to 10" in pig
