"""Dice bluff: OpenSpiel's liar's dice where they are equal, else dice counted by hand."""

from __future__ import annotations

import itertools

import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = list(families.load("dice_bluff").programs)
RULES = {"count": "reset-face", "face": "reset-quantity"}


def game_of(style, **values):
    return compile_game(families.make("dice_bluff", style=style, **values).source)


def liars_dice(dice, faces, order):
    settings = f"numdice={dice},dice_sides={faces},bidding_rule={RULES[order]}"
    return pyspiel.load_game(f"liars_dice({settings})")


def to_ours(theirs, action):
    """OpenSpiel spells bids count-face, chance's outcomes by number, and its doubt Liar."""
    if theirs.is_chance_node():
        return f"roll {action + 1}"
    text = theirs.action_to_string(action)
    return "challenge" if text == "Liar" else f"bid {text.replace('-', ' ')}"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("dice", "faces", "order"), [(1, 3, "count"), (1, 3, "face"), (1, 4, "face"), (1, 4, "count")]
)
def test_liars_dice_whole_tree(compare_tree, style, dice, faces, order):
    game = game_of(style, dice=dice, faces=faces, order=order)
    count = compare_tree(game, liars_dice(dice, faces, order).new_initial_state(), to_ours)
    # Any set of bids can be made, in one order, and all but the empty one can be doubted.
    assert count == 1 + faces + faces**2 * (2 * 2 ** (2 * faces) - 1)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("dice", "faces", "order"), [(1, 6, "count"), (2, 6, "face"), (3, 5, "count"), (3, 6, "face")]
)
def test_liars_dice_random_games(compare_game, random_choice, style, dice, faces, order):
    game, theirs = game_of(style, dice=dice, faces=faces, order=order), None
    theirs = liars_dice(dice, faces, order)
    for seed in range(200):
        choose = random_choice(seed, "dice bluff")
        compare_game(game, theirs.new_initial_state(), to_ours, choose)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "values",
    [
        {"dice": 2, "faces": 3, "wild": "lowest"},
        {"dice": 2, "faces": 2, "wild": "none", "order": "face"},
        {"players": 3, "dice": 1, "faces": 3, "wild": "none", "order": "face"},
        {"players": 3, "dice": 2, "faces": 3, "wild": "lowest", "duel": True},
        {"players": 3, "dice": 1, "faces": 4, "wild": "highest"},
    ],
)
def test_every_throw_and_bid_is_settled_right(style, values):
    players, dice, faces = values.get("players", 2), values["dice"], values["faces"]
    game = game_of(style, **values)
    wild = {"none": None, "lowest": 1, "highest": faces}[values["wild"]]
    total = players * dice
    bids = list(itertools.product(range(1, total + 1), range(1, faces + 1)))
    by_face = values.get("order") == "face"
    bids.sort(key=lambda bid: bid[::-1] if by_face else bid)
    for throw in itertools.product(range(1, faces + 1), repeat=total):
        start = game.get_initial_state()
        for shown in throw:
            assert game.get_chance_outcomes(start) == [
                (f"roll {face}", pytest.approx(1 / faces)) for face in range(1, faces + 1)
            ]
            start = game.apply_action(start, f"roll {shown}")
        for place, (count, face) in enumerate(bids):
            state, doubter = game.apply_action(start, f"bid {count} {face}"), 1
            higher = {f"bid {more} {other}" for more, other in bids[place + 1 :]}
            assert set(game.get_legal_actions(state)) == higher | {"challenge"}
            if place + 1 < len(bids) and place % 2:  # let another player answer, too
                count, face = bids[-1]
                state, doubter = game.apply_action(state, f"bid {count} {face}"), 2 % players
            there = sum(1 for shown in throw if shown in (face, wild))
            bidder = (doubter - 1) % players
            loser, winner = (doubter, bidder) if there >= count else (bidder, doubter)
            returns = [0.0 if values.get("duel") else 1 / (players - 1)] * players
            returns[winner] = 1.0 if values.get("duel") else returns[winner]
            returns[loser] = -1.0
            end = game.apply_action(state, "challenge")
            assert game.get_rewards(end) == returns
            assert game.get_current_player(end) == -4


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("values", [{"dice": 2, "faces": 2, "wild": "none"}, {"faces": 3}])
def test_resampled_histories_follow_the_posterior(follows_posterior, style, values):
    follows_posterior(game_of(style, **values), often=400)
