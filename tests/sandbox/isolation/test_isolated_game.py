"""Isolated games play as in-process games do, and survive what their programs do."""

from __future__ import annotations

import copy
import os
import pickle
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import codeworld.games
from codeworld.contract import CHANCE_PLAYER, Game
from codeworld.errors import (
    ContractError,
    FuelExhaustedError,
    GameError,
    GameRuntimeError,
    GameSyntaxError,
    MissingFunctionError,
    PolicyError,
    WorkerCrashError,
    WorkerTimeoutError,
)
from codeworld.sandbox import IsolatedGame, Layers, Limits, compile_game, open_isolated_game
from codeworld.sandbox.isolation.shared_server import shared_server
from codeworld.sandbox.values import GameObject

GAMES = sorted(Path(codeworld.games.__file__).parent.glob("*/game.py"))

OBJECTS = """
import random
from dataclasses import dataclass
from enum import Enum

class Side(Enum):
    LEFT = "l"
    RIGHT = "r"

@dataclass(frozen=True)
class Card:
    rank: int
    side: Side

def get_initial_state():
    hand = [Card(random.randrange(1000), Side.LEFT)]
    return {"hand": hand, "again": hand, "seen": {Card(1, Side.LEFT)}, (1, 2): 0, "left": 3}

def get_current_player(state):
    return 0 if state["left"] else -4

def get_legal_actions(state):
    return ["draw", "crash", "loop", "hoard"] if state["left"] else []

def apply_action(state, action):
    if action == "crash":
        raise ValueError("no " + action)
    if action == "loop":
        while True:
            pass
    if action == "hoard":
        return [[0] * 10**5 for _ in range(10**5)]
    new = dict(state)
    new["hand"] = state["hand"] + [Card(random.randrange(1000), Side.RIGHT)]
    new["again"] = new["hand"]
    new["left"] -= 1
    return new

def get_rewards(state):
    return [float(sum(card.rank for card in state["hand"]))]

def get_observations(state):
    ranks = [card.rank for card in state["again"]]
    return [{"hand": ranks, "same": state["again"] is state["hand"]}]

def resample_history(obs_action_history, player_id):
    return ["draw"] * random.randrange(1, 1000)
"""


@pytest.fixture
def objects() -> Iterator[tuple[Game, IsolatedGame]]:
    isolated = open_isolated_game(OBJECTS)
    yield compile_game(OBJECTS), isolated
    isolated.close()


@pytest.mark.parametrize("path", GAMES, ids=[path.parent.name for path in GAMES])
def test_curated_games_play_the_same(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    game, isolated = compile_game(source), open_isolated_game(source)
    for name in ("source", "source_hash", "num_players", "defined"):
        assert getattr(isolated, name) == getattr(game, name)
    assert isolated.get_all_actions() == game.get_all_actions()
    rng = random.Random(path.parent.name)
    for episode in range(2):
        game.restart(episode)
        isolated.restart(episode)
        expected, found = game.start(), isolated.start()
        history: list[tuple[Any, str | None]] = []
        for _ in range(40):
            assert found == expected
            state = expected.state
            assert isolated.state_key(found.state) == game.state_key(state)
            assert isolated.encode_state(found.state) == game.encode_state(state)
            if not expected.legal_actions:
                break
            assert isolated.get_legal_actions(state) == expected.legal_actions
            assert isolated.get_current_player(state) == expected.player
            assert isolated.get_rewards(state) == expected.returns
            assert isolated.get_observations(state) == game.get_observations(state)
            if expected.player == CHANCE_PLAYER:
                assert isolated.get_chance_outcomes(state) == game.get_chance_outcomes(state)
            action = rng.choice(expected.legal_actions)
            if expected.player == 0:
                history.append((expected.observations[0], action))
            expected, found = game.advance(state, action), isolated.advance(state, action)
        assert isolated.position(found.state) == game.position(expected.state)
        assert isolated.render(found.state) == game.render(expected.state)
        assert isolated.get_player_name(0) == game.get_player_name(0)
        if "resample_history" in game.defined and history:
            once = game.resample_history(history, 0, 7)
            assert isolated.resample_history(history, 0, 7) == once
    isolated.close()


def test_objects_and_random_streams_are_the_same(objects: tuple[Game, IsolatedGame]) -> None:
    game, isolated = objects
    for seed in (0, 1, 0):
        game.restart(seed)
        isolated.restart(seed)
        mine, theirs = game.start(), isolated.start()
        assert type(theirs.state["hand"][0]) is GameObject
        for _ in range(3):
            assert theirs.observations == mine.observations
            assert theirs.observations[0]["same"]
            assert theirs.returns == mine.returns
            assert isolated.encode_state(theirs.state) == game.encode_state(mine.state)
            assert isolated.state_key(theirs.state) == game.state_key(mine.state)
            decoded = game.decode_state(isolated.encode_state(theirs.state))
            assert decoded["hand"] == mine.state["hand"]
            assert list(theirs.state) == list(mine.state)
            mine = game.advance(mine.state, "draw")
            theirs = isolated.advance(theirs.state, "draw")
        for other in (3, 4):
            assert isolated.resample_history([], 0, other) == game.resample_history([], 0, other)


def raised_by(game: Game, action: str) -> BaseException:
    state = game.get_initial_state()
    with pytest.raises(GameError) as caught:
        game.apply_action(state, action)
    return caught.value


@pytest.mark.parametrize(
    ("action", "kind"), [("crash", GameRuntimeError), ("loop", FuelExhaustedError)]
)
def test_errors_are_the_same(
    objects: tuple[Game, IsolatedGame], action: str, kind: type[GameError]
) -> None:
    mine, theirs = (raised_by(game, action) for game in objects)
    assert type(theirs) is kind
    assert (type(theirs), str(theirs)) == (type(mine), str(mine))
    assert objects[1].start().player == 0  # and it plays on


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("x = (", GameSyntaxError),
        ("x = 1", MissingFunctionError),
        ("import os", PolicyError),
        (OBJECTS.replace("import random\n", "import random\n1 / 0\n", 1), GameRuntimeError),
        (OBJECTS.replace('"left": 3}', '"left": print}'), ContractError),
    ],
)
def test_a_program_that_does_not_load_says_why(source: str, kind: type[GameError]) -> None:
    def load(game: Game) -> None:
        game.get_initial_state()
        if kind is ContractError:
            game.encode_state(game.get_initial_state())

    with pytest.raises(kind) as mine:
        load(compile_game(source))
    with pytest.raises(kind) as theirs:
        load(open_isolated_game(source))
    assert str(theirs.value) == str(mine.value)


def test_a_worker_out_of_time_is_killed_and_replaced() -> None:
    game = open_isolated_game(OBJECTS, limits=Limits(wall_seconds=0.5, fuel=None))
    state = game.start().state
    with pytest.raises(WorkerTimeoutError, match=r"no answer within 0.5 s"):
        game.advance(state, "loop")
    with pytest.raises(WorkerCrashError, match=r"no answer within 0.5 s.*restart\(seed\)"):
        game.advance(state, "draw")
    game.restart(0)
    assert game.advance(state, "draw").state["left"] == 2
    game.close()


def test_a_program_out_of_memory_is_an_error() -> None:
    game = open_isolated_game(OBJECTS, limits=Limits(memory_bytes=64 << 20, fuel=None))
    with pytest.raises((GameRuntimeError, WorkerCrashError), match=r"(?i)memory"):
        game.advance(game.start().state, "hoard")
    game.restart(0)
    assert game.start().player == 0
    game.close()


def test_an_answer_that_is_too_long_ends_the_worker() -> None:
    game = open_isolated_game(OBJECTS, limits=Limits(answer_bytes=2000))
    state = game.start().state
    state["pad"] = "x" * 3000
    with pytest.raises(WorkerCrashError, match="longer than 2000 bytes"):
        game.advance(state, "draw")


def test_a_closed_game_starts_again_by_restart(objects: tuple[Game, IsolatedGame]) -> None:
    _, isolated = objects
    isolated.close()
    isolated.close()
    with pytest.raises(WorkerCrashError, match=r"closed; restart\(seed\) starts"):
        isolated.start()
    isolated.restart(0)
    assert isolated.start().player == 0


def test_copies_are_games_of_their_own(objects: tuple[Game, IsolatedGame]) -> None:
    _, isolated = objects
    state = isolated.start().state
    for other in (pickle.loads(pickle.dumps(isolated)), copy.deepcopy(isolated)):
        isolated.restart(5)
        other.restart(5)
        assert other.start() == isolated.start()
        other.close()
    assert copy.deepcopy(state) == state
    assert pickle.loads(pickle.dumps(state)) == state
    assert isolated.advance(pickle.loads(pickle.dumps(state)), "draw").player == 0


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_forked_process_opens_a_worker_of_its_own(objects: tuple[Game, IsolatedGame]) -> None:
    _, isolated = objects
    state = isolated.start().state
    child = os.fork()
    if not child:
        code = 1
        try:
            left = isolated.advance(state, "draw").state["left"]
            session = isolated._session
            if left == 2 and session is not None and session.owner == os.getpid():
                code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert isolated.advance(state, "draw").state["left"] == 2


def test_a_killed_zygote_is_replaced(objects: tuple[Game, IsolatedGame]) -> None:
    _, isolated = objects
    state = isolated.start().state
    shared_server(Layers())._server.terminate()

    def play_on() -> None:  # the kernel takes its time to end the worker too
        for _ in range(100_000):
            isolated.advance(state, "draw")

    with pytest.raises(WorkerCrashError, match=r"fork server|SIGKILL"):
        play_on()
    isolated.restart(0)
    assert isolated.advance(state, "draw").state["left"] == 2


def test_forged_answers_are_refused(
    objects: tuple[Game, IsolatedGame], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, isolated = objects
    session = isolated._session
    assert session is not None
    for answer in (
        "[]",
        "[{},[0,[],[0.0]],[]]",
        "[{},[9,[],[0.0]],[1]]",
        '[{},[0,["a","a"],[0.0]],[1]]',
        '[{},[0,[],["x"]],[1]]',
        "[{},[-1,[],[0.0]],[1]]",
        "nonsense",
    ):
        monkeypatch.setattr(type(session), "ask", lambda *_, answer=answer: answer)
        with pytest.raises(ContractError):
            isolated.start()
