"""Sealed-bid auctions against OpenSpiel's, and against payments worked out by sorting."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pyspiel
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("sealed_auction").programs)


def make(style, **values):
    return compile_game(families.make("sealed_auction", style=style, **values).source)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("bidders", "max_value"), [(2, 3), (2, 6), (3, 3), (3, 4)])
def test_first_price_auctions_below_the_value_are_open_spiels(
    compare_node, style, bidders, max_value
):
    """OpenSpiel draws a winner even if only one has made the highest bid; then we skip that."""
    rules = f"first_sealed_auction(players={bidders},max_value={max_value})"

    def to_ours(theirs, action):
        if not theirs.is_chance_node():
            return f"bid {action}"
        drawing = len(theirs.history()) < bidders
        return f"value {action}" if drawing else f"winner {action}"

    game = make(
        style, bidders=bidders, max_value=max_value, price="first", limit="below", ties="chance"
    )
    ends = 0
    stack = [(game.get_initial_state(), pyspiel.load_game(rules).new_initial_state())]
    while stack:
        state, theirs = stack.pop()
        if theirs.is_chance_node() and len(theirs.legal_actions()) == 1:
            theirs.apply_action(theirs.legal_actions()[0])
        ends += theirs.is_terminal()
        for action, ours in compare_node(game, state, theirs, to_ours).items():
            stack.append((game.apply_action(state, ours), theirs.child(action)))
    # a bidder has max_value (max_value + 1) / 2 pairs of a value and a legal bid
    assert ends > (max_value * (max_value + 1) // 2) ** bidders


def play(game, actions):
    state = game.get_initial_state()
    for action in actions:
        assert action in game.get_legal_actions(state)
        state = game.apply_action(state, action)
    return state


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("price", ["first", "second", "all"])
@pytest.mark.parametrize("limit", ["below", "value", "free"])
@pytest.mark.parametrize("ties", ["chance", "lowest"])
@pytest.mark.parametrize("bidders", [2, 3])
def test_payments(style, price, limit, ties, bidders):
    top = 3
    rules = {"price": price, "limit": limit, "ties": ties}
    game = make(style, bidders=bidders, max_value=top, **rules)
    for values in itertools.product(range(1, top + 1), repeat=bidders):
        start = play(game, [f"value {value}" for value in values])
        highest = [{"below": value - 1, "value": value, "free": top}[limit] for value in values]
        for bids in itertools.product(*[range(most + 1) for most in highest]):
            state = start
            for seat, bid in enumerate(bids):
                assert game.get_current_player(state) == seat
                legal = {f"bid {amount}" for amount in range(highest[seat] + 1)}
                assert set(game.get_legal_actions(state)) == legal
                state = game.apply_action(state, f"bid {bid}")
            ranking = sorted(range(bidders), key=lambda seat: (-bids[seat], seat))
            tied = [seat for seat in ranking if bids[seat] == bids[ranking[0]]]
            finals = {ranking[0]: state}
            if ties == "chance" and len(tied) > 1:
                assert game.get_current_player(state) == CHANCE_PLAYER
                shares = dict(game.get_chance_outcomes(state))
                expected = {f"winner {seat}": 1 / len(tied) for seat in tied}
                assert shares == pytest.approx(expected)
                finals = {seat: game.apply_action(state, f"winner {seat}") for seat in tied}
            for winner, final in finals.items():
                paid = [0] * bidders
                paid[winner] = bids[ranking[1]] if price == "second" else bids[winner]
                gains = [-amount for amount in (bids if price == "all" else paid)]
                gains[winner] += values[winner]
                assert game.get_current_player(final) == TERMINAL_PLAYER
                assert game.get_rewards(final) == gains


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("ties", ["chance", "lowest"])
@pytest.mark.parametrize("bidders", [2, 3])
def test_at_the_second_price_the_own_value_is_the_best_bid(style, ties, bidders):
    """Vickrey: whatever the others bid, no other bid of player 1 has a greater expected return."""
    top = 4
    game = make(style, bidders=bidders, max_value=top, price="second", limit="free", ties=ties)

    def mean(state):
        if game.get_current_player(state) == CHANCE_PLAYER:
            outcomes = game.get_legal_actions(state)
            return sum(mean(game.apply_action(state, one)) for one in outcomes) / len(outcomes)
        return Fraction(game.get_rewards(state)[1])

    for value in range(1, top + 1):
        values = [f"value {value}"] * bidders
        for others in itertools.product(range(top + 1), repeat=bidders - 1):
            gains = {}
            for own in range(top + 1):
                bids = [others[0], own, *others[1:]]
                gains[own] = mean(play(game, values + [f"bid {bid}" for bid in bids]))
            assert gains[value] == max(gains.values())
