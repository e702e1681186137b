"""Breakthrough: pawns walk forward and capture diagonally; the first to cross the board wins."""

ROWS = 8
COLUMNS = 8
PAWN_ROWS = 2  # rows of pawns that each player starts with
MARKS = ("x", "o")  # pawns of player 0, who begins at the top, and of player 1 at the bottom
FORWARD = (1, -1)  # how the row number changes when a pawn of each player moves
WIN, LOSS = 1.0, -1.0

EMPTY = "."
TERMINAL = -4

# Cells are numbered along the rows, 0 at the top left: cell = row * COLUMNS + column.


def find_steps(row: int, column: int, forward: int) -> tuple:
    """Return the steps of a pawn: (cell it steps to, whether that is diagonal, action)."""
    steps = []
    for right in (-1, 0, 1):
        to_row, to_column = row + forward, column + right
        if 0 <= to_row < ROWS and 0 <= to_column < COLUMNS:
            action = f"move {row} {column} {to_row} {to_column}"
            steps.append((to_row * COLUMNS + to_column, right != 0, action))
    return tuple(steps)


# For each player and each cell, the steps of that player's pawn there.
STEPS = tuple(
    tuple(find_steps(row, column, forward) for row in range(ROWS) for column in range(COLUMNS))
    for forward in FORWARD
)
ACTIONS = tuple(action for cells in STEPS for steps in cells for _, _, action in steps)


def find_legal(board: list, player: int) -> list:
    mine, legal = MARKS[player], []
    for cell, steps in enumerate(STEPS[player]):
        if board[cell] == mine:
            for to_cell, diagonal, action in steps:
                there = board[to_cell]
                if there == EMPTY or (diagonal and there != mine):
                    legal.append(action)
    return legal


def get_initial_state() -> dict:
    pawns = COLUMNS * PAWN_ROWS
    between = [EMPTY] * (COLUMNS * ROWS - 2 * pawns)
    board = [MARKS[0]] * pawns + between + [MARKS[1]] * pawns
    return {"board": board, "player": 0, "legal": find_legal(board, 0), "returns": [0.0, 0.0]}


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    player, board = state["player"], state["board"].copy()
    row, column, to_row, to_column = [int(number) for number in action.split()[1:]]
    board[row * COLUMNS + column] = EMPTY
    board[to_row * COLUMNS + to_column] = MARKS[player]
    crossed = to_row == (ROWS - 1 if FORWARD[player] > 0 else 0)
    if crossed or MARKS[1 - player] not in board:
        returns = [LOSS, LOSS]
        returns[player] = WIN
        return {"board": board, "player": TERMINAL, "legal": [], "returns": returns}
    legal = find_legal(board, 1 - player)
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
    board = state["board"]
    rows = [" ".join(board[row * COLUMNS : (row + 1) * COLUMNS]) for row in range(ROWS)]
    numbered = [f"{number} {row}" for number, row in enumerate(rows)]
    return "\n".join([*numbered, "  " + " ".join(str(column) for column in range(COLUMNS))])
