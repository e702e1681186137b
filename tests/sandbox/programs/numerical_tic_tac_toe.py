# line: 9@0 ; 2@1 ; 1@8 ; 4@2 => -1 1
# line: 1@0 ; 2@1 ; 3@3 ; 4@4 ; 9@8 ; 6@7 ; 5@2 ; 8@5 => -1 1
# Numerical tic-tac-toe: odd numbers against even numbers, a line of three summing to 15 wins.
import collections
import itertools
import math

SIZE = 3
TARGET = 15
ODDS = [n for n in range(1, 10) if n % 2]
EVENS = [n for n in range(1, 10) if not n % 2]
LINES = ([[r * SIZE + c for c in range(SIZE)] for r in range(SIZE)]
         + [[r * SIZE + c for r in range(SIZE)] for c in range(SIZE)]
         + [[i * SIZE + i for i in range(SIZE)]]
         + [[i * SIZE + SIZE - 1 - i for i in range(SIZE)]])
assert len(LINES) == 2 * SIZE + 2


def get_initial_state():
    state = {}
    state["board"] = [None] * SIZE ** 2
    state["numbers"] = {"odd": ODDS.copy(), "even": EVENS.copy()}
    state["turn"], state["winner"] = 0, None
    return state


def side(turn): return "odd" if turn == 0 else "even"


def get_current_player(state):
    if state["winner"] is not None or None not in state["board"]:
        return -4
    return state["turn"]


def get_legal_actions(state):
    if get_current_player(state) == -4: return []
    numbers = state["numbers"][side(state["turn"])]
    cells = [i for i, value in enumerate(state["board"]) if value is None]
    return [f"{n}@{i}" for n, i in itertools.product(numbers, cells)]


def apply_action(state, action):
    number, cell = map(int, action.split("@"))
    board = [*state["board"]]
    board[cell] = number
    numbers = {name: [n for n in left if n != number] for name, left in state["numbers"].items()}
    winner = state["winner"]
    for line in LINES:
        values = [board[i] for i in line]
        if all(v is not None for v in values) and math.fsum(values) == TARGET:
            winner = state["turn"]
            break
    return {"board": board, "numbers": numbers, "turn": 1 - state["turn"], "winner": winner}


def get_rewards(state):
    return [0.0, 0.0] if state["winner"] is None else [1.0, -1.0][::1 - 2 * state["winner"]]


def get_observations(state):
    view = {"board": list(state["board"]), "left": state["numbers"]}
    return [view, view]


def get_player_name(player_id):
    return ["Odd", "Even"][player_id]
