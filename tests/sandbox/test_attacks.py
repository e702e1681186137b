"""The attack corpus: hostile GameCWM programs, each with the outcome that the sandbox owes it.

`attacks/<category>.toml` holds the programs as data, one table each:

- `program`: appended to `TEMPLATE`, whose functions it may use, call or redefine. What the program
  puts into `LOOT`, or `attack()` returns, becomes text in every observation. `expression` instead
  is Python (ours, trusted) whose value is that text; with `raw` it is the whole source.
- `each`: the program once for every value, put in place of `@each@`.
- `expect`: `refused` (does not compile), `harmless` (plays or fails, but achieves nothing), `fuel`
  (ends by running out of fuel), `process` (may hang, bloat or crash its process, and therefore
  runs only in an isolated worker, which must answer in time).
- `armed`: false where the program achieves nothing in plain Python either. All others are also
  played without protection, and the arena must notice: an attack that cannot succeed proves
  nothing.
- `regression`: the hole that it once was.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from codeworld.errors import GameError
from codeworld.sandbox import Limits, open_isolated_game

HERE = Path(__file__).parent
SECONDS = 20
"""Wall limit of one attack in this process tree; what outlives it counts as a hang."""

TEMPLATE = """
LOOT = "nothing"
def attack():
    return LOOT
def get_initial_state():
    return {"moves": 0, "loot": f"{attack()!r}"}
def get_current_player(state):
    return -4 if state["moves"] >= 3 else state["moves"] % 2
def get_legal_actions(state):
    return [] if state["moves"] >= 3 else ["a", "b"]
def apply_action(state, action):
    return {"moves": state["moves"] + 1, "loot": f"{attack()!r}"}
def get_rewards(state):
    return [0.0, 0.0]
def get_observations(state):
    return [state["loot"], state["loot"]]
"""

CATEGORIES = [
    "abstract",
    "advisories",
    "arithmetic",
    "attributes",
    "builtins",
    "classes",
    "collections",
    "copying",
    "crashing",
    "dataclasses",
    "dunders",
    "enums",
    "exceptions",
    "formats",
    "frames",
    "functools",
    "hanging",
    "hidden_state",
    "imports",
    "patterns",
    "poisoning",
    "randomness",
    "shadowing",
    "side_effects",
    "source",
    "statements",
    "stores",
    "types",
    "typing",
    "values",
]

REGRESSIONS = (
    "subclassing type(field())",
    "a functional TypedDict with a hostile key fed to dataclass",
    "deleting _abc_impl",
    "poisoning typing's caches",
    "rebinding super",
    "type(module), type(function)",
    "attribute fields in stored, mapped, nested and subclass format calls",
    "AttributeError.obj",
    "match-class patterns on dunders",
    "positional-only arguments that shadow guards",
    "generator, traceback and coroutine frames",
    "update_wrapper(assigned=…)",
    "growing a list while iterating it",
    "library methods that call self.__class__",
    "super().format",
    "malformed format templates",
    "loops over what was said to be constant",
    "hidden state that the proof of statelessness missed",
    "quadratic work in the host",
    "shared parts of a stub",
    "CVE-2023-37271",
    "CVE-2023-41039",
    "CVE-2024-47532",
    "CVE-2025-22153",
    "CVE-2026-55830",
    "CVE-2026-76825",
)


@dataclass(frozen=True)
class Attack:
    """One attack: its programs, and what must become of each."""

    category: str
    name: str
    expect: str
    sources: tuple[str, ...]
    armed: bool
    regression: str | None


def load_attacks() -> list[Attack]:
    return [
        Attack(
            path.stem,
            name,
            entry["expect"],
            tuple(programs(entry)),
            entry.get("armed", entry["expect"] in ("refused", "harmless")),
            entry.get("regression"),
        )
        for path in sorted((HERE / "attacks").glob("*.toml"))
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()
    ]


def programs(entry: dict) -> Iterator[str]:
    """Yield the whole source of an attack, once for every value of its `each`."""
    for value in entry.get("each", [""]):
        if "program" in entry:
            text = entry["program"].replace("@each@", value)
        else:
            expression = entry["expression"].replace("@each@", value)
            text = eval(expression, {"TEMPLATE": TEMPLATE, "EACH": value})
        yield text if entry.get("raw") else TEMPLATE + text


ATTACKS = load_attacks()


def named(attacks: list[Attack]) -> list:
    return [pytest.param(attack, id=f"{attack.category}:{attack.name}") for attack in attacks]


class Arena:
    """The process that plays attacks; see attack_arena.py."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "attack_arena.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def play(self, *sources: str, protection: str = "sandbox", seconds: float = SECONDS) -> dict:
        request = {"sources": sources, "protection": protection, "seconds": seconds}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], seconds + 60)
        assert ready, "the arena itself does not answer"
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    arena = Arena()
    yield arena
    arena.close()


def faults(attack: Attack, answer: dict) -> list[str]:
    """Return what went wrong for the host: all that an attack achieved, or escaped."""
    found = list(answer["host"])
    for number, verdict in enumerate(answer["verdicts"]):
        found += [f"program {number}: {evidence}" for evidence in verdict["evidence"]]
        errors = verdict["errors"]
        if attack.expect == "refused" and (
            verdict["loaded"] or errors not in (["PolicyError"], ["GameSyntaxError"])
        ):
            found.append(f"program {number}: not refused, {errors}")
        if attack.expect == "fuel" and "FuelExhaustedError" not in errors:
            found.append(f"program {number}: did not run out of fuel, {errors}")
    return found


@pytest.mark.parametrize("attack", named([a for a in ATTACKS if a.expect != "process"]))
def test_attack_achieves_nothing(arena: Arena, attack: Attack) -> None:
    answer = arena.play(*attack.sources)
    assert faults(attack, answer) == []
    assert len(answer["verdicts"]) == len(attack.sources)


ARMED = [attack for attack in ATTACKS if attack.armed]
FIRST_ARMED = list({attack.category: attack for attack in reversed(ARMED)}.values())


def check_success_without_protection(arena: Arena, attack: Attack) -> None:
    answer = arena.play(*attack.sources, protection="none")
    assert "ARENA" not in str(answer["host"])
    if not answer["host"]:
        assert [v for v in answer["verdicts"] if not v["evidence"]] == []


@pytest.mark.parametrize("attack", named(FIRST_ARMED))
def test_attack_succeeds_without_protection(arena: Arena, attack: Attack) -> None:
    check_success_without_protection(arena, attack)


@pytest.mark.slow
@pytest.mark.parametrize("attack", named(ARMED))
def test_every_attack_succeeds_without_protection(arena: Arena, attack: Attack) -> None:
    check_success_without_protection(arena, attack)


def outcome_in_a_worker(source: str, seconds: float) -> str:
    """Return the name of the error that an isolated attack ends with, or "played"."""
    limits = Limits(wall_seconds=seconds, memory_bytes=256 << 20)
    try:
        with open_isolated_game(source, limits=limits) as game:
            position = game.start()
            game.encode_state(position.state)
            json.dumps(position[1:])
    except GameError as error:
        return type(error).__name__
    return "played"


PROCESS_ATTACKS = named([attack for attack in ATTACKS if attack.expect == "process"])
BOUND = 30
"""Seconds within which an answer must be there, however busy the machine; the limit is far less."""


@pytest.mark.parametrize("attack", PROCESS_ATTACKS)
def test_worker_answers_for_its_attack(attack: Attack) -> None:
    started = time.monotonic()
    outcome_in_a_worker(attack.sources[0], 0.25)
    assert time.monotonic() - started < BOUND
    assert outcome_in_a_worker(TEMPLATE, BOUND) == "played"


@pytest.mark.slow
@pytest.mark.parametrize("attack", PROCESS_ATTACKS)
def test_worker_answers_for_every_variant(attack: Attack) -> None:
    for source in attack.sources:
        started = time.monotonic()
        outcome_in_a_worker(source, 2.0)
        assert time.monotonic() - started < BOUND


def test_innocent_game_leaves_no_evidence(arena: Arena) -> None:
    answer = arena.play(TEMPLATE)
    assert answer["host"] == []
    assert answer["verdicts"] == [
        {"loaded": True, "errors": ["MissingFunctionError"], "evidence": []}
    ]


@pytest.mark.parametrize(
    ("program", "evidence"),
    [
        ("while True:\n    pass", "program 0 hung"),
        ("import os\nos.kill(os.getpid(), 9)", "program 0 died with status 9"),
        ("print('x')", "it wrote to a stream: b'x"),
        ("import sys\nsys.setrecursionlimit(1234)", "the host changed: limits"),
        ("def render(state): return ValueError", "program 0: render: an object of type type"),
    ],
)
def test_arena_sees(arena: Arena, program: str, evidence: str) -> None:
    attack = Attack("", "", "harmless", (TEMPLATE + program,), True, None)
    answer = arena.play(*attack.sources, protection="none", seconds=2)
    assert evidence in "\n".join(faults(attack, answer))


def test_corpus_is_complete() -> None:
    assert len(ATTACKS) >= 500
    assert sorted({attack.category for attack in ATTACKS}) == CATEGORIES
    assert {attack.regression for attack in ATTACKS} - {None} == set(REGRESSIONS)
    assert {attack.expect for attack in ATTACKS} == {"refused", "harmless", "fuel", "process"}
