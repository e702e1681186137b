# line: 0>2 ; 3>1 ; 4>6 => -1
"""Peg solitaire on a row of seven holes, one player.

Jump a peg over a neighbour into an empty hole; the jumped peg is removed.
The return is 1 for a single peg left, else minus the number of extra pegs.
"""
from typing import List

HOLES = 7
START = [1, 1, 0, 1, 1, 1, 0]


def get_initial_state() -> dict:
    return {"pegs": START[:]}


def jumps(pegs: List[int]) -> List[tuple]:
    found = []
    for start in range(HOLES):
        for step in (-2, 2):
            end = start + step
            if not 0 <= end < HOLES:
                continue
            over = (start + end) // 2
            if pegs[start] and pegs[over] and not pegs[end]:
                found.append((start, over, end))
    return found


def get_current_player(state: dict) -> int:
    return 0 if jumps(state["pegs"]) else -4


def get_legal_actions(state: dict) -> List[str]:
    return [f"{start}>{end}" for start, _, end in jumps(state["pegs"])]


def apply_action(state: dict, action: str) -> dict:
    pegs = state["pegs"][::]
    start, _, end = action.partition(">")
    start, end = int(start), int(end)
    pegs[start], pegs[(start + end) // 2], pegs[end] = 0, 0, 1
    return {"pegs": pegs}


def get_rewards(state: dict) -> List[float]:
    if jumps(state["pegs"]):
        return [0.0]
    left = sum(state["pegs"])
    return [1.0 if left == 1 else 1.0 - left]


def get_observations(state: dict) -> List[str]:
    return ["".join("o" if peg else "." for peg in state["pegs"])]


def render(state: dict) -> str:
    picture = """pegs:
%s""" % " ".join(map(str, state["pegs"]))
    return picture
