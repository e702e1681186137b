"""Checks of what a contract function returned: exactly the documented type, or a ContractError.

Each takes a value of unknown origin and never calls a method of it before its exact type is known.
The same checks hold for a game in this process and for the answers of an isolated worker.
"""

from __future__ import annotations

from collections import Counter
from math import isfinite
from typing import Any, NoReturn

from codeworld.contract import CHANCE_PLAYER, PROBABILITY_TOLERANCE, TERMINAL_PLAYER
from codeworld.errors import ContractError
from codeworld.sandbox.faults import shorten

_MAX_SHOWN = 80


def describe(value: Any) -> str:
    """Return a short description of `value` that runs none of its code."""
    kind = type(value)
    if value is None or kind is bool:
        return str(value)
    if kind is int:
        return f"{value} (int)" if value.bit_length() < 200 else "a huge int"
    if kind is float:
        return f"{value} (float)"
    if kind is str:
        return f"{shorten(value, _MAX_SHOWN)!r} (str)"
    if kind in (list, tuple, dict, set):
        return f"a {kind.__name__} of length {len(value)}"
    return f"an object of type {shorten(type.__getattribute__(kind, '__name__'), _MAX_SHOWN)}"


def fail(function: str, found: str, expected: str) -> NoReturn:
    """Raise the ContractError for `function`.

    Args:
        function: the contract function.
        found: what it returned.
        expected: what it must return, as an instruction.
    """
    raise ContractError(f"{function} returned {found}; {expected}")


def check_player(player: Any, num_players: int) -> int:
    """Return the player to move.

    Args:
        player: what `get_current_player` returned; a float that is a whole number is accepted, and
            so is a member of an enumeration of ints.
        num_players: number of players.

    Raises:
        ContractError: if it is not an int in 0..num_players-1, -1 or -4.
    """
    if type(player) is float and player.is_integer():
        player = int(player)
    elif isinstance(player, int) and type(player) is not bool:
        player = int.__int__(player)  # of an IntEnum; no method of the program runs
    if type(player) is int and player in (*range(num_players), CHANCE_PLAYER, TERMINAL_PLAYER):
        return player
    fail(
        "get_current_player",
        describe(player),
        f"return an int: 0 to {num_players - 1} for a player, -1 at chance, -4 at the end",
    )


def check_actions(actions: Any, function: str = "get_legal_actions") -> list[str]:
    """Return a fresh list of the actions.

    Raises:
        ContractError: if `actions` is not a list or tuple of distinct str.
    """
    if type(actions) is not list and type(actions) is not tuple:
        fail(function, describe(actions), "return a list of str")
    for action in actions:
        if type(action) is not str:
            fail(function, f"a list that holds {describe(action)}", "every action must be a str")
    if len(set(actions)) != len(actions):
        counts = Counter(actions)
        twice = next(action for action in actions if counts[action] > 1)
        fail(function, f"{describe(twice)} twice", "list every action once")
    return list(actions)


def check_returns(rewards: Any, num_players: int | None = None) -> list[float]:
    """Return the returns so far as floats, in player order.

    Args:
        rewards: what `get_rewards` returned.
        num_players: number of players; None to accept any length from 1.

    Raises:
        ContractError: if it is not a list or tuple of `num_players` finite ints or floats.
    """
    if type(rewards) is not list and type(rewards) is not tuple:
        fail("get_rewards", describe(rewards), "return a list with one float per player")
    if len(rewards) != num_players and (num_players is not None or not rewards):
        wanted = "at least 1" if num_players is None else str(num_players)
        fail(
            "get_rewards", describe(rewards), f"the length must be the number of players, {wanted}"
        )
    for reward in rewards:
        if (type(reward) is not float and type(reward) is not int) or not _is_finite(reward):
            found = f"a list that holds {describe(reward)}"
            fail("get_rewards", found, "every reward must be a finite float")
    return list(map(float, rewards))


def _is_finite(number: float) -> bool:
    try:
        return isfinite(number)
    except OverflowError:
        return False


def check_observations(observations: Any, num_players: int) -> list[Any]:
    """Return one observation per player, in player order.

    Args:
        observations: what `get_observations` returned: a list or tuple, or a dict with the keys
            0..num_players-1.
        num_players: number of players.

    Raises:
        ContractError: if it is anything else.
    """
    kind = type(observations)
    if kind is dict and len(observations) == num_players:
        keys = list(observations)
        if all(type(key) is int for key in keys) and set(keys) == set(range(num_players)):
            return [observations[player] for player in range(num_players)]
    if (kind is list or kind is tuple) and len(observations) == num_players:
        return list(observations)
    fail(
        "get_observations",
        describe(observations),
        f"return a list with one observation per player, {num_players} in all",
    )


def check_chance_outcomes(outcomes: Any, legal_actions: list[str]) -> list[tuple[str, float]]:
    """Return the outcomes of a chance node with their probabilities.

    Args:
        outcomes: what `get_chance_outcomes` returned: (action, probability) pairs, or a dict.
        legal_actions: the legal actions of the same state.

    Raises:
        ContractError: if the actions are not exactly the legal ones, or the probabilities are not
            positive and summing to 1 within `PROBABILITY_TOLERANCE`.
    """
    function = "get_chance_outcomes"
    if type(outcomes) is dict:
        outcomes = list(outcomes.items())
    if type(outcomes) is not list and type(outcomes) is not tuple:
        fail(function, describe(outcomes), "return a list of (action, probability)")
    pairs: list[tuple[str, float]] = []
    for pair in outcomes:
        if (type(pair) is not tuple and type(pair) is not list) or len(pair) != 2:
            fail(function, f"a list that holds {describe(pair)}", "return (action, probability)")
        action, probability = pair
        if type(action) is not str:
            fail(function, f"the action {describe(action)}", "every action must be a str")
        if type(probability) not in (int, float) or not 0 < probability <= 1.0 + 1e-9:
            found = f"the probability {describe(probability)} of {describe(action)}"
            fail(function, found, "every probability must be greater than 0 and at most 1")
        pairs.append((action, float(probability)))
    total = sum(probability for _, probability in pairs)
    if abs(total - 1.0) > PROBABILITY_TOLERANCE:
        fail(function, f"probabilities that sum to {total!r}", "they must sum to 1")
    if len(pairs) != len(legal_actions) or {action for action, _ in pairs} != set(legal_actions):
        fail(
            function,
            f"{len(pairs)} outcomes that are not the {len(legal_actions)} legal actions",
            "list exactly the actions of get_legal_actions, each once",
        )
    return pairs


def uniform_outcomes(legal_actions: list[str]) -> list[tuple[str, float]]:
    """Return every legal action with the same probability."""
    probability = 1.0 / len(legal_actions) if legal_actions else 0.0
    return [(action, probability) for action in legal_actions]


def check_text(text: Any, function: str) -> str:
    """Return `text` if it is a str.

    Raises:
        ContractError: if it is not.
    """
    if type(text) is not str:
        fail(function, describe(text), "return a str")
    return text


def check_history(actions: Any) -> list[str]:
    """Return a resampled action sequence; unlike legal actions, it may repeat itself.

    Raises:
        ContractError: if it is not a list or tuple of str.
    """
    if type(actions) is not list and type(actions) is not tuple:
        fail("resample_history", describe(actions), "return a list of actions from the start")
    for action in actions:
        if type(action) is not str:
            found = f"a list that holds {describe(action)}"
            fail("resample_history", found, "every action must be a str")
    return list(actions)
