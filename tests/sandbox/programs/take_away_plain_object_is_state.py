# line: row 1 ; row 0 => -1 1
# line: row 0 ; col 1 ; col 0 ; col 2 => -1 1
# line: row 0 ; col 1 ; row 1 => 1 -1
"""Rows and columns: in turn take all coins of a row or a column of a 2x3 grid that still has any;
the player who cannot move loses. The state is an object."""
import copy


class Position:
    def __init__(self, coins=None, mover=0):
        self.coins = coins if coins is not None else [[1, 1, 1], [1, 1, 1]]
        self.mover = mover

    def moves(self):
        rows = ["row %d" % r for r, row in enumerate(self.coins) if any(row)]
        cols = ["col %d" % c for c in range(3) if any(row[c] for row in self.coins)]
        return rows + cols

    def clone(self):
        return copy.deepcopy(self)

    def __eq__(self, other):
        return isinstance(other, Position) and (self.coins, self.mover) == (other.coins, other.mover)


def get_initial_state():
    return Position()


def get_current_player(state):
    return state.mover if state.moves() else -4


def get_legal_actions(state):
    return state.moves()


def apply_action(state, action):
    new = state.clone()
    assert new == state and new is not state
    kind, index = action.split()
    index = int(index)
    for r, row in enumerate(new.coins):
        for c in range(len(row)):
            if (r if kind == "row" else c) == index:
                row[c] = 0
    new.mover ^= 1
    return new


def get_rewards(state):
    if state.moves():
        return [0.0, 0.0]
    return [-1.0 if p == state.mover else 1.0 for p in (0, 1)]


def get_observations(state):
    return [state.coins, state.coins]


def get_player_name(player_id):
    return "player " + "12"[player_id]
