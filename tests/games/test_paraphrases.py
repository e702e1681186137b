"""What holds for the paraphrases of a game's rules: the same facts, in other words."""

from __future__ import annotations

import ast
import contextlib
import itertools
import re
from pathlib import Path

import pytest

from codeworld import games

MORE_WORDS = 1.3  # the longer paraphrase of a game has at least this many times the other's words
RUN = 8  # words in a row that texts of the same game hardly ever share
SHARED = 0.01  # of such runs, at most
NUMBER_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)
UNSTATED = ("CHANCE", "TERMINAL")  # constants of the contract, not of the game

PAIRS = [
    pytest.param(*pair, id=f"{name} {first} and {second}")
    for name in games.names()
    for (first, second), pair in zip(
        itertools.combinations(range(1, len(games.load(name).paraphrases) + 2), 2),
        itertools.combinations((games.load(name).rules, *games.load(name).paraphrases), 2),
        strict=True,
    )
]


@pytest.mark.parametrize("name", games.names())
def test_a_game_has_at_least_two_paraphrases(name):
    game = games.load(name)
    assert len(game.paraphrases) >= 2
    assert all(text.startswith(f"# {game.title}\n") for text in game.paraphrases)


@pytest.mark.parametrize("name", games.names())
def test_no_numbered_text_is_left_out(name):
    folder = Path(games.__file__).parent / name
    files = sorted(file for file in folder.glob("rules.*.md") if "template" not in file.name)
    assert [file.name for file in files] == [
        f"rules.{number}.md" for number in range(2, len(files) + 2)
    ]
    assert tuple(file.read_text("utf-8") for file in files) == games.load(name).paraphrases


def numbers(text):
    """Return the sizes of all numbers in a text, those in words too."""
    found = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}
    words = set(re.findall("[a-z]+", text.lower()))
    found |= {float(size) for size, word in enumerate(NUMBER_WORDS) if word in words}
    return found | ({0.5} if "half" in words else set())


def constants(source):
    """Return the sizes of the numbers in the constants that a program writes out."""
    sizes = set()
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign):
            (target,) = statement.targets
            if not (isinstance(target, ast.Name) and target.id in UNSTATED):
                with contextlib.suppress(ValueError):  # it is computed
                    sizes |= set(sizes_within(ast.literal_eval(statement.value)))
    return sizes


def sizes_within(value):
    if isinstance(value, tuple):
        for inner in value:
            yield from sizes_within(inner)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield abs(float(value))


@pytest.mark.parametrize("name", games.names())
def test_a_paraphrase_states_the_constants_that_the_rules_state(name):
    game = games.load(name)
    stated = constants(game.source) & numbers(game.rules)
    assert stated
    for text in game.paraphrases:
        assert stated - numbers(text) == set()


def runs(text):
    """Return all runs of words of a text, without its drawings and spellings."""
    prose = re.sub(r"```.*?```|`[^`\n]+`", " ", text, flags=re.DOTALL)
    words = re.findall("[a-z]{2,}", prose.lower())
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_two_texts_use_different_words(first, second):
    smaller, larger = sorted((runs(first), runs(second)), key=len)
    shared = [" ".join(run) for run in smaller & larger]
    assert len(shared) <= SHARED * len(smaller), shared


@pytest.mark.parametrize("name", games.names())
def test_the_paraphrases_differ_in_length(name):
    lengths = sorted(len(text.split()) for text in games.load(name).paraphrases)
    assert lengths[-1] >= MORE_WORDS * lengths[0]
