"""The checks of game programs: each has a broken program that it, and only it, rejects."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from codeworld.envs.inference import infer_spec
from codeworld.games.scenario import load_scenarios
from codeworld.sandbox import compile_game
from codeworld.verify import QUICK, Budget, verify_game
from codeworld.verify.verification import GAME_CHECKS

BROKEN_GAMES = tomllib.loads((Path(__file__).parent / "broken_games.toml").read_text("utf-8"))
SOUND = BROKEN_GAMES["game"]
BROKEN = BROKEN_GAMES["broken"]


def edited(edits):
    """Return the sound game with texts replaced, each of which must be in it once."""
    source = SOUND
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def arguments(against):
    """Return what a broken game is verified with."""
    return {
        "": dict,
        "reference": lambda: {"reference": SOUND},
        "spec": lambda: {"spec": infer_spec(compile_game(SOUND))},
        "scenario": lambda: {"scenarios": load_scenarios(BROKEN_GAMES["scenario"])},
    }[against]()


def failed(report):
    return [failure.name for failure in report.failures]


@pytest.mark.parametrize("budget", [QUICK, Budget()], ids=["quick", "default"])
@pytest.mark.parametrize("against", ["", "reference", "spec", "scenario"])
def test_the_sound_game_passes_every_check(against, budget):
    report = verify_game(SOUND, budget=budget, **arguments(against))
    assert report.passed, report
    assert report.coverage.exhausted


def test_every_check_has_a_broken_game():
    assert sorted(broken["check"] for broken in BROKEN) == sorted(c.name for c in GAME_CHECKS)


def test_every_check_is_documented():
    page = (Path(__file__).parents[2] / "docs" / "verify.md").read_text("utf-8")
    rows = [f"| {check.tier} | `{check.name}` | {check.asks} |" for check in GAME_CHECKS]
    assert [row for row in rows if page.count(row) != 1] == []


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken["check"])
def test_only_its_check_rejects_a_broken_game(broken):
    report = verify_game(edited(broken["edits"]), **arguments(broken.get("against", "")))
    assert failed(report) == [broken["check"]], report
