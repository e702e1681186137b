"""Worked examples: which known game is nearest to a text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codeworld import games
from codeworld.errors import ParameterError
from codeworld.games import families
from codeworld.generate.examples import ExampleIndex
from codeworld.generate.worked_examples import load_examples, read_constants

TRAINING = [name for name in games.names() if name not in games.HELD_OUT]

OTHER_SPELLINGS = {
    ("battleship", "first_ship"),
    ("battleship", "second_ship"),
    ("kuhn_poker", "players"),
    ("kuhn_poker", "cards"),
}
"""Parameters that decide how actions are spelt: such a variant is written, not adapted."""

RELATED = {"connect_four", "leduc_poker", "liars_dice", "poker_holdem"}
"""Games with so near a relative that either may come first; the search tries both."""


@pytest.fixture(scope="module")
def index():
    return ExampleIndex()


def texts_of_held_out_games():
    return [
        pytest.param(text, id=f"{name}-{place}")
        for name in games.HELD_OUT
        for place, text in enumerate((games.load(name).rules, *games.load(name).paraphrases))
    ]


def test_every_game_of_the_training_split_and_every_theme_is_an_example_and_no_other():
    themes = [
        f"{name}.{theme}" for name in families.names() for theme in families.load(name).themes
    ]
    assert [example.name for example in load_examples()] == [*TRAINING, *themes]


@pytest.mark.parametrize("text", texts_of_held_out_games())
def test_a_held_out_game_is_never_shown(index, text):
    found = index.nearest(text, 1000)
    assert len(found) == len(load_examples())
    assert not any(near.example.name in games.HELD_OUT for near in found)


@pytest.mark.parametrize("text", texts_of_held_out_games())
def test_a_held_out_game_is_of_no_known_kind_but_its_originals(index, text):
    kinds = {near.example.name for near in index.nearest(text, 1000) if near.same_kind}
    originals = {
        title: {name}
        for name, title in (("chess", "gen_chess"), ("tic_tac_toe", "gen_tic_tac_toe"))
    }
    name = next(name for name in games.HELD_OUT if text in _texts(name))
    assert kinds == originals.get(name, set())


def _texts(name):
    return (games.load(name).rules, *games.load(name).paraphrases)


@pytest.mark.parametrize("name", TRAINING)
def test_each_wording_finds_its_own_game_by_the_others(name):
    """Leave-one-out: the index knows all wordings but the one that is asked for."""
    examples = load_examples()
    own = next(example for example in examples if example.name == name)
    for place, text in enumerate(own.wordings):
        others = own.wordings[:place] + own.wordings[place + 1 :]
        known = [replace(one, wordings=others) if one is own else one for one in examples]
        nearest = ExampleIndex(known).nearest(text)
        assert name in RELATED or nearest[0].example.name == name
        assert name in {near.example.name for near in nearest if near.same_kind}


@pytest.mark.parametrize("name", [name for name in TRAINING if games.parameters_of(name)])
def test_the_text_of_a_variant_is_of_its_games_kind(index, name):
    for parameter in games.parameters_of(name):
        for value in (parameter.minimum, parameter.maximum, parameter.default):
            try:
                variant = games.instantiate(name, **{parameter.name: value})
            except ParameterError:
                continue
            best = index.nearest(variant.rules, 1)[0]
            assert best.example.name == name
            assert best.same_kind or (name, parameter.name) in OTHER_SPELLINGS


@pytest.mark.parametrize("name", families.names())
def test_a_task_of_a_family_finds_its_theme(index, name):
    for seed in range(3):
        task = families.sample(name, seed)
        nearest = index.nearest(task.rules, 4)
        assert f"{name}.{task.theme}" in {near.example.name for near in nearest}


@pytest.mark.parametrize(
    ("text", "name"), [("drop_five", "connect_four"), ("short_pig", "pig")], ids=lambda one: one
)
def test_the_rules_of_the_demo_are_of_known_kinds(index, text, name):
    rules = (Path(__file__).parents[2] / "examples" / "rules" / f"{text}.md").read_text()
    best = index.nearest(rules)[0]
    assert best.example.name == name
    assert best.same_kind


def test_a_task_of_a_family_is_of_its_kind(index):
    tasks = [families.sample("subtraction", seed) for seed in range(20)]
    for task in tasks:
        kinds = {near.example.name for near in index.nearest(task.rules) if near.same_kind}
        assert kinds == {f"subtraction.{task.theme}"}


def test_kinship_is_the_part_of_the_words_that_all_wordings_share(index):
    own = next(
        near for near in index.nearest(games.load("pig").rules, 1000) if near.example.name == "pig"
    )
    assert own.kinship == 1.0
    assert all(0 <= near.kinship <= 1 for near in index.nearest("a die is rolled", 1000))


def test_the_same_words_with_other_spellings_are_not_the_same_game(index):
    rules = games.load("pig").rules
    best = index.nearest(rules.replace("`roll", "`throw").replace("`hold", "`bank"), 1)[0]
    assert best.example.name == "pig"
    assert best.kinship == 1.0
    assert not best.same_kind


@pytest.mark.parametrize("text", ["", "1 2 3", "棋盘"])
def test_a_text_without_words_has_no_neighbours(index, text):
    assert index.nearest(text) == ()


def test_constants_are_literals_before_the_first_function():
    source = """
ROWS = 3
SHARES = (1, 2)
WILD = True
NAMES = ("a", "b")
CHANCE = -1
TWICE = 2 * ROWS
TABLE = (
    1,
)

def get_initial_state():
    return {}

LATE = 4
"""
    assert read_constants(source) == {"ROWS": 3, "SHARES": (1, 2), "WILD": True}


@pytest.mark.parametrize("example", load_examples(), ids=lambda example: example.name)
def test_settings_are_the_games_own(example):
    assert example.settings.keys() == example.meanings.keys()
    assert all(example.meanings.values())
    family, _, theme = example.name.partition(".")
    if theme:
        task = families.make(family, theme=theme)
        assert dict(example.settings) == task.parameters
        assert example.source == task.source
    elif example.parameters:
        assert dict(example.settings) == games.instantiate(example.name).parameters
    else:
        constants = read_constants(example.source)
        assert all(constants[name] == value for name, value in example.settings.items())
