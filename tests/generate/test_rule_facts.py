"""What rules texts state for certain, on all curated games and on texts of the tests' own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from codeworld import games
from codeworld.generate.rule_facts import count_seats, read_facts, read_numbers
from codeworld.verify import Budget
from codeworld.verify.gathering import Gatherer

LITTLE = Budget(
    exhaustive_transitions=60,
    transitions=60,
    episode_transitions=60,
    listed_actions=10_000,
    second_looks=1,
    illegal_probes=1,
    resampled=1,
    samples=1,
    environment_steps=1,
)
TOLD_APART_BY_PLAY_ALONE = {
    frozenset(pair)
    for pair in (
        ("chess", "gen_chess"),
        ("converge", "breakthrough"),
        ("go", "gen_tic_tac_toe"),
        ("go", "havannah"),
        ("havannah", "gen_tic_tac_toe"),
        ("leduc_poker", "kuhn_poker"),
        ("leduc_poker", "poker_holdem"),
        ("poker_holdem", "kuhn_poker"),
        ("tic_tac_toe", "gen_tic_tac_toe"),
        ("tic_tac_toe", "havannah"),
        ("tic_tac_toe", "y"),
        ("y", "gen_tic_tac_toe"),
        ("y", "havannah"),
    )
}
"""Games with the same number of players whose actions are spelt alike."""

NIM = """
# Sticks

Three players take sticks in turn. A turn is the text `take COUNT`, for example `take 2`.
`take 4` is not possible. Who takes the last stick says `done`.
"""


@pytest.fixture(scope="module")
def evidence():
    """Return what was recorded of every curated game, by name."""
    gatherer = Gatherer(None, False)

    def gather(name):
        return gatherer.gather(games.load(name).source, None, None, (), 0, LITTLE)

    with ThreadPoolExecutor(gatherer.workers) as threads:
        gathered = dict(zip(games.names(), threads.map(gather, games.names()), strict=True))
    gatherer.close()
    return gathered


def wordings(name):
    game = games.load(name)
    return (game.rules, *game.paraphrases)


def failures(facts, evidence):
    results = [check.run(evidence) for check in facts.checks]
    return [result for result in results if result.verdict == "fail"]


@pytest.mark.parametrize("name", games.names())
def test_a_game_agrees_with_its_own_texts(name, evidence):
    for text in wordings(name):
        assert failures(read_facts(text), evidence[name]) == []


@pytest.mark.parametrize("name", games.names())
def test_another_game_is_rejected(name, evidence):
    others = [
        other
        for other in games.names()
        if other != name and frozenset((name, other)) not in TOLD_APART_BY_PLAY_ALONE
    ]
    accepted = [
        (place, other)
        for place, text in enumerate(wordings(name))
        for other in others
        if not failures(read_facts(text), evidence[other])
    ]
    assert accepted == []


@pytest.mark.parametrize("name", games.names())
def test_each_text_states_how_actions_are_spelt(name):
    for text in wordings(name):
        assert read_facts(text).shapes


def test_facts_of_a_text():
    facts = read_facts(NIM)
    assert facts.players == 3
    assert facts.templates == ("take COUNT",)
    assert facts.examples == ("take 2",)
    assert facts.quoted == ("take 2", "take 4", "done")
    assert facts.spells("take 17")
    assert facts.spells("done")
    assert not facts.spells("Take 2")
    assert not facts.spells("take")


@pytest.mark.parametrize(
    "text",
    ["A game for two players or three players.", "Everyone may play.", "Player 2 begins.", ""],
)
def test_unclear_numbers_of_players_are_not_claimed(text):
    assert read_facts(text).players is None


def test_what_the_text_denies_is_no_example():
    text = (
        "You may `go left` or `go right`; after that, `go back` is not legal.\n\n`go up` is fine."
    )
    assert read_facts(text).examples == ("go up",)


def test_code_blocks_are_no_actions():
    assert read_facts("Draw it so:\n```\n`a b`\n```\nSay `go on`.").quoted == ("go on",)


def test_quotation_marks_count_where_nothing_is_marked_as_code():
    assert read_facts('Say "go 1" or “stop”.').quoted == ("go 1", "stop")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("five in a row on a 6x7 board", {5, 6, 7}),
        ("Twenty-one, or 1.5 for a tie", {20, 1, 1.5}),
        ("-3 points", {3}),
        ("after sixty moves, or ninety", {60, 90}),
        ("1. Two players.\n   2) Roll 6 dice.\n3 rounds.", {2, 3, 6}),
        ("none", set()),
    ],
)
def test_numbers(text, numbers):
    assert read_numbers(text) == numbers


def test_each_check_rejects_a_game_of_its_own(evidence):
    rejected = {
        "text_players": "A game for five players. Say `rock`.",
        "text_spelling": "Two players. Say `stone` or `paper`.",
        "text_examples": "Two players. Say `pick heads now`.",
    }
    for name, text in rejected.items():
        assert name in {one.name for one in failures(read_facts(text), evidence["tic_tac_toe"])}


@pytest.mark.parametrize(
    ("text", "seats"),
    [
        ("Player 0 deals. Player 1 and player 2 bid.", 3),
        ("Players 0 and player 1 bid.", 2),
        ("Player 1 and player 2 bid.", None),  # numbered from 1, or player 0 is not mentioned
        ("You and I bid.", None),
    ],
)
def test_seats(text, seats):
    assert count_seats(text) == seats
