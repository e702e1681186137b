"""Cross Out: shared crosses on two sheets; three in a line close one; closing both loses."""

CELLS = [f"square {row} {column}" for row in range(3) for column in range(3)]
PLACES = [f"strip {place}" for place in range(4)]
SHEETS = (CELLS, PLACES)
# The lines of each sheet, by positions in its list.
LINES = (
    ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)),
    ((0, 1, 2), (1, 2, 3)),
)
TERMINAL = -4


def is_closed(crosses: list, sheet: int) -> bool:
    return any(all(SHEETS[sheet][cell] in crosses for cell in line) for line in LINES[sheet])


def get_initial_state() -> dict:
    return {"crosses": [], "turn": 0}  # the crosses in the order of the sheets


def get_current_player(state: dict) -> int:
    both = is_closed(state["crosses"], 0) and is_closed(state["crosses"], 1)
    return TERMINAL if both else state["turn"]


def get_legal_actions(state: dict) -> list:
    crosses = state["crosses"]
    sheets = [SHEETS[sheet] for sheet in range(2) if not is_closed(crosses, sheet)]
    return [cell for cells in sheets for cell in cells if cell not in crosses]


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    crosses = [cell for cell in get_all_actions() if cell in state["crosses"] or cell == action]
    return {"crosses": crosses, "turn": 1 - state["turn"]}


def get_rewards(state: dict) -> list:
    if get_current_player(state) != TERMINAL:
        return [0.0, 0.0]
    return [1.0, -1.0] if state["turn"] == 0 else [-1.0, 1.0]


def get_observations(state: dict) -> list:
    return [{"seat": seat, **state} for seat in range(2)]


def get_all_actions() -> list:
    return CELLS + PLACES
