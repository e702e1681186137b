"""Connect four: take turns to drop a disc into a column; a straight line of your own discs wins."""

ROWS = 6
COLUMNS = 7
LENGTH = 4  # discs in a straight line that win
MARKS = ("x", "o")  # discs of player 0, who begins, and of player 1
WIN, DRAW, LOSS = 1.0, 0.0, -1.0

EMPTY = "."
TERMINAL = -4

ACTIONS = tuple(f"drop {column}" for column in range(COLUMNS))


def ray(row: int, column: int, down: int, right: int) -> tuple:
    """Return the cells that follow (row, column) in one direction, as far as a line can reach."""
    cells = []
    for _ in range(LENGTH - 1):
        row, column = row + down, column + right
        if 0 <= row < ROWS and 0 <= column < COLUMNS:
            cells.append(row * COLUMNS + column)
    return tuple(cells)


# Cells are numbered along the rows, 0 at the top left: cell = row * COLUMNS + column.
# For each cell, the two opposite rays of each of its four axes.
RAYS = tuple(
    tuple(
        (ray(row, column, down, right), ray(row, column, -down, -right))
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1))
    )
    for row in range(ROWS)
    for column in range(COLUMNS)
)


def completes_line(board: list, cell: int) -> bool:
    mark = board[cell]
    for ahead, behind in RAYS[cell]:
        length = 1
        for other in ahead:
            if board[other] != mark:
                break
            length += 1
        for other in behind:
            if board[other] != mark:
                break
            length += 1
        if length >= LENGTH:
            return True
    return False


def get_initial_state() -> dict:
    return {
        "board": [EMPTY] * (ROWS * COLUMNS),
        "player": 0,
        "legal": list(ACTIONS),
        "returns": [DRAW, DRAW],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    legal = state["legal"]
    if action not in legal:
        raise ValueError(f"not a legal action: {action}")
    player, board = state["player"], state["board"].copy()
    column = ACTIONS.index(action)
    row = board[column::COLUMNS].count(EMPTY) - 1  # the lowest empty row of the column
    cell = row * COLUMNS + column
    board[cell] = MARKS[player]
    if completes_line(board, cell):
        returns = [LOSS, LOSS]
        returns[player] = WIN
        return {"board": board, "player": TERMINAL, "legal": [], "returns": returns}
    if row == 0:
        legal = [other for other in legal if other != action]
    player = 1 - player if legal else TERMINAL
    return {"board": board, "player": player, "legal": legal, "returns": state["returns"]}


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
    board = state["board"]
    rows = [" ".join(board[row * COLUMNS : (row + 1) * COLUMNS]) for row in range(ROWS)]
    return "\n".join([*rows, " ".join(str(column) for column in range(COLUMNS))])
