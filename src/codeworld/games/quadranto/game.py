"""Quadranto: two pieces hunt each other on a board, each knowing only the other's quadrant."""

import random
from itertools import pairwise

SIZE = 4  # rows, and columns
HALF = SIZE // 2  # rows and columns of a quadrant
MAX_MOVES = 20  # of both players together; then the game is drawn
WIN, DRAW, LOSS = 1.0, 0.0, -1.0

CHANCE = -1
TERMINAL = -4
UNKNOWN = "unknown"  # where a piece is that is not placed yet

# Cells are numbered along the rows, 0 at the top left: cell = row * SIZE + column.
CELLS = range(SIZE * SIZE)
STARTS = tuple(f"start {cell // SIZE} {cell % SIZE}" for cell in CELLS)
QUADRANTS = tuple(
    ("top" if cell // SIZE < HALF else "bottom") + " " + ("left" if cell % SIZE < HALF else "right")
    for cell in CELLS
)
HOMES = ("top left", "bottom right")  # quadrants where player 0 and player 1 start
STEPS = (("up", -1, 0), ("down", 1, 0), ("left", 0, -1), ("right", 0, 1), ("stay", 0, 0))

# For each cell, (action, cell that it leads to) pairs.
MOVES = tuple(
    tuple(
        (action, cell + down * SIZE + right)
        for action, down, right in STEPS
        if 0 <= cell // SIZE + down < SIZE and 0 <= cell % SIZE + right < SIZE
    )
    for cell in CELLS
)


def starts(seat: int) -> list:
    return [STARTS[cell] for cell in CELLS if QUADRANTS[cell] == HOMES[seat]]


def get_initial_state() -> dict:
    return {
        "paths": [[], []],  # for each player, all cells of the piece, the present one last
        "player": CHANCE,
        "legal": starts(0),
        "returns": [DRAW, DRAW],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    first, second = state["paths"]
    if state["player"] == CHANCE:
        cell = STARTS.index(action)
        if not first:
            return {**state, "paths": [[cell], []], "legal": starts(1)}
        return turn({**state, "paths": [first, [cell]]}, 0)
    player = state["player"]
    path = state["paths"][player]
    path = [*path, *[cell for step, cell in MOVES[path[-1]] if step == action]]
    paths = [path, second] if player == 0 else [first, path]
    state = {**state, "paths": paths}
    if paths[0][-1] == paths[1][-1]:
        returns = [WIN, LOSS] if player == 0 else [LOSS, WIN]
        return {**state, "player": TERMINAL, "legal": [], "returns": returns}
    if len(paths[0]) + len(paths[1]) - 2 == MAX_MOVES:
        return {**state, "player": TERMINAL, "legal": []}
    return turn(state, 1 - player)


def turn(state: dict, player: int) -> dict:
    legal = [action for action, _ in MOVES[state["paths"][player][-1]]]
    return {**state, "player": player, "legal": legal}


def get_chance_outcomes(state: dict) -> list:
    return [(outcome, 1 / len(state["legal"])) for outcome in state["legal"]]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    observations = []
    for seat, path in enumerate(state["paths"]):
        seen = [QUADRANTS[cell] for cell in state["paths"][1 - seat]]
        observations.append(
            {
                "seat": seat,
                "cell": path[-1] if path else UNKNOWN,
                "path": path,
                "other": seen[-1] if seen else UNKNOWN,
                "other_path": seen,
                "to_move": state["player"],
            }
        )
    return observations


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    paths = [observation["path"], sample_path(observation, player_id)]
    if player_id == 1:
        paths.reverse()
    history = [STARTS[path[0]] for path in paths]
    moves = [steps_along(path) for path in paths]
    for place, step in enumerate(moves[0]):
        history += [step, *moves[1][place : place + 1]]
    return history if action is None else [*history, action]


def steps_along(path: list) -> list:
    return [step for cell, end in pairwise(path) for step, to in MOVES[cell] if to == end]


def sample_path(observation: dict, seat: int) -> list:
    """Return a path of the other piece, with its probability given all that this player saw."""
    own, seen = observation["path"], observation["other_path"]
    # For each move, (cell, weight) pairs: how probable it is that the other piece is there then
    # and that all was seen so until then. Where this player's piece was meanwhile, it cannot be.
    weights = []
    for place, quadrant in enumerate(seen):
        first = place - seat
        taken = own[max(first, 0) : first + 2]
        layer = []
        for cell in CELLS:
            if QUADRANTS[cell] == quadrant and cell not in taken:
                ways = sum(weight for _, weight in arrivals(weights[-1], cell)) if weights else 1
                layer.append((cell, ways))
        weights.append(layer)
    path = [draw(weights.pop())]
    while weights:
        path.insert(0, draw(arrivals(weights.pop(), path[0])))
    return path


def arrivals(layer: list, end: int) -> list:
    """Return, for each cell from which one move leads to `end`, its share of the weight there."""
    return [
        (cell, weight / len(MOVES[cell]))
        for cell, weight in layer
        for _, to in MOVES[cell]
        if to == end
    ]


def draw(pairs: list) -> int:
    cells, weights = zip(*pairs, strict=True)
    return random.choices(cells, weights)[0]


def get_all_actions() -> list:
    return [action for action, _, _ in STEPS]


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    board = ["."] * len(CELLS)
    for seat, path in enumerate(state["paths"]):
        for cell in path[-1:]:
            board[cell] = str(seat)
    return "\n".join(" ".join(board[row * SIZE : (row + 1) * SIZE]) for row in range(SIZE))
