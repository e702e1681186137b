"""Five Tiles: a sliding puzzle of two rows and three columns with a limit on the moves."""

COLUMNS = 3
START = [4, 1, 0, 2, 5, 3]
GOAL = [1, 2, 3, 4, 5, 0]  # along the rows; 0 is the free space
MAX_MOVES = 11
TERMINAL = -4


def get_initial_state() -> dict:
    return {"tray": list(START), "moves": 0}


def get_current_player(state: dict) -> int:
    return TERMINAL if state["tray"] == GOAL or state["moves"] == MAX_MOVES else 0


def get_legal_actions(state: dict) -> list:
    if get_current_player(state) == TERMINAL:
        return []
    row, column = divmod(state["tray"].index(0), COLUMNS)
    distances = [
        abs(row - space // COLUMNS) + abs(column - space % COLUMNS) for space in range(len(GOAL))
    ]
    pairs = zip(state["tray"], distances, strict=True)
    return [f"slide {tile}" for tile, distance in sorted(pairs) if distance == 1]


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    moved = int(action.split()[1])
    swap = {0: moved, moved: 0}
    return {"tray": [swap.get(tile, tile) for tile in state["tray"]], "moves": state["moves"] + 1}


def get_rewards(state: dict) -> list:
    return [float(MAX_MOVES + 1 - state["moves"]) if state["tray"] == GOAL else 0.0]


def get_observations(state: dict) -> list:
    return [dict(state)]


def get_all_actions() -> list:
    return [f"slide {tile}" for tile in range(1, len(GOAL))]
