"""Battleship: hide your ships, call cells of the other board, and sink the other's ships first."""

import random

SIZE = 4  # rows, and columns
SHIPS = (1, 2)  # lengths, in the order in which each player places them
SHIP_VALUE = 1.0  # for sinking a ship, and the loss of its owner

TERMINAL = -4
WATER = "."  # a cell of the own board without a ship
MARKS = tuple(str(number) for number in range(1, len(SHIPS) + 1))  # of the ships on the own board
UNKNOWN, HIT, MISS = "?", "x", "o"  # cells of the other's board

# Cells are numbered along the rows, 0 at the top left: cell = row * SIZE + column.
CELLS = range(SIZE * SIZE)
CALLS = tuple(f"call {cell // SIZE} {cell % SIZE}" for cell in CELLS)


def find_placements(length: int) -> list:
    """Return (action, cells) pairs: every place on an empty board for a ship of this length."""
    placements = []
    for cell in CELLS:
        row, column = cell // SIZE, cell % SIZE
        name = f"place {row} {column}"
        if length == 1:
            placements.append((name, (cell,)))
            continue
        if column + length <= SIZE:
            placements.append((f"{name} right", tuple(range(cell, cell + length))))
        if row + length <= SIZE:
            placements.append((f"{name} down", tuple(range(cell, cell + length * SIZE, SIZE))))
    return placements


PLACEMENTS = tuple(tuple(find_placements(length)) for length in SHIPS)


def get_initial_state() -> dict:
    return {
        "ships": [[WATER] * len(CELLS)] * 2,  # for each player, the own board
        "targets": [[UNKNOWN] * len(CELLS)] * 2,  # for each player, what calls found on the other's
        "calls": [[], []],  # for each player, the cells called, in order
        "placed": 0,  # ships of both players
        "player": 0,
        "legal": [action for action, _ in PLACEMENTS[0]],
        "returns": [0.0, 0.0],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    player = state["player"]
    state = {**state, "player": 1 - player}
    if state["placed"] < 2 * len(SHIPS):
        return place(state, player, action)
    return call(state, player, CALLS.index(action))


def place(state: dict, player: int, action: str) -> dict:
    ships, ship = state["ships"].copy(), state["placed"] // 2
    (board,) = [board for name, board in free_placements(ships[player], ship) if name == action]
    ships[player] = board
    placed = state["placed"] + 1
    legal = list(CALLS)
    if placed < 2 * len(SHIPS):
        legal = [name for name, _ in free_placements(ships[1 - player], placed // 2)]
    return {**state, "ships": ships, "placed": placed, "legal": legal}


def free_placements(board: list, ship: int) -> list:
    """Return (action, board after it) pairs for this ship on a board with the ships before it."""
    placements = []
    for action, cells in PLACEMENTS[ship]:
        if all(board[cell] == WATER for cell in cells):
            after = board.copy()
            for cell in cells:
                after[cell] = MARKS[ship]
            placements.append((action, after))
    return placements


def call(state: dict, player: int, cell: int) -> dict:
    ships, targets, calls = state["ships"], state["targets"].copy(), state["calls"].copy()
    other = 1 - player
    target = targets[player] = targets[player].copy()
    target[cell] = MISS if ships[other][cell] == WATER else HIT
    calls[player] = [*calls[player], cell]
    state = {**state, "targets": targets, "calls": calls}
    if target.count(HIT) == sum(SHIPS):
        gain = SHIP_VALUE * (count_sunk(state, 1) - count_sunk(state, 0))
        return {**state, "player": TERMINAL, "legal": [], "returns": [gain, -gain]}
    state["legal"] = [CALLS[cell] for cell in CELLS if targets[other][cell] == UNKNOWN]
    return state


def count_sunk(state: dict, seat: int) -> int:
    found = zip(state["ships"][seat], state["targets"][1 - seat], strict=True)
    afloat = {mark for mark, result in found if mark != WATER and result != HIT}
    return len(SHIPS) - len(afloat)


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    calls, player = state["calls"], state["player"]
    views = enumerate(zip(state["ships"], state["targets"], strict=True))
    return [
        {"seat": seat, "ships": ships, "target": target, "calls": calls, "to_move": player}
        for seat, (ships, target) in views
    ]


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    ships, calls = observation["ships"], observation["calls"]
    own = [
        name
        for mark, placements in zip(MARKS, PLACEMENTS, strict=True)
        for name, cells in placements
        if all(ships[cell] == mark for cell in cells)
    ]
    # Player 0 places first, so the other player is a ship behind player 0, or ahead of player 1.
    other = sample_fleet(observation["target"])[: len(own) + player_id]
    sides = [own + [CALLS[cell] for cell in calls[player_id]]]
    sides.append(other + [CALLS[cell] for cell in calls[1 - player_id]])
    if player_id == 1:
        sides.reverse()
    history = []
    for place, move in enumerate(sides[0]):
        history += [move, *sides[1][place : place + 1]]
    return history if action is None else [*history, action]


def sample_fleet(target: list) -> list:
    """Return placements of the other's ships, as probable as what was called makes them."""
    # (placements, board, probability) triples, where every placement is equally likely
    fleets = [([], [WATER] * len(CELLS), 1.0)]
    for ship in range(len(SHIPS)):
        longer = []
        for names, board, weight in fleets:
            free = free_placements(board, ship)
            longer += [([*names, name], after, weight / len(free)) for name, after in free]
        fleets = longer
    called = [(cell, mark) for cell, mark in enumerate(target) if mark != UNKNOWN]
    possible = [
        (names, weight)
        for names, board, weight in fleets
        if all((mark == HIT) == (board[cell] != WATER) for cell, mark in called)
    ]
    names, weights = zip(*possible, strict=True)
    return random.choices(names, weights)[0]


def get_all_actions() -> list:
    names = [name for placements in PLACEMENTS for name, _ in placements]
    return [*dict.fromkeys(names), *CALLS]  # ships may be alike, or share some of their names


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    lines = []
    for view in get_observations(state):
        lines.append(f"{get_player_name(view['seat'])}: own ships, and what the calls found")
        for row in range(0, len(CELLS), SIZE):
            left, right = view["ships"][row : row + SIZE], view["target"][row : row + SIZE]
            lines.append(f"{' '.join(left)}   {' '.join(right)}")
    return "\n".join(lines)
