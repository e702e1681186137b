"""Scenarios: named lines of play with facts that must hold where they end.

A scenario file is TOML. Every `[[scenario]]` has a `name`, the `actions` from the initial state
(outcomes of chance among them), and at least one fact about the state after the last one:

    [[scenario]]
    name = "the first player may bet again after a check"
    actions = ["deal J", "deal K", "check"]
    player = 1                                  # whose turn; -1 is chance, -4 the end
    legal = ["check", "bet"]                    # exactly these, in any order
    includes = ["bet"]                          # these among others
    illegal = ["fold"]                          # none of these
    terminal = false
    returns = [0, 0]                            # player order
    chance = { "deal J" = "1/2" }               # exactly these outcomes; fractions are texts
    observations.1.cards = ["?", "K"]           # of player 1; only the leaves that are named
    [[scenario.alike]]                          # player 0 sees the same as after these actions
    player = 0
    actions = ["deal J", "deal Q", "check"]
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER, Action, Game, State
from codeworld.errors import GameError, ScenarioError


class Alike(NamedTuple):
    """Another line of play that one player cannot tell from the scenario's.

    Attributes:
        player: who cannot tell.
        actions: the other line, from the initial state.
    """

    player: int
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A line of play and the facts that hold after it. A fact that is None is not claimed.

    Attributes:
        name: what the scenario shows, in words; unique in its file.
        actions: all actions from the initial state, outcomes of chance included.
        player: player to move, `CHANCE_PLAYER` or `TERMINAL_PLAYER`.
        terminal: whether the game is over.
        legal: all legal actions, in any order.
        includes: some of the legal actions.
        illegal: actions that are not legal.
        returns: the returns so far, in player order.
        chance: all outcomes of the chance node with their probabilities, in any order.
        observations: (player, leaves) pairs; the leaves are the part of that player's observation
            that must be equal, as plain values.
        alike: lines of play that a player cannot tell from this one.
    """

    name: str
    actions: tuple[Action, ...]
    player: int | None = None
    terminal: bool | None = None
    legal: tuple[Action, ...] | None = None
    includes: tuple[Action, ...] = ()
    illegal: tuple[Action, ...] = ()
    returns: tuple[float, ...] | None = None
    chance: tuple[tuple[Action, Fraction], ...] | None = None
    observations: tuple[tuple[int, Any], ...] = ()
    alike: tuple[Alike, ...] = ()


def load_scenarios(text: str) -> tuple[Scenario, ...]:
    """Return the scenarios of a file, in its order.

    Args:
        text: the file's text, TOML as this module's docstring describes it.

    Raises:
        ScenarioError: naming the scenario, what is wrong with it, and what to write.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"not a TOML file: {error}; mend it there") from error
    entries = data.pop("scenario", None)
    if data or not isinstance(entries, list) or not entries:
        raise ScenarioError("a scenario file holds one or more [[scenario]] tables, nothing else")
    scenarios = tuple(_read_scenario(entry, place) for place, entry in enumerate(entries, 1))
    known = [scenario.name for scenario in scenarios]
    if twice := [name for place, name in enumerate(known) if name in known[:place]]:
        raise ScenarioError(f"scenario {twice[0]!r}: two have this name; give each its own")
    return scenarios


def _read_scenario(entry: Any, place: int) -> Scenario:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise ScenarioError(f'scenario number {place}: it has no name; write name = "..."')
    name = entry["name"]
    if "actions" not in entry:
        raise ScenarioError(f"scenario {name!r}: it has no actions; write actions = [...]")
    if len(entry) < 3:
        raise ScenarioError(f"scenario {name!r}: it claims nothing; add a fact such as player = 0")
    values: dict[str, Any] = {"name": name}
    for key, value in entry.items():
        if key == "name":
            continue
        if key not in _READERS:
            known = ", ".join(_READERS)
            raise ScenarioError(f"scenario {name!r}: {key!r} is not a fact; facts are {known}")
        wanted, read = _READERS[key]
        try:
            values[key] = read(value)
        except (TypeError, ValueError, KeyError, AttributeError, ZeroDivisionError) as error:
            raise ScenarioError(
                f"scenario {name!r}: {key} is {value!r}; it must be {wanted}"
            ) from error
    return Scenario(**values)


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(value)
        return value

    return read


def _read_actions(value: Any) -> tuple[Action, ...]:
    return tuple(map(_exactly(str), _exactly(list)(value)))


def _read_returns(value: Any) -> tuple[float, ...]:
    if any(type(number) not in (int, float) for number in _exactly(list)(value)):
        raise TypeError(value)
    return tuple(map(float, value))


def _read_chance(value: Any) -> tuple[tuple[Action, Fraction], ...]:
    outcomes = tuple((outcome, Fraction(number)) for outcome, number in value.items())
    if sum(probability for _, probability in outcomes) != 1:
        raise ValueError(value)
    return outcomes


def _read_observations(value: Any) -> tuple[tuple[int, Any], ...]:
    return tuple((int(player), _exactly(dict)(leaves)) for player, leaves in value.items())


def _read_alike(value: Any) -> tuple[Alike, ...]:
    if any(set(line) != {"player", "actions"} for line in _exactly(list)(value)):
        raise KeyError(value)
    return tuple(
        Alike(_exactly(int)(line["player"]), _read_actions(line["actions"])) for line in value
    )


_READERS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "actions": ("a list of texts", _read_actions),
    "player": ("a player's number, -1 for chance or -4 for the end", _exactly(int)),
    "terminal": ("true or false", _exactly(bool)),
    "legal": ("a list of texts", _read_actions),
    "includes": ("a list of texts", _read_actions),
    "illegal": ("a list of texts", _read_actions),
    "returns": ("a list of numbers, in player order", _read_returns),
    "chance": ('a table such as { "deal J" = "1/3" } whose fractions sum to 1', _read_chance),
    "observations": ("a table of tables, one for each player's number", _read_observations),
    "alike": ("a list of tables with player and actions", _read_alike),
}
"""For each key, what its value must be and the function that reads it."""


def check_scenario(game: Game, scenario: Scenario) -> tuple[str, ...]:
    """Return what does not hold, in words; empty if the whole scenario holds.

    Args:
        game: the game that is held against the scenario. What it raises is a failure, too.
        scenario: the line of play and its facts.
    """
    try:
        state = _play(game, scenario.actions)
        return tuple(_failures(game, scenario, state))
    except _NotLegalError as error:
        return (str(error),)
    except GameError as error:
        return (f"the game fails: {error}",)


class _NotLegalError(Exception):
    """A line of play asks for an action that is not legal."""


def _play(game: Game, actions: Sequence[Action]) -> State:
    state = game.get_initial_state()
    for number, action in enumerate(actions, 1):
        legal = game.get_legal_actions(state)
        if action not in legal:
            raise _NotLegalError(
                f"action {number} of {_listed(actions)} is not legal; legal are {_listed(legal)}"
            )
        state = game.apply_action(state, action)
    return state


def _failures(game: Game, scenario: Scenario, state: State) -> Iterator[str]:
    player = game.get_current_player(state)
    if scenario.player is not None and player != scenario.player:
        yield f"the player to move is {player}, not {scenario.player}"
    if scenario.terminal is not None and (player == TERMINAL_PLAYER) != scenario.terminal:
        yield f"the game is {'not over' if scenario.terminal else 'over'}"
    legal = game.get_legal_actions(state)
    if scenario.legal is not None and set(legal) != set(scenario.legal):
        yield f"legal are {_listed(legal)}, not {_listed(scenario.legal)}"
    for action in scenario.includes:
        if action not in legal:
            yield f"{action!r} is not legal; legal are {_listed(legal)}"
    for action in scenario.illegal:
        if action in legal:
            yield f"{action!r} is legal"
    if scenario.returns is not None:
        returns = game.get_rewards(state)
        if returns != list(scenario.returns):
            yield f"the returns are {returns}, not {list(scenario.returns)}"
    if scenario.chance is not None and player == CHANCE_PLAYER:
        yield from _chance_failures(dict(game.get_chance_outcomes(state)), dict(scenario.chance))
    elif scenario.chance is not None:
        yield f"this is no chance node; the player to move is {player}"
    observations = game.get_observations(state)
    for seat, leaves in scenario.observations:
        if not 0 <= seat < len(observations):
            yield f"there is no player {seat} to observe"
        else:
            yield from _differences(leaves, observations[seat], f"player {seat}'s observation")
    for line in scenario.alike:
        others = game.get_observations(_play(game, line.actions))
        if others[line.player : line.player + 1] != observations[line.player : line.player + 1]:
            yield f"player {line.player} can tell this from {_listed(line.actions)}"


def _chance_failures(
    actual: dict[Action, float], expected: dict[Action, Fraction]
) -> Iterator[str]:
    if set(actual) != set(expected):
        yield f"the outcomes of chance are {_listed(actual)}, not {_listed(expected)}"
        return
    for outcome, probability in expected.items():
        if not math.isclose(actual[outcome], probability, rel_tol=1e-9):
            yield f"{outcome!r} has probability {actual[outcome]}, not {probability}"


def _differences(expected: Any, actual: Any, path: str) -> Iterator[str]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            if key in actual:
                yield from _differences(value, actual[key], f"{path}.{key}")
            else:
                yield f"{path} has no {key!r}"
    # Python takes 1, 1.0 and True for equal; an observation that shows one shows no other.
    elif type(expected) is not type(actual) or expected != actual:
        yield f"{path} is {actual!r}, not {expected!r}"


def _listed(actions: Sequence[Action] | dict[Action, Any]) -> str:
    return ", ".join(map(repr, actions)) or "none"
