"""Dots and boxes: take turns to draw an edge; who closes a box owns it and moves again."""

ROWS = 2  # of boxes
COLUMNS = 2  # of boxes
WIN, DRAW, LOSS = 1.0, 0.0, -1.0

NOBODY = "."  # owner of an open box
OWNERS = ("0", "1")  # of a closed box, by the player who closed it
TERMINAL = -4

# Edges are numbered: all horizontal ones along their rows first, then all vertical ones.
HORIZONTAL = tuple((row, column) for row in range(ROWS + 1) for column in range(COLUMNS))
VERTICAL = tuple((row, column) for row in range(ROWS) for column in range(COLUMNS + 1))
ACTIONS = tuple(f"horizontal {row} {column}" for row, column in HORIZONTAL) + tuple(
    f"vertical {row} {column}" for row, column in VERTICAL
)

# For each box, along the rows, its four edges: top, bottom, left, right.
EDGES_OF = tuple(
    (
        HORIZONTAL.index((row, column)),
        HORIZONTAL.index((row + 1, column)),
        len(HORIZONTAL) + VERTICAL.index((row, column)),
        len(HORIZONTAL) + VERTICAL.index((row, column + 1)),
    )
    for row in range(ROWS)
    for column in range(COLUMNS)
)
# For each edge, its one or two boxes.
BOXES_AT = tuple(
    tuple(box for box, edges in enumerate(EDGES_OF) if edge in edges)
    for edge in range(len(ACTIONS))
)


def get_initial_state() -> dict:
    return {
        "drawn": [False] * len(ACTIONS),  # for each edge
        "owners": [NOBODY] * (ROWS * COLUMNS),  # for each box, along the rows
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
    player, drawn, owners = state["player"], state["drawn"].copy(), state["owners"].copy()
    edge = ACTIONS.index(action)
    drawn[edge] = True
    following = 1 - player
    for box in BOXES_AT[edge]:
        if all(drawn[side] for side in EDGES_OF[box]):
            owners[box] = OWNERS[player]
            following = player
    legal = state["legal"].copy()
    legal.remove(action)
    returns = state["returns"]
    if not legal:
        following = TERMINAL
        lead = owners.count(OWNERS[0]) - owners.count(OWNERS[1])
        if lead != 0:
            returns = [WIN, LOSS] if lead > 0 else [LOSS, WIN]
    return {
        "drawn": drawn,
        "owners": owners,
        "player": following,
        "legal": legal,
        "returns": returns,
    }


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    table = {"drawn": state["drawn"], "owners": state["owners"], "to_move": state["player"]}
    return [{"seat": seat, **table} for seat in range(len(OWNERS))]


def get_all_actions() -> list:
    return list(ACTIONS)


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    drawn, owners, lines = state["drawn"], state["owners"], []
    for row in range(ROWS + 1):
        tops = [drawn[HORIZONTAL.index((row, column))] for column in range(COLUMNS)]
        lines.append("+" + "+".join("---" if top else "   " for top in tops) + "+")
        if row < ROWS:
            first = len(HORIZONTAL) + VERTICAL.index((row, 0))
            sides = ["|" if side else " " for side in drawn[first : first + COLUMNS + 1]]
            inside = [f" {owner} " for owner in owners[row * COLUMNS : (row + 1) * COLUMNS]]
            boxes = zip(sides, [*inside, ""], strict=True)
            lines.append("".join(side + box for side, box in boxes))
    return "\n".join(lines)
