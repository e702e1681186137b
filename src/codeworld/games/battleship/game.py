"""Battleship: hide your ships, call cells of the other board, and sink the other's ships first."""

import random

SIZE = 4  # rows, and columns
SHIPS = (1, 2)  # lengths, in the order in which each player places them
SHIP_VALUE = 1.0  # for sinking a ship, and the loss of its owner

TERMINAL = -4
WATER = "."  # a cell of the own board without a ship; ships are marked by their lengths
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
        "fleets": [[], []],  # for each player, the cells of every ship placed so far
        "calls": [[], []],  # for each player, the cells called, in order
        "player": 0,
        "legal": [action for action, _ in PLACEMENTS[0]],
        "returns": [0.0, 0.0],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def free_placements(fleet: list) -> list:
    """Return (action, cells) pairs for the next ship of a player who has placed these."""
    taken = [cell for ship in fleet for cell in ship]
    return [
        (action, cells)
        for action, cells in PLACEMENTS[len(fleet)]
        if not any(cell in taken for cell in cells)
    ]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    player = state["player"]
    other = 1 - player
    fleets, calls = state["fleets"].copy(), state["calls"].copy()
    if len(fleets[player]) < len(SHIPS):
        (cells,) = [cells for name, cells in PLACEMENTS[len(fleets[player])] if name == action]
        fleets[player] = [*fleets[player], list(cells)]
    else:
        calls[player] = [*calls[player], CALLS.index(action)]
    state = {**state, "fleets": fleets, "calls": calls, "player": other}
    if len(fleets[other]) < len(SHIPS):
        state["legal"] = [name for name, _ in free_placements(fleets[other])]
        return state
    state["legal"] = [CALLS[cell] for cell in CELLS if cell not in calls[other]]
    sunk = [count_sunk(state, seat) for seat in (0, 1)]
    if len(SHIPS) in sunk:
        gain = SHIP_VALUE * (sunk[1] - sunk[0])
        state.update(player=TERMINAL, legal=[], returns=[gain, -gain])
    return state


def count_sunk(state: dict, seat: int) -> int:
    called = state["calls"][1 - seat]
    return sum(all(cell in called for cell in ship) for ship in state["fleets"][seat])


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    boards = []
    for fleet in state["fleets"]:
        board = [WATER] * len(CELLS)
        for ship in fleet:
            for cell in ship:
                board[cell] = str(len(ship))
        boards.append(board)
    observations = []
    for seat in (0, 1):
        target = [UNKNOWN] * len(CELLS)
        for cell in state["calls"][seat]:
            target[cell] = MISS if boards[1 - seat][cell] == WATER else HIT
        observations.append(
            {
                "seat": seat,
                "ships": boards[seat],
                "target": target,
                "calls": state["calls"],
                "to_move": state["player"],
            }
        )
    return observations


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    ships, calls = observation["ships"], observation["calls"]
    own = [
        name
        for length, placements in zip(SHIPS, PLACEMENTS, strict=True)
        for name, cells in placements
        if all(ships[cell] == str(length) for cell in cells)
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
    fleets = [([], [], 1.0)]  # placements, cells, probability if every placement is equally likely
    for _ in SHIPS:
        longer = []
        for names, ships, weight in fleets:
            free = free_placements(ships)
            for name, cells in free:
                longer.append(([*names, name], [*ships, cells], weight / len(free)))
        fleets = longer
    called = [(cell, mark) for cell, mark in enumerate(target) if mark != UNKNOWN]
    possible, weights = [], []
    for names, ships, weight in fleets:
        taken = [cell for ship in ships for cell in ship]
        if all((mark == HIT) == (cell in taken) for cell, mark in called):
            possible.append(names)
            weights.append(weight)
    return random.choices(possible, weights)[0]


def get_all_actions() -> list:
    return [name for placements in PLACEMENTS for name, _ in placements] + list(CALLS)


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
