# line: rest ; rest ; strike ; guard ; strike ; rest ; rest ; rest ; strike => 1 -1
"""Fencing to two touches, at most 16 turns: in turn each strikes, guards or rests; a strike lands
if the foe's last stance is rest. The state keeps Enum members, a set and a nested object."""
from enum import Enum, IntEnum


class Stance(Enum):
    REST = 0
    GUARD = 1
    STRIKE = 2


class Who(IntEnum):
    LEFT = 0
    RIGHT = 1


class Score:
    def __init__(self, left=0, right=0):
        self.left, self.right = left, right

    def plus(self, who):
        return Score(self.left + (who == Who.LEFT), self.right + (who == Who.RIGHT))

    def leader(self):
        if max(self.left, self.right) < 2:
            return None
        return Who.LEFT if self.left > self.right else Who.RIGHT


def get_initial_state():
    return {
        "stances": {Who.LEFT: Stance.REST, Who.RIGHT: Stance.GUARD},
        "score": Score(),
        "used": set(),
        "turns": 0,
    }


def get_current_player(state):
    if state["score"].leader() is not None or state["turns"] >= 16:
        return -4
    return Who(state["turns"] % 2)


def get_legal_actions(state):
    return [] if get_current_player(state) == -4 else [s.name.lower() for s in Stance]


def apply_action(state, action):
    me = Who(state["turns"] % 2)
    foe = Who(1 - me)
    stance = Stance[action.upper()]
    lands = stance is Stance.STRIKE and state["stances"][foe] is Stance.REST
    return {
        "stances": {**state["stances"], me: stance},
        "score": state["score"].plus(me) if lands else state["score"],
        "used": state["used"] | {stance},
        "turns": state["turns"] + 1,
    }


def get_rewards(state):
    leader = state["score"].leader()
    return [0, 0] if leader is None else [1 if who == leader else -1 for who in Who]


def get_observations(state):
    score = state["score"]
    return [{
        "mine": state["stances"][who].name,
        "foe": state["stances"][Who(1 - who)].name,
        "score": [score.left, score.right],
        "used": sorted(s.value for s in state["used"]),
    } for who in Who]


def get_player_name(player_id):
    return Who(player_id).name
