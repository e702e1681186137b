"""From text to game: what loads, what does not and why, and that a game keeps nothing."""

# ruff: noqa: E501 - some programs are clearer on one line

from __future__ import annotations

import copy
import gc
import pickle

import pytest

from codeworld.errors import (
    ContractError,
    GameRuntimeError,
    GameSyntaxError,
    InvalidSeedError,
    MissingFunctionError,
    PolicyError,
)
from codeworld.sandbox import check_policy, compile_game, compiler

GAME = """\
def get_initial_state():
    return {"n": 0}

def get_current_player(state):
    return state["n"] % 2 if state["n"] < 4 else -4

def get_legal_actions(state):
    return ["a", "b"] if state["n"] < 4 else []

def apply_action(state, action):
    return {"n": state["n"] + 1}

def get_rewards(state):
    return [1, -1.0] if state["n"] == 4 else [0.0, 0.0]

def get_observations(state):
    return (state["n"], [state["n"]])
"""


def with_function(name: str, body: str, before: str = "") -> str:
    """Return the game with one function redefined."""
    parameters = {"get_initial_state": "", "apply_action": "state, action"}.get(name, "state")
    return f"{before}\n{GAME}\ndef {name}({parameters}):\n    {body}\n"


# --- text ----------------------------------------------------------------------------------------


def test_the_source_is_kept_as_it_is() -> None:
    game = compile_game(GAME)
    assert game.source == GAME
    assert len(game.source_hash) == 64
    assert game.num_players == 2
    assert game.defined == {
        "get_initial_state",
        "get_current_player",
        "get_legal_actions",
        "apply_action",
        "get_rewards",
        "get_observations",
    }


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "empty"),
        ("  \n\t", "empty"),
        ("\ufeff", "empty"),
        ("x = 1\0", "NUL"),
        ("\udc80", "Unicode"),
        ("#" * 1_000_001, "larger"),
        ("\u00e9" * 600_000, "larger"),
        ("(" * 500 + ")" * 500, "deep|parenthes|nested|not Python"),
        ("x = [" + "1," * 120_000 + "]", "parts"),
    ],
)
def test_texts_that_are_no_programs(source: str, words: str) -> None:
    with pytest.raises(GameSyntaxError, match=words):
        compile_game(source)


def test_a_source_must_be_a_str() -> None:
    with pytest.raises(GameSyntaxError, match="bytes"):
        compile_game(b"x = 1")  # type: ignore[arg-type]


def test_a_syntax_error_shows_its_line_and_a_caret() -> None:
    with pytest.raises(GameSyntaxError) as caught:
        compile_game(GAME + "x = (1 +\n")
    message = str(caught.value)
    assert "line 18: " in message
    lines = message.splitlines()
    assert lines[1].strip() == "x = (1 +"
    assert lines[2].index("^") == lines[1].index("(")


def test_the_compiler_s_own_errors_have_lines_too() -> None:
    with pytest.raises(GameSyntaxError, match="line 19: 'break' outside loop"):
        compile_game(GAME + "\nbreak\n")


@pytest.mark.parametrize(
    "text",
    [
        "Here is the game:\n\n```python\n{}```\nHave fun, it's great!\n",
        "```\n{}\n```",
        "First a note.\n```text\nnot (python\n```\nNow:\n~~~py\n{}~~~\n",
        "Some prose that isn't code.\n```python\n{}",
        "Here's a game for you.\n\n{}\n\nI hope that it's what you wanted!\n",
    ],
)
def test_programs_are_found_inside_prose(text: str) -> None:
    game = compile_game(text.replace("{}", GAME))
    assert game.source.strip() == GAME.strip()


def test_the_block_with_the_contract_is_taken() -> None:
    text = f"```python\nprint('usage')\n```\nand\n```python\n{GAME}```\n"
    assert compile_game(text).source == GAME


def test_a_program_with_fences_in_a_string_is_not_altered() -> None:
    source = f'"""Usage:\n```python\nx = 1\n```\n"""\n{GAME}'
    assert compile_game(source).source == source


# --- names ---------------------------------------------------------------------------------------


def test_usual_names_need_no_import() -> None:
    source = (
        "Board = Optional[List[int]]\n"
        "@dataclass\nclass P:\n    x: int = 0\n    y: List[int] = field(default_factory=list)\n"
        "class C(Enum):\n    A = 1\n"
        "def helper(s: State, a: Action) -> Tuple[State, PlayerId]:\n"
        "    d = defaultdict(int)\n    d[1] += 1\n"
        "    return [deepcopy(s), math.floor(1.5), random.random() < 2, Counter('a'), deque(), d,\n"
        "            list(itertools.chain('a', 'b')), P(), C.A, json.dumps(s)]\n"
    )
    source += with_function("get_initial_state", "return {'n': 0, 'x': len(helper({}, ''))}")
    assert compile_game(source).get_initial_state() == {"n": 0, "x": 10}


def test_annotations_are_never_evaluated() -> None:
    source = (
        "def f(x: 1 / 0, *a: nothing, k: open = 1) -> undefined[0]: ...\ny: 1 / 0 = 2\nz: eval\n"
    )
    assert compile_game(source + GAME).num_players == 2


def test_future_imports_are_dropped() -> None:
    compile_game("from __future__ import annotations\n" + GAME)


def test_star_imports() -> None:
    source = "from math import *\nfrom typing import *\n"
    source += with_function("get_initial_state", "return {'n': floor(0.5)}")
    assert compile_game(source).get_initial_state() == {"n": 0}


def test_a_main_block_is_dropped() -> None:
    source = GAME + "if __name__ == '__main__':\n    print(open('x'), input())\n"
    compile_game(source)
    assert check_policy(source) == ()


# --- what is wrong with a program ----------------------------------------------------------------


def test_missing_functions_are_named_with_their_signatures() -> None:
    with pytest.raises(MissingFunctionError) as caught:
        compile_game(GAME.replace("def get_rewards", "def rewards").replace("apply_", "app_"))
    assert "def get_rewards(state):" in str(caught.value)
    assert "def apply_action(state, action):" in str(caught.value)


def test_a_function_must_be_a_function() -> None:
    with pytest.raises(MissingFunctionError, match="get_rewards"):
        compile_game(GAME + "\nget_rewards = 3\n")


def test_module_level_errors_have_a_line_and_a_type() -> None:
    with pytest.raises(GameRuntimeError, match="ZeroDivisionError while loading, at line 2"):
        compile_game("x = 0\ny = 1 / x\n" + GAME)


def test_errors_in_functions_have_a_name_a_line_and_a_text() -> None:
    game = compile_game(with_function("apply_action", 'raise ValueError("no such move")'))
    with pytest.raises(GameRuntimeError) as caught:
        game.advance(game.get_initial_state(), "a")
    assert "ValueError in apply_action, at line 21: no such move" in str(caught.value)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_the_text_of_a_game_s_exception_is_never_computed() -> None:
    before = (
        "class Loud(Exception):\n    def __str__(self): raise ValueError('ran')\n"
        "    __repr__ = __str__\n    @property\n    def args(self): raise ValueError('ran')\n"
    )
    game = compile_game(with_function("apply_action", "raise Loud([])", before))
    with pytest.raises(GameRuntimeError) as caught:
        game.advance(game.get_initial_state(), "a")
    assert "Loud in apply_action" in str(caught.value)
    assert "ran" not in str(caught.value)


def test_nothing_of_the_game_travels_with_an_error() -> None:
    before = "class Kept(Exception): pass\n"
    game = compile_game(with_function("apply_action", "raise Kept(state)", before))
    with pytest.raises(GameRuntimeError) as caught:
        game.apply_action({"n": 0}, "a")
    gc.collect()
    assert not [item for item in gc.get_objects() if type(item).__name__ == "Kept"]
    del caught


WRONG = {
    "get_current_player": [
        ("True", "True"),
        ("'0'", "'0' \\(str\\)"),
        ("2", "2 \\(int\\)"),
        ("-2", "-2"),
        ("0.5", "0.5"),
        ("None", "None"),
    ],
    "get_legal_actions": [
        ("None", "None"),
        ("'ab'", "'ab'"),
        ("{'a'}", "a set of length 1"),
        ("[1]", "1 \\(int\\)"),
        ("['a', 'a']", "'a' \\(str\\) twice"),
        ("(x for x in 'ab')", "generator"),
    ],
    "get_rewards": [
        ("[0.0]", "a list of length 1"),
        ("[0.0, 0.0, 0.0]", "a list of length 3"),
        ("[0.0, True]", "True"),
        ("[0.0, None]", "None"),
        ("[0.0, float('nan')]", "nan"),
        ("[0.0, float('inf')]", "inf"),
        ("[0.0, 10 ** 400]", "a huge int"),
        ("{0: 1.0, 1: 0.0}", "a dict of length 2"),
    ],
    "get_observations": [
        ("[1]", "a list of length 1"),
        ("None", "None"),
        ("{1: 'a', 2: 'b'}", "a dict of length 2"),
        ("{False: 'a', True: 'b'}", "a dict of length 2"),
    ],
}


@pytest.mark.parametrize(
    ("function", "value", "found"),
    [(function, *case) for function, cases in WRONG.items() for case in cases],
)
def test_wrong_answers_are_contract_errors(function: str, value: str, found: str) -> None:
    # Right at first, so that the game loads: the position after a move must say it too.
    right = {
        "get_current_player": "0",
        "get_legal_actions": "['a', 'b']",
        "get_rewards": "[0.0, 0.0]",
        "get_observations": "[0, 0]",
    }[function]
    game = compile_game(with_function(function, f"return {value} if state['n'] else {right}"))
    for ask in (
        lambda: getattr(game, function)({"n": 1}),
        lambda: game.position({"n": 1}),
        lambda: game.advance({"n": 0}, "a"),
    ):
        with pytest.raises(ContractError, match=f"{function} returned .*{found}"):
            ask()


ACCEPTED = {
    "get_current_player": [("1.0", 1), ("-1.0", -1)],
    "get_legal_actions": [("('a',)", ["a"])],
    "get_rewards": [("(1, 2)", [1.0, 2.0]), ("[0, -1]", [0.0, -1.0])],
    "get_observations": [("('x', 'y')", ["x", "y"]), ("{1: 'y', 0: 'x'}", ["x", "y"])],
}


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [(function, *case) for function, cases in ACCEPTED.items() for case in cases],
)
def test_unambiguous_forms_are_normalised(function: str, value: str, expected: object) -> None:
    found = getattr(compile_game(with_function(function, f"return {value}")), function)({"n": 0})
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ("[('a', 0.5), ('b', 0.4)]", "sum"),
        ("[('a', 1.5), ('b', -0.5)]", "greater than 0"),
        ("[('a', 1.0)]", "legal actions"),
        ("[('a', 0.5), ('c', 0.5)]", "legal actions"),
        ("[('a', 0.25), ('a', 0.25), ('b', 0.5)]", "legal actions"),
        ("[('a', float('nan')), ('b', 0.5)]", "greater than 0"),
        ("['a', 'b']", "\\(action, probability\\)"),
        ("[('a', True), ('b', 0.5)]", "probability"),
        ("None", "list of"),
    ],
)
def test_wrong_chance_outcomes(outcomes: str, words: str) -> None:
    game = compile_game(GAME + f"\ndef get_chance_outcomes(state):\n    return {outcomes}\n")
    with pytest.raises(ContractError, match=words):
        game.get_chance_outcomes({"n": 0})


def test_chance_is_uniform_by_default() -> None:
    assert compile_game(GAME).get_chance_outcomes({"n": 0}) == [("a", 0.5), ("b", 0.5)]


# --- playing -------------------------------------------------------------------------------------


def test_positions_agree_with_the_single_functions() -> None:
    game = compile_game(GAME)
    position = game.start()
    assert position == ({"n": 0}, 0, ["a", "b"], [0.0, 0.0], [0, [0]])
    while position.player != -4:
        position = game.advance(position.state, "a")
        state = position.state
        assert position == game.position(state)
        assert position.player == game.get_current_player(state)
        assert position.legal_actions == game.get_legal_actions(state)
        assert position.returns == game.get_rewards(state)
        assert position.observations == game.get_observations(state)
    assert position.returns == [1.0, -1.0]


def test_a_chance_node_observes_nothing() -> None:
    game = compile_game(with_function("get_current_player", "return -1"))
    assert game.start().observations == []


def test_optional_functions_have_defaults() -> None:
    game = compile_game(GAME)
    assert game.get_all_actions() is None
    assert game.get_player_name(1) == "player_1"
    assert game.render({"n": 0}) is None
    with pytest.raises(MissingFunctionError, match="resample_history"):
        game.resample_history([], 0, 1)


def test_answers_do_not_share_lists_with_the_program() -> None:
    before = "MOVES = ['a', 'b']\nSCORES = [0.0, 0.0]\n"
    source = with_function("get_legal_actions", "return MOVES", before)
    source += "def get_rewards(state):\n    return SCORES\n"
    game = compile_game(source)
    for position in (game.start(), game.position({"n": 1})):
        position.legal_actions.append("c")
        position.returns[0] = 9.0
    game.get_legal_actions({"n": 0}).clear()
    assert game.start().legal_actions == ["a", "b"]
    assert game.start().returns == [0.0, 0.0]


def test_restart_forgets_what_the_program_kept() -> None:
    before = "SEEN = []\ndef bump(n, calls=[]):\n    calls.append(n)\n    SEEN.append(n)\n    return len(calls)\n"
    game = compile_game(with_function("get_initial_state", "return {'n': 0, 'c': bump(1)}", before))
    assert not game.stateless
    assert [game.get_initial_state()["c"] for _ in range(3)] == [1, 2, 3]
    game.restart(0)
    assert game.get_initial_state()["c"] == 1


def test_restart_seeds_random() -> None:
    game = compile_game(with_function("get_initial_state", "return {'n': 0, 'x': random.random()}"))

    def draws(seed: int) -> list[float]:
        game.restart(seed)
        return [game.get_initial_state()["x"] for _ in range(3)]

    assert draws(1) == draws(1)
    assert draws(1) != draws(2)
    with pytest.raises(InvalidSeedError):
        game.restart(-1)


def test_resample_history_is_seeded_per_call() -> None:
    source = GAME + (
        "def resample_history(history, player):\n    return [random.choice('ab') for _ in range(20)]\n"
    )
    game = compile_game(source)
    assert game.stateless
    first = game.resample_history([(0, None)], 0, 5)
    assert len(first) == 20
    assert game.resample_history([(0, None)], 0, 5) == first
    assert game.resample_history([(0, None)], 0, 6) != first


STATELESS = {
    "constants": "A, B = 1, 'x'\nC = (1, (2, 3))\nD = frozenset('ab')",
    "a table that is only read": "T = {'a': 1}\ndef f(x): return T[x], len(T), 'a' in T",
    "helpers and modules": "import math\nfrom itertools import chain\ndef f(x=(1, 2)): return x",
    "a plain class": "class A:\n    LIMIT = 3\n    def __init__(self): self.x = 1",
    "a frozen dataclass": "@dataclass(frozen=True)\nclass A:\n    x: int = 1",
}


@pytest.mark.parametrize("case", STATELESS)
def test_stateless_programs_are_known(case: str) -> None:
    assert compile_game(f"{STATELESS[case]}\n{GAME}").stateless


STATEFUL = {
    "a list": "SEEN = []\ndef f(x): SEEN.append(x)",
    "a dict": "SEEN = {}\ndef f(x): SEEN[x] = 1",
    "a list handed on": "SEEN = []\ndef f(x): return g(SEEN)\ndef g(x): x.append(1)",
    "a list inside a tuple": "SEEN = ([],)\ndef f(x): SEEN[0].append(x)",
    "a default": "def f(x, seen=[]): seen.append(x)",
    "a closure": "def make():\n    n = []\n    def f(x): n.append(x)\n    return f\nf = make()",
    "a counter in a closure": (
        "def make():\n    n = 0\n    def f():\n        nonlocal n\n        n += 1\n    return f\n"
        "f = make()"
    ),
    "a cache": "@functools.lru_cache\ndef f(x): return x",
    "a class attribute": "class A:\n    seen = []",
    "writes to a class": "class A:\n    n = 0\ndef f(): A.n += 1",
    "an object": "class A: pass\na = A()",
    "an iterator": "numbers = itertools.count()",
    "a generator": "def g(): yield 1\nnumbers = g()",
    "an enumeration": "class A(Enum):\n    X = 1\n    def f(self): self.n = 1",
    "random at load": "import random\nX = random.random()",
    "a generator of random numbers": "rng = random.Random(1)",
}


@pytest.mark.parametrize("case", STATEFUL)
def test_stateful_programs_are_known(case: str) -> None:
    assert not compile_game(f"{STATEFUL[case]}\n{GAME}").stateless


def test_states_travel_as_text() -> None:
    source = (
        "@dataclass(frozen=True)\nclass P:\n    x: int\nclass C(Enum):\n    A = 1\n"
    ) + with_function("get_initial_state", "return {'n': 0, 'p': P(3), 'c': C.A, 't': (1, {2})}")
    game = compile_game(source)
    state = game.get_initial_state()
    again = game.decode_state(game.encode_state(state))
    assert game.encode_state(again) == game.encode_state(state)
    assert game.state_key(again) == game.state_key(state)
    assert set(game.classes) == {"P", "C"}


def test_games_are_pickled_and_copied_by_their_source() -> None:
    game = compile_game(GAME, fuel=12_345)
    for other in (pickle.loads(pickle.dumps(game)), copy.deepcopy(game)):
        assert other.source == game.source
        assert other.fuel == 12_345
        assert other.start() == game.start()


def test_games_of_one_source_share_code_and_nothing_else() -> None:
    source = with_function(
        "get_initial_state",
        "return {'n': 0, 'c': bump()}",
        ("SEEN = []\ndef bump():\n    SEEN.append(1)\n    return len(SEEN)"),
    )
    one, two = compile_game(source), compile_game(source)
    assert one._program is two._program
    assert [one.get_initial_state()["c"] for _ in range(2)] == [1, 2]
    assert two.get_initial_state()["c"] == 1


def test_the_cache_of_programs_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "_CACHE_SIZE", 3)
    for number in range(8):
        compile_game(f"{GAME}\nX = {number}\n", fuel=None)
    assert len(compiler._cache) == 3


def test_a_policy_error_survives_pickling() -> None:
    with pytest.raises(PolicyError) as caught:
        compile_game("import os\n" + GAME)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.findings == caught.value.findings
    assert str(again) == str(caught.value)
