"""Bad programs: each is refused with the right error, which says what is wrong, where, and why."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codeworld.contract import CONTRACT, TERMINAL_PLAYER, Game
from codeworld.errors import (
    ContractError,
    FuelExhaustedError,
    GameError,
    GameRuntimeError,
    GameSyntaxError,
    MissingFunctionError,
    PolicyError,
)
from codeworld.sandbox import compile_game

CASES = tomllib.loads((Path(__file__).parent / "bad_programs.toml").read_text("utf-8"))
"""Cases that are mere tables: refused constructs, wrong answers, loops that never end."""

REQUIRED = [function for function in CONTRACT if function.required]

BODIES = {
    "get_initial_state": "return {'left': 3, 'player': 0}",
    "get_current_player": "return state['player'] if state['left'] else -4",
    "get_legal_actions": "return ['1', '2'][:state['left']]",
    "apply_action": "return {'left': state['left'] - int(action), 'player': 1 - state['player']}",
    "get_rewards": "return [0.0, 0.0] if state['left'] else [-1.0, 1.0]",
    "get_observations": "return [state['left'], state['left']]",
}
"""A subtraction game of three stones."""

CHANCE = {
    "get_initial_state": "return {'left': 3, 'player': -1}",
    "get_chance_outcomes": "return [('1', 0.5), ('2', 0.5)]",
    "apply_action": "return {'left': state['left'] - int(action), 'player': 0}",
}
"""Replacements that make its first move a chance node."""

PLAYED = {*BODIES, "get_chance_outcomes"}
"""The functions that every play asks."""

PARAMETERS = {function.name: ", ".join(function.parameters) for function in CONTRACT}


def program(**bodies: str) -> str:
    """Return the subtraction game with some functions replaced, and some added."""
    return "\n".join(
        f"def {name}({PARAMETERS[name]}):\n    {body}\n"
        for name, body in {**BODIES, **bodies}.items()
    )


def play(game: Game) -> None:
    """Play three games and ask everything that the contract offers."""
    names = game.defined
    for seed in range(3):
        game.restart(seed)
        chooser = random.Random(seed)
        position = game.start()
        game.get_all_actions()
        history: list[Any] = []
        for _ in range(10):
            if position.player == TERMINAL_PLAYER:
                break
            if "render" in names:
                game.render(position.state)
            if position.player < 0:
                game.get_chance_outcomes(position.state)
            else:
                game.get_player_name(position.player)
                if "resample_history" in names:
                    seen = (position.observations[position.player], None)
                    game.resample_history([*history, seen], position.player, 0)
            action = chooser.choice(position.legal_actions)
            position = game.advance(position.state, action)


def ask(game: Game) -> None:
    """Play one game by the single functions, which check as `play`'s positions do."""
    state = game.get_initial_state()
    for _ in range(10):
        player, actions = game.get_current_player(state), game.get_legal_actions(state)
        game.get_rewards(state)
        game.get_observations(state)
        if player == TERMINAL_PLAYER:
            return
        if player < 0:
            game.get_chance_outcomes(state)
        state = game.apply_action(state, actions[0])


def error_of(source: str, kind: type[GameError]) -> str:
    """Return the message of the error that loading or playing `source` raises."""
    with pytest.raises(GameError) as caught:
        play(compile_game(source))
    assert type(caught.value) is kind, caught.value
    return str(caught.value)


def test_the_good_game_plays() -> None:
    play(compile_game(program()))
    play(compile_game(program(**CHANCE)))


# --- not Python ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "empty"),
        (" \n\t\r\n ", "empty"),
        ("\ufeff", "empty"),
        ("\0", "NUL"),
        (program() + "\0", "NUL"),
        ("\x7fELF\x01\x01\0\0", "NUL"),
        ("\udc80" + program(), "Unicode"),
        ("x = 1\n" * 2_000_000, "larger than"),
        ("é" * 999_999, "larger than"),
    ],
    ids=["nothing", "blank", "mark", "nul", "nul after", "binary", "surrogate", "10 MB", "2 MB"],
)
def test_not_text(source: str, words: str) -> None:
    with pytest.raises(GameSyntaxError, match=words) as caught:
        compile_game(source)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("source", [b"x = 1", None, 7, ["x = 1"], bytearray(b"")])
def test_not_a_str(source: Any) -> None:
    with pytest.raises(GameSyntaxError, match=f"str, not {type(source).__name__}"):
        compile_game(source)


@pytest.mark.parametrize(
    ("source", "line", "shown"),
    [
        ("x = 1\ny = (2\nz = 3\n", 2, "y = (2"),
        ("def f(:\n    pass\n", 1, "def f(:"),
        ("x = 1\n\nif x\n    y = 2\n", 3, "if x"),
        ("def f():\nreturn 1\n", 2, "return 1"),
        ("def f():\n    x = 1\n      y = 2\n", 3, "y = 2"),
        ("x = 'abc\n", 1, "x = 'abc"),
        ("a = 1\r\nb = = 2\r\n", 2, "b = = 2"),
        ("print 'hello'\n", 1, "print 'hello'"),
        ("I'm sorry, but I cannot do that.\n", 1, "I'm sorry"),
        ("x = 1\nreturn x\n" + program(), 2, "return x"),
        (program() + "\nbreak\n", 19, "break"),
        ("f() = 3\n", 1, "f() = 3"),
        ("x = 1\ny = 0777\n", 2, "y = 0777"),
        ("Here you are:\n```python\nx = 1\ny = (\n```\n", 2, "y = ("),
    ],
)
def test_syntax_error_shows_the_line(source: str, line: int, shown: str) -> None:
    with pytest.raises(GameSyntaxError) as caught:
        compile_game(source)
    message = str(caught.value)
    assert f"line {line}" in message
    assert shown in message


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 5_000 + ")" * 5_000,
        "x = " + "-" * 100_000 + "1",
        "x = " + "9" * 10_000,
        "x = " + "1+" * 100_000 + "1",
        "".join(" " * depth + "if 1:\n" for depth in range(200)) + " " * 200 + "x = 1",
        "x = '" + "\\N{" * 1_000 + "'",
    ],
    ids=["brackets", "signs", "digits", "sums", "indents", "names"],
)
def test_hostile_syntax_is_an_error_not_a_crash(source: str) -> None:
    with pytest.raises(GameError) as caught:
        compile_game(source + "\n" + program())
    assert isinstance(caught.value, GameSyntaxError)
    assert len(str(caught.value)) < 1_000


# --- the language policy -------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["code"])
def test_refused_construct_names_line_construct_and_reason(case: dict[str, str]) -> None:
    code, construct = case["code"], case["construct"]
    source = "x = None\n\n" + code + "\n" + program()
    with pytest.raises(PolicyError) as caught:
        compile_game(source)
    lines = range(3, 3 + code.count("\n") + 1)
    findings = caught.value.findings
    (finding, *_) = [found for found in findings if construct in found.construct]
    assert finding.line in lines
    assert len(finding.reason) > 15
    assert finding.reason.strip() != finding.construct
    assert f"line {finding.line}" in str(caught.value)
    assert finding.reason in str(caught.value)


def test_every_refused_construct_is_reported_in_source_order() -> None:
    source = program() + "\nimport os\nx = eval('1')\ny = x.__class__\ndel y.__dict__\nopen('z')\n"
    with pytest.raises(PolicyError) as caught:
        compile_game(source)
    lines = [finding.line for finding in caught.value.findings]
    first = source.splitlines().index("import os") + 1
    assert lines == [first, first + 1, first + 2, first + 3, first + 4]


# --- missing functions ---------------------------------------------------------------------------


@pytest.mark.parametrize("function", REQUIRED, ids=lambda function: function.name)
def test_missing_function_is_named_with_its_signature(function: Any) -> None:
    bodies = {name: body for name, body in BODIES.items() if name != function.name}
    source = "\n".join(f"def {name}({PARAMETERS[name]}):\n    {bodies[name]}\n" for name in bodies)
    message = error_of(source, MissingFunctionError)
    assert function.signature in message
    assert not any(other.signature in message for other in REQUIRED if other is not function)


@pytest.mark.parametrize(
    "source", ["# nothing\n", "x = 1\n", "def play():\n    pass\n", "'''Only a docstring.'''\n"]
)
def test_all_missing_functions_are_named_at_once(source: str) -> None:
    message = error_of(source, MissingFunctionError)
    assert all(function.signature in message for function in REQUIRED)


@pytest.mark.parametrize("value", ["3", "None", "'text'", "[]", "{'a': 1}"])
def test_contract_name_that_is_no_function(value: str) -> None:
    with pytest.raises(GameError, match="get_legal_actions"):
        play(compile_game(program() + f"\nget_legal_actions = {value}\n"))


@pytest.mark.parametrize("function", REQUIRED, ids=lambda function: function.name)
def test_wrong_number_of_parameters(function: Any) -> None:
    source = program() + f"\ndef {function.name}(one, two, three):\n    return None\n"
    with pytest.raises(GameError, match=function.name):
        play(compile_game(source))


# --- wrong types ---------------------------------------------------------------------------------

PREAMBLE = "class Thing:\n    pass\n\n\ndef open_file():\n    pass\n\n\n"


@pytest.mark.parametrize(
    ("function", "body", "got"),
    [(function, *case) for function, cases in CASES["answers"].items() for case in cases],
)
def test_wrong_answer_names_function_got_and_expected(function: str, body: str, got: str) -> None:
    bodies = CHANCE if function == "get_chance_outcomes" else {}
    source = PREAMBLE + program(**{**bodies, function: body})
    check_contract_message(error_of(source, ContractError), function, got)
    if function in PLAYED:
        with pytest.raises(ContractError) as caught:
            ask(compile_game(source))
        check_contract_message(str(caught.value), function, got)


def check_contract_message(message: str, function: str, got: str) -> None:
    """Check that a message names the function, what it returned, and what it must return."""
    assert function in message
    assert re.search(got, message), message
    assert re.search(r"\b(must|return a|return an|every|list)\b", message), message
    assert "0x" not in message, "the representation of an object leaked"
    assert len(message) < 600


def test_returned_objects_are_never_shown() -> None:
    loud = "class Thing:\n    def __repr__(self):\n        raise ValueError('I ran')\n"
    loud += "    def __str__(self):\n        raise ValueError('I ran')\n\n\n"
    for body in ("return Thing()", "return [Thing()]"):
        for function in ("get_current_player", "get_legal_actions", "get_rewards"):
            message = error_of(loud + program(**{function: body}), ContractError)
            assert "I ran" not in message


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ("open_file", "function"),
        ("{'f': open_file}", "function"),
        ("[1, (i for i in [])]", "generator"),
        ("{'t': int}", "type"),
        ("{'nested': [{'it': iter([])}]}", "iterator"),
        ("{open_file: 1}", "function"),
    ],
)
@pytest.mark.parametrize("function", ["get_initial_state", "apply_action"])
def test_state_that_is_not_data_cannot_be_encoded(function: str, value: str, got: str) -> None:
    game = compile_game(
        PREAMBLE + program(**{function: f"return {value}"}, get_rewards="return [0]")
    )
    state = game.get_initial_state()
    with pytest.raises(ContractError, match=got):
        game.encode_state(game.apply_action(state, "1") if function == "apply_action" else state)


def test_wrong_type_late_in_play_is_found() -> None:
    late = "return [0.0, 0.0] if state['left'] else [1.0]"
    message = error_of(program(get_rewards=late), ContractError)
    assert "get_rewards" in message


# --- raising -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("raise ValueError('not today')", "ValueError.*not today"),
        ("1 / 0", "ZeroDivisionError"),
        ("x = undefined_name", "NameError.*undefined_name"),
        ("x = {}['key']", "KeyError.*key"),
        ("x = [][3]", "IndexError"),
        ("x = None.attribute", "AttributeError.*attribute"),
        ("assert False, 'broken'", "AssertionError.*broken"),
        ("x = int('x')", "ValueError"),
        ("x = len(3)", "TypeError"),
        ("class Mine(Exception): pass\nraise Mine('own words')", "Mine.*own words"),
    ],
)
def test_raising_at_import_names_the_line(statement: str, words: str) -> None:
    source = program() + "\n" + statement + "\n"
    message = error_of(source, GameRuntimeError)
    assert f"line {len(source.splitlines())}" in message
    assert re.search(words, message)
    assert "load" in message


RAISING = [
    "get_initial_state",
    *("get_current_player", "get_legal_actions", "apply_action", "get_rewards", "get_observations"),
    *("get_player_name", "resample_history", "get_all_actions", "render"),
]


@pytest.mark.parametrize("function", RAISING)
def test_raising_in_play_names_function_and_line(function: str) -> None:
    body = "x = 1\n    raise RuntimeError('no ' + 'luck')"
    source = program(**{function: body})
    message = error_of(source, GameRuntimeError)
    line = source.splitlines().index("    raise RuntimeError('no ' + 'luck')") + 1
    assert function in message
    assert f"line {line}" in message
    assert "RuntimeError" in message
    assert "no luck" in message


def test_raising_in_a_helper_names_the_contract_function_and_the_helpers_line() -> None:
    source = "def helper(n):\n    return 6 // n\n\n\n" + program(
        get_legal_actions="return [str(helper(state['left'] - 3))]"
    )
    message = error_of(source, GameRuntimeError)
    assert "get_legal_actions" in message
    assert "line 2" in message


def test_raising_in_chance_outcomes() -> None:
    bodies = {**CHANCE, "get_chance_outcomes": "return {}['odds']"}
    assert "get_chance_outcomes" in error_of(program(**bodies), GameRuntimeError)


@pytest.mark.parametrize(
    "raised",
    [
        "class E(Exception):\n    def __str__(self):\n        return 'I ran'\n",
        "class E(Exception):\n    def __init__(self):\n        self.args = (self,)\n",
        "class E(Exception):\n    def __repr__(self):\n        raise self\n",
    ],
)
def test_exceptions_of_a_game_run_no_code_when_reported(raised: str) -> None:
    message = error_of(raised + program(get_rewards="raise E()"), GameRuntimeError)
    assert "get_rewards" in message
    assert "I ran" not in message


def test_endless_recursion_is_a_runtime_error() -> None:
    source = "def deeper(n):\n    return deeper(n + 1)\n\n\n" + program(
        apply_action="return deeper(0)"
    )
    with pytest.raises((GameRuntimeError, FuelExhaustedError), match="apply_action"):
        play(compile_game(source))


# --- loops that never end ------------------------------------------------------------------------

ENDLESS: dict[str, str] = CASES["endless"]


@pytest.mark.parametrize("loop", ENDLESS)
def test_endless_loop_runs_out_of_fuel(loop: str) -> None:
    message = error_of(program(get_legal_actions=ENDLESS[loop]), FuelExhaustedError)
    assert "get_legal_actions" in message
    assert re.search(r"line \d+", message)


@pytest.mark.parametrize("function", RAISING)
def test_endless_loop_in_every_function(function: str) -> None:
    message = error_of(program(**{function: ENDLESS["while"]}), FuelExhaustedError)
    assert function in message


def test_endless_loop_at_import() -> None:
    source = program() + "\nwhile True:\n    pass\n"
    message = error_of(source, FuelExhaustedError)
    assert "load" in message
    assert re.search(
        rf"line {len(source.splitlines()) - 1}|line {len(source.splitlines())}", message
    )


def test_a_game_goes_on_after_one_call_ran_out_of_fuel() -> None:
    body = "while action == '2':\n        pass\n    " + BODIES["apply_action"]
    game = compile_game(program(apply_action=body))
    state = game.get_initial_state()
    with pytest.raises(FuelExhaustedError, match="apply_action"):
        game.apply_action(state, "2")
    after = game.apply_action(state, "1")
    assert game.get_legal_actions(after) == ["1", "2"]


def test_fuel_gives_the_same_verdict_every_time() -> None:
    body = "for i in range(state['left'] * 1000):\n        pass\n    return ['1']"
    source = program(get_initial_state="return {'left': 9, 'player': 0}", get_legal_actions=body)

    def enough(fuel: int) -> bool:
        try:
            game = compile_game(source, fuel=fuel)
            return game.get_legal_actions(game.get_initial_state()) == ["1"]
        except FuelExhaustedError:
            return False

    low, high = 1, 20_000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    assert 9_000 <= high <= 9_100
    assert [enough(high), enough(high - 1)] * 3 == [True, False] * 3


CALLS: dict[str, Callable[[Game, Any], Any]] = {
    "get_current_player": lambda game, state: game.get_current_player(state),
    "get_legal_actions": lambda game, state: game.get_legal_actions(state),
    "get_rewards": lambda game, state: game.get_rewards(state),
    "get_observations": lambda game, state: game.get_observations(state),
    "position": lambda game, state: game.position(state),
}


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("state", [None, 3, "text", [], {}, {"left": "x"}], ids=repr)
def test_a_foreign_state_is_a_game_error(method: str, state: Any) -> None:
    game = compile_game(program())
    if state == {"left": "x"} and method in ("get_rewards", "get_observations"):
        return  # nothing in these looks at what it is
    with pytest.raises(GameError):
        CALLS[method](game, state)


def test_resample_history_that_is_missing_is_named() -> None:
    game = compile_game(program())
    with pytest.raises(MissingFunctionError, match=r"def resample_history\(obs_action_history"):
        game.resample_history([(3, None)], 0, 0)
