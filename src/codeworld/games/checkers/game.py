"""Checkers (English draughts): men step forward, jumps are forced, far rows make kings."""

SIZE = 8  # rows, and columns
MEN_ROWS = 3  # rows of men that each player starts with
QUIET_LIMIT = 40  # actions in a row without a jump that end the game as a draw
MEN = ("x", "o")  # of player 0, who begins at the bottom, and of player 1 at the top
KINGS = ("X", "O")
FORWARD = (-1, 1)  # how the row number changes when a man of each player steps
WIN, DRAW, LOSS = 1.0, 0.0, -1.0

EMPTY = "."
NOWHERE = -1
TERMINAL = -4
PIECES = tuple(zip(MEN, KINGS, strict=True))  # of each player

# Cells are numbered along the rows, 0 at the top left: cell = row * SIZE + column. Only the dark
# cells are played on: those whose row and column add up to an odd number.
CELLS = tuple((row, column) for row in range(SIZE) for column in range(SIZE))


def find_steps(row: int, column: int, rows: tuple) -> tuple:
    """Return the ways to go: (next cell, its action, the cell behind it, the action of a jump)."""
    steps = []
    for down in rows:
        for right in (-1, 1):
            near, far = (row + down, column + right), (row + 2 * down, column + 2 * right)
            if near in CELLS:
                behind = CELLS.index(far) if far in CELLS else NOWHERE
                step = f"move {row} {column} {near[0]} {near[1]}"
                jump = f"jump {row} {column} {far[0]} {far[1]}"
                steps.append((CELLS.index(near), step, behind, jump))
    return tuple(steps)


# For the men of each player, and for kings, the ways to go from each dark cell.
STEPS = tuple(
    tuple(find_steps(row, column, rows) if (row + column) % 2 == 1 else () for row, column in CELLS)
    for rows in ((FORWARD[0],), (FORWARD[1],), FORWARD)
)
ACTIONS = tuple(
    action
    for steps in STEPS[2]
    for _, step, behind, jump in steps
    for action in ((step,) if behind == NOWHERE else (step, jump))
)


def find_legal(board: list, player: int, cells: list) -> list:
    """Return the jumps of the player's pieces on these cells, or else their other moves."""
    mine, others, man = PIECES[player], PIECES[1 - player], MEN[player]
    jumps, moves = [], []
    for cell in cells:
        piece = board[cell]
        if piece in mine:
            for near, step, behind, jump in STEPS[player if piece == man else 2][cell]:
                if board[near] == EMPTY:
                    moves.append(step)
                elif behind != NOWHERE and board[behind] == EMPTY and board[near] in others:
                    jumps.append(jump)
    return jumps or moves


def get_initial_state() -> dict:
    board = [EMPTY] * len(CELLS)
    for cell, (row, column) in enumerate(CELLS):
        if (row + column) % 2 == 1 and row < MEN_ROWS:
            board[cell] = MEN[1]
        elif (row + column) % 2 == 1 and row >= SIZE - MEN_ROWS:
            board[cell] = MEN[0]
    return {
        "board": board,
        "jumper": NOWHERE,  # cell of the piece that must jump on
        "quiet": 0,  # actions since the last jump
        "player": 0,
        "legal": find_legal(board, 0, range(len(board))),
        "returns": [DRAW, DRAW],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    player, board, quiet = state["player"], state["board"].copy(), state["quiet"] + 1
    word, *numbers = action.split()
    row, column, to_row, to_column = [int(number) for number in numbers]
    cell = to_row * SIZE + to_column
    piece, board[row * SIZE + column] = board[row * SIZE + column], EMPTY
    crowned = piece == MEN[player] and to_row == (0 if FORWARD[player] < 0 else SIZE - 1)
    board[cell] = KINGS[player] if crowned else piece
    state = {**state, "board": board, "jumper": NOWHERE, "quiet": quiet}
    if word == "jump":
        board[(row + to_row) // 2 * SIZE + (column + to_column) // 2] = EMPTY
        state["quiet"] = 0
        more = find_legal(board, player, [cell])
        if more and more[0].startswith("jump") and not crowned:
            return {**state, "jumper": cell, "legal": more}
    state["legal"] = find_legal(board, 1 - player, range(len(board)))
    state["player"] = 1 - player
    if not state["legal"]:
        state["player"], state["returns"] = TERMINAL, [LOSS, LOSS]
        state["returns"][player] = WIN
    elif state["quiet"] == QUIET_LIMIT:
        state["player"], state["legal"] = TERMINAL, []
    return state


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    player, jumper = state["player"], state["jumper"]
    table = {
        "board": state["board"],
        "jumper": [NOWHERE, NOWHERE] if jumper == NOWHERE else list(CELLS[jumper]),
        "quiet": state["quiet"],
        "to_move": "none" if player == TERMINAL else MEN[player],
    }
    return [{"mark": mark, **table} for mark in MEN]


def get_all_actions() -> list:
    return list(ACTIONS)


def get_player_name(player_id: int) -> str:
    return MEN[player_id]


def render(state: dict) -> str:
    board = state["board"]
    rows = [" ".join(board[row * SIZE : (row + 1) * SIZE]) for row in range(SIZE)]
    numbered = [f"{number} {row}" for number, row in enumerate(rows)]
    return "\n".join([*numbered, "  " + " ".join(str(column) for column in range(SIZE))])
