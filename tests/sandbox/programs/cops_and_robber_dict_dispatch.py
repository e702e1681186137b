# line: E ; N ; E ; N => 1 -1
# line: X ; X ; X ; X ; X ; X ; X ; X ; X ; X => -1 1
"""Cop (player 0) and robber (player 1) on a 3x3 grid. Cop starts at (0,0), robber at (2,2).

They move in turn N, S, E, W or stay (X). Landing on the other catches; ten moves without: escaped.
"""
from collections import defaultdict
from typing import Dict, Tuple


def _north(p: Tuple[int, int]) -> Tuple[int, int]: return (p[0] - 1, p[1])
def _south(p: Tuple[int, int]) -> Tuple[int, int]: return (p[0] + 1, p[1])
def _east(p: Tuple[int, int]) -> Tuple[int, int]: return (p[0], p[1] + 1)
def _west(p: Tuple[int, int]) -> Tuple[int, int]: return (p[0], p[1] - 1)


MOVES: Dict[str, object] = {"N": _north, "S": _south, "E": _east, "W": _west, "X": lambda p: p}


def get_initial_state():
    return {"at": {"cop": (0, 0), "robber": (2, 2)}, "moves": 0}


def caught(state):
    return state["at"]["cop"] == state["at"]["robber"]


def get_current_player(state):
    return -4 if caught(state) or state["moves"] == 10 else state["moves"] % 2


def get_legal_actions(state):
    if get_current_player(state) == -4:
        return []
    name = ["cop", "robber"][state["moves"] % 2]
    reached = defaultdict(list)
    for letter, step in MOVES.items():
        r, c = step(state["at"][name])
        reached[0 <= r <= 2 and 0 <= c <= 2].append(letter)
    return reached[True]


def apply_action(state, action):
    name = ("cop", "robber")[state["moves"] % 2]
    at = {**state["at"], name: MOVES[action](state["at"][name])}
    return {"at": at, "moves": state["moves"] + 1}


def get_rewards(state):
    if caught(state):
        return [1.0, -1.0]
    return [-1.0, 1.0] if state["moves"] == 10 else [0.0, 0.0]


def get_observations(state):
    return [state["at"], state["at"]]


def get_player_name(player_id):
    return "cop" if player_id == 0 else "robber"
