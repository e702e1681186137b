# line: roll ; 6 ; hold ; roll ; 1 ; roll ; 6 ; roll ; 6 ; hold => 1 -1
"""Pig to 18 points with one die.

A player rolls as often as they like and banks the turn total by holding; a 1 loses it.
"""
from enum import IntEnum
from typing import Any, Dict, List, Tuple


class Player(IntEnum):
    FIRST = 0
    SECOND = 1
    CHANCE = -1
    TERMINAL = -4

    @property
    def other(self) -> "Player":
        return Player(1 - self)


GOAL = 18
DIE: List[int] = list(range(1, 7))


def get_initial_state() -> Dict[str, Any]:
    return {"scores": [0, 0], "turn_total": 0, "to_move": int(Player.FIRST), "rolling": False}


def get_current_player(state: Dict[str, Any]) -> int:
    if max(state["scores"]) >= GOAL:
        return Player.TERMINAL
    return Player.CHANCE if state["rolling"] else Player(state["to_move"])


def get_legal_actions(state: Dict[str, Any]) -> List[str]:
    player = get_current_player(state)
    if player == Player.TERMINAL:
        return []
    if player is Player.CHANCE:
        return [str(face) for face in DIE]
    return ["roll", "hold"] if state["turn_total"] else ["roll"]


def get_chance_outcomes(state: Dict[str, Any]) -> List[Tuple[str, float]]:
    return [(str(face), 1 / 6) for face in DIE]


def apply_action(state: Dict[str, Any], action: str) -> Dict[str, Any]:
    me = Player(state["to_move"])
    scores = list(state["scores"])
    if action == "roll":
        return {**state, "rolling": True}
    if action == "hold":
        scores[me] += state["turn_total"]
        return {"scores": scores, "turn_total": 0, "to_move": int(me.other), "rolling": False}
    face = int(action)
    if face == 1:
        return {"scores": scores, "turn_total": 0, "to_move": int(me.other), "rolling": False}
    return {**state, "turn_total": state["turn_total"] + face, "rolling": False}


def get_rewards(state: Dict[str, Any]) -> List[float]:
    for player in (Player.FIRST, Player.SECOND):
        if state["scores"][player] >= GOAL:
            return [1.0 if p == player else -1.0 for p in range(2)]
    return [0.0, 0.0]


def get_observations(state: Dict[str, Any]) -> List[Dict[str, Any]]:
    return [
        {"mine": state["scores"][p], "theirs": state["scores"][1 - p], "total": state["turn_total"]}
        for p in range(2)
    ]


def get_player_name(player_id: int) -> str:
    return Player(player_id).name.title()


def get_all_actions() -> List[str]:
    return ["roll", "hold"]
