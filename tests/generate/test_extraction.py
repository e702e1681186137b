"""Programs found in what models really send."""

from __future__ import annotations

import ast

import pytest

from codeworld import compile_game
from codeworld.generate.extraction import extract_program

PIECES = {
    "half": "def get_initial_state():\n    return {'turn': 0}\n\ndef get_current_player(state):\n"
    "    return 0 if state['turn'] < 2 else -4\n",
    "rest": "def get_legal_actions(state):\n    return ['go'] if state['turn'] < 2 else []\n\n"
    "def apply_action(state, action):\n    return {'turn': state['turn'] + 1}\n\n"
    "def get_rewards(state):\n    return [float(state['turn'])]\n\n"
    "def get_observations(state):\n    return [state['turn']]\n",
}
PROGRAM = f"{PIECES['half']}\n{PIECES['rest']}"
WRAPPED = (
    "class Game:\n    STEPS = 2\n\n    def __init__(self):\n        pass\n\n"
    + "".join(f"    {line}\n" if line else "\n" for line in PROGRAM.splitlines())
    .replace("(state)", "(self, state)")
    .replace("(state, ", "(self, state, ")
    .replace("get_initial_state()", "get_initial_state(self)")
    .replace("< 2", "< self.STEPS")
    + "\n\ngame = Game()\n"
)


def fence(code, mark="```", info="python"):
    return f"{mark}{info}\n{code}{mark}\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PROGRAM, id="bare"),
        pytest.param(fence(PROGRAM), id="fence"),
        pytest.param(fence(PROGRAM, "~~~"), id="tildes"),
        pytest.param(fence(PROGRAM, "````"), id="long-fence"),
        pytest.param(fence(PROGRAM, info='python title="game.py"'), id="info-string"),
        pytest.param(fence(PROGRAM).replace("\n", "\r\n"), id="windows"),
        pytest.param(f"Here it is:\n\n{fence(PROGRAM)}\nIt plays well.", id="prose-around"),
        pytest.param(f"```python\n{PROGRAM}", id="fence-not-closed"),
        pytest.param(f"Here it is:\n\n{PROGRAM}\nIt is a game, and it plays well.", id="no-fence"),
        pytest.param(fence(PROGRAM.replace("    ", "\t")), id="tabs"),
        pytest.param(
            "1. Do this:\n" + "".join(f"   {line}\n" for line in fence(PROGRAM).splitlines()),
            id="indented-fence",
        ),
        pytest.param(fence(PIECES["half"]) + "and then\n" + fence(PIECES["rest"]), id="in-parts"),
        pytest.param(fence(PROGRAM) + "Run it:\n" + fence("python game.py\n", info="sh"), id="two"),
        pytest.param(
            fence(PROGRAM.replace("+ 1", "+ 2")) + "No, rather:\n" + fence(PROGRAM), id="corrected"
        ),
        pytest.param(fence(f"{PROGRAM}\ndef render(state):\n    return 'tu"), id="cut-in-a-text"),
        pytest.param(f"```python\n{PROGRAM}\ndef render(state):\n    if (", id="cut-in-a-line"),
        pytest.param(f"```python\n{PROGRAM}\ndef render(state):", id="cut-after-a-header"),
        pytest.param(fence(WRAPPED), id="class"),
        pytest.param(
            fence(
                WRAPPED.replace("    def get", "    @staticmethod\n    def get")
                .replace("(self, state", "(state")
                .replace("get_initial_state(self)", "get_initial_state()")
                .replace("self.STEPS", "Game.STEPS")
            ),
            id="static-methods",
        ),
    ],
)
def test_the_program_is_found(text):
    game = compile_game(extract_program(text))
    state = game.get_initial_state()
    for turn in range(2):
        assert game.get_rewards(state) == [turn]
        state = game.apply_action(state, *game.get_legal_actions(state))
    assert game.get_current_player(state) == -4


def test_a_function_without_self_keeps_its_state():
    program = extract_program(fence(WRAPPED.replace("(self, state)", "(state)")))
    assert "def get_current_player(state):" in program


def test_an_object_that_keeps_something_is_left_as_it_is():
    text = WRAPPED.replace("        pass", "        self.turn = 3")
    assert extract_program(fence(text)).strip() == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", "I cannot do that.", fence("print('hello')\n"), "```", "x = 1", "\0\0", fence("", "~~~")],
)
def test_no_program(text):
    assert extract_program(text) == ""


@pytest.mark.parametrize(
    "body",
    [
        "(" * 3_000,
        "[" * 90 + "]" * 90,
        "-" * 100_000 + "1",
        "+".join("1" * 5_000),
        "x" + ".x" * 5_000,
        "\n" * 20_000,
        "    " * 5_000 + "pass",
        "'''" + "```\n" * 3_000,
        "x = '\ud800\0\x1b[2J'",
        "9" * 10_000,
        "(\n" * 2_000,
    ],
    ids=lambda body: ascii(body[:12]),
)
@pytest.mark.parametrize("shape", ["{}", "```python\n{}\n```", "class Game:\n  {}"])
def test_hostile_text_is_only_text(body, shape):
    header = "def get_initial_state():\n    return {}\n\n"
    for text in (f"{header}x = {body}", f"x = {body}\n{header}"):
        program = extract_program(shape.replace("{}", text))
        assert isinstance(program, str)


def test_cutting_keeps_all_that_is_whole():
    program = extract_program(f"{PROGRAM}\nscores = [\n    1,\n    2,\n")
    assert ast.parse(program).body[-1].name == "get_observations"
