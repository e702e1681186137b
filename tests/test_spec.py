"""GameSpec: written, read, and held against itself."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from codeworld import games
from codeworld.errors import SpecError
from codeworld.spec import GameSpec


@pytest.mark.parametrize("name", games.names())
def test_specs_survive_json(name):
    spec = games.load(name).spec
    assert GameSpec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"information": "partial"}, "information is 'partial'"),
        ({"num_players": 0}, "at least one player"),
        ({"min_return": 2.0}, "ordered"),
        ({"max_return": float("inf")}, "finite"),
        ({"max_length": 0}, "at least 1"),
        ({"actions": ("a", "a")}, "'a' more than once"),
        ({"actions": ()}, "empty"),
    ],
)
def test_contradictions_are_refused(change, message):
    with pytest.raises(SpecError, match=message):
        replace(games.load("tic_tac_toe").spec, **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.pop("utility"), "missing: utility"),
        (lambda data: data.update(colour=1), "unknown facts: colour"),
        (lambda data: data.update(format=99), "format 1"),
        (lambda data: data.update(observation_schema=3), "not a schema"),
    ],
)
def test_other_json_is_refused(change, message):
    data = json.loads(games.load("tic_tac_toe").spec.to_json())
    change(data)
    with pytest.raises(SpecError, match=message):
        GameSpec.from_json(json.dumps(data))


def test_text_that_is_not_json_is_refused():
    with pytest.raises(SpecError, match="not JSON"):
        GameSpec.from_json("{")
