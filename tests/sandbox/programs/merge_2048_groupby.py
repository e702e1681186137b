# line: 0:2 ; right ; 0:4 ; down ; 0:4 ; right ; 0:2 => 0
# line: 0:2 ; right ; 0:4 ; down ; 0:4 ; up ; 2:4 ; right ; 2:2 => 8
"""2048 on a 2x2 board for one player; tiles of 2 (90 %) or 4 (10 %); at most 30 moves."""
from functools import wraps
from itertools import groupby

SIZE = 2
MAX_MOVES = 30
DIRECTIONS = ("left", "right", "up", "down")


def padded(fn):
    @wraps(fn)
    def wrapper(row):
        merged, gained = fn(row)
        return merged + [0] * (SIZE - len(merged)), gained
    return wrapper


@padded
def slide(row):
    merged, gained = [], 0
    for value, run in groupby(v for v in row if v):
        n = len(list(run))
        merged.extend([2 * value] * (n // 2) + [value] * (n % 2))
        gained += 2 * value * (n // 2)
    return merged, gained


def move(board, direction):
    grid = [board[i * SIZE:(i + 1) * SIZE] for i in range(SIZE)]
    if direction in ("up", "down"):
        grid = [list(column) for column in zip(*grid)]
    out, total = [], 0
    for line in grid:
        line, gained = slide(line if direction in ("left", "up") else line[::-1])
        out.append(line if direction in ("left", "up") else line[::-1])
        total += gained
    if direction in ("up", "down"):
        out = [list(column) for column in zip(*out)]
    return sum(out, []), total


def get_initial_state():
    return {"board": [0] * SIZE * SIZE, "score": 0, "spawn": True, "moves": 0}


def _useful(state):
    return [d for d in DIRECTIONS if move(state["board"], d)[0] != state["board"]]


def get_current_player(state):
    if state["spawn"]:
        return -1
    return 0 if state["moves"] < MAX_MOVES and _useful(state) else -4


def get_chance_outcomes(state):
    empty = [i for i, v in enumerate(state["board"]) if v == 0]
    return [(f"{i}:{v}", p / len(empty)) for i in empty for v, p in ((2, 0.9), (4, 0.1))]


def get_legal_actions(state):
    who = get_current_player(state)
    if who == -1:
        return [outcome for outcome, _ in get_chance_outcomes(state)]
    return _useful(state) if who == 0 else []


def apply_action(state, action):
    if state["spawn"]:
        cell, value = map(int, action.split(":"))
        board = state["board"].copy()
        board[cell] = value
        return {**state, "board": board, "spawn": False}
    board, gained = move(state["board"], action)
    return {"board": board, "score": state["score"] + gained, "spawn": True, "moves": state["moves"] + 1}


def get_rewards(state):
    return [float(state["score"])]


def get_observations(state):
    return [{"board": state["board"], "score": state["score"]}]


def get_player_name(player_id):
    return slide.__name__ and "solo"
