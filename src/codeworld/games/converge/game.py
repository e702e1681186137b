"""Converge: two units a side race to the centre and stun the enemy units that they walk up to."""

SIZE = 5  # rows, and columns
CENTRE = (2, 2)  # the cell that wins
STARTS = (((0, 0), (0, 4)), ((4, 0), (4, 4)))  # cells of the units of player 0 and of player 1
TURN_LIMIT = 50  # actions of both players together, after which the game is a draw
UNITS = ("x", "o")  # of player 0, who begins, and of player 1
STUNNED = ("X", "O")  # units that must not move in this turn
WIN, DRAW, LOSS = 1.0, 0.0, -1.0

EMPTY = "."
TERMINAL = -4
PASS = "pass"

# Cells are numbered along the rows, 0 at the top left: cell = row * SIZE + column.
CELLS = tuple((row, column) for row in range(SIZE) for column in range(SIZE))


def find_steps(row: int, column: int) -> tuple:
    """Return the steps in all eight directions: (cell it goes to, action)."""
    return tuple(
        (cell, f"move {row} {column} {to_row} {to_column}")
        for cell, (to_row, to_column) in enumerate(CELLS)
        if max(abs(to_row - row), abs(to_column - column)) == 1
    )


STEPS = tuple(find_steps(row, column) for row, column in CELLS)
ACTIONS = (*(action for steps in STEPS for _, action in steps), PASS)


def find_legal(board: list, player: int) -> list:
    legal = []
    for cell, unit in enumerate(board):
        if unit == UNITS[player]:
            for to_cell, action in STEPS[cell]:
                if board[to_cell] == EMPTY:
                    legal.append(action)
    return legal or [PASS]


def get_initial_state() -> dict:
    board = [EMPTY] * len(CELLS)
    for unit, starts in zip(UNITS, STARTS, strict=True):
        for start in starts:
            board[CELLS.index(start)] = unit
    return {
        "board": board,
        "turn": 0,  # actions so far
        "player": 0,
        "legal": find_legal(board, 0),
        "returns": [DRAW, DRAW],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    player, turn, returns = state["player"], state["turn"] + 1, state["returns"]
    other, won = 1 - player, False
    # The player's own units recover at the end of the turn.
    board = [UNITS[player] if unit == STUNNED[player] else unit for unit in state["board"]]
    if action != PASS:
        row, column, to_row, to_column = [int(number) for number in action.split()[1:]]
        to_cell = to_row * SIZE + to_column
        board[row * SIZE + column], board[to_cell] = EMPTY, UNITS[player]
        for cell, _ in STEPS[to_cell]:
            if board[cell] == UNITS[other]:
                board[cell] = STUNNED[other]
        won = (to_row, to_column) == CENTRE
    if won:
        returns = [LOSS, LOSS]
        returns[player] = WIN
    over = won or turn == TURN_LIMIT
    return {
        "board": board,
        "turn": turn,
        "player": TERMINAL if over else other,
        "legal": [] if over else find_legal(board, other),
        "returns": returns,
    }


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    player = state["player"]
    table = {
        "board": state["board"],
        "turn": state["turn"],
        "to_move": "none" if player == TERMINAL else UNITS[player],
    }
    return [{"mark": unit, **table} for unit in UNITS]


def get_all_actions() -> list:
    return list(ACTIONS)


def get_player_name(player_id: int) -> str:
    return UNITS[player_id]


def render(state: dict) -> str:
    board = state["board"]
    rows = [" ".join(board[row * SIZE : (row + 1) * SIZE]) for row in range(SIZE)]
    return "\n".join([*rows, f"{state['turn']} of {TURN_LIMIT} turns played"])
