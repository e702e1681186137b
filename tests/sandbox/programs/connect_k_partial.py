# line: (0, 0) ; (1, 0) ; (0, 1) ; (1, 1) ; (0, 2) => 1 -1
"""m,n,k board game as one parametrised engine; the contract functions are partials of it."""
import functools
import typing as t
from functools import partial

Params = t.Tuple[int, int, int]


def _initial(params: Params) -> dict:
    m, n, _k = params
    return {"board": {(r, c): 0 for r in range(m) for c in range(n)}, "turn": 1, "last": None}


def _run(state, start, step):
    """Count equal stones from `start` in direction `step`, `start` excluded."""
    (r, c), (dr, dc) = start, step
    mark, length = state["board"][start], 0
    while state["board"].get((r := r + dr, c := c + dc)) == mark:
        length += 1
    return length


def _winner(params: Params, state) -> int:
    if (last := state["last"]) is None:
        return 0
    *_, k = params
    for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
        if 1 + _run(state, last, (dr, dc)) + _run(state, last, (-dr, -dc)) >= k:
            return state["board"][last]
    return 0


def _player(params, state):
    if _winner(params, state) or all(state["board"].values()):
        return -4
    return {1: 0, -1: 1}[state["turn"]]


def _legal(params, state):
    if _player(params, state) == -4:
        return []
    return [str(cell) for cell, mark in state["board"].items() if mark == 0]


def _apply(params, state, action):
    cell = tuple(map(int, action.strip("()").split(",")))
    board = dict(state["board"])
    board[cell] = state["turn"]
    return {"board": board, "turn": -state["turn"], "last": cell}


def _rewards(params, state):
    w = float(_winner(params, state))
    return [w, 0.0 - w]


PARAMS: Params = (3, 4, 3)
get_initial_state = partial(_initial, PARAMS)
get_current_player = partial(_player, PARAMS)
get_legal_actions = partial(_legal, PARAMS)
apply_action = functools.partial(_apply, PARAMS)
get_rewards = functools.partial(_rewards, PARAMS)


def get_observations(state):
    rows = [[state["board"][r, c] for c in range(PARAMS[1])] for r in range(PARAMS[0])]
    return [rows, [[-mark for mark in row] for row in rows]]
