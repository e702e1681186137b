"""Y: take turns to place stones on a triangle; a group that touches all three sides wins."""

SIDE = 4  # cells along each side of the triangle
MARKS = ("x", "o")  # stones of player 0, who begins, and of player 1
WIN, LOSS = 1.0, -1.0

EMPTY = "."
TERMINAL = -4

# Row 0 is the upper tip, with one cell; each row has one cell more than the row above it.
# Cells are numbered along the rows, from 0 at the tip.
CELLS = tuple((row, column) for row in range(SIDE) for column in range(row + 1))
ACTIONS = tuple(f"place {row} {column}" for row, column in CELLS)

# For each cell, its neighbours: two in its own row, two in the row above, two in the row below.
NEIGHBOURS = tuple(
    tuple(
        CELLS.index((row + down, column + right))
        for down, right in ((0, -1), (0, 1), (-1, -1), (-1, 0), (1, 0), (1, 1))
        if (row + down, column + right) in CELLS
    )
    for row, column in CELLS
)

# For each cell, whether it lies on the left, on the right, and on the lower side.
SIDES = tuple((column == 0, column == row, row == SIDE - 1) for row, column in CELLS)


def touches_all_sides(board: list, cell: int) -> bool:
    """Return whether the group of stones that `cell` belongs to touches all three sides."""
    mark, group = board[cell], [cell]
    left = right = lower = False
    for member in group:  # grows while it is read
        on_left, on_right, on_lower = SIDES[member]
        left, right, lower = left or on_left, right or on_right, lower or on_lower
        for neighbour in NEIGHBOURS[member]:
            if board[neighbour] == mark and neighbour not in group:
                group.append(neighbour)
    return left and right and lower


def get_initial_state() -> dict:
    return {
        "board": [EMPTY] * len(CELLS),
        "player": 0,
        "legal": list(ACTIONS),
        "returns": [0.0, 0.0],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    player, board = state["player"], state["board"].copy()
    cell = ACTIONS.index(action)
    board[cell] = MARKS[player]
    if touches_all_sides(board, cell):
        returns = [LOSS, LOSS]
        returns[player] = WIN
        return {"board": board, "player": TERMINAL, "legal": [], "returns": returns}
    legal = state["legal"].copy()
    legal.remove(action)
    return {"board": board, "player": 1 - player, "legal": legal, "returns": state["returns"]}


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    board, player = state["board"], state["player"]
    to_move = "none" if player == TERMINAL else MARKS[player]
    return [{"board": board, "mark": mark, "to_move": to_move} for mark in MARKS]


def get_all_actions() -> list:
    return list(ACTIONS)


def get_player_name(player_id: int) -> str:
    return MARKS[player_id]


def render(state: dict) -> str:
    board, lines = state["board"], []
    for row in range(SIDE):
        first = CELLS.index((row, 0))
        lines.append(" " * (SIDE - 1 - row) + " ".join(board[first : first + row + 1]))
    return "\n".join(lines)
