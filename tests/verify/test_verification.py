"""Whole verifications: full marks for curated games, one report for a seed, bad input judged."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from codeworld import games
from codeworld.errors import (
    GameError,
    InvalidSeedError,
    ScenarioError,
    UnknownGameError,
)
from codeworld.games.scenario import load_scenarios
from codeworld.verify import (
    CHECKS,
    QUICK,
    Budget,
    Reference,
    compute_reward,
    compute_rewards,
    score,
    verify_game,
)
from codeworld.verify.agreement import measure_agreement

HERE = Path(__file__).parent
BROKEN_GAMES = tomllib.loads((HERE / "broken_games.toml").read_text("utf-8"))
SOUND = BROKEN_GAMES["game"]
GOLDEN = HERE / "golden_reports.json"
QUICK_GAMES = ("kuhn_poker", "matching_pennies", "tic_tac_toe")
SEEDS = range(1, 11)


# --- curated games -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUICK_GAMES)
def test_a_curated_game_has_full_marks(name):
    report = verify_game(games.load(name).source, reference=name, budget=QUICK)
    assert [check.name for check in report.checks] == [check.name for check in CHECKS]
    assert report.passed, report
    assert score(report) == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", games.names())
def test_every_curated_game_has_full_marks_with_every_seed(name, seed):
    source = games.load(name).source
    report = verify_game(source, reference=name, seed=seed)
    assert report.passed, report
    assert compute_reward(source, name, seed) == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("name", games.names())
def test_every_curated_game_is_sound_without_a_reference_too(name):
    curated = games.load(name)
    report = verify_game(curated.source, scenarios=curated.scenarios)
    assert report.passed, report


# --- the same report everywhere ------------------------------------------------------------------


def golden_reports():
    """Return the JSON of reports on curated and on broken games, by name."""
    reports = {
        name: verify_game(games.load(name).source, reference=name, seed=3, budget=QUICK)
        for name in QUICK_GAMES
    }
    for broken in BROKEN_GAMES["broken"]:
        source = SOUND
        for old, new in broken["edits"]:
            source = source.replace(old, new)
        reports[broken["check"]] = verify_game(source, reference=SOUND, seed=3, budget=QUICK)
    return {name: report.to_json() for name, report in reports.items()}


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def test_reports_are_the_golden_ones_on_every_python():
    """Where a check was meant to change, write the file anew: run this module."""
    found = {name: digest(text) for name, text in golden_reports().items()}
    assert found == json.loads(GOLDEN.read_text("utf-8"))


def test_another_process_with_another_hash_seed_gives_the_same_report():
    program = (
        "import sys; from codeworld.verify import QUICK, verify_game;"
        "report = verify_game(sys.stdin.read(), reference='kuhn_poker', budget=QUICK);"
        "print(report.to_json(), end='')"
    )
    source = games.load("kuhn_poker").source.replace("BET = 1", "BET = 2")
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=source,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
    assert json.loads(texts.pop())["passed"] is False


def test_another_seed_looks_at_other_lines():
    source = games.load("tic_tac_toe").source
    reports = [
        verify_game(source, reference="tic_tac_toe", seed=seed, budget=QUICK) for seed in (0, 1)
    ]
    assert reports[0].coverage != reports[1].coverage


# --- bad input -----------------------------------------------------------------------------------

BAD_SOURCES = {
    "not Python": "this is not a program",
    "empty": "",
    "blank": "\n\n   \n",
    "huge": "x = 1\n" * 1_700_000,
    "one huge line": "x = " + "1 + " * 100_000 + "1",
    "deep": "x = " + "(" * 5_000 + ")" * 5_000,
    "binary": "".join(map(chr, range(256))),
    "null": "x = 1\0",
    "surrogates": "x = '\ud800'",
    "a lone surrogate": "\udcff",
    "HTML": "<html><body>rate limited</body></html>",
    "a fence": "```python\nprint(1)\n```",
    "only a docstring": '"""A game."""',
}


@pytest.mark.parametrize("kind", BAD_SOURCES)
def test_a_bad_source_has_a_report_that_names_one_fault(kind):
    report = verify_game(BAD_SOURCES[kind], reference="matching_pennies", budget=QUICK)
    assert len(report.failures) == 1
    failure = report.failures[0]
    assert failure.tier == "static"
    assert failure.message
    assert "Traceback" not in failure.message
    assert score(report) == 0.0
    assert report.to_json().encode()
    assert str(report).encode("utf-8", "surrogatepass")


def test_an_unknown_reference_is_an_error_that_lists_the_known():
    with pytest.raises(UnknownGameError, match="kuhn_poker"):
        verify_game(SOUND, reference="kuhn_pokr")
    with pytest.raises(UnknownGameError, match="kuhn_poker"):
        compute_reward(SOUND, "kuhn_pokr", 0)


def test_a_reference_that_does_not_load_is_an_error():
    with pytest.raises(GameError):
        verify_game(SOUND, reference="def broken(:\n    pass\n", budget=QUICK)


def test_malformed_scenarios_are_an_error():
    with pytest.raises(ScenarioError, match="TOML"):
        load_scenarios("[[scenario]")


@pytest.mark.parametrize("seed", [-1, 1.5, "1", None])
def test_a_seed_is_a_non_negative_integer(seed):
    with pytest.raises(InvalidSeedError):
        verify_game(SOUND, seed=seed, budget=QUICK)


def test_a_budget_looks_at_something():
    with pytest.raises(ValueError, match="transitions"):
        Budget(transitions=0)


# --- scenarios -----------------------------------------------------------------------------------


def test_scenarios_that_hold_pass_and_what_does_not_is_told():
    right = load_scenarios(BROKEN_GAMES["scenario"])
    wrong = load_scenarios(BROKEN_GAMES["scenario"].replace("[2, -2]", "[3, -3]"))
    illegal = load_scenarios(BROKEN_GAMES["scenario"].replace('"bet"', '"raise"'))
    verdicts = {}
    for name, scenarios in {"right": right, "wrong": wrong, "illegal": illegal}.items():
        report = verify_game(SOUND, scenarios=scenarios, budget=QUICK)
        verdicts[name] = {check.name: check for check in report.checks}["scenarios"]
    assert verdicts["right"].verdict == "pass"
    assert "[2.0, -2.0], not [3.0, -3.0]" in verdicts["wrong"].message
    assert "is not legal" in verdicts["illegal"].message


# --- mending -------------------------------------------------------------------------------------

TOUCHES = SOUND.replace(
    "    if action in CARDS:", '    state["asked"] = action\n    if action in CARDS:'
)
GOES_ON = SOUND.replace("        return []", '        return ["again"]')


@pytest.mark.parametrize(
    ("source", "mend"), [(TOUCHES, "copies_state"), (GOES_ON, "no_actions_at_the_end")]
)
def test_a_mechanical_fault_is_mended_when_asked_and_costs_a_tenth(source, mend):
    task = Reference("given", SOUND)
    assert not verify_game(source, reference=task, budget=QUICK).passed
    report = verify_game(source, reference=task, budget=QUICK, mend=True)
    assert report.passed, report
    assert report.mends == (mend,)
    assert report.source_hash == hashlib.sha256(source.encode()).hexdigest()
    assert score(report) == pytest.approx(0.9)


def test_a_sound_game_is_not_mended():
    report = verify_game(SOUND, reference=SOUND, budget=QUICK, mend=True)
    assert report.mends == ()
    assert score(report) == 1.0


# --- rewards -------------------------------------------------------------------------------------


def agreement(source):
    return verify_game(source, reference=SOUND, budget=QUICK).agreement


def test_agreement_is_0_for_a_constant_answer_and_grows_with_what_is_right():
    constant = SOUND.replace(
        "def get_rewards(state):",
        "def get_rewards(state):\n    return [0.0] * 2\n\n\ndef other(state):",
    )
    fold_wrong = SOUND.replace("return [1.0, -1.0]", "return [-1.0, 1.0]")
    more_wrong = fold_wrong.replace("stake = 4.0 if", "stake = 3.0 if")
    assert agreement(SOUND) == 1.0
    assert agreement(constant) == 0.0
    assert 0.0 < agreement(more_wrong) < agreement(fold_wrong) < 1.0


def test_without_a_comparison_nothing_agrees():
    assert measure_agreement(None) == (0.0, 0.0)


def test_without_a_reference_a_sound_game_gets_the_ceiling_of_structure():
    assert score(verify_game(SOUND, budget=QUICK)) == pytest.approx(0.04)


def test_rewards_come_in_the_order_of_the_candidates():
    sources = ["", SOUND, games.load("matching_pennies").source]
    rewards = compute_rewards(sources, "matching_pennies", 0)
    assert rewards[0] == 0.0
    assert 0.0 < rewards[1] < 0.1
    assert rewards[2] == 1.0


def test_more_wrong_is_worth_less():
    fold_wrong = SOUND.replace("return [1.0, -1.0]", "return [-1.0, 1.0]")
    more_wrong = fold_wrong.replace("stake = 4.0 if", "stake = 3.0 if")
    rewards = compute_rewards([SOUND, fold_wrong, more_wrong], Reference("given", SOUND), 0)
    assert rewards[0] == 1.0 > rewards[1] > rewards[2] > 0.0


if __name__ == "__main__":
    written = {name: digest(text) for name, text in golden_reports().items()}
    GOLDEN.write_text(json.dumps(written, indent=2) + "\n", "utf-8")
