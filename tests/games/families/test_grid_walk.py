"""Slippery walks: value iteration on matrices of cells, against expectimax on the program."""

from __future__ import annotations

import numpy as np
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

FAMILY = families.load("grid_walk")
STYLES = FAMILY.programs
MAPS = FAMILY.sheet.parameters[0].choices


def transitions(grid, slip):
    """Return four matrices: how probable each cell is after a step from each cell."""
    marks = np.array([list(line) for line in grid])
    numbers = np.arange(marks.size).reshape(marks.shape)
    framed = np.pad(marks, 1, constant_values="#")
    pure = []
    for rows, columns in ((-1, 0), (0, 1), (1, 0), (0, -1)):
        there = np.roll(np.pad(numbers, 1), (-rows, -columns), axis=(0, 1))[1:-1, 1:-1]
        free = np.roll(framed, (-rows, -columns), axis=(0, 1))[1:-1, 1:-1] != "#"
        goal = np.where(free, there, numbers)
        pure.append(np.eye(marks.size)[goal.ravel()])
    return [
        (12 - 2 * slip) / 12 * pure[d] + slip / 12 * (pure[d - 1] + pure[(d + 1) % 4])
        for d in range(4)
    ]


def value_of(grid, slip, steps, prize, fall, toll):
    marks = np.array(list("".join(grid)))
    gains = prize * (marks == "G") - fall * (marks == "O")
    over = (marks == "G") | (marks == "O")
    values = np.zeros(marks.size)
    for _ in range(steps):
        best = np.max([matrix @ (values + gains) for matrix in transitions(grid, slip)], axis=0)
        values = np.where(over, 0, best - toll)
    return values[list(marks).index("S")]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("place", range(len(MAPS)))
def test_value_iteration_is_expectimax(best_value, style, place):
    rules = {"grid": MAPS[place], "slip": 1 + place % 4, "steps": 7 + place}
    rules |= {"prize": (10, 50, 20)[place % 3], "fall": (5, 0, 3, 10)[place % 4]}
    rules["toll"] = 1 if rules["fall"] == 0 else place % 3
    game = compile_game(families.make("grid_walk", style=style, **rules).source)
    assert best_value(game) == pytest.approx(value_of(**rules), abs=1e-9)
