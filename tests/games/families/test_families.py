"""What holds for every family: texts, programs and tasks. Oracles of each are tested apart."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.games import families
from codeworld.games.templates import literal
from codeworld.generate.rule_facts import read_facts, read_numbers
from codeworld.generate.worked_examples import read_constants
from codeworld.verify import QUICK, Verifier, verify_game
from codeworld.verify.reference import Reference

NUM_TASKS = 3
NUM_VERIFIED = 1
NUM_MANY_VERIFIED = 8
RUFF = ("--isolated", "--line-length", "100")
LINT = (
    "--select",
    "B,C4,E,F,I,N,PIE,RET,RUF,SIM,UP,W",
    "--ignore",
    "E501",
)  # docstrings may be long


@pytest.fixture(scope="module")
def verifier():
    with Verifier(workers=1) as opened:
        yield opened


@pytest.fixture(params=families.names())
def family(request):
    return families.load(request.param)


def tasks_of(family, number=NUM_TASKS):
    return [families.sample(family.name, seed) for seed in range(number)]


def told_in_every_wording(task):
    """Return the rules of one game in all wordings."""
    wordings = families.load(task.family).rules
    return {wording: task.in_wording(wording).rules for wording in wordings}


def assert_passes(verifier, task, style, budget):
    """Assert that a style plays the task's game, and that every text says what is true of it."""
    texts = told_in_every_wording(task)
    report = verify_game(
        task.in_style(style).source,
        reference=Reference(task.label, task.source, task.spec),
        seed=task.seed,
        budget=budget,
        more_checks=[check for rules in texts.values() for check in read_facts(rules).checks],
        verifier=verifier,
    )
    where = f"{task.label}, {task.theme}, {style}"
    assert not [str(one) for one in report.failures], where


def test_another_style_plays_the_same_game(family, verifier):
    (task,) = tasks_of(family, NUM_VERIFIED)
    other = next(style for style in family.programs if style != task.style)
    assert_passes(verifier, task, other, QUICK)


@pytest.mark.slow
def test_every_style_plays_the_same_game_many_times(family, verifier):
    for task in tasks_of(family, NUM_MANY_VERIFIED):
        for style in family.programs:
            assert_passes(verifier, task, style, QUICK)


def test_a_family_is_told_in_several_ways(family):
    assert len(family.programs) >= 2
    assert len(family.rules) >= 4
    assert len(family.themes) >= 2
    assert all(parameter.why for parameter in family.sheet.parameters)
    assert len({frozenset(words) for words in family.themes.values()}) == 1


def test_every_text_states_every_constant(family):
    for task in tasks_of(family):
        constants = {
            name: value
            for style in family.programs
            for name, value in read_constants(task.in_style(style).source).items()
            if not isinstance(value, bool) and value not in (CHANCE_PLAYER, TERMINAL_PLAYER)
        }
        for wording, rules in told_in_every_wording(task).items():
            known = read_numbers(rules)
            for name, value in constants.items():
                numbers = value if isinstance(value, tuple) else (value,)
                missing = [n for n in numbers if not isinstance(n, str) and abs(n) not in known]
                assert not missing, f"{task.label}: rules.{wording} does not state {name} = {value}"


def test_every_text_gives_the_spelling_of_actions(family):
    for task in tasks_of(family):
        for wording, rules in told_in_every_wording(task).items():
            facts = read_facts(rules)
            assert facts.templates or facts.quoted, f"{task.label}: rules.{wording}"


def test_the_first_parameters_and_all_themes_make_games(family):
    made = [
        families.make(family.name, theme=theme, wording=wording, style=style)
        for theme in family.themes
        for wording in family.rules
        for style in family.programs
    ]
    assert len({(task.rules, task.source) for task in made}) == len(made)
    assert not [task for task in made if "  " in re.sub(r"^[ |].*$", "", task.rules, flags=re.M)]


def test_programs_are_as_a_person_writes_them(family, tmp_path):
    for task in tasks_of(family):
        for style in family.programs:
            name = f"{family.name}_{style}_{task.seed}.py"
            (tmp_path / name).write_text(task.in_style(style).source)
    for command in (("check", *RUFF[:1], *LINT), ("format", "--check", "--diff", *RUFF)):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, tmp_path], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_literals():
    assert literal([1]) == "(1,)"
    assert literal((1, "a", (True, 2.5))) == '(1, "a", (True, 2.5))'
