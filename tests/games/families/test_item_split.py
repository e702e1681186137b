"""Splitting single items: numbers of lines in closed form, and sums of returns by linearity."""

import math
from collections import defaultdict

import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

FAMILY = "item_split"
STYLES = sorted(families.load(FAMILY).programs)
THINGS = ("tent", "lamp", "rope")


def compiled(style, **values):
    return compile_game(families.make(FAMILY, style=style, **values).source)


GAMES = [
    {"items": 2, "total": 3, "turns": 3, "cost": 1, "may_leave": True},
    {"items": 2, "total": 4, "turns": 3, "cost": 0, "may_leave": False},
    {"items": 3, "total": 3, "turns": 2, "cost": 1, "may_leave": False},
    {"items": 3, "total": 4, "turns": 2, "cost": 1, "may_leave": True},
]


@pytest.mark.parametrize("values", GAMES)
@pytest.mark.parametrize("style", STYLES)
def test_returns_sum_as_values_do(style, values, whole_tree):
    """A thing is worth total / items in the mean, whoever has it."""
    items, total, turns, cost = (values[key] for key in ("items", "total", "turns", "cost"))
    deals = math.comb(total + items - 1, items - 1)  # stars and bars
    game = compiled(style, **values)
    sums = defaultdict(lambda: [0, 0, 0])  # by the moves: lines, and both returns added up
    for state, actions, _ in whole_tree(game):
        player, place = game.get_current_player(state), len(actions)
        if place < 2:
            outcomes = dict(game.get_chance_outcomes(state))
            assert player == -1
            assert len(outcomes) == deals
            assert list(outcomes.values()) == pytest.approx([1 / deals] * deals)
        elif player == -4:
            one = sums[actions[2:]]
            for number, gain in enumerate((1, *game.get_rewards(state))):
                one[number] += gain
        else:
            assert player == place % 2
            assert game.get_rewards(state) == [0.0, 0.0]
    for (*proposals, end), (lines, *returns) in sums.items():
        assert lines == deals**2
        lost = cost * max(len(proposals) - 1, 0)
        expected = [-lost * lines, -lost * lines]
        if end == "accept":
            kept = sum(thing in proposals[-1] for thing in THINGS)
            proposer = (len(proposals) - 1) % 2
            expected[proposer] += kept * total * lines / items
            expected[1 - proposer] += (items - kept) * total * lines / items
        assert returns == pytest.approx(expected)
    by_proposals = [sum(len(moves) == n + 1 for moves in sums) for n in range(turns + 1)]
    leaves = [values["may_leave"] or n == turns for n in range(turns + 1)]
    assert by_proposals == [2 ** (items * n) * ((n > 0) + leaves[n]) for n in range(turns + 1)]


@pytest.mark.parametrize("style", STYLES)
def test_one_deal(style):
    game = compiled(style, items=3, total=5, turns=3, cost=1, may_leave=True)
    state = game.get_initial_state()
    for action in ("value 3 0 2", "value 1 4 0", "keep tent+lamp", "keep lamp", "accept"):
        state = game.apply_action(state, action)
    assert game.get_rewards(state) == [4.0, 3.0]


@pytest.mark.parametrize("style", STYLES)
def test_imagined_values_are_as_probable_as_they_should_be(follows_posterior, style):
    game = compiled(style, items=2, total=3, turns=2, cost=1, may_leave=False)
    follows_posterior(game, 30)


@pytest.mark.parametrize("style", STYLES)
def test_values_are_private(style, whole_tree, tells_knowledge):
    game = compiled(style, items=2, total=3, turns=2, cost=0, may_leave=True)
    nodes = [(state, actions) for state, actions, _ in whole_tree(game) if len(actions) >= 2]
    tells_knowledge(game, nodes, lambda _, __, actions, player: (actions[player], actions[2:]))
