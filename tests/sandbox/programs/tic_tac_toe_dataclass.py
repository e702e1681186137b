# line: 0 ; 4 ; 1 ; 8 ; 2 => 1 -1
# line: 0 ; 1 ; 2 ; 4 ; 3 ; 5 ; 7 ; 6 ; 8 => 0 0
"""Tic-Tac-Toe on a 3x3 board. X moves first; three in a row wins."""
from dataclasses import dataclass, field, asdict
from typing import *

PLAYER_X = 0
PLAYER_O = 1
TERMINAL = -4
WIN_LINES: List[Tuple[int, int, int]] = [
    (0, 1, 2), (3, 4, 5), (6, 7, 8),
    (0, 3, 6), (1, 4, 7), (2, 5, 8),
    (0, 4, 8), (2, 4, 6),
]


@dataclass
class Board:
    """Board with an empty cell written as '.'."""

    cells: List[str] = field(default_factory=lambda: ["."] * 9)
    to_move: int = PLAYER_X
    history: List[int] = field(default_factory=list)

    def winner(self) -> Optional[int]:
        for a, b, c in WIN_LINES:
            if self.cells[a] != "." and self.cells[a] == self.cells[b] == self.cells[c]:
                return PLAYER_X if self.cells[a] == "x" else PLAYER_O
        return None

    def is_full(self) -> bool:
        return "." not in self.cells

    def play(self, cell: int) -> None:
        self.cells[cell] = "xo"[self.to_move]
        self.history.append(cell)
        self.to_move = 1 - self.to_move


def _load(state: Dict[str, Any]) -> Board:
    return Board(list(state["cells"]), state["to_move"], list(state["history"]))


def get_initial_state() -> Dict[str, Any]:
    return asdict(Board())


def get_current_player(state: Dict[str, Any]) -> int:
    board = _load(state)
    if board.winner() is not None or board.is_full():
        return TERMINAL
    return board.to_move


def get_legal_actions(state: Dict[str, Any]) -> List[str]:
    if get_current_player(state) == TERMINAL:
        return []
    return [str(i) for i, cell in enumerate(state["cells"]) if cell == "."]


def apply_action(state: Dict[str, Any], action: str) -> Dict[str, Any]:
    board = _load(state)
    board.play(int(action))
    return asdict(board)


def get_rewards(state: Dict[str, Any]) -> List[float]:
    won = _load(state).winner()
    if won is None:
        return [0.0, 0.0]
    return [1.0, -1.0] if won == PLAYER_X else [-1.0, 1.0]


def get_observations(state: Dict[str, Any]) -> List[Dict[str, Any]]:
    return [{"cells": list(state["cells"]), "me": p} for p in (PLAYER_X, PLAYER_O)]


def get_player_name(player_id: int) -> str:
    return {0: "X", 1: "O", -1: "chance", -4: "terminal"}[player_id]


if __name__ == "__main__":
    import random

    state = get_initial_state()
    while get_current_player(state) != TERMINAL:
        action = random.choice(get_legal_actions(state))
        print(get_player_name(get_current_player(state)), "plays", action)
        state = apply_action(state, action)
    print("Final rewards:", get_rewards(state))
