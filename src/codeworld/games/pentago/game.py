"""Pentago: place a marble, then turn a quadrant of the board; five of your own in a row win."""

SIZE = 6  # rows, and columns
QUADRANT = 3  # rows and columns of each of the four quadrants
LENGTH = 5  # marbles in a straight line that win
MARKS = ("x", "o")  # marbles of player 0, who begins, and of player 1
WIN, DRAW, LOSS = 1.0, 0.0, -1.0

EMPTY = "."
TERMINAL = -4

# Cells are numbered along the rows, 0 at the top left: cell = row * SIZE + column.
CELLS = tuple((row, column) for row in range(SIZE) for column in range(SIZE))
# Quadrants are numbered 0 top left, 1 top right, 2 bottom left, 3 bottom right.
CORNERS = ((0, 0), (0, QUADRANT), (QUADRANT, 0), (QUADRANT, QUADRANT))
DIRECTIONS = ("clockwise", "counterclockwise")
TURNS = tuple(
    f"turn {quadrant} {direction}" for quadrant in range(len(CORNERS)) for direction in DIRECTIONS
)
# For each cell, its actions, one with each turn.
ACTIONS_AT = tuple(tuple(f"place {row} {column} {turn}" for turn in TURNS) for row, column in CELLS)
ACTIONS = tuple(action for actions in ACTIONS_AT for action in actions)


def find_turn(top: int, left: int, direction: str) -> tuple:
    """Return, for each cell of a quadrant, the cell and the one that the turn brings there."""
    moves, last = [], QUADRANT - 1
    for row in range(QUADRANT):
        for column in range(QUADRANT):
            if direction == "clockwise":
                from_row, from_column = last - column, row
            else:
                from_row, from_column = column, last - row
            to_cell = (top + row) * SIZE + left + column
            moves.append((to_cell, (top + from_row) * SIZE + left + from_column))
    return tuple(moves)


# For each turn, in the order of TURNS, how it moves the marbles.
MOVES = tuple(find_turn(top, left, direction) for top, left in CORNERS for direction in DIRECTIONS)

LINES = tuple(
    tuple((row + down * step) * SIZE + column + right * step for step in range(LENGTH))
    for row, column in CELLS
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1))
    if (row + down * (LENGTH - 1), column + right * (LENGTH - 1)) in CELLS
)


def find_winners(board: list) -> list:
    """Return the marks that have a line: none, one of them, or both."""
    winners = []
    for line in LINES:
        mark = board[line[0]]
        if mark != EMPTY and mark not in winners:
            for cell in line:
                if board[cell] != mark:
                    break
            else:
                winners.append(mark)
    return winners


def get_initial_state() -> dict:
    return {"board": [EMPTY] * len(CELLS), "player": 0, "returns": [DRAW, DRAW]}


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    if state["player"] == TERMINAL:
        return []
    legal = []
    for mark, actions in zip(state["board"], ACTIONS_AT, strict=True):
        if mark == EMPTY:
            legal += actions
    return legal


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    player, placed = state["player"], state["board"].copy()
    cell, turn = divmod(ACTIONS.index(action), len(TURNS))
    placed[cell] = MARKS[player]
    board = placed.copy()
    for to_cell, from_cell in MOVES[turn]:
        board[to_cell] = placed[from_cell]
    returns, winners = state["returns"], find_winners(board)
    if len(winners) == 1:
        returns = [WIN, LOSS] if winners[0] == MARKS[0] else [LOSS, WIN]
    player = TERMINAL if winners or EMPTY not in board else 1 - player
    return {"board": board, "player": player, "returns": returns}


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
    lines = []
    for row in range(SIZE):
        marks = state["board"][row * SIZE : (row + 1) * SIZE]
        lines.append(" ".join(marks[:QUADRANT]) + " | " + " ".join(marks[QUADRANT:]))
    lines.insert(QUADRANT, "------+------")
    return "\n".join(lines)
