"""Known games with other values, read by a model or off the text's own numbers."""

from __future__ import annotations

import functools
import itertools
from dataclasses import replace

import pytest

from codeworld import compile_game, games
from codeworld.errors import ParameterError
from codeworld.games import families
from codeworld.generate import CompletionRequest, GenerationOptions, Message, open_backend
from codeworld.generate.adaptation import adapt, agrees_with_text, parse_values, read_off
from codeworld.generate.examples import whole_index
from codeworld.generate.prompts import values_grammar, write_values
from codeworld.generate.reading import read_rules
from codeworld.generate.rule_facts import read_numbers
from codeworld.generate.text_likeness import is_word_for_word, text_likeness
from codeworld.generate.worked_examples import load_examples

EXAMPLES = {example.name: example for example in load_examples()}
PARAMETRISED = [name for name, one in EXAMPLES.items() if one.parameters and "." not in name]
PIG = EXAMPLES["pig"]


def variants(name, most=3):
    """Return variants that differ from the known game in one or two parameters."""
    parameters = games.parameters_of(name)
    choices = {
        one.name: [False] if one.minimum is None else [one.minimum + 1, (one.minimum + 7)]
        for one in parameters
    }
    changes = [{key: value} for key, values in choices.items() for value in values]
    changes += [
        {one: choices[one][0], other: choices[other][0]}
        for one, other in itertools.combinations(choices, 2)
    ]
    found = []
    for change in changes:
        try:
            found.append(games.instantiate(name, **change))
        except ParameterError:
            continue
    return found[:most]


@pytest.mark.parametrize("name", PARAMETRISED)
def test_the_texts_numbers_say_which_variant_it_is(name):
    tried = variants(name)
    assert tried
    for variant in tried:
        found = read_off(EXAMPLES[name], variant.rules)
        assert dict(found.values) == variant.parameters
        assert found.source == variant.source
        assert found.is_word_for_word


# In yacht, three parameters of many values each must change at once.
@pytest.mark.parametrize("name", [name for name in families.names() if name != "yacht"])
def test_the_text_says_which_game_of_a_family_it_is(name):
    """Numbers say it, and where these do not, words: whether the last one to move wins."""
    family = families.load(name)
    task = next(
        task
        for task in map(functools.partial(families.sample, name), itertools.count())
        if "example_play" not in family.rules[task.wording]
    )
    example = EXAMPLES[f"{name}.{task.theme}"]
    known = adapt(example, task.parameters, task.rules)
    assert known.likeness > 1 - 1e-9
    assert known.is_word_for_word
    found = read_off(example, task.rules)
    assert dict(found.values) == task.parameters


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        ("mens_morris", 2026),  # without captures the limit is another, and the shelter is there
        ("col_snort", 31),  # a single row is long, and has no diagonals
        ("tiny_hanabi", 31),  # the same numbers in another order
    ],
)
def test_values_that_are_possible_together_only_are_read_off(name, seed):
    task = families.sample(name, seed)
    found = read_off(EXAMPLES[f"{name}.{task.theme}"], task.rules)
    assert dict(found.values) == task.parameters
    assert found.is_word_for_word


def test_a_known_text_is_known_however_few_its_words():
    task = families.sample("repeated_dilemma", 2026)
    index = whole_index()
    assert not any(near.is_related for near in index.nearest(task.rules, 4))
    # There is no model to ask.
    readings = list(read_rules(task.rules, index, None, GenerationOptions()))
    assert [reading.confirmed for reading in readings] == [True]
    assert dict(readings[0].adaptation.values) == task.parameters


def test_switches_are_read_off_the_words():
    found = [
        dict(read_off(EXAMPLES["subtraction.coins"], rules).values)["last_wins"]
        for last_wins in (True, False)
        for rules in [
            families.make(
                "subtraction", theme="coins", wording="full", stones=33, last_wins=last_wins
            ).rules
        ]
    ]
    assert found == [True, False]


def test_a_game_without_parameters_is_read_off_its_own_words_only():
    for text in EXAMPLES["checkers"].wordings:
        found = read_off(EXAMPLES["checkers"], " ".join(text.split()))
        assert found.is_word_for_word
        assert found.source == EXAMPLES["checkers"].source
        assert read_off(EXAMPLES["checkers"], text.replace("capture", "jump")) is None


@pytest.mark.parametrize(
    "text",
    [
        "players = 3\ntarget = 50\nsides = 8\n",
        "Sure!\n- players = 3\n* `target = 50`\n**sides** = 8,  \nThat is all. sides = 9",
        "players=3 # seats\ntarget= 50\nsides =8",
    ],
)
def test_values_are_read_as_models_write_them(text):
    assert parse_values(text, PIG) == {"players": 3, "target": 50, "sides": 8}


@pytest.mark.parametrize(
    "value",
    [
        *("", "eight", "'8'", "8.5", "True", "None", "[8]", "(8,)", "8 8", "{}", "\ud800", "\0"),
        *("9" * 5_000, "9" * 30, "1e999", "10**10", "(" * 3_000, "-" * 10_000 + "1"),
        "__import__('os')",
    ],
    ids=lambda value: ascii(value[:12]),
)
def test_a_value_that_is_none_is_refused(value):
    assert parse_values(f"players = 3\ntarget = 50\nsides = {value}", PIG) is None


@pytest.mark.parametrize("known", [True, 3, 0.5, (1, -1), (1, 0.5)], ids=str)
def test_values_keep_the_kind_of_the_known_one(known):
    example = replace(PIG, settings={"X": known}, meanings={"X": "it"}, parameters=(), vary=None)
    accepted = {
        text
        for text in ("True", "4", "-0.25", "(4, -2)", "[7]", "(0.25,)", "()", "'4'")
        if parse_values(f"X = {text}", example)
    }
    expected = {
        "True": {"True"},
        "3": {"4"},
        "0.5": {"4", "-0.25"},
        "(1, -1)": {"(4, -2)", "[7]"},
        "(1, 0.5)": {"(4, -2)", "[7]", "(0.25,)"},
    }
    assert accepted == expected[str(known)]


def test_impossible_values_give_no_game():
    assert adapt(PIG, {"players": 2, "target": 50, "sides": 99}, "") is None


def test_adapting_changes_the_constants_and_nothing_else():
    example = next(one for one in EXAMPLES.values() if one.settings and not one.parameters)
    changed = dict(example.settings)
    same = adapt(example, changed, "")
    assert compile_game(same.source).source == same.source
    assert same.likeness is None
    name = next(name for name, value in changed.items() if type(value) is int)
    other = adapt(example, {**changed, name: changed[name] + 1}, "")
    lines = zip(example.source.splitlines(), other.source.splitlines(), strict=True)
    assert [new.split()[0] for old, new in lines if old != new] == [name]


def test_a_number_that_the_text_does_not_state_is_no_reading():
    text = games.instantiate("pig", target=30, sides=8).rules
    assert agrees_with_text(PIG, {"players": 2, "target": 30, "sides": 8}, text)
    assert not agrees_with_text(PIG, {"players": 2, "target": 31, "sides": 8}, text)
    assert not agrees_with_text(PIG, {"players": 9, "target": 30, "sides": 8}, text)


def test_a_known_number_that_is_still_in_the_text_is_not_changed():
    example = next(one for one in EXAMPLES.values() if one.settings and not one.parameters)
    assert agrees_with_text(example, example.settings, example.wordings[0])
    stated = sorted(read_numbers(example.wordings[0]))
    name, value = next(
        (name, value) for name, value in example.settings.items() if type(value) is int
    )
    other = next(int(number) for number in stated if number != abs(value))
    changed = {**example.settings, name: other}
    assert not agrees_with_text(example, changed, example.wordings[0])


@pytest.mark.parametrize("held_out", ["gen_chess", "gen_tic_tac_toe"])
def test_a_held_out_game_is_not_the_known_game_that_it_varies(held_out):
    """Words and spellings are the same, so the numbers have to tell them apart."""
    example = EXAMPLES[held_out.removeprefix("gen_")]
    game = games.load(held_out)
    for text in (game.rules, *game.paraphrases):
        told = read_off(example, text)
        same = told is None or dict(told.values) == example.settings
        assert not (same and agrees_with_text(example, example.settings, text))


@pytest.mark.parametrize(
    "name", [name for name, example in EXAMPLES.items() if not example.parameters]
)
def test_every_wording_of_a_known_game_agrees_with_it(name):
    example = EXAMPLES[name]
    for text in example.wordings:
        assert agrees_with_text(example, example.settings, text)


@pytest.mark.parametrize("name", ["backgammon", "checkers", "leduc_poker"])
def test_a_text_may_leave_out_what_follows_from_the_program(name):
    """Each of these texts lacks a number that both others have, as how many actions there are."""
    example, text = EXAMPLES[name], games.load(name).paraphrases[0]
    others = tuple(one for one in example.wordings if one != text)
    known = replace(example, wordings=others)
    missing = frozenset.intersection(*map(read_numbers, others)) - read_numbers(text)
    assert missing
    assert agrees_with_text(known, known.settings, text)
    assert not agrees_with_text(known, known.settings, text + " There are 777 cells.")


def test_likeness():
    text = "A board of 6 rows and 7 columns; four in a row win."
    assert text_likeness([text], text) == 1.0
    assert text_likeness([text], text.replace("6 rows", "six rows")) > 0.9
    near = text_likeness([text], text.replace("four", "five"))
    far = text_likeness([text], "Ten dice with 20 faces.")
    assert 0 <= far < near < 1
    assert text_likeness([text], text.replace("6 rows and 7", "7 rows and 6")) < 1
    assert text_likeness([""], "") == 0.0
    assert text_likeness(["", text], text) == 1.0


def test_what_several_wordings_share_counts_more_than_what_one_says():
    told = ("Who takes the last stone wins.", "The winner takes the last stone, and gets +1.")
    other = ("Who takes the last stone loses.", "The loser takes the last stone, and gets -1.")
    for loser in ("You lose with the last stone: -1.", "Taking the last stone loses, so get -1"):
        assert text_likeness(other, loser) > text_likeness(told, loser)


def test_word_for_word():
    text = "Take 1 to 3 stones. The last\nto move gets -1."
    assert is_word_for_word(text, "take 1 to 3 stones; the LAST to move gets \N{MINUS SIGN}1")
    for change in (("3", "4"), ("-1", "+1"), ("last", "first"), ("1 to 3", "3 to 1")):
        assert not is_word_for_word(text, text.replace(*change))


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_llama_cpp_takes_the_grammar(example, grammar_model):
    """A random model held to the grammar can say nothing but values."""
    grammar = values_grammar(example, sorted(read_numbers(example.wordings[0])))
    whole = 0
    for seed in range(3):
        request = CompletionRequest(
            (Message("user", "Values?"),), seed, 400, temperature=1.0, grammar=grammar
        )
        answer = grammar_model.complete(request)
        if answer.finish_reason == "stop":
            whole += 1
            assert parse_values(answer.text, example) is not None
        assert answer.text.startswith(write_values(example.settings).partition("=")[0])
    assert whole


@pytest.fixture(scope="module")
def grammar_model(tiny_gguf):
    with open_backend(f"gguf:{tiny_gguf}", parallel=1, threads=1) as backend:
        yield backend
