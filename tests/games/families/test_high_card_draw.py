"""Swap or stand: every end settled again from its line alone, and what players may suppose."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = list(families.load("high_card_draw").programs)
NAMES = ["5", "6", "7", "8", "9", "T", "J", "Q", "K", "A"]
GAMES = [
    {"players": 2, "ranks": 5, "copies": 1, "swaps": 1, "fee": 0, "ante": 1},
    {"players": 2, "ranks": 4, "copies": 2, "swaps": 2, "fee": 1, "ante": 2},
    {"players": 3, "ranks": 4, "copies": 2, "swaps": 1, "fee": 2, "ante": 3, "high_wins": False},
]


def game_of(style, **values):
    return compile_game(families.make("high_card_draw", style=style, **values).source)


def tell(line, players, swaps):
    """Return (player to move, receiver of the next card, cards in hand, swaps) after a line."""
    hands, swapped, turn, waiting = {}, Counter(), 0, list(range(players))
    for action in line:
        if action.startswith("deal"):
            hands[waiting.pop(0)] = NAMES.index(action.split()[1])
            if swapped[turn] == swaps and not waiting:
                turn += 1
        elif action == "swap":
            swapped[turn] += 1
            waiting.append(turn)
        else:
            turn += 1
    player = -1 if waiting else turn if turn < players else -4
    return player, waiting[:1], hands, swapped


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("values", GAMES)
def test_whole_tree_is_told_again(whole_tree, style, values):
    players, size = values["players"], values["ranks"] * values["copies"]
    for state, line, _ in whole_tree(game := game_of(style, **values)):
        player, _, hands, swapped = tell(line, players, values["swaps"])
        assert game.get_current_player(state) == player
        if player >= 0:
            assert set(game.get_legal_actions(state)) == {"swap", "stand"}
        if player == -1:
            dealt = Counter(action for action in line if action.startswith("deal"))
            left = {f"deal {name}": values["copies"] for name in NAMES[-values["ranks"] :]}
            left = {outcome: n - dealt[outcome] for outcome, n in left.items()}
            rest = size - sum(dealt.values())
            expected = {outcome: n / rest for outcome, n in left.items() if n}
            assert dict(game.get_chance_outcomes(state)) == pytest.approx(expected)
        returns = [Fraction(0)] * players
        if player == -4:
            best = (max if values.get("high_wins", True) else min)(hands.values())
            winners = [seat for seat in range(players) if hands[seat] == best]
            for seat in range(players):
                paid = values["ante"] + values["fee"] * swapped[seat]
                returns[seat] -= paid
                for winner in winners:
                    returns[winner] += Fraction(paid, len(winners))
        assert game.get_rewards(state) == pytest.approx([float(one) for one in returns])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("open_discards", [True, False])
def test_resampled_histories_follow_the_posterior(follows_posterior, style, open_discards):
    game = game_of(style, ranks=4, copies=2, swaps=1, open_discards=open_discards)
    follows_posterior(game, often=40)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("open_discards", [True, False])
def test_resampled_histories_are_possible(resampled_lines, style, open_discards):
    game = game_of(style, players=3, ranks=10, swaps=2, open_discards=open_discards)
    assert sum(1 for seed in range(20) for _ in resampled_lines(game, seed, 3)) > 100


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("open_discards", [True, False])
def test_observations_tell_what_a_player_knows(tells_knowledge, whole_tree, style, open_discards):
    """Known are the own cards, all moves, open discards, and at the end all hands."""
    values = {"players": 2, "ranks": 5, "swaps": 1}
    game = game_of(style, open_discards=open_discards, **values)

    def knowledge(game, state, actions, player):
        known, seats = [game.get_current_player(state)], []
        for number, action in enumerate(actions):
            _, receiver, _, _ = tell(actions[:number], 2, 1)
            known += [] if receiver else [action]
            seats += receiver
        cards = [action for action in actions if action.startswith("deal")]
        for number, (seat, card) in enumerate(zip(seats, cards, strict=True)):
            swaps = tell(actions, 2, 1)[3][seat]
            kept = seat not in seats[number + 1 :] and not (swaps and seats.count(seat) == 1)
            shown = known[0] == -4 if kept else open_discards
            known.append((seat, card) if seat == player or shown else ())
        return tuple(entry for entry in known if entry != ())

    nodes = [(s, line) for s, line, _ in whole_tree(game) if tell(line, 2, 1)[0] != -1]
    tells_knowledge(game, nodes, knowledge)
