"""One-card poker: OpenSpiel's Kuhn poker where they are equal, else every course settled."""

from __future__ import annotations

from fractions import Fraction

import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = list(families.load("one_card_poker").programs)
NAMES = ["7", "8", "9", "T", "J", "Q", "K", "A"]


def game_of(style, **values):
    return compile_game(families.make("one_card_poker", style=style, **values).source)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("high_wins", [True, False])
@pytest.mark.parametrize("players", [2, 3])
def test_kuhn_poker_whole_tree(compare_tree, style, players, high_wins):
    ranks = players + 1
    game = game_of(style, players=players, ranks=ranks, high_wins=high_wins)
    deck = NAMES[-ranks:] if high_wins else NAMES[-ranks:][::-1]

    def to_ours(theirs, action):
        if theirs.is_chance_node():
            return f"deal {deck[action]}"
        facing_a_bet = 1 in theirs.history()[players:]
        return (("check", "bet 1"), ("fold", "call"))[facing_a_bet][action]

    theirs = pyspiel.load_game(f"kuhn_poker(players={players})").new_initial_state()
    published = {2: 1 + 3 + 6 * 9, 3: 1 + 4 + 12 + 24 * 25}
    assert compare_tree(game, theirs, to_ours) == published[players]


def courses(players, bets):
    """Yield (moves, payments after the ante, seats that are still in) of every course of play."""
    yield ["check"] * players, [0] * players, set(range(players))
    for opener in range(players):
        others = [(opener + step) % players for step in range(1, players)]
        for size in bets:
            for pattern in range(2 ** len(others)):
                stay = {seat for bit, seat in enumerate(others) if pattern >> bit & 1} | {opener}
                answers = ["call" if seat in stay else "fold" for seat in others]
                paid = [size * (seat in stay) for seat in range(players)]
                yield [*["check"] * opener, f"bet {size}", *answers], paid, stay


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "values",
    [
        {"players": 2, "ranks": 3, "copies": 2, "ante": 2, "bets": [1, 3]},
        {"players": 2, "ranks": 5, "copies": 3, "ante": 1, "bets": [2, 5], "high_wins": False},
        {"players": 3, "ranks": 3, "copies": 2, "ante": 3, "bets": [2]},
        {"players": 3, "ranks": 3, "copies": 3, "ante": 1, "bets": [1, 2], "high_wins": False},
    ],
)
def test_every_deal_and_course_is_settled_right(whole_tree, style, values):
    players, ranks, copies = values["players"], values["ranks"], values["copies"]
    names, size = NAMES[-ranks:], ranks * copies
    met = {}
    for state, line, _ in whole_tree(game := game_of(style, **values)):
        if game.get_current_player(state) == -1:
            expected = {
                f"deal {name}": (copies - line.count(f"deal {name}")) / (size - len(line))
                for name in names
                if line.count(f"deal {name}") < copies
            }
            assert dict(game.get_chance_outcomes(state)) == pytest.approx(expected)
        elif game.get_current_player(state) == -4:
            met.setdefault(line[:players], {})[line[players:]] = game.get_rewards(state)
    for deal, ends in met.items():
        strength = [names.index(outcome.split()[1]) for outcome in deal]
        if not values.get("high_wins", True):
            strength = [-value for value in strength]
        told = {}
        for moves, paid, stay in courses(players, values["bets"]):
            stakes = [values["ante"] + more for more in paid]
            best = [s for s in stay if strength[s] == max(strength[t] for t in stay)]
            told[tuple(moves)] = [
                float(Fraction(sum(stakes), len(best)) * (seat in best) - stakes[seat])
                for seat in range(players)
            ]
        assert ends == told


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "values",
    [{"ranks": 3, "copies": 2, "bets": [1, 2]}, {"players": 3, "ranks": 3, "copies": 2}],
)
def test_resampled_histories_follow_the_posterior(follows_posterior, style, values):
    follows_posterior(game_of(style, **values), often=40)
