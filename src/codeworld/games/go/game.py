"""Go on a small board: surround stones to capture them, and empty cells to own them."""

SIZE = 5  # rows, and columns
KOMI = 0.5  # points that player 1 gets for moving second
MARKS = ("x", "o")  # stones of player 0 (black), who begins, and of player 1 (white)
WIN, LOSS = 1.0, -1.0

EMPTY = "."
TERMINAL = -4
PASS = "pass"

# Cells are numbered along the rows, 0 at the top left: cell = row * SIZE + column.
CELLS = tuple((row, column) for row in range(SIZE) for column in range(SIZE))
PLACES = tuple(f"place {row} {column}" for row, column in CELLS)
NEIGHBOURS = tuple(
    tuple(
        CELLS.index((row + down, column + right))
        for down, right in ((-1, 0), (0, -1), (0, 1), (1, 0))
        if (row + down, column + right) in CELLS
    )
    for row, column in CELLS
)


def find_area(board: str, cell: int) -> tuple:
    """Return the connected cells that hold the same as `cell`, and all the cells next to them."""
    mark, area, border = board[cell], [cell], []
    for member in area:  # grows while it is read
        for neighbour in NEIGHBOURS[member]:
            if board[neighbour] != mark:
                if neighbour not in border:
                    border.append(neighbour)
            elif neighbour not in area:
                area.append(neighbour)
    return area, border


def find_groups(board: str) -> list:
    """Return, for each cell with a stone, the stones of its group and how many liberties it has."""
    groups = [((), 0)] * len(board)
    for cell, mark in enumerate(board):
        if mark != EMPTY and not groups[cell][0]:
            stones, border = find_area(board, cell)
            liberties = len([other for other in border if board[other] == EMPTY])
            for stone in stones:
                groups[stone] = (stones, liberties)
    return groups


def place(board: str, groups: list, cell: int, mark: str) -> str:
    """Return the board after a stone on an empty cell; the same board if that is suicide."""
    captured, alive = [], False
    for neighbour in NEIGHBOURS[cell]:
        stones, liberties = groups[neighbour]
        if board[neighbour] == EMPTY:
            alive = True
        elif board[neighbour] == mark:
            alive = alive or liberties > 1
        elif liberties == 1:  # the cell is its last liberty
            captured.extend(stones)
    if not (alive or captured):
        return board
    after = list(board)
    after[cell] = mark
    for stone in captured:
        after[stone] = EMPTY
    return "".join(after)


def find_legal(board: str, history: list, mark: str) -> list:
    groups, legal = find_groups(board), []
    for cell, action in enumerate(PLACES):
        # The present board is in the history, so this rules out suicide, too.
        if board[cell] == EMPTY and place(board, groups, cell, mark) not in history:
            legal.append(action)
    return [*legal, PASS]


def score(board: str) -> float:
    """Return player 0's points minus player 1's: stones, and empty areas that border on one."""
    lead = board.count(MARKS[0]) - board.count(MARKS[1]) - KOMI
    counted = []
    for cell, mark in enumerate(board):
        if mark == EMPTY and cell not in counted:
            area, border = find_area(board, cell)
            counted += area
            owners = [board[other] for other in border]
            if MARKS[0] in owners and MARKS[1] not in owners:
                lead += len(area)
            elif MARKS[1] in owners and MARKS[0] not in owners:
                lead -= len(area)
    return lead


def get_initial_state() -> dict:
    board = EMPTY * len(CELLS)
    return {
        "board": board,
        "history": [board],  # every board so far; none of them may come again
        "passed": False,  # whether the last action was a pass
        "player": 0,
        "legal": [*PLACES, PASS],
        "returns": [0.0, 0.0],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    player, board, history = state["player"], state["board"], state["history"]
    passes = action == PASS
    if passes and state["passed"]:
        returns = [WIN, LOSS] if score(board) > 0 else [LOSS, WIN]
        return {**state, "player": TERMINAL, "legal": [], "returns": returns}
    if not passes:
        board = place(board, find_groups(board), PLACES.index(action), MARKS[player])
        history = [*history, board]
    return {
        "board": board,
        "history": history,
        "passed": passes,
        "player": 1 - player,
        "legal": find_legal(board, history, MARKS[1 - player]),
        "returns": state["returns"],
    }


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    player = state["player"]
    table = {
        "board": list(state["board"]),
        "open": [action in state["legal"] for action in PLACES],  # to the player to move
        "passed": state["passed"],
        "to_move": "none" if player == TERMINAL else MARKS[player],
    }
    return [{"mark": mark, **table} for mark in MARKS]


def get_all_actions() -> list:
    return [*PLACES, PASS]


def get_player_name(player_id: int) -> str:
    return ("black", "white")[player_id]


def render(state: dict) -> str:
    board = state["board"]
    return "\n".join(" ".join(board[row * SIZE : (row + 1) * SIZE]) for row in range(SIZE))
