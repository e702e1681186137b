"""Programs in the many styles that models write load in the sandbox, and play as plain Python does.

`programs/` holds one small, complete game a file: `.py` is code alone, `.md` and `.txt` have code
fences or prose around it. Comments `line: action ; action => return return` in a program are lines
of play whose returns were worked out by hand from the rules.
"""

from __future__ import annotations

import ast
import contextlib
import enum
import io
import math
import random
import re
import sys
import tomllib
import types
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER, Game
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

FOLDER = Path(__file__).parent / "programs"
PROGRAMS = sorted(path for path in FOLDER.iterdir() if path.suffix in (".py", ".md", ".txt"))

FORGETFUL = {"hex_forgets_everything.py", "reversi_forgets_deepcopy.py"}
"""Programs that use names such as `List` and `deepcopy` without importing them."""

USUAL_NAMES = """
from abc import *
from collections import *
from copy import *
from dataclasses import *
from enum import *
from functools import *
from itertools import *
from typing import *
import abc, bisect, collections, copy, dataclasses, enum, functools, heapq, itertools, math, random
"""

SEEDS = range(12)
MAX_STEPS = 400

STYLES: dict[str, str] = tomllib.loads((FOLDER / "styles.toml").read_text("utf-8"))
"""What the programs cover: each style with a pattern that at least one program matches."""


def text_of(path: Path) -> str:
    """Return a program's file as it is: with its byte order mark and its line endings."""
    return path.read_bytes().decode("utf-8")


def plain_code(path: Path) -> str:
    """Return a program's code without the prose, found without the sandbox's help."""
    text = text_of(path).removeprefix("\ufeff")
    if path.suffix == ".py":
        return text
    fences = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    if fences:
        return "\n".join(fences)
    lines = text.splitlines(keepends=True)
    for length in range(len(lines), 0, -1):
        for start in range(len(lines) - length + 1):
            code = "".join(lines[start : start + length])
            with contextlib.suppress(SyntaxError):
                ast.parse(code)
                return code
    raise AssertionError(f"{path.name} holds no code")


def plain_module(path: Path, *, forgetful: bool) -> dict[str, Any]:
    """Run a program as an ordinary module, with the usual names bound if it forgets them."""
    module = types.ModuleType(path.stem)
    flags = 0
    if forgetful:
        exec(USUAL_NAMES, module.__dict__)
        flags = annotations.compiler_flag
    sys.modules[path.stem] = module  # dataclasses look their module up
    try:
        code = compile(plain_code(path), path.name, "exec", flags, dont_inherit=True)
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, module.__dict__)
    finally:
        del sys.modules[path.stem]
    return module.__dict__


class PlainGame:
    """A program run as plain Python, behind those methods of `Game` that the test compares."""

    def __init__(self, path: Path) -> None:
        self.functions = plain_module(path, forgetful=path.name in FORGETFUL)

    def _call(self, name: str, *arguments: Any) -> Any:
        with contextlib.redirect_stdout(io.StringIO()):
            return self.functions[name](*arguments)

    def get_initial_state(self) -> Any:
        return self._call("get_initial_state")

    def get_current_player(self, state: Any) -> int:
        return int(self._call("get_current_player", state))

    def get_legal_actions(self, state: Any) -> list[str]:
        return list(self._call("get_legal_actions", state))

    def apply_action(self, state: Any, action: str) -> Any:
        return self._call("apply_action", state, action)

    def get_rewards(self, state: Any) -> list[float]:
        return [float(value) for value in self._call("get_rewards", state)]

    def get_observations(self, state: Any) -> list[Any]:
        return list(self._call("get_observations", state))

    def get_chance_outcomes(self, state: Any) -> list[tuple[str, float]]:
        if "get_chance_outcomes" in self.functions:
            return list(self._call("get_chance_outcomes", state))
        actions = self.get_legal_actions(state)
        return [(action, 1 / len(actions)) for action in actions]

    def get_all_actions(self) -> list[str] | None:
        return self._call("get_all_actions") if "get_all_actions" in self.functions else None

    def get_player_name(self, player: int) -> str:
        if "get_player_name" in self.functions:
            return str(self._call("get_player_name", player))
        return f"player_{player}"

    def render(self, state: Any) -> str | None:
        return self._call("render", state) if "render" in self.functions else None

    def resample_history(self, history: Sequence[Any], player: int, seed: int) -> list[str]:
        random.seed(derive_seed(seed, "sandbox.resample"))  # as `CompiledGame` seeds the program's
        return list(self._call("resample_history", list(history), player))


def canonical(value: Any) -> Any:
    """Return a value in plain form: what differs only in the kind of container looks the same."""
    if isinstance(value, dict):
        items = [(canonical(key), canonical(item)) for key, item in value.items()]
        return {"dict": sorted(items, key=repr)}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted((canonical(item) for item in value), key=repr)}
    if isinstance(value, (list, tuple, deque)):
        return [canonical(item) for item in value]
    if isinstance(value, enum.Enum):
        return {"member": (type(value).__name__, value.name)}
    if hasattr(value, "__dict__"):
        return {"object": (type(value).__name__, canonical(vars(value)))}
    assert value is None or type(value) in (bool, int, float, str), type(value)
    return (type(value).__name__, value)


def same_kind_of_game(game: Game | PlainGame, *, has_resample: bool, seed: int) -> Iterator[Any]:
    """Play one random game and yield everything that it says, step by step."""
    chooser = random.Random(seed)
    state = game.get_initial_state()
    returns = game.get_rewards(state)
    histories: list[list[Any]] = [[] for _ in returns]
    yield "vocabulary", game.get_all_actions()
    for _ in range(MAX_STEPS):
        player, actions = game.get_current_player(state), game.get_legal_actions(state)
        returns = game.get_rewards(state)
        yield "state", canonical(state)
        yield "turn", player, actions, [(type(value), value) for value in returns]
        yield "view", game.render(state)
        if player == CHANCE_PLAYER:
            yield (
                "chance",
                [(name, float(share)) for name, share in game.get_chance_outcomes(state)],
            )
        else:
            observations = game.get_observations(state)
            yield "observations", canonical(observations)
        if player == TERMINAL_PLAYER:
            return
        action = actions[chooser.randrange(len(actions))]
        if player >= 0:
            yield "name", game.get_player_name(player)
            seen = [*histories[player], (observations[player], None)]
            if has_resample:
                yield "resampled", game.resample_history(seen, player, chooser.getrandbits(32))
            histories[player].append((observations[player], action))
        state = game.apply_action(state, action)
    raise AssertionError(f"no end after {MAX_STEPS} steps")


def hand_worked_lines(path: Path) -> list[tuple[list[str], list[float]]]:
    """Return the lines of play written in a program: their actions and their final returns."""
    found = re.findall(r"line: (.*?) =>((?: -?[\d.]+)+)", text_of(path))
    return [
        (actions.split(" ; "), [float(value) for value in returns.split()])
        for actions, returns in found
    ]


@pytest.fixture(params=PROGRAMS, ids=lambda path: path.name)
def path(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_program_plays_as_plain_python_does(path: Path) -> None:
    plain, game = PlainGame(path), compile_game(text_of(path))
    has_resample = "resample_history" in plain.functions
    for seed in SEEDS:
        game.restart(seed)
        expected = same_kind_of_game(plain, has_resample=has_resample, seed=seed)
        found = same_kind_of_game(game, has_resample=has_resample, seed=seed)
        for step, (left, right) in enumerate(zip(expected, found, strict=True)):
            assert left == right, f"{path.name}: seed {seed}, fact {step}"


def test_a_position_says_what_the_functions_say(path: Path) -> None:
    game = compile_game(text_of(path))
    for seed in SEEDS:
        game.restart(seed)
        chooser, position = random.Random(seed), game.start()
        while True:
            state = position.state
            assert position.player == game.get_current_player(state)
            assert position.legal_actions == game.get_legal_actions(state)
            assert position.returns == game.get_rewards(state)
            if position.player != CHANCE_PLAYER:
                observations = game.get_observations(state)
                assert canonical(position.observations) == canonical(observations)
            if position.player == TERMINAL_PLAYER:
                break
            action = chooser.choice(position.legal_actions)
            other = game.apply_action(game.decode_state(game.encode_state(state)), action)
            position = game.advance(state, action)
            assert canonical(position.state) == canonical(other)
            assert game.state_key(position.state) == game.state_key(other)


def test_hand_worked_lines_end_as_the_rules_say(path: Path) -> None:
    lines = hand_worked_lines(path)
    assert lines, f"{path.name} has no line of play"
    game = compile_game(text_of(path))
    for actions, returns in lines:
        for start, advance in (
            (game.start, game.advance),
            (game.start, lambda state, action: game.position(game.apply_action(state, action))),
        ):
            position = start()
            for action in actions:
                assert action in position.legal_actions, (actions, action)
                stored = game.decode_state(game.encode_state(position.state))
                position = advance(stored, action)
            assert position.player == TERMINAL_PLAYER, actions
            assert position.legal_actions == []
            assert position.returns == returns, actions


def test_program_really_plays(path: Path) -> None:
    plain = PlainGame(path)
    branching, outcomes = 0, set()
    for seed in range(12):
        for fact in same_kind_of_game(plain, has_resample=False, seed=seed):
            if fact[0] == "turn":
                _, player, actions, returns = fact
                branching = max(branching, len(actions) if player >= 0 else 0)
                assert len(set(actions)) == len(actions)
        outcomes.add(tuple(returns))
    assert branching >= 2
    assert len(outcomes) >= 2


def test_resampled_history_fits_what_the_player_saw(path: Path) -> None:
    plain = PlainGame(path)
    if "resample_history" not in plain.functions:
        return
    chooser = random.Random(0)
    for seed in range(20):
        state, histories = plain.get_initial_state(), {}
        while (player := plain.get_current_player(state)) != TERMINAL_PLAYER:
            action = chooser.choice(plain.get_legal_actions(state))
            if player >= 0:
                seen = (plain.get_observations(state)[player], None)
                history = [*histories.setdefault(player, []), seen]
                resampled = plain.resample_history(history, player, seed)
                assert own_view(plain, resampled, player) == canonical([*history])
                histories[player].append((seen[0], action))
            state = plain.apply_action(state, action)


def own_view(game: PlainGame, actions: Sequence[str], player: int) -> Any:
    """Return what a player sees and does along `actions`, which must all be legal."""
    state, seen = game.get_initial_state(), []
    for action in actions:
        assert action in game.get_legal_actions(state)
        if game.get_current_player(state) == player:
            seen.append((game.get_observations(state)[player], action))
        state = game.apply_action(state, action)
    assert game.get_current_player(state) == player
    return canonical([*seen, (game.get_observations(state)[player], None)])


def test_forgetful_programs_are_forgetful() -> None:
    for path in PROGRAMS:
        if path.name in FORGETFUL:
            with pytest.raises(NameError):
                plain_module(path, forgetful=False)


def test_chance_is_a_distribution(path: Path) -> None:
    plain = PlainGame(path)
    for seed in SEEDS:
        for kind, *fact in same_kind_of_game(plain, has_resample=False, seed=seed):
            if kind == "turn":
                actions = fact[1]
            if kind == "chance":
                assert sorted(name for name, _ in fact[0]) == sorted(actions)
                assert math.isclose(sum(share for _, share in fact[0]), 1.0)


def test_corpus_is_large() -> None:
    assert len(PROGRAMS) >= 60
    assert len({plain_code(path) for path in PROGRAMS}) == len(PROGRAMS)


@pytest.mark.parametrize("style", STYLES)
def test_style_is_covered(style: str) -> None:
    pattern = re.compile(STYLES[style], re.MULTILINE)
    assert any(pattern.search(text_of(path)) for path in PROGRAMS)
