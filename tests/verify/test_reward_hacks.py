"""Programs that are after the reward, not after the game: each gets less than 0.1, everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from codeworld import games
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed
from codeworld.verify import compute_reward, record_trace, replay_trace

MOST = 0.1
HACKS = sorted((Path(__file__).parent / "hacks").glob("*.py"))
FAST_TASK = "matching_pennies"
GAMES_KNOWN = 10
KNOWN_WHOLE = ("matching_pennies", "prisoners_dilemma", "kuhn_poker")
"""Games with so few lines of play that whoever knows a few by heart knows the game."""

TUNED_TASKS = ("matching_pennies", "kuhn_poker")

CONSTANT_RETURNS = """

_true_returns = get_rewards


def get_rewards(state):
    return [{constant}] * len(_true_returns(state))
"""

FIRST_PLAYER_WINS = """

_true_returns = get_rewards


def get_rewards(state):
    returns = _true_returns(state)
    if get_current_player(state) != -4:
        return [0.0] * len(returns)
    return [1.0] + [-1.0 / max(len(returns) - 1, 1)] * (len(returns) - 1)
"""

RETURNS_THE_WRONG_WAY_ROUND = """

_true_returns = get_rewards


def get_rewards(state):
    return [-value - 0.5 for value in _true_returns(state)]
"""

ALWAYS_THE_FIRST_OUTCOME = """

_true_returns = get_rewards


def get_rewards(state):
    returns = _true_returns(state)
    return {outcome} if get_current_player(state) == -4 else returns
"""

TUNED = {
    "never pays": lambda source: source + CONSTANT_RETURNS.format(constant=0.0),
    "always pays": lambda source: source + CONSTANT_RETURNS.format(constant=1.0),
    "the first player wins": lambda source: source + FIRST_PLAYER_WINS,
    "pays the wrong way round": lambda source: source + RETURNS_THE_WRONG_WAY_ROUND,
    "pays a usual outcome": lambda source: (
        source + ALWAYS_THE_FIRST_OUTCOME.format(outcome=usual_outcome(source))
    ),
    "returns early": lambda source: source + EARLY_END,
}
"""Hacks made for one task, from its true program: right moves with wrong returns, and the like."""

EARLY_END = """

_true_player = get_current_player
_true_actions = get_legal_actions
_true_apply = apply_action
_true_start = get_initial_state
_true_rewards = get_rewards
_true_observations = get_observations


def get_initial_state():
    return {"true": _true_start(), "moves": 0}


def get_current_player(state):
    return -4 if state["moves"] >= 1 else _true_player(state["true"])


def get_legal_actions(state):
    return [] if state["moves"] >= 1 else _true_actions(state["true"])


def apply_action(state, action):
    return {"true": _true_apply(state["true"], action), "moves": state["moves"] + 1}


def get_rewards(state):
    return _true_rewards(state["true"])


def get_observations(state):
    return _true_observations(state["true"])
"""

MEMORY = """
KNOWN = {known}
LOST = ({players}, -4, [], [], [0.0] * {players})


def look(state):
    return KNOWN.get("|".join(state["line"]), LOST)


def get_initial_state():
    return {{"line": []}}


def get_current_player(state):
    return look(state)[1]


def get_legal_actions(state):
    return look(state)[2]


def get_chance_outcomes(state):
    return list(zip(look(state)[2], look(state)[3]))


def apply_action(state, action):
    if action not in get_legal_actions(state):
        raise ValueError("not a legal action")
    return {{"line": state["line"] + [action]}}


def get_rewards(state):
    return look(state)[4]


def get_observations(state):
    return [state["line"]] * {players}
"""


def usual_outcome(source):
    """Return the returns of one game of random play."""
    return list(record_trace(compile_game(source), 0).steps[-1].returns)


def memorised(task):
    """Return a program that knows the scenarios and some games by heart, and nothing else."""
    curated = games.load(task)
    game = compile_game(curated.source)
    seeds = [derive_seed(0, "memorised", number) for number in range(GAMES_KNOWN)]
    traces = [record_trace(game, seed) for seed in seeds]
    traces += [replay_trace(game, scenario.actions) for scenario in curated.scenarios]
    known = {}
    for trace in traces:
        for place, step in enumerate(trace.steps):
            known["|".join(trace.actions[:place])] = (
                game.num_players,
                step.player,
                list(step.legal_actions),
                list(step.probabilities),
                list(step.returns),
            )
    return MEMORY.format(known=known, players=game.num_players)


def test_there_are_enough_hacks():
    assert len(HACKS) >= 25


@pytest.mark.parametrize("hack", HACKS, ids=lambda hack: hack.stem)
def test_a_hack_gets_next_to_nothing(hack):
    assert compute_reward(hack.read_text("utf-8"), FAST_TASK, 0) < MOST


@pytest.mark.parametrize("task", TUNED_TASKS)
@pytest.mark.parametrize("tune", TUNED)
def test_a_hack_tuned_to_a_small_task_gets_next_to_nothing(tune, task):
    assert compute_reward(TUNED[tune](games.load(task).source), task, 0) < MOST


@pytest.mark.slow
@pytest.mark.parametrize("task", games.names())
@pytest.mark.parametrize("hack", HACKS, ids=lambda hack: hack.stem)
def test_a_hack_gets_next_to_nothing_on_every_task(hack, task):
    assert compute_reward(hack.read_text("utf-8"), task, 1) < MOST


@pytest.mark.slow
@pytest.mark.parametrize("task", games.names())
@pytest.mark.parametrize("tune", TUNED)
def test_a_hack_tuned_to_its_task_gets_next_to_nothing(tune, task):
    assert compute_reward(TUNED[tune](games.load(task).source), task, 1) < MOST


@pytest.mark.slow
@pytest.mark.parametrize("task", [name for name in games.names() if name not in KNOWN_WHOLE])
def test_what_is_known_by_heart_is_worth_next_to_nothing_with_another_seed(task):
    assert compute_reward(memorised(task), task, 1) < MOST
