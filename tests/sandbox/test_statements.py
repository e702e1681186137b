"""Marks: which statements of a program ran, told without tracing."""

import sys

import pytest

from codeworld import games
from codeworld.errors import FuelExhaustedError
from codeworld.sandbox import compile_game, find_statements

FIRST_LINES = """\
LIMIT = (
  3
)
def f(x):
    '''Text.'''
    y = (
        x +
        1
    )
    if y:
        pass
    else:
        y = 2
    try:
        y = 3
    except ValueError:
        y = 4
    finally:
        y = 5
    match y:
        case 5:
            y = 6
    def inner():
        return y
    return inner
"""


def test_statements_are_those_of_functions_by_their_first_lines():
    assert find_statements(FIRST_LINES) == {6, 10, 13, 14, 15, 17, 19, 20, 22, 24, 25}


def play(game, moves=60):
    """Play the first legal actions, and look at everything on the way."""
    position = game.start()
    for _ in range(moves):
        if not position.legal_actions:
            return
        if position.player < 0:
            game.get_chance_outcomes(position.state)
        position = game.advance(position.state, position.legal_actions[0])


@pytest.mark.parametrize("name", games.names())
def test_marks_tell_what_the_interpreter_s_own_tracing_tells(name):
    source = games.load(name).source
    marked, traced = set(), set()

    def trace(frame, event, argument):
        if not frame.f_code.co_filename.startswith("<game "):
            return None
        if event == "line":
            traced.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    play(compile_game(source, on_statement=marked.add))
    compile_game(source)  # compiling runs it once, which marks do not tell either
    sys.settrace(trace)
    try:
        play(compile_game(source))
    finally:
        sys.settrace(before)
    statements = find_statements(source)
    assert marked <= statements
    assert marked == {line for line in traced if line in statements}


def runs_dry(fuel, on_statement):
    head = "def get_initial_state() -> dict:\n"
    source = games.load("tic_tac_toe").source
    assert head in source
    source = source.replace(head, head + "    n = 0\n    while n < 100:\n        n += 1\n")
    try:
        compile_game(source, fuel=fuel, on_statement=on_statement)
    except FuelExhaustedError:
        return True
    return False


def test_marks_draw_no_fuel():
    enough = next(fuel for fuel in range(1, 400) if not runs_dry(fuel, None))
    assert enough >= 100
    seen = []
    assert runs_dry(enough - 1, seen.append)
    assert not runs_dry(enough, seen.append)
    assert seen


def test_marks_do_not_change_play():
    source = games.load("connect_four").source
    plain, marked = compile_game(source), compile_game(source, on_statement=[].append)
    one, other = plain.start(), marked.start()
    while one.legal_actions:
        assert one == other
        action = one.legal_actions[-1]
        one, other = plain.advance(one.state, action), marked.advance(other.state, action)
    assert one == other


def test_a_game_that_is_not_asked_has_no_marks():
    source = games.load("connect_four").source
    seen = []
    compile_game(source, on_statement=seen.append)
    told = len(seen)
    play(compile_game(source))
    assert told
    assert len(seen) == told


def test_module_level_code_is_told_of_as_far_as_it_calls_functions():
    source = games.load("tic_tac_toe").source
    lines = source.splitlines()
    seen = set()
    compile_game(source + "\nSTART = get_initial_state()\n", on_statement=seen.add)
    assert seen
    assert all(lines[line - 1].startswith(" ") for line in seen)
