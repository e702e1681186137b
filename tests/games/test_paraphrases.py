"""What holds for every text of a game's rules: each is complete by itself, true, and in own words.

A text in a code span is a spelling, so each one must be an action, an outcome, a word of one of
these, a list of marks that players see, or a template: a spelling with placeholders in capitals.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import itertools
import re
from pathlib import Path

import pytest

from codeworld import games
from codeworld.contract import CHANCE_PLAYER

MORE_WORDS = 1.3  # the longer paraphrase of a game has at least this many times the other's words
RUN = 8  # words in a row that texts of the same game hardly ever share
SHARED = 0.01  # of such runs, at most
NUM_GAMES = 20  # random ones, to meet outcomes and marks

# Code spans that spell nothing of the game as it is, and why the text has them.
STRANGERS = {
    "battleship": {"place 3 3 down": "an example of what is not legal: it leaves the board"},
    "kuhn_poker": {"T": "the fourth card, with three players"},
}

NUMBER_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)
WORD = re.compile("[a-z]{2,}|[A-Z]")
CODE = re.compile("(?=.*[0-9A-Z])(?=.*[A-Za-z])[0-9A-Za-z]{2,5}")
UNSTATED = ("CHANCE", "TERMINAL")  # constants of the contract, not of the game

TEXTS = [
    pytest.param(name, text, id=f"{name} {number}")
    for name in games.names()
    for number, text in enumerate((games.load(name).rules, *games.load(name).paraphrases), 1)
]
PAIRS = [
    pytest.param(*pair, id=f"{name} {first} and {second}")
    for name in games.names()
    for (first, second), pair in zip(
        itertools.combinations(range(1, len(games.load(name).paraphrases) + 2), 2),
        itertools.combinations((games.load(name).rules, *games.load(name).paraphrases), 2),
        strict=True,
    )
]


def without_drawings(text):
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def code_spans(text):
    return re.findall(r"`([^`\n]+)`", without_drawings(text))


def leaves(value):
    """Yield every text within an observation."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from leaves(inner)


@pytest.fixture(name="spellings", scope="session")
def fixture_of_spellings(compiled, random_game):
    """Return a function from a game's name to its actions, its outcomes and its marks.

    Marks are the texts that players see, and the names that players have.
    """

    @functools.cache
    def find(name):
        game, outcomes = compiled(name), set()
        marks = {game.get_player_name(player) for player in range(game.num_players)}
        for seed in range(NUM_GAMES):
            for state, _ in random_game(game, seed):
                if game.get_current_player(state) == CHANCE_PLAYER:
                    outcomes |= set(game.get_legal_actions(state))
                marks |= set(leaves(game.get_observations(state)))
        actions = set(game.get_all_actions())
        return actions, outcomes, marks - actions - outcomes

    return find


def is_template(span, spelled):
    """Return whether a span becomes an action or outcome by putting words for its capitals."""
    parts = re.split(r"\b[A-Z][A-Z_]*(?:\+1)?(?![\w+])", span)
    pattern = r"[^ ]+".join(re.escape(part) for part in parts)
    fixed = re.search("[a-z]", span)
    return bool(len(parts) > 1 and fixed and any(re.fullmatch(pattern, text) for text in spelled))


def is_cell(span, actions):
    """Return whether a span is the name of a cell in a drawing: its row and column digits."""
    return bool(re.fullmatch(r"\d\d", span)) and f"place {span[0]} {span[1]}" in actions


def is_list(span, marks, codes):
    """Return whether a span lists marks, or parts of codes: ranks, suits, files and the like."""
    return all(item in marks or any(item in code for code in codes) for item in span.split(" "))


def words_of(spelled):
    """Return the words of all actions and outcomes, single capitals too."""
    return {word for text in spelled for word in text.split() if WORD.fullmatch(word)}


def codes_of(spelled):
    """Return the short names of cards and squares in actions and outcomes, such as 2c or e4."""
    return {word for text in spelled for word in text.split() if CODE.fullmatch(word)}


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


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_every_code_span_is_a_spelling_of_the_game(spellings, name, text):
    actions, outcomes, marks = spellings(name)
    spelled = actions | outcomes
    known, codes = spelled | words_of(spelled) | set(STRANGERS.get(name, ())), codes_of(spelled)
    unknown = {
        span
        for span in set(code_spans(text)) - known
        if not is_list(span, marks, codes)
        and not is_cell(span, actions)
        and not is_template(span, spelled)
    }
    assert unknown == set()
    assert all(line.count("`") % 2 == 0 for line in without_drawings(text).splitlines())


@pytest.mark.parametrize("name", STRANGERS)
def test_a_stranger_spells_nothing_and_is_in_the_rules(spellings, name):
    game, strangers = games.load(name), set(STRANGERS[name])
    assert strangers.isdisjoint(set().union(*spellings(name)))
    assert strangers <= set(code_spans("\n".join((game.rules, *game.paraphrases))))


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_a_text_spells_every_word_of_the_actions_and_outcomes(spellings, name, text):
    actions, outcomes, _ = spellings(name)
    assert words_of(actions | outcomes) - words_of(code_spans(text)) == set()


def lines_of_play(name, game, actions, outcomes):
    """Return the lines of play that the texts of a game give as examples.

    That is a run of three or more actions and outcomes with nothing but commas between them, which
    begins as a game begins and, where there is chance, has some of both. Other runs are lists.
    """
    text = without_drawings("\n".join((games.load(name).rules, *games.load(name).paraphrases)))
    runs = re.findall(r"`[^`\n]+`(?:,\s+`[^`\n]+`){2,}", text)
    lines = [line for line in map(code_spans, runs) if plays_on(game, line[:1])]
    return [
        line
        for line in lines
        if actions.intersection(line) and (not outcomes or outcomes.intersection(line))
    ]


def plays_on(game, actions):
    """Return how many actions of a line can be played."""
    state = game.get_initial_state()
    for place, action in enumerate(actions):
        if action not in game.get_legal_actions(state):
            return place
        state = game.apply_action(state, action)
    return len(actions)


@pytest.mark.parametrize("name", games.names())
def test_an_example_of_play_can_be_played(compiled, spellings, name):
    actions, outcomes, _ = spellings(name)
    for line in lines_of_play(name, compiled(name), actions, outcomes):
        line = [action for action in line if action not in STRANGERS.get(name, ())]
        assert plays_on(compiled(name), line) == len(line), line


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("breakthrough", ["move 1 4 2 4", "move 6 0 5 1", "move 2 4 3 5"]),
        ("kuhn_poker", ["deal K", "deal J", "check", "bet", "call"]),
    ],
)
def test_examples_of_play_are_found(compiled, spellings, name, line):
    actions, outcomes, _ = spellings(name)
    assert line in lines_of_play(name, compiled(name), actions, outcomes)


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
    prose = re.sub(r"`[^`\n]+`", " ", without_drawings(text))
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
