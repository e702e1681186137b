"""The tasks of the generation benchmark: each is a sound game, and the game of its rules."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from codeworld import compile_game, games
from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.generate.rule_facts import read_facts
from codeworld.verify import QUICK, verify_game

TASKS = Path(__file__).parents[2] / "benchmarks" / "generation_tasks"
NAMES = sorted(folder.name for folder in TASKS.iterdir())
CHANCE = {"lane_race", "lunch_vote", "six_cards", "trap_deck", "two_lamps"}
HIDDEN = {"find_the_number", "lunch_vote", "pay_anyway", "six_cards", "two_lamps"}

# What the rules texts say of complete games, and of some lines that end in what they describe.
LINES = [
    ("square_heap", "take 9, take 9", [-1, 1]),
    ("square_heap", "take 16, take 1, take 1", [1, -1]),
    ("cross_out", "strip 0, strip 1, strip 2, square 1 1, square 0 0, square 2 2", [1, -1]),
    ("lane_race", "roll 3, move, roll 3, move, roll 4, move, roll 1, wait, roll 3, move", [1, -1]),
    ("lane_race", ", ".join(["roll 2, wait"] * 20), [0, 0]),
    ("bitter_bar", "bite 0 1, bite 1 0, bite 0 0", [-1, 1]),
    ("pin_row", "knock 6 7, knock 4, knock 1 2, knock 5, knock 3", [1, -1]),
    (
        "lunch_vote",
        "crave tacos, crave pizza, crave tacos, vote tacos, vote sushi, vote pizza",
        [2, 0, 2],
    ),
    (
        "lunch_vote",
        "crave tacos, crave pizza, crave tacos, vote pizza, vote pizza, vote pizza",
        [1, 3, 1],
    ),
    ("find_the_number", "hide 6, guess 4, guess 7, guess 5", [1, -1]),
    ("six_cards", "deal r1 r3, deal r2 b1, play r1, play r2, play b1, play r3", [-3, 3]),
    ("five_tiles", ", ".join(["slide 1"] * 11), [0]),
    ("two_lamps", "pearl 2, red, open 2", [3, 3]),
    ("two_lamps", "pearl 2, dark, open 1", [0, 0]),
    ("two_lamps", "pearl 2, green, open 3", [-1, -1]),
    ("trap_deck", "dig, find 2, dig, find 1, stop, dig, find trap", [1, -1]),
    ("trap_deck", "stop, stop", [0, 0]),
    ("pay_anyway", "bid 0, bid 1, bid 1, bid 1, bid 2, bid 1", [2, -2]),
]

# Lines that end where a player who does not know all is to move, and how many others look alike.
HIDDEN_LINES = [
    ("find_the_number", "hide 6, guess 4", 4),  # 5 to 8
    ("lunch_vote", "crave sushi, crave tacos, crave pizza, vote sushi, vote tacos", 3**4),
    ("pay_anyway", "bid 1, bid 0, bid 1", 3),  # 0 to 2
    ("six_cards", "deal r1 r3, deal r2 b1, play r1", 3),  # r3, b2 or b3
    ("six_cards", "deal r1 r3, deal b1 b2, play r1, play b1", 2),  # b2 or b3, for r2 had to follow
    ("two_lamps", "pearl 2, red", 3),
]
DRAWS = 1000


def read(name, file):
    return (TASKS / name / file).read_text("utf-8")


def load(name):
    return compile_game(read(name, "game.py"))


def play(game, line):
    """Return the position at the end of a line of actions."""
    position = game.start()
    for action in line.split(", "):
        assert action in position.legal_actions
        position = game.advance(position.state, action)
    return position


def test_there_are_tasks_of_every_kind():
    assert len(NAMES) == 12
    assert not set(NAMES) & set(games.names())
    programs = {name: load(name) for name in NAMES}
    hidden = {name for name in NAMES if "def resample_history" in read(name, "game.py")}
    chance = {name for name in NAMES if any(is_chance(programs[name]))}
    assert (hidden, chance) == (HIDDEN, CHANCE)
    players = {
        name: len(game.get_rewards(game.get_initial_state())) for name, game in programs.items()
    }
    assert Counter(players.values()) == {2: 10, 1: 1, 3: 1}


def is_chance(game):
    """Yield for the first few positions of one line of play whether chance moves."""
    position = game.start()
    for _ in range(3):
        yield position.player == CHANCE_PLAYER
        if position.player != TERMINAL_PLAYER:
            position = game.advance(position.state, position.legal_actions[0])


@pytest.mark.parametrize("name", NAMES)
def test_task_is_sound_and_agrees_with_its_rules(name):
    source, facts = read(name, "game.py"), read_facts(read(name, "rules.md"))
    report = verify_game(source, reference=source, budget=QUICK, more_checks=facts.checks)
    verdicts = {check.name: check.verdict for check in report.checks}
    assert "fail" not in verdicts.values(), report
    assert verdicts["text_spelling"] == verdicts["text_examples"] == "pass"
    assert (verdicts["text_players"] == "pass") == (name != "five_tiles")
    assert (verdicts["resample_agrees"] == "pass") == (name in HIDDEN)


@pytest.mark.parametrize(("name", "line", "rewards"), LINES)
def test_line_ends_with_the_rewards_that_the_rules_say(name, line, rewards):
    game = load(name)
    position = play(game, line)
    assert position.player == TERMINAL_PLAYER
    assert game.get_rewards(position.state) == rewards


@pytest.mark.parametrize(("name", "line", "count"), HIDDEN_LINES)
def test_resampling_draws_all_that_a_player_cannot_rule_out(name, line, count):
    game = load(name)
    player = play(game, line).player
    history = look_back(game, line, player)
    drawn = {", ".join(game.resample_history(history, player, seed)) for seed in range(DRAWS)}
    assert line in drawn
    assert len(drawn) == count
    assert all(look_back(game, other, player) == history for other in drawn)


def look_back(game, line, player):
    """Return what a player saw and did on a line, in the form that `resample_history` takes."""
    history, position = [], game.start()
    for action in [*line.split(", "), None]:
        if position.player == player:
            history.append((game.get_observations(position.state)[player], action))
        if action is not None:
            assert action in position.legal_actions
            position = game.advance(position.state, action)
    return history
