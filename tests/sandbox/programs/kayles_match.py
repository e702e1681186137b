# line: knock 2 ; knock pair 0 1 ; knock pair 3 4 ; knock 5 => -1 1
"""Kayles with six pins: knock down one pin or two neighbours; the last to move wins."""
from dataclasses import dataclass


@dataclass(frozen=True)
class One:
    pin: int


@dataclass(frozen=True)
class Pair:
    left: int
    right: int


class Nothing:
    pass


def parse(action):
    match action.split():
        case ["knock", "pair", left, right]:
            return Pair(int(left), int(right))
        case ["knock", pin] if pin.isdigit():
            return One(int(pin))
        case [] | [_]:
            return Nothing()
        case other:
            raise ValueError(f"cannot read {other!r}")


def get_initial_state():
    return {"pins": "||||||", "player": 0}


def get_current_player(state):
    match state:
        case {"pins": str(pins), "player": 0 | 1 as player} if "|" in pins:
            return player
        case {"pins": _, **rest}:
            assert "player" in rest
            return -4


def get_legal_actions(state):
    pins = state["pins"]
    singles = [f"knock {i}" for i, pin in enumerate(pins) if pin == "|"]
    pairs = [f"knock pair {i} {i + 1}" for i in range(len(pins) - 1) if pins[i:i + 2] == "||"]
    return singles + pairs


def apply_action(state, action):
    pins = list(state["pins"])
    match parse(action):
        case One(pin):
            pins[pin] = "."
        case Pair(left=a, right=b):
            pins[a:b + 1] = "..", ""
            pins = list("".join(pins))
        case Nothing():
            pass
    return {"pins": "".join(pins), "player": 1 - state["player"]}


def outcome(state):
    match (get_current_player(state), state["player"]):
        case (0 | 1, _):
            return 0
        case (-4, loser):
            return -1 if loser == 0 else 1


def get_rewards(state):
    match outcome(state):
        case 0:
            return [0.0, 0.0]
        case int(sign) if sign > 0:
            return [1.0, -1.0]
        case int() | float():
            return [-1.0, 1.0]
        case None:
            return []


def get_observations(state):
    match list(state["pins"]):
        case [first, *middle, last]:
            view = {"ends": [first, last], "middle": "".join(middle)}
        case _:
            view = {}
    return [view, view]
