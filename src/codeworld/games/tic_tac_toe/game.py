"""Tic-tac-toe: take turns to place a mark on a grid; a straight line of your own marks wins."""

SIZE = 3  # rows, and columns
LENGTH = 3  # marks in a straight line that win
MARKS = ("x", "o")  # of player 0, who begins, and of player 1
WIN, DRAW, LOSS = 1.0, 0.0, -1.0

EMPTY = "."
TERMINAL = -4

# Cells are numbered along the rows, 0 at the top left: cell = row * SIZE + column.
ACTIONS = tuple(f"place {row} {column}" for row in range(SIZE) for column in range(SIZE))


def find_lines() -> list:
    """Return every line of LENGTH cells: along a row, down a column, on either diagonal."""
    lines = []
    for row in range(SIZE):
        for column in range(SIZE):
            for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
                end_row = row + down * (LENGTH - 1)
                end_column = column + right * (LENGTH - 1)
                if end_row < SIZE and 0 <= end_column < SIZE:
                    start, step = row * SIZE + column, down * SIZE + right
                    lines.append([start + step * place for place in range(LENGTH)])
    return lines


# For each cell, the lines through it, without the cell itself.
LINES_THROUGH = tuple(
    tuple(tuple(other for other in line if other != cell) for line in lines if cell in line)
    for lines in (find_lines(),)
    for cell in range(SIZE * SIZE)
)


def completes_line(board: list, cell: int) -> bool:
    mark = board[cell]
    for line in LINES_THROUGH[cell]:
        for other in line:
            if board[other] != mark:
                break
        else:
            return True
    return False


def get_initial_state() -> dict:
    return {
        "board": [EMPTY] * (SIZE * SIZE),
        "player": 0,
        "legal": list(ACTIONS),
        "returns": [DRAW, DRAW],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    legal = state["legal"].copy()
    try:
        legal.remove(action)
    except ValueError:
        raise ValueError(f"not a legal action: {action}") from None
    player = state["player"]
    cell = ACTIONS.index(action)
    board = state["board"].copy()
    board[cell] = MARKS[player]
    if completes_line(board, cell):
        returns = [LOSS, LOSS]
        returns[player] = WIN
        return {"board": board, "player": TERMINAL, "legal": [], "returns": returns}
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
    return "\n".join(" ".join(board[row * SIZE : (row + 1) * SIZE]) for row in range(SIZE))
