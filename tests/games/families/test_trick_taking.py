"""Tricks: the play of OpenSpiel's Oh Hell where they are equal, else an independent referee."""

from __future__ import annotations

import numpy as np
import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

STYLES = list(families.load("trick_taking").programs)
SUITS = ["clubs", "diamonds", "hearts", "spades"]
RANKS = "9TJQKA"


def game_of(style, **values):
    return compile_game(families.make("trick_taking", style=style, **values).source)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("suits", "ranks", "hand", "most_wins"),
    [(3, 5, 3, True), (4, 6, 5, False), (2, 6, 3, True), (4, 4, 4, False)],
)
def test_oh_hell_for_three(style, suits, ranks, hand, most_wins):
    """OpenSpiel deals in another order, and lets players bid, which play does not depend on."""
    values = {"suits": suits, "ranks": ranks, "hand": hand, "most_wins": most_wins}
    game = game_of(style, players=3, trump="turned", **values)
    settings = f"players=3,num_suits={suits},num_cards_per_suit={ranks},num_tricks_fixed={hand}"
    theirs_game = pyspiel.load_game(f"oh_hell({settings})")

    def name(card):
        return f"{SUITS[-suits:][card % suits]}-{RANKS[-ranks:][card // suits]}"

    for seed in range(100):
        generator = np.random.default_rng(derive_seed(seed, "oh hell"))
        theirs = theirs_game.new_initial_state()
        theirs.apply_action(hand)
        theirs.apply_action(2)  # the dealer, so that player 0 leads
        deck = generator.permutation(suits * ranks)[: 3 * hand + 1]
        for card in deck:
            theirs.apply_action(int(card))
        for _ in range(3):  # bids
            theirs.apply_action(theirs.legal_actions()[0])
        state = game.get_initial_state()
        dealt = [card for seat in range(3) for card in deck[seat : 3 * hand : 3]]
        for number, card in enumerate([*dealt, deck[-1]]):
            undealt = suits * ranks - number
            verb = "turn" if number == 3 * hand else "deal"
            outcomes = dict(game.get_chance_outcomes(state))
            assert outcomes[f"{verb} {name(card)}"] == pytest.approx(1 / undealt)
            assert len(outcomes) == undealt
            state = game.apply_action(state, f"{verb} {name(card)}")
        while not theirs.is_terminal():
            assert game.get_current_player(state) == theirs.current_player()
            legal = {f"play {name(card)}": card for card in theirs.legal_actions()}
            assert set(game.get_legal_actions(state)) == set(legal)
            action = sorted(legal)[generator.integers(len(legal))]
            state = game.apply_action(state, action)
            theirs.apply_action(legal[action])
        tricks = [score % 10 for score in theirs.returns()]  # a bid that was met counts 10
        sign = 1 if most_wins else -1
        assert game.get_rewards(state) == [sign * (3 * own - hand) for own in tricks]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "values",
    [
        {"players": 2, "suits": 3, "ranks": 4, "hand": 5, "trump": "fixed", "bonus": 2},
        {"players": 2, "suits": 4, "ranks": 3, "hand": 4, "trump": "none", "most_wins": False},
        {"players": 3, "suits": 2, "ranks": 6, "hand": 3, "trump": "fixed", "most_wins": False},
        {"players": 3, "suits": 4, "ranks": 4, "hand": 5, "trump": "none", "bonus": 1},
        {"players": 2, "suits": 2, "ranks": 5, "hand": 4, "trump": "turned", "bonus": 1},
    ],
)
def test_games_are_told_as_a_referee_tells_them(random_game, style, values):
    game = game_of(style, **values)
    players, hand, bonus = values["players"], values["hand"], values.get("bonus", 0)
    for seed in range(100):
        moves = [
            (game.get_current_player(s), set(game.get_legal_actions(s)), action, s)
            for s, action in random_game(game, seed)
        ]
        cards = [action.split()[1] for _, _, action, _ in moves[: players * hand]]
        hands = [set(cards[seat * hand : (seat + 1) * hand]) for seat in range(players)]
        assert len(set().union(*hands)) == players * hand
        trump = "spades" if values["trump"] == "fixed" else None
        start = players * hand
        if values["trump"] == "turned":
            trump = moves[start][2].split()[1].split("-")[0]
            start += 1
        leader, points = 0, [0] * players
        for number in range(hand):
            pile = {}
            for player, legal, action, _ in moves[start + number * players :][:players]:
                assert player == (leader + len(pile)) % players
                led = next(iter(pile.values())).split("-")[0] if pile else ""
                able = {card for card in hands[player] if card.startswith(led)}
                assert legal == {f"play {card}" for card in able or hands[player]}
                pile[player] = action.split()[1]
                hands[player].remove(pile[player])
            led = pile[leader].split("-")[0]
            order = [f"{suit}-{rank}" for suit in (led, trump) for rank in RANKS]
            worth = {seat: order[::-1].index(c) for seat, c in pile.items() if c in order}
            leader = min(worth, key=worth.get)
            points[leader] += 1 + bonus * (number == hand - 1)
        sign = 1 if values.get("most_wins", True) else -1
        assert game.get_rewards(moves[-1][3]) == [
            sign * (players * own - sum(points)) for own in points
        ]
        assert sum(points) == hand + bonus


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "values",
    [
        {"players": 2, "suits": 4, "ranks": 3, "hand": 5, "trump": "turned"},
        {"players": 3, "suits": 4, "ranks": 4, "hand": 5, "trump": "none"},
        {"players": 2, "suits": 3, "ranks": 3, "hand": 4, "trump": "turned"},  # no card is left
    ],
)
def test_resampled_histories_are_possible_and_cover_hidden_cards(resampled_lines, style, values):
    game, shown, places = game_of(style, **values), set(), 0
    for seed in range(4):
        for player, line, drawn, _ in resampled_lines(game, seed, 3):
            places += 1
            shown.add(drawn == line or player < 0)
    assert places > 50
    assert False in shown


@pytest.mark.parametrize("style", STYLES)
def test_hidden_hands_are_drawn_evenly(style):
    """Before the first card is played, each card that is not seen is as likely in another hand."""
    values = {"players": 3, "suits": 2, "ranks": 6, "hand": 3, "trump": "none"}
    game = game_of(style, **values)
    state, deck = game.get_initial_state(), [f"{s}-{r}" for s in SUITS[-2:] for r in RANKS]
    for card in deck[:9]:
        state = game.apply_action(state, f"deal {card}")
    history = [(game.get_observations(state)[0], None)]
    held = dict.fromkeys(deck[3:], 0)
    for number in range(1200):
        line = game.resample_history(history, 0, derive_seed(number, "hands"))
        for outcome in line[3:6]:
            held[outcome.split()[1]] += 1
    assert all(abs(times - 400) < 5 * (1200 * (1 / 3) * (2 / 3)) ** 0.5 for times in held.values())
