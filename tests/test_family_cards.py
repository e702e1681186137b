"""The cards of the families in the documentation say what the families' folders say."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from codeworld.games import families

DOCS = Path(__file__).parents[1] / "docs"


@pytest.fixture(scope="module", name="hook")
def fixture_of_hook():
    spec = importlib.util.spec_from_file_location("family_cards", DOCS / "hooks/family_cards.py")
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    return hook


@pytest.fixture(scope="module")
def page(hook):
    """The page of the families as the site shows it."""
    text = (DOCS / "families.md").read_text("utf-8")
    other = SimpleNamespace(file=SimpleNamespace(src_uri="index.md"))
    assert hook.on_page_markdown(text, page=other) == text
    return hook.on_page_markdown(
        text, page=SimpleNamespace(file=SimpleNamespace(src_uri=hook.PAGE))
    )


def test_every_family_has_one_line_of_the_table_and_one_card(page):
    assert sorted(re.findall(r"^\| [a-z ]+ \| \[`(\w+)`\]", page, re.MULTILINE)) == list(
        families.names()
    )
    assert sorted(re.findall(r"^### .* { #(\w+) }$", page, re.MULTILINE)) == list(families.names())
    assert "<!--" not in page


def test_a_card_has_parameters_and_an_example(page):
    card = page.partition("{ #subtraction }")[2].partition("\n### ")[0]
    assert "| `stones` | things in the heap at the start | a whole number from 8 to 60 |" in card
    example = families.sample("subtraction", 1)
    assert f"    # {example.title}\n" in card


def test_games_are_counted(hook):
    assert hook.num_games(families.load("subtraction")) == 1100  # 53 · 10 · 2, to two digits
