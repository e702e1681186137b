"""A game that runs in this process."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from codeworld.contract import (
    CHANCE_PLAYER,
    CONTRACT,
    Action,
    Game,
    Observation,
    Position,
    State,
)
from codeworld.errors import ContractError, MissingFunctionError
from codeworld.sandbox import values
from codeworld.sandbox.classes import collect_classes
from codeworld.sandbox.faults import describe_fault
from codeworld.sandbox.fuel import FuelExhausted
from codeworld.sandbox.loading import load_program
from codeworld.sandbox.normalisation import (
    check_actions,
    check_chance_outcomes,
    check_history,
    check_observations,
    check_player,
    check_returns,
    check_text,
    uniform_outcomes,
)
from codeworld.sandbox.program import Program
from codeworld.sandbox.statelessness import is_stateless
from codeworld.sandbox.statements import OnStatement
from codeworld.seeding import check_seed, derive_seed

_new_position: Callable[[tuple[Any, ...]], Position] = partial(tuple.__new__, Position)
"""`Position(*fields)`, at half the cost."""

_STEP_FUNCTIONS = (
    "apply_action",
    "get_current_player",
    "get_legal_actions",
    "get_rewards",
    "get_observations",
)
"""The functions of one step, in the order in which `advance` calls them."""


def detach(value: Any) -> Any:
    """Return a copy of plain data; anything else as it is: copying it could run the program."""
    try:
        return marshal.loads(marshal.dumps(value))
    except ValueError:
        return value


class CompiledGame(Game):
    """A compiled program, bound to the contract. Make one with `compile_game`.

    Every method raises a `GameError` where the program is at fault: `GameRuntimeError` if it
    raised, `FuelExhaustedError` if it ran out of fuel, `ContractError` if it returned something
    else than it must.

    Attributes:
        fuel: ticks for each call of a contract function; None for no limit.
        stateless: whether the program provably keeps nothing between calls.
    """

    stateless = True
    _starts_with_data = False

    def __init__(
        self, program: Program, fuel: int | None, on_statement: OnStatement | None = None
    ) -> None:
        self.source = program.source
        self.source_hash = program.source_hash
        self.fuel = fuel
        self._program = program
        self._on_statement = on_statement
        self._load(0)
        initial_state = self._call("get_initial_state")
        self.num_players = len(check_returns(self._call("get_rewards", initial_state)))
        self.stateless = is_stateless(self._loaded, program)
        self.restart(0)

    def __reduce__(self) -> tuple[Callable[..., Game], tuple[str, int | None]]:
        from codeworld.sandbox.compiler import recompile_game

        return recompile_game, (self.source, self.fuel)

    # --- loading ---------------------------------------------------------------------------------

    def _load(self, seed: int) -> None:
        """Execute the program's module-level code afresh, with its `random` seeded."""
        self._loaded = load_program(self._program, self.fuel, seed, self._on_statement)
        self._runtime = self._loaded.runtime
        self._tank = self._runtime.fuel
        self._functions = self._bind()
        self.defined = frozenset(self._functions)
        self._step: tuple[Callable[..., Any], ...] = (
            *(self._functions[name] for name in _STEP_FUNCTIONS),
            self._tank.reset,
        )

    def _bind(self) -> dict[str, Callable[..., Any]]:
        """Return the program's contract functions.

        Raises:
            MissingFunctionError: if a required one is not there, or is no function.
        """
        functions: dict[str, Callable[..., Any]] = {}
        for function in CONTRACT:
            value = self._loaded.namespace.get(function.name)
            if callable(value):
                functions[function.name] = value
            elif function.required:
                raise MissingFunctionError(
                    f"the program has no function {function.name} after loading; add:\n"
                    f"  {function.signature}  # returns {function.returns}"
                )
        return functions

    def restart(self, seed: int) -> None:
        """Begin a new episode: forget whatever the program kept between calls."""
        seed = check_seed(seed)
        if not self.stateless:
            self._load(derive_seed(seed, "sandbox.restart"))

    @property
    def classes(self) -> dict[str, type]:
        """The program's own classes by qualified name, as the codec of states wants them."""
        return collect_classes(self._loaded.namespace)

    # --- calling ---------------------------------------------------------------------------------

    def _describe(self, error: BaseException, function: str | None = None) -> BaseException:
        """Return what to raise for an exception of the program; make the game fit to go on."""
        if isinstance(error, FuelExhausted):
            self._tank.refill()
            self._runtime.install_fuel()
            self._step = (*self._step[:-1], self._tank.reset)
        return describe_fault(error, self._program.filename, function)

    def _call(self, name: str, *arguments: Any) -> Any:
        """Return what a contract function returns, on a full tank, unchecked."""
        self._tank.reset(0)
        try:
            result = self._functions[name](*arguments)
            if self._tank.spent is not None:
                raise FuelExhausted(*self._tank.spent)
        except BaseException as error:
            fault = self._describe(error, name)
        else:
            return result
        # Outside the handler, so that the program's exception does not travel as __context__.
        raise fault

    def get_initial_state(self) -> State:
        """Return the state before any action."""
        return self._detached(self._call("get_initial_state"))

    def get_current_player(self, state: State) -> int:
        """Return the player to move in 0..n-1, `CHANCE_PLAYER` or `TERMINAL_PLAYER`."""
        return check_player(self._call("get_current_player", state), self.num_players)

    def get_legal_actions(self, state: State) -> list[Action]:
        """Return the legal actions, no duplicates; outcomes at a chance node; [] at terminal."""
        return check_actions(self._call("get_legal_actions", state))

    def apply_action(self, state: State, action: Action) -> State:
        """Return the state after `action`."""
        return self._detached(self._call("apply_action", state, action))

    def get_rewards(self, state: State) -> list[float]:
        """Return the finite returns so far, in player order, length n."""
        return check_returns(self._call("get_rewards", state), self.num_players)

    def get_observations(self, state: State) -> list[Observation]:
        """Return what each player may know, in player order, length n."""
        found = self._detached(self._call("get_observations", state))
        found = check_observations(found, self.num_players)
        self._check_data("get_observations", found)
        return found

    def _detached(self, value: Any) -> Any:
        """Return `value`, out of reach of a program that may have kept a part of it."""
        return value if self.stateless else detach(value)

    def _check_data(self, function: str, value: Any) -> None:
        """Check that what a function returned is data: a state or an observation.

        Raises:
            ContractError: if it holds a function, an iterator, or whatever no text can say.
        """
        try:
            marshal.dumps(value, 2)  # exact built-in data, and nothing else: a check at C speed
            return
        except ValueError:
            pass
        try:
            values.encode(value, self.classes)
        except ContractError as error:
            fault = ContractError(
                f"{function} returned something else than data, which every value must be: {error}"
            )
        else:
            return
        raise fault

    def get_chance_outcomes(self, state: State) -> list[tuple[Action, float]]:
        """Return a chance node's outcomes with positive probabilities that sum to 1."""
        legal_actions = self.get_legal_actions(state)
        if "get_chance_outcomes" not in self.defined:
            return uniform_outcomes(legal_actions)
        return check_chance_outcomes(self._call("get_chance_outcomes", state), legal_actions)

    def get_all_actions(self) -> list[Action] | None:
        """Return the full vocabulary of player actions, or None where the program declares none."""
        if "get_all_actions" not in self.defined:
            return None
        return check_actions(self._call("get_all_actions"), "get_all_actions")

    def get_player_name(self, player_id: int) -> str:
        """Return a player's name; `player_<id>` where the program names none."""
        if "get_player_name" not in self.defined:
            return f"player_{player_id}"
        return check_text(self._call("get_player_name", player_id), "get_player_name")

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
        if "resample_history" not in self.defined:
            raise MissingFunctionError(
                "the program does not define resample_history; add:\n"
                "  def resample_history(obs_action_history, player_id):"
            )
        self._runtime.library.generator.seed(derive_seed(seed, "sandbox.resample"))
        given = detach(list(obs_action_history))
        history = self._call("resample_history", given, player_id)
        return check_history(history)

    def render(self, state: State) -> str | None:
        """Return a human's view of the state, or None where the program draws none."""
        if "render" not in self.defined:
            return None
        return check_text(self._call("render", state), "render")

    # --- steps -----------------------------------------------------------------------------------

    def start(self) -> Position:
        """Return the initial position."""
        position = self.position(self.get_initial_state())
        # Once per episode, or once for a program whose start is always the same: on every step it
        # would cost more than the step.
        if not (self.stateless and self._starts_with_data):
            self._check_data("get_initial_state", position.state)
            self._check_data("get_observations", position.observations)
            self._starts_with_data = True
        return position

    def advance(self, state: State, action: Action) -> Position:
        """Apply `action` and return the position that follows."""
        try:
            self._tank.reset(0)
            state = self._step[0](state, action)
            if not self.stateless:
                state = detach(state)
        except BaseException as error:
            fault = self._describe(error)
        else:
            return self.position(state)
        raise fault

    def position(self, state: State) -> Position:
        """Return everything about `state` at once."""
        _, get_player, get_actions, get_rewards, get_observations, reset = self._step
        fault: BaseException | None = None
        try:
            reset(0)
            player = get_player(state)
            reset(0)
            actions = get_actions(state)
            reset(0)
            rewards = get_rewards(state)
            reset(0)
            observations = get_observations(state) if player != CHANCE_PLAYER else None
            if not self.stateless:
                observations = detach(observations)
            if self._tank.spent is not None:
                raise FuelExhausted(*self._tank.spent)
        except BaseException as error:
            fault = self._describe(error)
        if fault is not None:
            raise fault
        # What a well-behaved program returns passes at once; everything else goes through the full
        # checks, which accept it or say what is wrong.
        num_players = self.num_players
        if type(player) is not int or not 0 <= player < num_players:
            player = check_player(player, num_players)
        if type(actions) is not list:
            actions = check_actions(actions)
        else:
            for action in actions:
                if type(action) is not str:
                    check_actions(actions)
            if len(set(actions)) != len(actions):
                check_actions(actions)
            actions = actions.copy()
        if type(rewards) is not list or len(rewards) != num_players:
            rewards = check_returns(rewards, num_players)
        else:
            for reward in rewards:
                if type(reward) is not float or reward - reward != 0.0:
                    rewards = check_returns(rewards, num_players)
                    break
            else:
                rewards = rewards.copy()
        if type(observations) is list and len(observations) == num_players:
            observations = observations.copy()
        elif player != CHANCE_PLAYER:
            observations = check_observations(observations, num_players)
        else:
            observations = []
        return _new_position((state, player, actions, rewards, observations))

    def state_key(self, state: State) -> str:
        """Return text that is equal for equal states, in every process, and differs for others."""
        return values.plain_canonical(state) or values.canonical(state, self.classes)

    def encode_state(self, state: State) -> str:
        """Return `state` as JSON text from which `decode_state` makes it again, bit for bit."""
        return values.encode(state, self.classes)

    def decode_state(self, text: str) -> State:
        """Return the state that `encode_state` wrote."""
        return values.decode(text, self.classes)
