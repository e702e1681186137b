# line: a1b2 ; a4b3 ; b2a3 ; b4a3 ; c1c2 ; a3a2 ; c2b3 ; c4b3 ; b1c2 ; a2a1 => -1 1
"""Breakthrough on 3 columns and 4 rows, one row of pawns each."""
from abc import ABC, abstractmethod
from functools import total_ordering


class Side(ABC):
    def __init__(self, pawns):
        self.pawns = set(pawns)

    @property
    @abstractmethod
    def forward(self):
        """Row step of this side's pawns."""

    @property
    def goal(self):
        return 3 if self.forward > 0 else 0

    def __contains__(self, square):
        return square in self.pawns

    def moves(self, other):
        for col, row in sorted(self.pawns):
            for dc in (-1, 0, 1):
                to = (col + dc, row + self.forward)
                if not (0 <= to[0] <= 2 and 0 <= to[1] <= 3) or to in self:
                    continue
                if dc == 0 and to in other:
                    continue
                yield Move((col, row), to)


class White(Side):
    def __init__(self, pawns):
        super().__init__(pawns)
        self.label = "white"

    @property
    def forward(self):
        return +1


class Black(Side):
    def __init__(self, pawns):
        super(Black, self).__init__(pawns)
        self.label = "black"

    forward = -1


@total_ordering
class Move:
    def __init__(self, start, end):
        self.start, self.end = start, end

    def __str__(self):
        return "".join("abc"[c] + str(r + 1) for c, r in (self.start, self.end))

    def __eq__(self, other):
        return str(self) == str(other)

    def __lt__(self, other):
        return str(self) < str(other)

    def __hash__(self):
        return hash(str(self))


def sides(state):
    return White(tuple(p) for p in state["white"]), Black(tuple(p) for p in state["black"])


def get_initial_state():
    return {"white": [[c, 0] for c in range(3)], "black": [[c, 3] for c in range(3)], "turn": 0}


def winner(state):
    for index, side in enumerate(both := sides(state)):
        if any(row == side.goal for _, row in side.pawns) or not both[1 - index].pawns:
            return index
    return None


def get_current_player(state):
    return -4 if winner(state) is not None else state["turn"]


def get_legal_actions(state):
    if get_current_player(state) == -4:
        return []
    both = sides(state)
    return [str(m) for m in sorted(both[state["turn"]].moves(both[1 - state["turn"]]))]


def apply_action(state, action):
    both = sides(state)
    me, them = both[state["turn"]], both[1 - state["turn"]]
    (move,) = [m for m in me.moves(them) if m == action]
    me.pawns.remove(move.start)
    me.pawns.add(move.end)
    them.pawns.discard(move.end)
    after = {side.label: [list(p) for p in sorted(side.pawns)] for side in both}
    return {**after, "turn": 1 - state["turn"]}


def get_rewards(state):
    w = winner(state)
    return [0.0, 0.0] if w is None else [1.0 - 2.0 * w, 2.0 * w - 1.0]


def get_observations(state):
    return [state, state]


def get_player_name(player_id):
    return sides(get_initial_state())[player_id].label
