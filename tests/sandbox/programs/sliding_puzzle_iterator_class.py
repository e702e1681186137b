# line: far ; up ; left => 1
# line: near ; down ; up ; down ; up ; down ; up => -1
"""Sliding puzzle on 2x2 with tiles 1-3: chance picks the start, the player slides a tile into the
gap, six slides allowed.

Goal:   1 2
        3 _
"""
from collections.abc import Mapping
from typing import Any, Dict, Generic, Iterator, List, TypeVar, cast

T = TypeVar("T")
Grid = str
GOAL: Grid = "123_"
STARTS: Dict[str, Grid] = {"near": "12_3", "far": "_213"}
OFFSETS = {"up": 2, "down": -2, "left": 1, "right": -1}  # where the sliding tile comes from
SLIDES = 6


class Ring(Generic[T]):
    """Goes round its items twice."""

    def __init__(self, items: List[T]) -> None:
        self.items, self.at = items, 0

    def __iter__(self) -> "Iterator[T]":
        return self

    def __next__(self) -> T:
        if self.at >= 2 * len(self.items):
            raise StopIteration
        item = self.items[self.at % len(self.items)]
        self.at += 1
        return item


class Defaults(dict):
    """A dict with a value for every key."""

    def __missing__(self, key):
        return None


def source(grid: Grid, direction: str):
    gap = grid.index("_")
    if direction in ("left", "right") and gap % 2 == (direction == "left"):
        return None
    tile = gap + OFFSETS[direction]
    return tile if 0 <= tile < 4 else None


def get_initial_state() -> Dict[str, Any]:
    return {"grid": "", "left": SLIDES}


def get_current_player(state: Mapping) -> int:
    if state["grid"] == "":
        return -1
    return -4 if state["grid"] == GOAL or not state["left"] else 0


def get_legal_actions(state: Mapping[str, Any]) -> List[str]:
    player = get_current_player(state)
    if player == -1:
        return list(STARTS)
    legal = []
    for direction in Ring(list(OFFSETS)):
        if player == 0 and source(state["grid"], direction) is not None and direction not in legal:
            legal.append(direction)
    return legal


def get_chance_outcomes(state):
    weights = Defaults(near=0.6)
    return [(name, weights[name] or 0.4) for name in STARTS]


def apply_action(state, action):
    if action in STARTS:
        return {**state, "grid": STARTS[action]}
    tile = cast(int, source(state["grid"], action))
    value = state["grid"][tile]
    grid = state["grid"].replace("_", "*").replace(value, "_").replace("*", value)
    return {"grid": grid, "left": state["left"] - 1}


def get_rewards(state):
    if get_current_player(state) != -4:
        return [0.0]
    return [1.0 if state["grid"] == GOAL else -1.0]


def get_observations(state):
    return [[state["grid"][:2], state["grid"][2:]]]
