"""The GameCWM contract: names, types, player ids, and the interface of a loaded game.

A *GameCWM* is the text of a Python program that defines a game by module-level functions. This is
the interface of arXiv 2605.24375, so a program written for it loads unmodified; `resample_history`
is its imperfect-information function, and `get_chance_outcomes`, `get_all_actions` and `render` are
optional additions of codeworld.

A `Game` is a loaded GameCWM. It has the contract's functions as methods, normalised: they return
exactly the types documented here, or raise a `GameError`. Nothing in this module knows how a
program is compiled or where it runs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

CHANCE_PLAYER = -1
"""`get_current_player` of a chance node."""

TERMINAL_PLAYER = -4
"""`get_current_player` of a terminal state."""

PROBABILITY_TOLERANCE = 1e-6
"""How far the probabilities of a chance node may sum from 1."""

State: TypeAlias = Any
"""A game's own state: a dict of JSON-like values, opaque to everything but the game."""

Action: TypeAlias = str
"""An action of a player or an outcome of chance, as the game spells it."""

Observation: TypeAlias = Any
"""What one player may know: a JSON-like value."""


@dataclass(frozen=True, slots=True)
class ContractFunction:
    """One function of the contract.

    Attributes:
        name: the module-level name.
        parameters: positional parameter names, in order.
        returns: what it returns, in words.
        required: whether a program must define it.
    """

    name: str
    parameters: tuple[str, ...]
    returns: str
    required: bool

    @property
    def signature(self) -> str:
        """The function's header, as a program would write it."""
        return f"def {self.name}({', '.join(self.parameters)}):"


CONTRACT: tuple[ContractFunction, ...] = (
    ContractFunction("get_initial_state", (), "the state before any action", True),
    ContractFunction(
        "get_current_player", ("state",), "player to move, -1 at chance, -4 at terminal", True
    ),
    ContractFunction(
        "get_legal_actions",
        ("state",),
        "list of actions (str); outcomes at a chance node; [] at terminal",
        True,
    ),
    ContractFunction(
        "apply_action", ("state", "action"), "a new state; the argument unchanged", True
    ),
    ContractFunction(
        "get_rewards", ("state",), "list of floats, player order: the return so far", True
    ),
    ContractFunction(
        "get_observations", ("state",), "list, player order: what each player may know", True
    ),
    ContractFunction("get_player_name", ("player_id",), "str", False),
    ContractFunction(
        "resample_history",
        ("obs_action_history", "player_id"),
        "a random complete action sequence that agrees with what the player saw and did",
        False,
    ),
    ContractFunction(
        "get_chance_outcomes", ("state",), "list of (action, probability), summing to 1", False
    ),
    ContractFunction("get_all_actions", (), "the full, fixed vocabulary of player actions", False),
    ContractFunction("render", ("state",), "str, a human's view", False),
)
"""Every function of the contract, required ones first."""


class Position(NamedTuple):
    """A state and everything that an environment asks about it, asked once.

    Attributes:
        state: the game's own state.
        player: player to move in 0..n-1, `CHANCE_PLAYER` or `TERMINAL_PLAYER`.
        legal_actions: actions of the player to move; outcomes at a chance node; empty at terminal.
        returns: return so far, in player order, length n.
        observations: what each player may know, in player order, length n; empty at a chance node,
            where nobody is asked to act.
    """

    state: State
    player: int
    legal_actions: list[Action]
    returns: list[float]
    observations: list[Observation]


class Game(ABC):
    """A loaded GameCWM.

    States are values: no method changes its argument, so a state may be kept, shared and played on
    from as often as wanted.

    Attributes:
        source: the program's text, exactly as loaded.
        source_hash: hex sha256 of `source` encoded as UTF-8.
        num_players: number of players, at least 1: the length of the initial state's returns.
        defined: names of the contract functions that the program defines.
        stateless: whether the program provably keeps nothing between calls, so that `restart` has
            nothing to do.
    """

    source: str
    source_hash: str
    num_players: int
    defined: frozenset[str]
    stateless: bool

    @abstractmethod
    def restart(self, seed: int) -> None:
        """Begin a new episode: forget whatever the program kept between calls.

        Args:
            seed: seeds the program's own `random`, for programs that use it.
        """

    @abstractmethod
    def get_initial_state(self) -> State:
        """Return the state before any action."""

    @abstractmethod
    def get_current_player(self, state: State) -> int:
        """Return the player to move in 0..n-1, `CHANCE_PLAYER` or `TERMINAL_PLAYER`."""

    @abstractmethod
    def get_legal_actions(self, state: State) -> list[Action]:
        """Return the legal actions, no duplicates; outcomes at a chance node; [] at terminal."""

    @abstractmethod
    def apply_action(self, state: State, action: Action) -> State:
        """Return the state after `action`."""

    @abstractmethod
    def get_rewards(self, state: State) -> list[float]:
        """Return the finite returns so far, in player order, length n."""

    @abstractmethod
    def get_observations(self, state: State) -> list[Observation]:
        """Return what each player may know, in player order, length n."""

    @abstractmethod
    def get_chance_outcomes(self, state: State) -> list[tuple[Action, float]]:
        """Return a chance node's outcomes with positive probabilities that sum to 1.

        A program without `get_chance_outcomes` has uniform chance over its legal actions.
        """

    @abstractmethod
    def get_all_actions(self) -> list[Action] | None:
        """Return the full vocabulary of player actions, or None where the program declares none."""

    @abstractmethod
    def get_player_name(self, player_id: int) -> str:
        """Return a player's name; `player_<id>` where the program names none."""

    @abstractmethod
    def resample_history(
        self,
        obs_action_history: Sequence[tuple[Observation, Action | None]],
        player_id: int,
        seed: int,
    ) -> list[Action]:
        """Return a random action sequence from the initial state that the player cannot rule out.

        Args:
            obs_action_history: what the player saw and did: (observation, own action) in order, the
                last action None when the player is yet to act.
            player_id: whose history it is.
            seed: seeds the program's `random` for this call.

        Raises:
            MissingFunctionError: if the program does not define it.
        """

    @abstractmethod
    def render(self, state: State) -> str | None:
        """Return a human's view of the state, or None where the program draws none."""

    @abstractmethod
    def start(self) -> Position:
        """Return the initial position."""

    @abstractmethod
    def advance(self, state: State, action: Action) -> Position:
        """Apply `action` and return the position that follows."""

    @abstractmethod
    def position(self, state: State) -> Position:
        """Return everything about `state` at once."""

    @abstractmethod
    def state_key(self, state: State) -> str:
        """Return text that is equal for equal states, in every process, and differs for others.

        Raises:
            ContractError: if the state holds values that are not data.
        """

    @abstractmethod
    def encode_state(self, state: State) -> str:
        """Return `state` as JSON text from which `decode_state` makes it again, bit for bit.

        Raises:
            ContractError: if the state holds values that are not data.
        """

    @abstractmethod
    def decode_state(self, text: str) -> State:
        """Return the state that `encode_state` wrote."""

    def close(self) -> None:  # noqa: B027 - only games that hold a worker have something to release
        """Release what the game holds outside this process's memory. May be called twice."""
