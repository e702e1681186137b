# line: 0,0 ; 1,1 ; 0,1 ; 0,2 => 1 -1
"""Notakto: both players place the same mark; completing three in a row loses."""
from typing import FrozenSet, List, Set, Tuple, NewType
from itertools import product

Cell = Tuple[int, int]
Stones = NewType("Stones", FrozenSet[Cell])

ALL_CELLS: FrozenSet[Cell] = frozenset(product(range(3), repeat=2))
ROWS: Set[FrozenSet[Cell]] = {
    *(frozenset((r, c) for c in range(3)) for r in range(3)),
    *(frozenset((r, c) for r in range(3)) for c in range(3)),
    frozenset((i, i) for i in range(3)),
    frozenset((i, 2 - i) for i in range(3)),
}


def get_initial_state():
    return {"stones": frozenset()}


def is_dead(stones):
    return any(row <= stones for row in ROWS)


def get_current_player(state) -> int:
    stones = state["stones"]
    return -4 if is_dead(stones) else len(stones) % 2


def get_legal_actions(state) -> List[str]:
    if is_dead(state["stones"]):
        return []
    return ["{},{}".format(r, c) for r, c in sorted(ALL_CELLS - state["stones"])]


def apply_action(state, action):
    row, column = (int(part) for part in action.split(","))
    cell = (row, column)
    if cell not in ALL_CELLS or cell in state["stones"]:
        raise ValueError("cell %s is not free" % (cell,))
    return {"stones": state["stones"] | {cell}}


def get_rewards(state) -> List[float]:
    if not is_dead(state["stones"]):
        return [0.0, 0.0]
    # The player who moved last made the row and loses.
    loser = (len(state["stones"]) - 1) % 2
    return [-1.0 if p == loser else 1.0 for p in (0, 1)]


def get_observations(state):
    seen = sorted(state["stones"])
    return [seen, list(seen)]


def get_player_name(player_id: int) -> str:
    return f"Player {player_id + 1}"
