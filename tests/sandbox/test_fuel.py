"""Fuel: every endless or far too long program runs out, and always at the same place."""

# ruff: noqa: E501 - some programs are clearer on one line

from __future__ import annotations

import re

import pytest

from codeworld.errors import FuelExhaustedError, GameError
from codeworld.sandbox import compile_game

GAME = """
def get_initial_state():
    return {"n": 0}
def get_current_player(state):
    return 0 if state["n"] < 5 else -4
def get_legal_actions(state):
    return ["run", "rest"] if state["n"] < 5 else []
def apply_action(state, action):
    if action == "run":
        run()
    return {"n": state["n"] + 1}
def get_rewards(state):
    return [0.0]
def get_observations(state):
    return [state["n"]]
"""


def program(body: str, before: str = "") -> str:
    """Return a game whose action `run` executes `body`."""
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    return f"{before}\ndef run():\n{indented}\n{GAME}"


def verdict(source: str, fuel: int = 50_000) -> str:
    """Return how the action `run` ended: the error's message, or "ended"."""
    game = compile_game(source, fuel=fuel)
    try:
        game.advance(game.get_initial_state(), "run")
    except GameError as error:
        return f"{type(error).__name__}: {error}"
    return "ended"


ENDLESS = {
    "while": "while True: pass",
    "while with continue": "while True:\n    continue",
    "while over a condition": "while not None: x = 1",
    "for over a growing list": "x = [1]\nfor y in x: x.append(y)",
    "for over iter with a sentinel": "for x in iter(int, 1): pass",
    "C code over iter with a sentinel": "sum(iter(int, 1))",
    "count": "from itertools import count\nfor x in count(): pass",
    "C code over count": "from itertools import count\n-1 in count()",
    "C code over cycle": "from itertools import cycle\nmax(cycle([1]))",
    "C code over repeat": "from itertools import repeat\nany(repeat(0))",
    "C code over product": "from itertools import product\nsum(1 for _ in product('ab', repeat=40))",
    "C code over permutations": "from itertools import permutations\nall(map(len, permutations('abcdefghijklm')))",
    "zip of two counts": "from itertools import count\ndict(zip(count(), count()))",
    "filter that keeps nothing": "from itertools import repeat\nlist(filter(None, repeat(0)))",
    "join": "from itertools import repeat\n''.join(repeat(''))",
    "comprehension bomb": "[0 for a in range(10**9)]",
    "nested comprehension bomb": "n = 9999\n{a * b for a in range(n) for b in range(n)}",
    "nested short loops": "for a in range(99):\n    for b in range(99):\n        for c in range(99):\n            for d in range(99): pass",
    "generator expression": "n = 10**9\nsum(1 for a in range(n))",
    "generator": "def g():\n    while True: yield 1\nfor x in g(): pass",
    "C code over a generator": "def g():\n    while True: yield 1\nmax(g())",
    "recursive tree": "def f(n): return 1 if n == 0 else f(n - 1) + f(n - 1)\nf(60)",
    "recursive lambda": "f = lambda n: n and (f(n - 1), f(n - 1))\nf(60)",
    "caught": "while True:\n    try: 1 / 0\n    except Exception: pass",
    "caught bare": "while True:\n    try:\n        while True: pass\n    except: pass",
    "finally": "try:\n    while True: pass\nfinally:\n    while True: pass",
    "nested finally": "def f(n):\n    try:\n        if n: f(n - 1)\n        while True: pass\n    finally:\n        while True: pass\nf(50)",
    "hidden by another exception": (
        "try:\n    try:\n        while True: pass\n    finally:\n        1 / 0\n"
        "except ZeroDivisionError:\n    return 1"
    ),
    "operator method": "class A:\n    def __add__(self, o): return self + o + o\n"
    "try:\n    A() + A()\nexcept RecursionError: pass\nwhile True: pass",
    "iterator class": "class A:\n    def __iter__(self): return self\n    def __next__(self): return 1\nlist(A())",
    "sequence class": "class A:\n    def __getitem__(self, i): return i\nlist(A())",
    "key function": "def f(n): return n and sorted([n - 1, n - 1], key=f)\nf(60)",
    "default factories": (
        "from dataclasses import dataclass, field\nlast = list\nfor i in range(40):\n"
        "    @dataclass\n    class A:\n        x: object = field(default_factory=last)\n"
        "        y: object = field(default_factory=last)\n    last = A\nlast()"
    ),
}


@pytest.mark.parametrize("case", ENDLESS)
def test_runs_out_with_the_same_verdict_twice(case: str) -> None:
    source = program(ENDLESS[case])
    first = verdict(source)
    assert re.match(r"FuelExhaustedError: out of fuel in apply_action, at line \d+", first)
    assert verdict(source) == first


def doubling(function: str) -> str:
    """Return 60 functions without a loop or a cycle, each calling the one before it twice."""
    return "".join(function.format(this=i, last=i - 1) for i in range(1, 60))


@pytest.mark.parametrize(
    "chain",
    [
        "def f{this}(): return f{last}() + f{last}()\n",
        "def f{this}(): return sum([f{last}() for x in (1, 2)])\n",
        "f{this} = lambda: f{last}() + f{last}()\n",
        "def f{this}():\n    for x in (1, 2): f{last}()\n    return 1\n",
    ],
)
def test_exponential_chains_run_out(chain: str) -> None:
    source = program("f59()", "def f0(): return 1\n" + doubling(chain))
    first = verdict(source, fuel=20_000)
    assert first.startswith("FuelExhaustedError: out of fuel in apply_action")
    assert verdict(source, fuel=20_000) == first


def test_a_game_plays_on_after_running_out() -> None:
    game = compile_game(program("while True: pass"), fuel=1_000)
    state = game.get_initial_state()
    for _ in range(3):
        with pytest.raises(FuelExhaustedError):
            game.advance(state, "run")
        assert game.advance(state, "rest").state == {"n": 1}
        assert game.apply_action(state, "rest") == {"n": 1}


def test_loops_are_metered_again_after_running_out() -> None:
    source = program("for i in range(n()): pass", "def n(): return 10**6")
    game = compile_game(
        source.replace('"rest"', '"less"').replace(
            "    if action",
            "    if action == 'less':\n        for i in range(len(action) * 100): pass\n    if action",
        ),
        fuel=1_000,
    )
    state = game.get_initial_state()
    for _ in range(3):
        with pytest.raises(FuelExhaustedError):
            game.advance(state, "run")
        assert game.advance(state, "less").state == {"n": 1}


@pytest.mark.parametrize(
    ("body", "before"),
    [
        ("for row in T:\n    pass\nrow = range(30_000)\nfor c in row: pass", "T = ((1, 2), (3,))"),
        ("for i in range(SIZE): pass", "SIZE = 3\nSIZE = 30_000"),
        ("for i in T: pass", "T = (1, 2)\nfor T in [list(range(30_000))]: pass"),
        ("for i in T: pass", "T = [1, 2]\nT.extend(range(30_000))"),
        ("[0 for row in T]\nfor c in row: pass", "T = ((1,),)\nrow = list(range(30_000))"),
        ("def f(T):\n    for c in T: pass\nf(range(30_000))", "T = (1, 2)"),
    ],
)
def test_loops_over_what_only_looks_short_are_metered(body: str, before: str) -> None:
    assert verdict(program(body, before), fuel=20_000).startswith("FuelExhaustedError")


def test_every_call_begins_with_a_full_tank() -> None:
    game = compile_game(program("for i in range(n()): pass", "def n(): return 900"), fuel=1_000)
    state = game.get_initial_state()
    for _ in range(20):
        game.advance(state, "run")


def test_fuel_is_counted_to_the_tick() -> None:
    source = program("for i in range(n()): pass", "def n(): return 900")
    needed = next(fuel for fuel in range(890, 920) if verdict(source, fuel) == "ended")
    assert 900 <= needed < 910
    assert verdict(source, needed - 1).startswith("FuelExhaustedError")


def test_short_loops_take_no_fuel() -> None:
    body = "for a in (1, 2, 3):\n    for b in range(SIZE):\n        for c in TABLE[b]: pass"
    before = "SIZE = 4\nTABLE = tuple(tuple(range(i)) for i in range(SIZE))"
    assert verdict(program(body, before), fuel=20) == "ended"


def test_a_table_that_differs_from_run_to_run_is_metered() -> None:
    before = "import random\nTABLE = tuple(range(random.choice([30_000, 3])))"
    game = compile_game(program("for x in TABLE: pass", before), fuel=20_000)
    ended = set()
    for seed in range(30):
        game.restart(seed)
        try:
            game.advance(game.get_initial_state(), "run")
            ended.add("ended")
        except FuelExhaustedError:
            ended.add("exhausted")
    assert ended == {"ended", "exhausted"}


def test_loading_is_metered() -> None:
    with pytest.raises(FuelExhaustedError, match="while loading, at line 1"):
        compile_game("while True: pass\n" + GAME)


def test_without_fuel_long_loops_end() -> None:
    game = compile_game(program("for i in range(10**5): pass"), fuel=None)
    assert game.advance(game.get_initial_state(), "run").state == {"n": 1}


@pytest.mark.parametrize("fuel", [0, -1, 1.5, True, "many", 10**10])
def test_bad_amounts_are_refused(fuel: object) -> None:
    with pytest.raises(ValueError, match="fuel must be"):
        compile_game(GAME, fuel=fuel)  # type: ignore[arg-type]
