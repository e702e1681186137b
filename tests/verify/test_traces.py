"""Traces: the same for the same rules, whatever the program looks like."""

from __future__ import annotations

import pytest

import codeworld
from codeworld import games
from codeworld.errors import GameError
from codeworld.verify import record_trace, replay_trace

COUNTDOWN_TRACE = """\
   0  player 0  returns 0 0 0
        legal: take 1, take 2
        plays: take 2
   1  player 1  returns 0 0 0
        legal: take 1, take 2
        plays: take 2
   2  player 2  returns 0 0 0
        legal: take 1, take 2
        plays: take 2
   3  player 0  returns 0 0 0
        legal: take 1
        plays: take 1
   4  end  returns 2 -1 -1"""


def test_a_trace_as_text(small_game):
    game = codeworld.compile_game(small_game("countdown"))
    assert str(replay_trace(game, ("take 2", "take 2", "take 2", "take 1"))) == COUNTDOWN_TRACE


def test_chance_shows_its_probabilities(small_game):
    game = codeworld.compile_game(small_game("coin"))
    trace = replay_trace(game, ("guess heads", "tails"))
    assert trace.steps[1].probabilities == (0.25, 0.75)
    assert "chance  returns 0\n        legal: heads (0.25), tails (0.75)" in str(trace)


@pytest.mark.parametrize("name", games.names())
def test_a_recording_can_be_replayed_and_ends(name):
    game = codeworld.compile_game(games.load(name).source)
    for seed in range(10):
        trace = record_trace(game, seed)
        assert replay_trace(game, trace.actions) == trace
        assert trace == record_trace(game, seed)
        assert trace.steps[-1].player == codeworld.TERMINAL_PLAYER
    assert len({record_trace(game, seed).actions for seed in range(10)}) > 1


def test_the_order_of_legal_actions_does_not_matter(small_game):
    source = small_game("countdown")
    other = source.replace("for n in (1, 2)", "for n in (2, 1)")
    assert other != source
    games_ = [codeworld.compile_game(text) for text in (source, other)]
    assert record_trace(games_[0], 3) == record_trace(games_[1], 3)


def test_another_rule_gives_another_trace(small_game):
    source = small_game("countdown")
    other = codeworld.compile_game(source.replace("2.0 if", "1.0 if"))
    actions = ("take 2", "take 2", "take 2", "take 1")
    assert str(replay_trace(other, actions)) != COUNTDOWN_TRACE


def test_a_recording_of_an_endless_game_is_cut(small_game):
    trace = record_trace(codeworld.compile_game(small_game("walk")), seed=0, max_steps=12)
    assert len(trace.actions) == 12
    assert trace.steps[-1].player == 0


def test_a_line_that_the_game_rejects_is_the_games_error(small_game):
    with pytest.raises(GameError):
        replay_trace(codeworld.compile_game(small_game("countdown")), ("nonsense",))
