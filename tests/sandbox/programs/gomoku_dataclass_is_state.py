# line: 0,0 ; 1,0 ; 0,1 ; 1,1 ; 0,2 => 1 -1
"""Three in a row on 3x4; the state is a dataclass itself, and so is each stone."""
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import List, Optional


class Colour(Enum):
    BLACK = "b"
    WHITE = "w"

    @property
    def other(self) -> "Colour":
        return Colour.WHITE if self is Colour.BLACK else Colour.BLACK


@dataclass(frozen=True)
class Stone:
    row: int
    column: int
    colour: Colour


@dataclass
class GameState:
    stones: List[Stone] = field(default_factory=list)
    to_move: Colour = Colour.BLACK
    winner: Optional[Colour] = None

    def at(self, row: int, column: int) -> Optional[Colour]:
        for stone in self.stones:
            if (stone.row, stone.column) == (row, column):
                return stone.colour
        return None

    def completes(self, new: Stone) -> bool:
        for dr, dc in [(0, 1), (1, 0), (1, 1), (1, -1)]:
            length = 1
            for sign in (1, -1):
                r, c = new.row + sign * dr, new.column + sign * dc
                while self.at(r, c) == new.colour:
                    length += 1
                    r, c = r + sign * dr, c + sign * dc
            if length >= 3:
                return True
        return False


def get_initial_state() -> GameState:
    return GameState()


def get_current_player(state: GameState) -> int:
    if state.winner is not None or len(state.stones) == 12:
        return -4
    return 0 if state.to_move is Colour.BLACK else 1


def get_legal_actions(state: GameState) -> List[str]:
    if get_current_player(state) == -4:
        return []
    return [f"{r},{c}" for r in range(3) for c in range(4) if state.at(r, c) is None]


def apply_action(state: GameState, action: str) -> GameState:
    row, column = map(int, action.split(","))
    stone = Stone(row, column, state.to_move)
    winner = state.to_move if state.completes(stone) else None
    return replace(state, stones=state.stones + [stone], to_move=state.to_move.other, winner=winner)


def get_rewards(state: GameState) -> List[float]:
    if state.winner is None:
        return [0.0, 0.0]
    return [1.0, -1.0] if state.winner == Colour.BLACK else [-1.0, 1.0]


def get_observations(state: GameState) -> List[List[str]]:
    rows = ["".join((state.at(r, c).value if state.at(r, c) else ".") for c in range(4)) for r in range(3)]
    return [rows, rows]


def get_player_name(player_id: int) -> str:
    return [colour.name for colour in Colour][player_id]
