"""Bitter Bar: bite a piece and all below and right of it; who eats the top left one loses."""

ROWS = 3
COLUMNS = 5
TERMINAL = -4


def get_initial_state() -> dict:
    return {"rows": [COLUMNS] * ROWS, "turn": 0}  # pieces left in each row


def get_current_player(state: dict) -> int:
    return state["turn"] if state["rows"][0] else TERMINAL


def get_legal_actions(state: dict) -> list:
    rows = state["rows"]
    return [f"bite {row} {column}" for row in range(ROWS) for column in range(rows[row])]


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    row, column = map(int, action.split()[1:])
    rows = state["rows"]
    rows = rows[:row] + [min(left, column) for left in rows[row:]]
    return {"rows": rows, "turn": 1 - state["turn"]}


def get_rewards(state: dict) -> list:
    if state["rows"][0]:
        return [0.0, 0.0]
    return [1.0, -1.0] if state["turn"] == 0 else [-1.0, 1.0]


def get_observations(state: dict) -> list:
    return [{"seat": seat, **state} for seat in range(2)]


def get_all_actions() -> list:
    return get_legal_actions(get_initial_state())
