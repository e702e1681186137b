# line: up ; down ; right ; down ; left => -1 1
"""Tron on 4x4, players in opposite corners; moves alternate, a crash loses."""
from typing import NamedTuple


class Point(NamedTuple):
    x: int
    y: int

    def __add__(self, other):
        return Point(self.x + other[0], self.y + other[1])

    @classmethod
    def of(cls, z: complex) -> "Point":
        return cls(int(z.real), int(z.imag))


N = 4
COMPASS = {"up": 1j, "right": 1, "down": -1j, "left": -1 + 0j}


def get_initial_state():
    heads = [Point(0, 0), Point(N - 1, N - 1)]
    return {"heads": [list(h) for h in heads], "walls": {tuple(h) for h in heads}, "turn": 0,
            "crashed": None}


def get_current_player(state):
    return -4 if state["crashed"] is not None else state["turn"]


def get_legal_actions(state):
    return [] if get_current_player(state) == -4 else [*COMPASS]


def apply_action(state, action):
    heads = [Point(*head) for head in state["heads"]]
    walls = set(state["walls"])
    me = state["turn"]
    target = heads[me] + Point.of(COMPASS[action])
    safe = 0 <= target.x < N and 0 <= target.y < N and tuple(target) not in walls
    heads[me] = target
    walls |= {(target.x, target.y)}
    walls -= {w for w in walls if not (0 <= w[0] < N > w[1] >= 0)}
    return {
        "heads": [list(head) for head in heads],
        "walls": walls,
        "turn": 1 - me,
        "crashed": None if safe else me,
    }


def get_rewards(state):
    if state["crashed"] is None:
        return [0.0, 0.0]
    return [-1.0 if p == state["crashed"] else 1.0 for p in range(2)]


def get_observations(state):
    walls = sorted(state["walls"])
    return [{"me": state["heads"][p], "them": state["heads"][1 - p], "walls": walls} for p in range(2)]


def get_player_name(player_id):
    return ("blue", "orange")[player_id]
