"""The grammar of whole programs, read by another library than the one that decodes with it."""

from __future__ import annotations

import llguidance
import pytest
from llguidance.gbnf_to_lark import any_to_lark

from codeworld.generate.extraction import extract_program
from codeworld.generate.program_grammar import program_grammar
from codeworld.generate.prompts import writing_messages
from codeworld.generate.worked_examples import load_examples

GAMES = [
    *("backgammon", "battleship", "breakthrough", "checkers", "connect_four", "dots_and_boxes"),
    *("first_price_auction", "go", "goofspiel", "kuhn_poker", "leduc_poker", "liars_dice"),
    *("matching_pennies", "negotiation", "pentago", "pig", "prisoners_dilemma", "tic_tac_toe"),
]
"""Not blackjack, whose functions have names that begin as the contract's do, nor chess, hanabi,
havannah and poker_holdem, which have signatures, docstrings or comments of several lines."""


@pytest.fixture(scope="module")
def allows():
    """Return a function that says whether an answer may be given."""
    tokens = llguidance.LLTokenizer("byte")
    grammar = llguidance.LLMatcher.grammar_from_lark(any_to_lark(program_grammar()))

    def allows(answer):
        matcher = llguidance.LLMatcher(tokens, grammar)
        taken = matcher.try_consume_tokens(tokens.tokenize_str(answer))
        return taken == len(answer.encode()) and matcher.is_accepting()

    return allows


@pytest.fixture(scope="module")
def shown():
    """Return a function of a game's name: the answer that a model is shown for it."""
    examples = {one.name: one for one in load_examples()}

    def shown(name):
        return writing_messages("", examples[name])[2].content

    return shown


@pytest.mark.parametrize("name", GAMES)
def test_a_game_may_be_written(allows, shown, name):
    assert allows(shown(name))


def test_chance_and_hidden_parts_may_be_left_out(allows, shown):
    assert "get_chance_outcomes" not in shown("tic_tac_toe")
    assert "resample_history" in shown("kuhn_poker")
    assert allows(shown("tic_tac_toe"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("```python\n", "Here is the program.\n\n```python\n"),
        ("```python\n", '```python\n"""Two players in turn'),
        ("SIDES = 6", "import os\nSIDES = 6"),
        ("(1, SIDES + 1)", "(1, SIDES + 1]"),
        ('("roll", "hold")', '("roll, "hold")'),
        ("def get_rewards(state: dict)", "def get_returns(state: dict)"),
        ("    return list(ACTIONS)\n```", "  return list(ACTIONS)\n```"),
        ("    return list(ACTIONS)\n```", "```"),
        ("    return list(ACTIONS)\n```", "    return list(ACTIONS)\n```\nIt is"),
    ],
)
def test_what_small_models_do_wrong_cannot_be_written(allows, shown, old, new):
    answer = shown("pig")
    assert answer.count(old) == 1
    assert not allows(answer.replace(old, new))


@pytest.mark.parametrize("name", ["get_initial_state", "apply_action", "get_all_actions"])
def test_no_function_of_the_contract_may_be_left_out(allows, shown, name):
    answer = shown("pig")
    start = answer.index(f"def {name}(")
    end = answer.find("\ndef ", start)
    without = answer[:start] + (answer[end + 1 :] if end > 0 else "```")
    assert not allows(without)


def test_what_the_grammar_lets_through_is_extracted_whole(shown):
    answer = shown("pig")
    assert extract_program(answer) == answer.removeprefix("```python\n").removesuffix("```")
