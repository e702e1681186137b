# line: spin ; 2 ; climb ; spin ; 1 ; spin ; 3 ; spin ; 3 ; spin ; 3 => 3 -1 -1 -1
"""Snakes and ladders on 12 squares for four players.

At the foot of a ladder (square 2 or 4) the player may climb to 9 or stay. Square 11 is a snake to 5.
"""
from typing import Dict, Final

LAST: Final[int] = 12
SNAKES: Final[Dict[int, int]] = {11: 5}
LADDERS: Dict[int, int] = {4: 9, 2: 9}
PLAYERS = range(4)


def get_initial_state():
    # positions is keyed by player (int keys)
    return {"positions": {p: 0 for p in PLAYERS}, "turn": 0, "phase": "spin", "round": 0}


def _finished(state):
    return next((p for p, at in state["positions"].items() if at >= LAST), None)


def get_current_player(state):
    if _finished(state) is not None or state["round"] >= 200:
        return -4
    return -1 if state["phase"] == "chance" else state["turn"]


def get_legal_actions(state):
    if get_current_player(state) == -4:
        return []
    return {"chance": ["1", "2", "3"], "spin": ["spin"], "foot": ["climb", "stay"]}[state["phase"]]


def apply_action(state, action):
    positions = dict(state["positions"])
    turn, phase = state["turn"], state["phase"]
    passes = False
    if phase == "spin":
        phase = "chance"
    elif phase == "chance":
        positions[turn] += int(action)
        positions[turn] = SNAKES.get(positions[turn], positions[turn])
        passes = positions[turn] not in LADDERS
        phase = "spin" if passes else "foot"
    else:
        if action == "climb":
            positions[turn] = LADDERS[positions[turn]]
        phase, passes = "spin", True
    over = positions[turn] >= LAST
    return {
        "positions": positions,
        "turn": (turn + 1) % len(PLAYERS) if passes and not over else turn,
        "phase": phase,
        "round": state["round"] + passes,
    }


def get_rewards(state):
    winner = _finished(state)
    if winner is None:
        return [0.0] * len(PLAYERS)
    return [3.0 if p == winner else -1.0 for p in PLAYERS]


def get_observations(state):
    return [{"positions": state["positions"], "me": p, "phase": state["phase"]} for p in PLAYERS]


def get_player_name(player_id):
    return {0: "red", 1: "blue", 2: "green", 3: "gold"}.get(player_id, "nobody")
