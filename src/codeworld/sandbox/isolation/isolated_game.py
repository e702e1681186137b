"""A game that runs in a worker process of its own, with the interface of any other game."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

from codeworld.contract import CHANCE_PLAYER, CONTRACT, Action, Game, Observation, Position, State
from codeworld.errors import ContractError, WorkerCrashError
from codeworld.sandbox import values
from codeworld.sandbox.isolation.layers import IsolationReport, Layers, Level
from codeworld.sandbox.isolation.limits import Limits
from codeworld.sandbox.isolation.session import Session
from codeworld.sandbox.isolation.shared_server import shared_server
from codeworld.sandbox.normalisation import (
    check_actions,
    check_chance_outcomes,
    check_observations,
    check_player,
    check_returns,
    check_text,
    fail,
)
from codeworld.seeding import check_seed

_FUNCTIONS = frozenset(function.name for function in CONTRACT)


class IsolatedGame(Game):
    """A game whose program runs in a worker process. Open one with `open_isolated_game`.

    It plays as the program does in-process, bit for bit, and raises the same errors; each call is
    one round trip. States are values of this process; objects of the program's own classes are
    inert records in them. Every answer is checked here again, since the worker may forge it.

    When the worker dies, the call raises WorkerTimeoutError or WorkerCrashError and so do all that
    follow, until `restart` starts a new worker. A copy, by pickle or deepcopy or in a forked
    process, is a game opened anew from the source. Calls from several threads wait for each other.

    Attributes:
        stateless: False: `restart` always has something to do, since it revives a dead worker.
        limits: what the worker may use.
        report: how strongly it is isolated.
    """

    stateless = False
    limits: Limits
    report: IsolationReport

    def __init__(self, source: str, limits: Limits, required: Level, layers: Layers) -> None:
        """Use `open_isolated_game`."""
        self.limits = limits
        self._opened_with = (source, limits, required, layers)
        self._layers = layers
        self._lock = threading.RLock()
        self.report = shared_server(layers).report
        self.report.require(required)
        self._session: Session | None = None
        self._failure: str | None = None
        self._open()

    def __reduce__(self) -> tuple[Callable[..., Game], tuple[Any, ...]]:
        return type(self), self._opened_with

    def __enter__(self) -> IsolatedGame:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker. May be called twice; `restart` would start a new one."""
        session, self._session = getattr(self, "_session", None), None
        if session is not None:
            self._failure = "the isolated game was closed"
            session.close()

    def __del__(self) -> None:
        # May run inside any other call, holding its locks: only the worker's channel is closed
        # here, at which the worker ends by itself.
        session = getattr(self, "_session", None)
        if session is not None:
            session.hang_up()

    # --- the worker ------------------------------------------------------------------------------

    def _open(self) -> None:
        """Start a worker and have it load the program."""
        source = self._opened_with[0]
        session = Session(source, self.limits, self._layers)
        try:
            facts = values.decode(session.read())
            if type(facts) is not list or len(facts) != 3:
                raise WorkerCrashError("the isolated game's worker does not say what it loaded")
            program, num_players, defined = facts
            if type(program) is not str or program not in source or type(num_players) is not int:
                raise WorkerCrashError("the isolated game's worker loaded another program")
            self.num_players = max(1, num_players)
            self.source = program
            self.source_hash = hashlib.sha256(program.encode()).hexdigest()
            self.defined = _FUNCTIONS.intersection(check_actions(defined))
        except BaseException:
            session.close()
            raise
        self._session, self._failure = session, None

    def _ask(self, method: str, *arguments: Any) -> Any:
        """Return the worker's answer to one request, decoded and not yet checked."""
        request = values.encode([method, *arguments])
        with self._lock:
            if self._session is not None and self._session.owner != os.getpid():
                self._session.close()
                self._open()
            if self._session is None:
                raise WorkerCrashError(
                    f"{self._failure or 'the worker ended'}; restart(seed) starts a new worker"
                )
            try:
                return values.decode(self._session.ask(request))
            except BaseException as error:
                # An answer that was not waited for would be taken for the next one.
                if not isinstance(error, ContractError):
                    self._forget_if_over(error)
                raise

    def _forget_if_over(self, error: BaseException) -> None:
        session = self._session
        if session is None:
            return
        if not session.is_open or not isinstance(error, Exception):
            session.close()
            self._session = None
            self._failure = str(error) or type(error).__name__

    def restart(self, seed: int) -> None:
        """Begin a new episode; in a new worker if the last one died."""
        seed = check_seed(seed)
        with self._lock:
            if self._session is None:
                self._open()
            self._ask("restart", seed)

    # --- the contract ----------------------------------------------------------------------------

    def get_initial_state(self) -> State:
        """Return the state before any action."""
        return self._ask("get_initial_state")

    def get_current_player(self, state: State) -> int:
        """Return the player to move in 0..n-1, `CHANCE_PLAYER` or `TERMINAL_PLAYER`."""
        return check_player(self._ask("get_current_player", state), self.num_players)

    def get_legal_actions(self, state: State) -> list[Action]:
        """Return the legal actions, no duplicates; outcomes at a chance node; [] at terminal."""
        return check_actions(self._ask("get_legal_actions", state))

    def apply_action(self, state: State, action: Action) -> State:
        """Return the state after `action`."""
        return self._ask("apply_action", state, action)

    def get_rewards(self, state: State) -> list[float]:
        """Return the finite returns so far, in player order, length n."""
        return check_returns(self._ask("get_rewards", state), self.num_players)

    def get_observations(self, state: State) -> list[Observation]:
        """Return what each player may know, in player order, length n."""
        return check_observations(self._ask("get_observations", state), self.num_players)

    def get_chance_outcomes(self, state: State) -> list[tuple[Action, float]]:
        """Return a chance node's outcomes with positive probabilities that sum to 1."""
        outcomes = self._ask("get_chance_outcomes", state)
        if outcomes == []:
            return []
        # The worker has compared the outcomes with the legal actions; here it is their form.
        actions = [pair[0] for pair in outcomes] if _are_pairs(outcomes) else []
        return check_chance_outcomes(outcomes, actions)

    def get_all_actions(self) -> list[Action] | None:
        """Return the full vocabulary of player actions, or None where the program declares none."""
        actions = self._ask("get_all_actions")
        return None if actions is None else check_actions(actions, "get_all_actions")

    def get_player_name(self, player_id: int) -> str:
        """Return a player's name; `player_<id>` where the program names none."""
        return check_text(self._ask("get_player_name", player_id), "get_player_name")

    def resample_history(
        self,
        obs_action_history: Sequence[tuple[Observation, Action | None]],
        player_id: int,
        seed: int,
    ) -> list[Action]:
        """Return a random action sequence from the initial state that the player cannot rule out.

        Raises:
            MissingFunctionError: if the program does not define `resample_history`.
        """
        seed = check_seed(seed)
        history = self._ask("resample_history", list(obs_action_history), player_id, seed)
        if type(history) is not list or any(type(action) is not str for action in history):
            fail("resample_history", "something else than actions", "return a list of str")
        return history

    def render(self, state: State) -> str | None:
        """Return a human's view of the state, or None where the program draws none."""
        text = self._ask("render", state)
        return None if text is None else check_text(text, "render")

    # --- steps -----------------------------------------------------------------------------------

    def start(self) -> Position:
        """Return the initial position."""
        return self._checked_position(self._ask("start"))

    def advance(self, state: State, action: Action) -> Position:
        """Apply `action` and return the position that follows."""
        return self._checked_position(self._ask("advance", state, action))

    def position(self, state: State) -> Position:
        """Return everything about `state` at once."""
        return self._checked_position(self._ask("position", state))

    def _checked_position(self, answer: Any) -> Position:
        try:
            state, (player, legal_actions, returns), observations = answer
        except (TypeError, ValueError):
            fail("the worker", "something else than a position", "programs may not forge answers")
        num_players = self.num_players
        player = check_player(player, num_players)
        if player != CHANCE_PLAYER:
            observations = check_observations(observations, num_players)
        elif observations != []:
            fail("get_observations", "observations at a chance node", "there must be none")
        return Position(
            state,
            player,
            check_actions(legal_actions),
            check_returns(returns, num_players),
            observations,
        )

    def state_key(self, state: State) -> str:
        """Return text that is equal for equal states, in every process, and differs for others."""
        return values.canonical(state)

    def encode_state(self, state: State) -> str:
        """Return `state` as JSON text from which `decode_state` makes it again, bit for bit."""
        return values.encode(state)

    def decode_state(self, text: str) -> State:
        """Return the state that `encode_state` wrote."""
        return values.decode(text)


def _are_pairs(outcomes: Any) -> bool:
    return type(outcomes) is list and all(
        type(pair) is tuple and len(pair) == 2 and type(pair[0]) is str for pair in outcomes
    )


def open_isolated_game(
    source: str,
    *,
    limits: Limits | None = None,
    allow_weak_sandbox: bool = False,
    layers: Layers | None = None,
) -> IsolatedGame:
    """Return the game that `source` defines, running in a worker process.

    Args:
        source: a GameCWM, unverified; it is parsed in the worker too.
        limits: what the worker may use; `wall_seconds` and `answer_bytes` count per call, and
            `cpu_seconds` does not.
        allow_weak_sandbox: whether to go on where the machine isolates less than *strong*.
        layers: which layers to put on, all by default.

    Raises:
        SandboxUnavailableError: if this machine cannot isolate the worker as required.
        GameError: as `compile_game` does; WorkerTimeoutError or WorkerCrashError if the worker
            dies while it loads the program.
    """
    required: Level = "none" if allow_weak_sandbox else "strong"
    return IsolatedGame(source, limits or Limits(), required, layers or Layers())
