"""What holds for the spellings in every text of a game's rules: the game has them, and no others.

A text in a code span is a spelling, so each one must be an action, an outcome, a part of one of
these, a list of marks that players see, a template (a spelling with placeholders in capitals) or a
variable.
"""

from __future__ import annotations

import functools
import re
from collections import Counter

import pytest

from codeworld import games
from codeworld.contract import CHANCE_PLAYER

NUM_GAMES = 20  # random ones, to meet outcomes and marks
WORD = re.compile("[a-z]{2,}|[A-Z]")
CODE = re.compile("(?=.*[0-9A-Z])(?=.*[A-Za-z])[0-9A-Za-z]{2,5}")

# Code spans that spell nothing of the game as it is, and why the text has them.
STRANGERS = {
    "battleship": {"place 3 3 down": "an example of what is not legal: it leaves the board"},
    "kuhn_poker": {"T": "the fourth card, with three players"},
}

TEXTS = [
    pytest.param(name, text, id=f"{name} {number}")
    for name in games.names()
    for number, text in enumerate((games.load(name).rules, *games.load(name).paraphrases), 1)
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


def variables_of(spans):
    """Return the variables among a text's spans, with the formulas that have them.

    A variable is a small letter that the text has more than once, in formulas or alone.
    """
    formulas = [span for span in spans if re.fullmatch(r"(\d+ [-+] )?[a-z]", span)]
    often = Counter(formula[-1] for formula in formulas)
    return {formula for formula in formulas if often[formula[-1]] > 1}


def placeholders_of(spans):
    """Return the placeholders of a text's templates: `open A B` has A and B."""
    templates = [span for span in spans if " " in span and not span.isupper()]
    return {word for span in templates for word in span.split() if word.isupper()}


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


def numbers_of(spelled):
    return {word for text in spelled for word in text.split() if word.isdecimal()}


def words_of(spelled):
    """Return the words of all actions and outcomes, single capitals too."""
    return {word for text in spelled for word in text.split() if WORD.fullmatch(word)}


def codes_of(spelled):
    """Return the short names of cards and squares in actions and outcomes, such as 2c or e4."""
    return {word for text in spelled for word in text.split() if CODE.fullmatch(word)}


@pytest.mark.parametrize(("name", "text"), TEXTS)
def test_every_code_span_is_a_spelling_of_the_game(spellings, name, text):
    actions, outcomes, marks = spellings(name)
    spelled = actions | outcomes
    spans, codes = code_spans(text), codes_of(spelled)
    known = spelled | words_of(spelled) | numbers_of(spelled) | set(STRANGERS.get(name, ()))
    known |= variables_of(spans) | placeholders_of(spans)
    unknown = {
        span
        for span in set(spans) - known
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
