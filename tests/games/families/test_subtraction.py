"""Subtraction games against winning heaps, found backwards from those nobody can move in."""

from __future__ import annotations

import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = sorted(families.load("subtraction").programs)
TAKES = families.load("subtraction").sheet.parameters[1].choices


def first_wins(stones, takes, last_wins):
    """Whether the player to move wins a heap, by the heaps below it."""
    winning = []
    for heap in range(stones + 1):
        moves = [winning[heap - number] for number in takes if number <= heap]
        winning.append(not all(moves) if moves else not last_wins)
    return winning[stones]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("last_wins", [True, False])
@pytest.mark.parametrize("takes", TAKES, ids=str)
def test_heaps_are_won_as_computed_backwards(best_value, takes, last_wins, style):
    for stones in (*range(8, 24), 60):
        rules = {"stones": stones, "takes": takes, "last_wins": last_wins}
        game = compile_game(families.make("subtraction", style=style, **rules).source)
        assert best_value(game) == (1 if first_wins(**rules) else -1), rules


def test_heaps_of_four_are_lost():
    """Berlekamp, Conway and Guy: taking up to three, multiples of four are lost to the mover."""
    lost = [heap for heap in range(1, 30) if not first_wins(heap, (1, 2, 3), True)]
    assert lost == list(range(4, 30, 4))
