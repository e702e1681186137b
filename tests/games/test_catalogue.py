from __future__ import annotations

import re

import pytest

from codeworld import games
from codeworld.errors import UnknownGameError
from codeworld.spec import GameSpec

ROSTER = (
    "backgammon",
    "battleship",
    "blackjack",
    "breakthrough",
    "checkers",
    "chess",
    "connect_four",
    "converge",
    "dots_and_boxes",
    "first_price_auction",
    "gen_chess",
    "gen_tic_tac_toe",
    "gin_rummy",
    "go",
    "goofspiel",
    "hanabi",
    "hand_of_war",
    "havannah",
    "kuhn_poker",
    "leduc_poker",
    "liars_dice",
    "matching_pennies",
    "negotiation",
    "pentago",
    "pig",
    "poker_holdem",
    "prisoners_dilemma",
    "quadranto",
    "tic_tac_toe",
    "y",
)


def test_the_roster_is_these_games_in_order():
    assert games.names() == ROSTER


@pytest.mark.parametrize("name", ROSTER)
def test_a_game_has_all_its_parts(name):
    game = games.load(name)
    assert game.name == name
    assert game.rules.startswith(f"# {game.title}\n")
    assert re.sub("[ -]", "_", game.title.lower().replace("'", "")) == name
    assert "def get_initial_state()" in game.source
    assert isinstance(game.spec, GameSpec)
    assert game.spec.exact
    assert len(game.scenarios) >= 12


def test_a_game_is_read_once():
    assert games.load("pig") is games.load("pig")


def test_an_unknown_name_gets_the_nearest_ones():
    with pytest.raises(UnknownGameError, match="did you mean kuhn_poker"):
        games.load("kuhn_pokre")


def test_a_name_like_no_other_gets_them_all():
    with pytest.raises(UnknownGameError) as caught:
        games.load("../../pyproject")
    assert all(name in str(caught.value) for name in ROSTER)
