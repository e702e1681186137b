# line: x0 ; o4 ; x1 ; x2 => -1 1
# line: o0 ; o1 ; o2 => 1 -1
# Wild tic-tac-toe: on each turn a player places either mark; completing a row of equal marks wins.
from copy import copy, deepcopy
from itertools import chain


class Grid(object):
    SIZE = 3

    def __init__(self, marks="........."):
        self._marks = list(marks)

    def __len__(self):
        return len(self._marks)

    def __getitem__(self, key):
        row, column = key
        return self._marks[row * self.SIZE + column]

    def __setitem__(self, key, mark):
        row, column = key
        self._marks[row * self.SIZE + column] = mark

    def __iter__(self):
        for mark in self._marks:
            yield mark

    def __contains__(self, mark):
        return mark in self._marks

    def __eq__(self, other):
        return isinstance(other, Grid) and self._marks == other._marks

    def __hash__(self):
        return hash(tuple(self._marks))

    def __str__(self):
        return "".join(self)

    __repr__ = __str__

    def __add__(self, move):
        mark, cell = move
        new = deepcopy(self)
        new[divmod(cell, self.SIZE)] = mark
        return new

    def __bool__(self):
        return True

    @property
    def rows(self):
        return [[self[r, c] for c in range(3)] for r in range(3)]

    @property
    def lines(self):
        rows = self.rows
        columns = [list(column) for column in zip(*rows)]
        diagonals = [[rows[i][i] for i in range(3)], [rows[i][2 - i] for i in range(3)]]
        return chain(rows, columns, diagonals)

    @property
    def solved(self):
        return any(line[0] != "." and len(set(line)) == 1 for line in self.lines)


def get_initial_state():
    return {"grid": str(Grid()), "turn": 0}


def get_current_player(state):
    grid = Grid(state["grid"])
    if grid.solved or "." not in grid:
        return -4
    return state["turn"] % 2


def get_legal_actions(state):
    if get_current_player(state) == -4:
        return []
    empty = [i for i, mark in enumerate(Grid(state["grid"])) if mark == "."]
    return [mark + str(i) for mark in "xo" for i in empty]


def apply_action(state, action):
    before = Grid(state["grid"])
    after = before + (action[0], int(action[1:]))
    assert after != before, "a move must change the grid: " + repr(before)
    assert len(after) == 9 and hash(copy(after)) == hash(after)
    return dict(state, grid=str(after), turn=state["turn"] + 1)


def get_rewards(state):
    if not Grid(state["grid"]).solved:
        return [0, 0]
    winner = (state["turn"] - 1) % 2
    return [1 if player == winner else -1 for player in range(2)]


def get_observations(state):
    return [Grid(state["grid"]).rows for _ in range(2)]


def render(state):
    return "\n".join(" ".join(row) for row in Grid(state["grid"]).rows)
