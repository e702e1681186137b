# line: a ; b ; e ; c ; i => -1 1
"""Misere tic-tac-toe with bitboards: whoever completes three in a row loses."""
from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal, TypeAlias

Bitboard: TypeAlias = int
Seat = Literal[0, 1]

FULL: Final[Bitboard] = (1 << 9) - 1
LINES: Final[tuple[Bitboard, ...]] = (
    0b000_000_111, 0b000_111_000, 0b111_000_000,
    0b001_001_001, 0b010_010_010, 0b100_100_100,
    0b100_010_001, 0b001_010_100,
)


@lru_cache(maxsize=None)
def has_line(bits: Bitboard) -> bool:
    return any(bits & line == line for line in LINES)


def bits_of(mask: Bitboard) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def get_initial_state() -> GameState:
    return {"boards": [0, 0], "seat": 0}


def get_current_player(state: GameState) -> Seat | int:
    one, two = state["boards"]
    if has_line(one) or has_line(two) or (one | two) == FULL:
        return -4
    return state["seat"]


def get_legal_actions(state: GameState) -> list[str]:
    if get_current_player(state) < 0:
        return []
    free = ~(state["boards"][0] | state["boards"][1]) & FULL
    return [chr(ord("a") + cell) for cell in bits_of(free)]


def apply_action(state: GameState, action: str) -> GameState:
    boards = state["boards"][:]
    boards[state["seat"]] |= 1 << (ord(action) - ord("a"))
    return {"boards": boards, "seat": state["seat"] ^ 1}


def get_rewards(state: GameState) -> list[float]:
    for seat, bits in enumerate(state["boards"]):
        if has_line(bits):
            return [-1.0, 1.0] if seat == 0 else [1.0, -1.0]
    return [0.0, 0.0]


def get_observations(state: GameState) -> list[dict[str, int | str]]:
    mine, other = state["boards"]
    return [
        {"mine": format(mine, "09b"), "other": f"{other:#011b}", "count": bin(mine | other).count("1")},
        {"mine": format(other, "09b"), "other": f"{mine:#011b}", "count": (mine | other).bit_count()},
    ]


def get_player_name(player_id: int) -> str:
    return "crosses" if player_id == 0 else "noughts"


def get_all_actions() -> list[str]:
    return [chr(code) for code in range(ord("a"), ord("j"))]
