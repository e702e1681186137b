"""Variants: program and rules made together, and what is not a parameter or not a value."""

from __future__ import annotations

import ast
import contextlib
import re

import numpy as np
import pytest

from codeworld.contract import CHANCE_PLAYER
from codeworld.envs import EnvOptions
from codeworld.errors import ParameterError, UnknownGameError
from codeworld.games import GameVariant, Parameter, instantiate, load, names, parameters_of
from codeworld.games.number_words import as_ordinal, as_word
from codeworld.games.parameters import read_parameters
from codeworld.games.variants import set_constants
from codeworld.seeding import derive_seed

PARAMETRISED = [name for name in names() if parameters_of(name)]
ROSTER = (
    *("battleship", "breakthrough", "connect_four", "dots_and_boxes", "first_price_auction", "go"),
    *("goofspiel", "hanabi", "havannah", "kuhn_poker", "liars_dice", "negotiation", "pig"),
    *("poker_holdem", "quadranto", "tic_tac_toe", "y"),
)


NUM_MIXED = 6


def other_values(parameter):
    """Return some values of a parameter that are not its default: its bounds, and one between."""
    if parameter.minimum is None:
        return [not parameter.default]
    low, high = parameter.minimum, parameter.maximum
    between = low + (high - low) // 2
    return sorted({low, between, between + 1, high} - {parameter.default})


def variants_of(name):
    """Yield variants with one parameter changed, where the others' defaults go with that."""
    for parameter in parameters_of(name):
        for value in other_values(parameter):
            with contextlib.suppress(ParameterError):
                yield instantiate(name, **{parameter.name: value})


def mixed_variants_of(name, number):
    """Yield variants with all parameters drawn at random, as far as they go together."""
    generator = np.random.default_rng(derive_seed(number, "mixed variants"))
    for _ in range(number):
        choices = {p.name: [p.default, *other_values(p)] for p in parameters_of(name)}
        drawn = {key: few[generator.integers(len(few))] for key, few in choices.items()}
        values = {key: value for key, value in drawn.items() if not isinstance(value, str)}
        with contextlib.suppress(ParameterError):
            yield instantiate(name, **values)


VARIANTS = {
    variant.label: variant
    for name in PARAMETRISED
    for variant in (*variants_of(name), *mixed_variants_of(name, NUM_MIXED))
}


def test_these_games_have_parameters():
    assert set(ROSTER) <= set(PARAMETRISED)


@pytest.mark.parametrize("name", names())
def test_with_the_defaults_a_variant_is_the_game_itself(name):
    variant, game = instantiate(name), load(name)
    assert isinstance(variant, GameVariant)
    assert (variant.name, variant.title) == (game.name, game.title)
    assert variant.source == game.source
    assert variant.rules == game.rules
    assert list(variant.parameters) == [parameter.name for parameter in parameters_of(name)]


@pytest.mark.parametrize("name", PARAMETRISED)
def test_every_parameter_has_variants_that_differ_in_source_and_rules(name):
    for parameter in parameters_of(name):
        default = instantiate(name)
        changed = [
            variant
            for variant in VARIANTS.values()
            if variant.name == name
            and variant.parameters[parameter.name] != default.parameters[parameter.name]
        ]
        assert changed
        for variant in changed:
            assert variant.source != default.source
            assert variant.rules != default.rules
            assert variant.title == default.title


@pytest.mark.parametrize("label", VARIANTS)
def test_only_the_lines_of_the_constants_differ(label):
    variant = VARIANTS[label]
    constants = {constant for constant, _ in read_parameters(variant.name).constants}
    before, after = load(variant.name).source.splitlines(), variant.source.splitlines()
    for old, new in zip(before, after, strict=True):
        if old != new:
            assert old.split(" = ")[0] == new.split(" = ")[0]
            assert new.split(" = ")[0] in constants
            assert old.partition("  # ")[2] == new.partition("  # ")[2]


@pytest.mark.parametrize("label", VARIANTS)
def test_the_examples_in_the_rules_are_actions_of_the_variant(random_game, compiled, label):
    """Every inline code with a number in it is an action or an outcome; counts of actions agree."""
    variant = VARIANTS[label]
    game = compiled(variant.name, **variant.parameters)
    actions, outcomes = set(game.get_all_actions()), set()
    for seed in range(2):
        for state, _ in random_game(game, seed):
            if game.get_current_player(state) == CHANCE_PLAYER:
                outcomes |= set(game.get_legal_actions(state))
    words = {action.split()[0] for action in actions | outcomes}
    spelled = re.findall(r"`(\w+(?: \w+)+)`", variant.rules)
    examples = {text for text in spelled if text.split()[0] in words and not text.isupper()}
    examples = {text for text in examples if not re.search(r"[A-Z]{2}|\b[RC]\b", text)}
    left_the_board = re.findall(r"`([\w ]+)`; here the last action is not legal", variant.rules)
    assert examples - actions - outcomes == set(left_the_board)
    for count in re.findall(r"There are (\d+)\s+actions", variant.rules):
        assert int(count) == len(actions)


TOLD = {  # who gets how much at the end of the game that the rules tell, where they tell one
    "first_price_auction": r"player (\d) wins the item and gets (-?\d+)",
    "kuhn_poker": r"here player (\d) .*?wins (\d+) chips",
    "liars_dice": r"here player (\d) challenges and (loses)",
    "negotiation": r"player (\d) gets [^,]*= (\d+)",
    "poker_holdem": r"so player (\d) wins (\d+) chips",
    "quadranto": r"here player (\d) moves .* and (wins)",
}


@pytest.mark.parametrize("label", [label for label in VARIANTS if label.split("(")[0] in TOLD])
def test_a_complete_game_in_the_rules_ends_as_they_say(compiled, label):
    variant = VARIANTS[label]
    game = compiled(variant.name, **variant.parameters)
    _, story = re.split(r"complete game reads:", variant.rules)
    state = game.get_initial_state()
    for action in re.findall("`([^`]+)`", story):
        assert action in game.get_legal_actions(state)
        state = game.apply_action(state, action)
    assert game.get_legal_actions(state) == []
    told = re.findall(TOLD[variant.name], story, re.DOTALL)
    assert told
    for player, gain in told:
        expected = {"wins": 1.0, "loses": -1.0}.get(gain) or float(gain)
        assert game.get_rewards(state)[int(player)] == expected


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "values", "message"),
        [
            ("breakthrough", {"rows": 2}, r"rows .* is 2; .* a whole number from 3 to 10"),
            ("breakthrough", {"rows": 11}, r"rows .* is 11; .* a whole number from 3 to 10"),
            ("breakthrough", {"rows": 6.0}, r"rows .* is 6\.0; .* a whole number"),
            ("dots_and_boxes", {"rows": True}, r"rows .* is True; .* a whole number"),
            ("breakthrough", {"rows": "6"}, r"rows .* is '6'; .* a whole number"),
            ("breakthrough", {"rows": None}, r"rows .* is None; .* a whole number"),
            ("breakthrough", {"row": 6}, "no parameter 'row'; did you mean rows"),
            ("breakthrough", {"rows": 4}, "there must be an empty row between the pawns"),
            ("goofspiel", {"shuffled": 1}, "is 1; it must be true or false"),
            ("go", {"komi": 7}, "the komi must end in .5"),
            ("go", {"komi": float("nan")}, "komi .* is nan; it must be a number from 0.5 to 20.5"),
            ("kuhn_poker", {"players": 3, "cards": 3}, "more cards than players"),
            ("kuhn_poker", {"cards": "players + 2"}, "cards .* a whole number from 3 to 12"),
            ("quadranto", {"size": 5}, "the size must be even"),
            ("leduc_poker", {"players": 3}, "leduc_poker has no parameters"),
        ],
    )
    def test_what_a_game_cannot_be_played_with(self, name, values, message):
        with pytest.raises(ParameterError, match=message):
            instantiate(name, **values)

    def test_no_variant_of_tic_tac_toe_is_a_held_out_game(self):
        """gen_tic_tac_toe, 6 x 6 with 4 in a row, judges models that were trained on variants."""
        assert "SIZE = 6" in load("gen_tic_tac_toe").source
        with pytest.raises(ParameterError, match="from 2 to 5"):
            instantiate("tic_tac_toe", size=6, length=4)
        assert parameters_of("gen_tic_tac_toe") == ()

    def test_an_unknown_game(self):
        with pytest.raises(UnknownGameError, match="did you mean kuhn_poker"):
            instantiate("kuhn_pokre", players=3)
        with pytest.raises(UnknownGameError):
            parameters_of("../games")


class TestDefaults:
    def test_a_default_may_follow_from_another_parameter(self):
        assert instantiate("kuhn_poker", players=4).parameters == {"players": 4, "cards": 5}
        assert instantiate("tic_tac_toe", size=4).parameters == {"size": 4, "length": 4}

    @pytest.mark.parametrize("name", PARAMETRISED)
    def test_no_parameter_is_called_like_an_option_of_make(self, name):
        options = {*EnvOptions.__slots__, "game", "isolation", "allow_weak_sandbox", "spec"}
        assert options.isdisjoint(parameter.name for parameter in parameters_of(name))

    def test_a_parameter_says_what_it_may_be(self):
        assert Parameter("rows", "rows", 8, 3, 10).values == "a whole number from 3 to 10"
        assert Parameter("komi", "komi", 0.5, 0.5, 9.5).values == "a number from 0.5 to 9.5"
        assert Parameter("shuffled", "shuffled", True).values == "true or false"

    def test_a_label_names_all_values(self):
        assert instantiate("pig", target=20).label == "pig(players=2, target=20, sides=6)"


class TestSetConstants:
    SOURCE = (
        'Ä = "é"; SIZE = 3  # SIZE = 4\nNAMES = ("x",)\ndef f():\n    SIZE = 5\n    return SIZE\n'
    )

    def test_only_the_literal_changes(self):
        expected = self.SOURCE.replace("SIZE = 3", "SIZE = 12").replace('("x",)', '("a", "b")')
        assert set_constants(self.SOURCE, {"SIZE": 12, "NAMES": ["a", "b"]}) == expected

    @pytest.mark.parametrize("value", [7, -1.5, True, "q", ("a",), (1, (2, "b")), ()])
    def test_the_value_is_the_one_that_was_given(self, value):
        changed = set_constants("A = 0\n", {"A": value})
        assert ast.literal_eval(changed.removeprefix("A = ")) == value

    @pytest.mark.parametrize(
        "source", ["B = 1\n", "A = 1\nA = 2\n", "A = (\n    1,\n)\n", "def f():\n    A = 1\n"]
    )
    def test_a_constant_is_assigned_once_on_one_line(self, source):
        with pytest.raises(ValueError, match="does not assign A once"):
            set_constants(source, {"A": 3})


def test_number_words():
    assert [as_word(number) for number in (0, 1, 6, 12, 13, 100)] == [
        *("no", "one", "six", "twelve", "13", "100")
    ]
    assert [as_ordinal(number) for number in (1, 2, 12, 20, 21, 22, 23, 24, 111, 113)] == [
        *("first", "second", "twelfth", "twentieth"),
        *("21st", "22nd", "23rd", "24th", "111th", "113th"),
    ]
