"""Bidding with cards against OpenSpiel's Goofspiel, and against sums over permutations."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("bidding_cards").programs)
ORDERS = {"random": "random", "rising": "ascending", "falling": "descending"}
RESULTS = {"win": "win_loss", "points": "total_points", "above": "point_difference"}


def make(style, **values):
    return compile_game(families.make("bidding_cards", style=style, **values).source)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize(
    ("players", "cards", "order"),
    [(2, 4, "rising"), (2, 4, "falling"), (2, 3, "random"), (3, 3, "random"), (3, 3, "falling")],
)
def test_whole_trees_are_open_spiels(compare_node, style, result, players, cards, order):
    """OpenSpiel plays the last round, in which nobody has a choice, by itself."""
    rules = f"players={players},num_cards={cards},points_order={ORDERS[order]}"
    rules += f",returns_type={RESULTS[result]}"
    start = pyspiel.load_game(f"turn_based_simultaneous_game(game=goofspiel({rules}))")
    game = make(style, players=players, cards=cards, order=order, result=result)

    def to_ours(theirs, action):
        return f"prize {action + 1}" if theirs.is_chance_node() else f"bid {action + 1}"

    ends = 0
    stack = [(game.get_initial_state(), start.new_initial_state())]
    while stack:
        state, theirs = stack.pop()
        if theirs.is_terminal():
            while game.get_current_player(state) != TERMINAL_PLAYER:
                (only,) = game.get_legal_actions(state)
                state = game.apply_action(state, only)
            assert game.get_rewards(state) == pytest.approx(theirs.returns())
            ends += 1
            continue
        for action, ours in compare_node(game, state, theirs, to_ours).items():
            stack.append((game.apply_action(state, ours), theirs.child(action)))
    factorial = {3: 6, 4: 24}[cards]
    assert ends == factorial ** (players + (order == "random"))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("result", RESULTS)
@pytest.mark.parametrize(
    ("players", "cards", "ties"), [(2, 4, "carry"), (2, 4, "share"), (3, 3, "carry")]
)
def test_carried_and_shared_prizes(style, order, ties, result, players, cards):
    rules = {"order": order, "ties": ties, "result": result}
    game = make(style, players=players, cards=cards, **rules)
    ordered = list(itertools.permutations(range(1, cards + 1)))
    rising = ordered[0]
    prizes = {"random": ordered[1::5], "rising": [rising], "falling": [rising[::-1]]}[order]
    for prize_order, *hands in itertools.product(prizes, *[ordered] * players):
        points = [Fraction(0)] * players
        waiting = 0
        state = game.get_initial_state()
        for prize, *bids in zip(prize_order, *hands, strict=True):
            waiting += prize
            winners = [seat for seat in range(players) if bids[seat] >= max(bids)]
            if ties == "share" or len(winners) == 1:
                for seat in winners:
                    points[seat] += Fraction(waiting, len(winners))
                waiting = 0
            assert game.get_rewards(state) == [0] * players
            line = [f"bid {bid}" for bid in bids]
            for action in [f"prize {prize}", *line] if order == "random" else line:
                state = game.apply_action(state, action)
        expected = points
        if result == "above":
            expected = [one - sum(points) / players for one in points]
        elif result == "win":
            first = points.count(max(points))
            loss = Fraction(-1, players - first) if first < players else 0
            gain = Fraction(1, first) if first < players else 0
            expected = [gain if one == max(points) else loss for one in points]
        assert game.get_current_player(state) == TERMINAL_PLAYER
        assert game.get_rewards(state) == pytest.approx([float(one) for one in expected])
