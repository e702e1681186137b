"""The first-price auction against OpenSpiel's, against a table, and by best responses."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pyspiel
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER

THREE_PLAYERS = {"players": 3, "max_value": 3}
VALUES, BIDS = range(1, 6), range(6)


def play(game, actions):
    state = game.get_initial_state()
    for action in actions:
        state = game.apply_action(state, action)
    return state


@pytest.mark.parametrize(
    ("parameters", "theirs", "counts"),
    [
        ({}, "first_sealed_auction(max_value=5)", (55, 225)),
        (THREE_PLAYERS, "first_sealed_auction(players=3,max_value=3)", (87, 216)),
        ({"max_value": 2, "max_bid": 4}, "first_sealed_auction(max_value=2)", (5, 9)),
        ({"players": 4, "max_value": 2}, "first_sealed_auction(players=4,max_value=2)", (49, 81)),
    ],
    ids=["two players", "three players", "higher bids than values", "four players"],
)
def test_whole_tree(compiled, parameters, theirs, counts):
    """OpenSpiel differs in two rules, and everything else is the same.

    There a player may bid only less than the own value, so its legal bids are some of ours; and
    chance draws the winner among equal highest bids, where ours is the one with the lowest seat.

    Counted: with two players the values v and w allow v * w pairs of bids there, 225 in all, and
    min(v, w) of them are ties, 55 in all. With three players 87 of 216 are ties. With values up to
    2, the values v and w sum up to 9 pairs and 1 + 1 + 1 + 2 ties. With four players each has 3
    pairs of value and bid; of all 3^4 ends, 4 * 2^3 have one bid of 1 above three of 0, and no tie.
    """
    game = compiled("first_price_auction", **parameters)
    stack = [(game.get_initial_state(), pyspiel.load_game(theirs).new_initial_state())]
    ties, ends = 0, 0
    while stack:
        state, theirs = stack.pop()
        player, line = game.get_current_player(state), theirs.history()
        if player == TERMINAL_PLAYER:
            bids = line[game.num_players : 2 * game.num_players]
            highest = [seat for seat, bid in enumerate(bids) if bid == max(bids)]
            assert theirs.is_chance_node()
            assert theirs.legal_actions() == highest
            theirs.apply_action(highest[0])
            assert theirs.is_terminal()
            ties += len(highest) > 1
            assert game.get_rewards(state) == theirs.returns(), line
            ends += 1
            continue
        assert player == theirs.current_player(), line
        assert game.get_rewards(state) == theirs.returns(), line
        word = "value" if player == CHANCE_PLAYER else "bid"
        names = {action: f"{word} {action}" for action in theirs.legal_actions()}
        if player == CHANCE_PLAYER:
            expected = {names[action]: share for action, share in theirs.chance_outcomes()}
            assert dict(game.get_chance_outcomes(state)) == pytest.approx(expected)
        else:
            value = line[player]
            lower = {f"bid {amount}" for amount in range(value)}
            assert set(names.values()) == lower < set(game.get_legal_actions(state))
        for action, ours in names.items():
            stack.append((game.apply_action(state, ours), theirs.child(action)))
    assert (ties, ends) == counts


def test_every_outcome(compiled):
    """What OpenSpiel leaves out, bids of at least the value and ties, by a formula of our own."""
    game = compiled("first_price_auction")
    for values in itertools.product(VALUES, repeat=2):
        for bids in itertools.product(BIDS, repeat=2):
            deals = [f"value {value}" for value in values]
            state = play(game, deals + [f"bid {amount}" for amount in bids])
            assert game.get_current_player(state) == TERMINAL_PLAYER
            gains = [0, 0]
            winner = int(bids[1] > bids[0])
            gains[winner] = values[winner] - bids[winner]
            assert game.get_rewards(state) == gains


def expected_gains(game, player, strategy):
    """Return {(own value, own bid): expected gain} against a bid for each value."""
    gains = {}
    for value, amount in itertools.product(VALUES, BIDS):
        total = Fraction(0)
        for other in VALUES:
            values, bids = [value, other], [amount, strategy[other]]
            if player == 1:
                values.reverse()
                bids.reverse()
            line = [f"value {number}" for number in values] + [f"bid {number}" for number in bids]
            total += Fraction(game.get_rewards(play(game, line))[player]) / len(VALUES)
        gains[value, amount] = total
    return gains


def best_bids(gains):
    """Return, for each value, all bids with the greatest expected gain."""
    return {
        value: [
            amount
            for amount in BIDS
            if gains[value, amount] == max(gains[value, other] for other in BIDS)
        ]
        for value in VALUES
    }


def test_best_responses(compiled):
    """Worked out by hand: player 0 matches bids, player 1 must beat them.

    Against bids of half the value, rounded down (0, 1, 1, 2, 2 for the values 1 to 5), a bid of 0,
    1 or 2 wins 1, 3 or 5 times of 5 for player 0, and 0, 1 or 3 times for player 1, whose bid of 3
    wins always. A player with value v and bid b gains (times won / 5) * (v - b).
    """
    game = compiled("first_price_auction")
    half = {value: value // 2 for value in VALUES}
    assert best_bids(expected_gains(game, 0, half)) == {1: [0], 2: [1], 3: [1], 4: [2], 5: [2]}
    gains = expected_gains(game, 1, half)
    assert gains[5, 3] == 2
    assert gains[4, 2] == Fraction(6, 5)
    assert best_bids(gains) == {1: [0, 1], 2: [1], 3: [2], 4: [2], 5: [3]}


def papers_known(game, state, actions, player):
    """Return the own value, the number of bids made, and the bids that the player has seen."""
    num_players = game.num_players
    bids = actions[num_players:]
    if game.get_current_player(state) != TERMINAL_PLAYER:
        return actions[player], len(bids), bids[player : player + 1]
    return actions[player], len(bids), bids


@pytest.mark.parametrize("parameters", [{}, THREE_PLAYERS], ids=["two players", "three players"])
def test_bids_are_sealed_and_values_private(compiled, whole_tree, tells_knowledge, parameters):
    game = compiled("first_price_auction", **parameters)
    nodes = ((state, actions) for state, actions, _ in whole_tree(game))
    drawn = (node for node in nodes if len(node[1]) >= game.num_players)
    tells_knowledge(game, drawn, papers_known)


@pytest.mark.parametrize("parameters", [{}, THREE_PLAYERS], ids=["two players", "three players"])
def test_resampled_histories_follow_the_exact_posterior(compiled, follows_posterior, parameters):
    follows_posterior(compiled("first_price_auction", **parameters), often=8)
