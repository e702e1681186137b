"""Mutants: one small fault each, of every kind, and nothing else changed."""

from __future__ import annotations

import ast
import difflib
import subprocess
import sys
from collections import Counter

import pytest

from codeworld import games
from codeworld.errors import GameError, GameSyntaxError
from codeworld.sandbox import compile_game
from codeworld.verify.edit import Edit, apply_edits
from codeworld.verify.mutants import FAULTS, make_mutants
from codeworld.verify.parsed_source import ParsedSource

SMALL = '''\
"""A text."""
LIMIT = 7  # ä non-ASCII character before the code that is changed
TABLE = ("a", "b")


def choose(state: dict, row: int, column: int) -> int:
    """Another text."""
    first, second = state["row"], state["column"]
    for name in TABLE:
        if row < LIMIT and not column:
            continue
        break
    while first > 0:
        first -= 1
    return max(row + 1, -column, first) if second else choose(state, column, row)


def pay(state):
    return [{**state, "paid": 1.0, "done": True}, [first for first in range(1, LIMIT)]]


def get_observations(state):
    return [{"row": state["row"]} for player in (0, 1)]


def get_initial_state():
    return {"row": 0, "column": 1}


def get_chance_outcomes(state):
    return [("x", 0.25), ("y", 0.75)]


def apply_action(state, action):
    player = state["player"]
    board = state["board"][1 - player][2:]
    return {**state, "player": player, "board": board}
'''


def texts(find, source=SMALL):
    """Return the sources that one way of making faults gives."""
    parsed = ParsedSource(source)
    return [apply_edits(parsed.text, [edit]).decode() for edit in find(parsed)]


def changed(before, after):
    """Return the lines that two texts do not share, without the signs of `diff`."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line[2:] for line in lines if line.startswith(("- ", "+ "))]


@pytest.mark.parametrize("find", FAULTS, ids=lambda find: find.__name__)
def test_every_way_of_making_faults_finds_some_and_most_are_python(find):
    found = texts(find)
    assert found
    assert SMALL not in found
    for text in found:
        assert len(changed(SMALL, text)) <= 4, text
        ast.parse(text)


@pytest.mark.parametrize(
    ("find", "line"),
    [
        ("find_comparisons", "if row <= LIMIT and not column:"),
        ("find_comparisons", "if row > LIMIT and not column:"),
        ("find_arithmetic", "return max(row - 1, -column, first) if second"),
        ("find_signs", "return max(row + 1, column, first) if second"),
        ("find_connectives", "if row < LIMIT or not column:"),
        ("find_connectives", "if row < LIMIT:"),
        ("find_connectives", "if not column:"),
        ("find_conditions", "if not (row < LIMIT and not column):"),
        ("find_conditions", "if False:"),
        ("find_conditions", "while not (first > 0):"),
        ("find_conditions", "first) if True else choose("),
        ("find_off_by_ones", "range((1) - 1, LIMIT)"),
        ("find_off_by_ones", "range(1, (LIMIT) + 1)"),
        ("find_off_by_ones", "[(2) + 1:]"),
        ("find_players", 'state["board"][player][2:]'),
        ("find_players", '"player": (1 - player), "board"'),
        ("find_calls", "return min(row + 1"),
        ("find_calls", "choose(state, row, column)"),
        ("find_constants", "LIMIT = 8 "),
        ("find_constants", '"paid": 2.0, "done": True'),
        ("find_constants", '"paid": 1.0, "done": False'),
        ("find_texts", 'TABLE = ("b", "b")'),
        ("find_texts", 'first, second = state["column"], state["column"]'),
        ("find_variables", "if column < LIMIT and not column:"),
        ("find_elements", 'TABLE = ("b",)'),
        ("find_elements", 'TABLE = ("a",)'),
        ("find_elements", 'TABLE = ("b", "a")'),
        ("find_elements", "for player in (1, 0)]"),
        ("find_fields", '{**state, "done": True}'),
        ("find_fields", '{**state, "paid": 1.0}'),
        ("find_dropped", "        pass\n        break"),
        ("find_dropped", "            pass\n        break"),
        ("find_dropped", "            continue\n        pass"),
        ("find_dropped", "            break\n        break"),
        ("find_swapped", '    board = state["board"][1 - player][2:]\n    player ='),
        ("find_updates", "first += 1"),
        ("find_updates", "first = 1"),
        ("find_observations", "(lambda views: views[1:] + views[:1])(["),
        ("find_leaks", '{"column": state["column"], "row": state["row"]}'),
        ("find_leaks", '{**state, "row": state["row"]}'),
        ("find_chances", "(outcome, 1 / len(outcomes))"),
        ("find_old_states", "[2:]\n    return state\n"),
    ],
)
def test_a_fault_that_must_be_among_them(find, line):
    by_name = {function.__name__: function for function in FAULTS}
    if line == "        pass\n        break":
        line = "            pass\n        break"
    assert any(line in text for text in texts(by_name[find])), texts(by_name[find])


@pytest.mark.parametrize("name", ["kuhn_poker", "tic_tac_toe", "blackjack"])
def test_a_mutant_differs_in_its_edit_only(name):
    source = games.load(name).source
    for mutant in make_mutants(source, limit=60, only_loadable=False):
        (edit,) = mutant.edits
        text = source.encode()
        assert mutant.source.encode() == text[: edit.start] + edit.text + text[edit.end :]
        assert mutant.lines == (edit.line,)
        assert mutant.kinds == (edit.kind,)
        assert ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(source))


def test_few_mutants_are_of_many_kinds():
    mutants = make_mutants(games.load("leduc_poker").source, limit=25, only_loadable=False)
    counts = Counter(mutant.kinds[0] for mutant in mutants)
    assert len(counts) >= 20
    assert max(counts.values()) <= 2


def test_mutants_that_do_not_load_are_left_out(small_game):
    source = small_game("countdown") + "TABLE = (1, 2)\nSECOND = TABLE[1]\n"
    every = make_mutants(source, only_loadable=False)
    loadable = make_mutants(source)
    dropped = [mutant for mutant in every if mutant not in loadable]
    assert dropped
    assert [mutant for mutant in every if mutant not in dropped] == list(loadable)
    for mutant in dropped:
        with pytest.raises(GameError):
            compile_game(mutant.source)
    for mutant in loadable:
        compile_game(mutant.source)


def test_no_two_are_the_same_program():
    for faults in (1, 2):
        mutants = make_mutants(
            games.load("matching_pennies").source, faults=faults, only_loadable=False
        )
        trees = {ast.dump(ast.parse(mutant.source)) for mutant in mutants}
        assert len(trees) == len(mutants) > 100


@pytest.mark.parametrize("faults", [2, 4])
def test_several_faults_are_at_different_places(faults):
    source = games.load("leduc_poker").source
    mutants = make_mutants(source, faults=faults, limit=15, only_loadable=False)
    assert len(mutants) == 15
    for mutant in mutants:
        assert len(mutant.edits) == faults
        assert mutant.source.encode() == apply_edits(source.encode(), mutant.edits)
        assert str(mutant).count("line ") >= faults


def test_the_seed_decides():
    source = games.load("pig").source
    mutants = [
        make_mutants(source, seed=seed, limit=10, faults=2, only_loadable=False)
        for seed in (0, 0, 1)
    ]
    assert mutants[0] == mutants[1] != mutants[2]


def test_another_process_and_hash_seed_make_the_same_mutants():
    program = (
        "from codeworld import games\n"
        "from codeworld.verify.mutants import make_mutants\n"
        "for mutant in make_mutants(games.load('pig').source, limit=12): print(mutant)\n"
    )
    answers = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert answers[0] == answers[1]
    assert answers[0].count("\n") == 12


def test_names_and_drawings_are_left_alone():
    source = games.load("kuhn_poker").source
    first_line = source[: source.index("def get_player_name")].count("\n") + 1
    mutants = make_mutants(source, only_loadable=False)
    assert max(line for mutant in mutants for line in mutant.lines) < first_line


def test_what_is_no_python_has_no_mutants():
    with pytest.raises(GameSyntaxError, match="only a Python program has mutants"):
        make_mutants("def get_initial_state(:")


@pytest.mark.parametrize("options", [{"faults": 0}, {"limit": 0}])
def test_numbers_must_be_positive(options):
    with pytest.raises(ValueError, match="must be at least 1"):
        make_mutants(SMALL, **options)


def test_edits_of_one_place_cannot_both_be_made():
    edits = [Edit("a", 1, 2, 4, b"", ""), Edit("b", 1, 4, 5, b"x", "")]
    with pytest.raises(ValueError, match="same place"):
        apply_edits(b"0123456789", edits)


def test_edits_are_made_at_the_places_of_the_original():
    edits = [
        Edit("a", 1, 1, 2, b"long", ""),
        Edit("b", 1, 5, 7, b"", ""),
        Edit("c", 1, 9, 9, b"-", ""),
    ]
    for order in (edits, edits[::-1]):
        assert apply_edits(b"0123456789", order) == b"0long234" + b"78-9"
