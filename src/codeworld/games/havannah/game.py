"""Havannah: take turns to place stones on a hexagon; a ring, a bridge or a fork wins."""

SIDE = 4  # cells along each side of the hexagon
BRIDGE = 2  # corners that a group must touch to be a bridge
FORK = 3  # edges that a group must touch to be a fork; corners belong to no edge
MARKS = ("x", "o")  # stones of player 0, who begins, and of player 1
WIN, DRAW, LOSS = 1.0, 0.0, -1.0

EMPTY = "."
TERMINAL = -4

# The hexagon has 2 * SIDE - 1 rows and as many columns; columns run down, slanting to the left.
# The upper rows lack cells at the right end, the lower ones at the left end. Cells are numbered
# along the rows, from the top.
LAST = 2 * SIDE - 2  # last row, and last column
CELLS = tuple(
    (row, column)
    for row in range(LAST + 1)
    for column in range(LAST + 1)
    if -SIDE < column - row < SIDE
)
ACTIONS = tuple(f"place {row} {column}" for row, column in CELLS)
NEIGHBOURS = tuple(
    tuple(
        CELLS.index((row + down, column + right))
        for down, right in ((-1, -1), (-1, 0), (0, -1), (0, 1), (1, 0), (1, 1))
        if (row + down, column + right) in CELLS
    )
    for row, column in CELLS
)


def find_sides(row: int, column: int) -> tuple:
    """Return the numbers of the sides of the board on which a cell lies: none, one or two."""
    on_side = (
        row == 0,
        column - row == SIDE - 1,
        column == LAST,
        row == LAST,
        row - column == SIDE - 1,
        column == 0,
    )
    return tuple(side for side, lies in enumerate(on_side) if lies)


# A cell on two sides is a corner; a cell on one side belongs to that edge.
SIDES = tuple(find_sides(row, column) for row, column in CELLS)
BORDER = tuple(cell for cell, sides in enumerate(SIDES) if sides)


def find_group(board: list, cell: int) -> list:
    mark, group = board[cell], [cell]
    for member in group:  # grows while it is read
        for neighbour in NEIGHBOURS[member]:
            if board[neighbour] == mark and neighbour not in group:
                group.append(neighbour)
    return group


def is_bridge_or_fork(group: list) -> bool:
    corners, edges = 0, []
    for cell in group:
        sides = SIDES[cell]
        if len(sides) == 2:
            corners += 1
        elif sides and sides[0] not in edges:
            edges.append(sides[0])
    return corners >= BRIDGE or len(edges) >= FORK


def is_ring(group: list) -> bool:
    """Return whether the group surrounds a cell, whatever is on that cell.

    Either a cell outside the group has no way to the border of the board that avoids the group, or
    the group surrounds only stones of its own, and then one of them has all six neighbours in it.
    """
    for cell in group:
        if len([other for other in NEIGHBOURS[cell] if other in group]) == 6:
            return True
    reached = [cell for cell in BORDER if cell not in group]
    for cell in reached:  # grows while it is read
        for neighbour in NEIGHBOURS[cell]:
            if neighbour not in reached and neighbour not in group:
                reached.append(neighbour)
    return len(reached) + len(group) < len(CELLS)


def get_initial_state() -> dict:
    return {
        "board": [EMPTY] * len(CELLS),
        "player": 0,
        "legal": list(ACTIONS),
        "returns": [DRAW, DRAW],
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
    group = find_group(board, cell)
    if is_bridge_or_fork(group) or (len(group) >= 6 and is_ring(group)):
        returns = [LOSS, LOSS]
        returns[player] = WIN
        return {"board": board, "player": TERMINAL, "legal": [], "returns": returns}
    legal = state["legal"].copy()
    legal.remove(action)
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
    lines = [" " * abs(SIDE - 1 - row) for row in range(LAST + 1)]
    for (row, _), mark in zip(CELLS, state["board"], strict=True):
        lines[row] += f"{mark} "
    return "\n".join(line.rstrip() for line in lines)
