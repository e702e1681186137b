"""Equivalence: programs that play the same are told from those that do not."""

from __future__ import annotations

import pytest

from codeworld import games
from codeworld.errors import GameError
from codeworld.sandbox import WorkerPool, compile_game
from codeworld.verify.difference_search import Effort
from codeworld.verify.equivalence import MODULE, compare_programs, prove_equivalent
from codeworld.verify.joint_play import JointPlay, PlayedDifferentlyError

LITTLE = Effort(pairs=400, games=20, transitions=1_000, resampled=20, samples=20)


@pytest.fixture(scope="module")
def kuhn():
    return games.load("kuhn_poker").source


def change(source, old, new):
    assert source.count(old) == 1, old
    return source.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # another look of the same observation, another order of actions, no refusal, no names
        ('"moves": moves, "stakes": stakes, "to_move"', '"did": moves, "s": len(moves), "to_move"'),
        ('"fold", "call"] if', '"call", "fold"] if'),
        ("raise ValueError", "return state\n        raise ValueError"),
        ('return f"player {player_id}"', 'return "nobody"'),
        # the same states, kept in another form
        ('"stakes": [ANTE] * NUM_PLAYERS,', '"stakes": [ANTE] * NUM_PLAYERS, "more": [1],'),
        # another way to draw the same
        ("    random.shuffle(unseen)\n", "    random.shuffle(unseen)\n    unseen.reverse()\n"),
    ],
)
def test_what_does_not_count(kuhn, old, new):
    source = change(kuhn, old, new)
    if "did" in new:
        source = change(source, 'observation["moves"] + own', 'observation["did"] + own')
    comparison = compare_programs(source, kuhn, effort=LITTLE)
    assert comparison.equivalent, comparison
    assert comparison.method == "exhaustive"


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("% NUM_PLAYERS\n    state", "% 1\n    state", "player 0 to move, not 1"),
        ('"fold", "call"] if', '"call"] if', "legal actions differ by ['fold']"),
        ("BET = 1", "BET = 2", "returns"),
        ("1 / len(state", "1.0 if outcome == 'deal J' else 0.0 * len(state", "chance"),
        ('seat, "cards": cards', 'seat, "cards": moves', "can tell other positions apart"),
        ('{"seat": seat, ', '{"leak": state["cards"], "seat": seat, ', "tell other positions"),
        ("stakes = stakes.copy()", "pass", "changes the state before it"),
        ('["check", "bet", "fold", "call"]\n', '["check", "bet", "fold"]\n', "vocabulary"),
        ('return {**state, "cards": cards, "views": views, "player": 0', "return 1 and {0: 0", ""),
        ("    random.shuffle(unseen)\n", "", "resamples 1 different lines, not 2"),
        ("if card not in observation", "if card in observation", "a line that cannot be"),
        ("[] if action is None else [action]", "[]", "a line that cannot be"),
        ("NUM_PLAYERS = 2", "NUM_PLAYERS = 1", "1 players, not 2"),
        ("import random\n", "import random\nprint(\n", "does not load"),
    ],
)
def test_what_counts(kuhn, old, new, difference):
    comparison = compare_programs(change(kuhn, old, new), kuhn, effort=LITTLE)
    assert not comparison.equivalent
    assert difference in comparison.difference


def test_a_difference_has_the_line_that_shows_it(kuhn):
    comparison = compare_programs(change(kuhn, "BET = 1", "BET = 2"), kuhn)
    game = compile_game(kuhn)
    state = game.get_initial_state()
    for action in comparison.line:
        assert action in game.get_legal_actions(state)
        state = game.apply_action(state, action)
    assert game.get_current_player(state) == -4


def test_observations_that_merge_at_one_position_but_not_over_time(kuhn):
    """A player who is shown fewer moves at a time remembers the earlier ones."""
    source = change(kuhn, '"cards": cards, "moves": moves', '"cards": cards, "moves": moves[-1:]')
    source = source[: source.index("def resample_history")]
    reference = kuhn[: kuhn.index("def resample_history")]
    comparison = compare_programs(source, reference)
    assert comparison.equivalent
    assert comparison.method == "long play"


def test_a_large_game_is_judged_by_long_play():
    source = games.load("connect_four").source
    comparison = compare_programs(source + "\n", source, effort=LITTLE)
    assert comparison.equivalent
    assert comparison.method == "long play"
    other = change(source, "4  # equal", "3  # equal") if "4  # equal" in source else None
    assert other is None or not compare_programs(other, source, effort=LITTLE).equivalent


def test_in_workers_a_hang_is_a_difference(kuhn):
    endless = change(
        kuhn, "    moves, stakes = [*", "    while True:\n        pass\n    moves, stakes = [*"
    )
    with WorkerPool(2, modules=[MODULE]) as pool:
        sources = [kuhn + "\n", endless, "not Python", change(kuhn, "BET = 1", "BET = 3")]
        found = list(prove_equivalent(sources, kuhn, effort=LITTLE, pool=pool))
    assert [comparison.equivalent for comparison in found] == [True, False, False, False]
    assert found[0].method == "exhaustive"
    assert found[3] == compare_programs(sources[3], kuhn, effort=LITTLE)


def test_a_faulty_reference_is_the_callers_error(kuhn):
    with pytest.raises(GameError):
        compare_programs(kuhn, "nonsense")
    with pytest.raises(GameError):
        list(prove_equivalent([kuhn], "nonsense"))


def test_joint_play_says_what_differs(small_game):
    reference = compile_game(small_game("coin"))
    other = compile_game(change(small_game("coin"), "HEADS = 0.25", "HEADS = 0.5"))
    play = JointPlay(reference, other)
    pair = play.start()
    with pytest.raises(PlayedDifferentlyError, match=r"\[0.5, 0.5\], not \[0.25, 0.75\]"):
        play.advance(pair, "guess heads")
