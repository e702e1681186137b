"""Two-round poker: OpenSpiel's universal poker with the same deck and bets; its Leduc poker."""

from __future__ import annotations

import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = list(families.load("two_round_poker").programs)
NAMES = ["9", "T", "J", "Q", "K", "A"]


def game_of(style, **values):
    return compile_game(families.make("two_round_poker", style=style, **values).source)


def mapping(deck, copies):
    """OpenSpiel tells equal cards apart, and calls 0 fold, 1 check or call, 2 bet or raise."""

    def to_ours(theirs, action):
        if theirs.is_chance_node():
            return f"deal {deck[action // copies]}"
        facing_a_bet = 0 in theirs.legal_actions()
        return (("fold", "check", "bet"), ("fold", "call", "raise"))[facing_a_bet][action]

    return to_ours


def universal_poker(ranks=3, copies=2, ante=1, sizes=(2, 4), most_bets=2, **_):
    settings = {
        "betting": "limit",
        "numPlayers": 2,
        "numRounds": 2,
        "blind": f"{ante} {ante}",
        "raiseSize": f"{sizes[0]} {sizes[1]}",
        "firstPlayer": "1 1",
        "maxRaises": f"{most_bets} {most_bets}",
        "numSuits": copies,
        "numRanks": ranks,
        "numHoleCards": 1,
        "numBoardCards": "0 1",
        "stack": "100 100",
    }
    text = ",".join(f"{key}={value}" for key, value in settings.items())
    return pyspiel.load_game(f"universal_poker({text})")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "values",
    [
        {"high_wins": False},
        {"ranks": 4, "ante": 3, "sizes": (1, 3), "most_bets": 1},
        {"ranks": 3, "copies": 3, "ante": 2, "sizes": (3, 6), "most_bets": 1, "high_wins": False},
    ],
)
def test_universal_poker_whole_tree(compare_tree, style, values):
    game, deck = game_of(style, **values), NAMES[-values.get("ranks", 3) :]
    deck = deck if values.get("high_wins", True) else deck[::-1]
    theirs = universal_poker(**values).new_initial_state()
    assert compare_tree(game, theirs, mapping(deck, values.get("copies", 2))) > 2000


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "values",
    [
        {"ranks": 6, "copies": 4, "ante": 1, "sizes": (1, 2), "most_bets": 3},
        {"ranks": 5, "copies": 3, "ante": 2, "sizes": (2, 5), "most_bets": 2, "high_wins": False},
        {"ranks": 6, "copies": 2, "ante": 3, "sizes": (1, 1), "most_bets": 3},
    ],
)
def test_universal_poker_random_games(compare_game, random_choice, style, values):
    game, deck = game_of(style, **values), NAMES[-values["ranks"] :]
    deck = deck if values.get("high_wins", True) else deck[::-1]
    theirs = universal_poker(**values)
    for seed in range(200):
        choose = random_choice(seed, "two-round poker")
        compare_game(game, theirs.new_initial_state(), mapping(deck, values["copies"]), choose)


@pytest.mark.parametrize("style", STYLES)
def test_leduc_poker_whole_tree(compare_tree, style):
    theirs = pyspiel.load_game("leduc_poker").new_initial_state()
    assert compare_tree(game_of(style), theirs, mapping("QKA", 2)) == 9457


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("values", [{"most_bets": 1, "ranks": 4}, {"copies": 3}])
def test_resampled_histories_follow_the_posterior(follows_posterior, style, values):
    follows_posterior(game_of(style, **values), often=200)
