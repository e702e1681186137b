"""Exploration: deterministic, whole where the game is small, and drawn to what is rare."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codeworld import games
from codeworld.errors import GameError, WorkerCrashError
from codeworld.sandbox import JobResult, compile_game, find_statements
from codeworld.verify import QUICK, Budget, recorder, verify_game
from codeworld.verify.coverage import StatementLog
from codeworld.verify.exploration import explore, explore_all
from codeworld.verify.explorer import Explorer
from codeworld.verify.mutants import make_mutants
from codeworld.verify.play_tree import PlayTree
from codeworld.verify.recording import (
    Recording,
    Replay,
    read_recording,
    read_replay,
    read_stubs,
    replay_from,
)

LADDER = '''
"""Two players in turn climb or leave a long ladder; thirty moves are the end."""


def get_initial_state():
    return {"rung": 0, "moves": 0}


def get_current_player(state):
    return -4 if state["moves"] == 30 else state["moves"] % 2


def get_legal_actions(state):
    return ["climb", "down", "left", "right"] if state["moves"] < 30 else []


def apply_action(state, action):
    if action not in get_legal_actions(state):
        raise ValueError("not a legal action")
    rung = state["rung"]
    if action != "climb":
        rung = 0
    else:
        rung = above(rung)
    return {"rung": rung, "moves": state["moves"] + 1}


def above(rung):
    RUNGS
    return top(rung)


def top(rung):
    return rung


def get_rewards(state):
    high = 1.0 if state["moves"] == 30 and state["rung"] > 0 else 0.0
    return [high, -high]


def get_observations(state):
    return [state, state]
'''
RUNGS = 12
LADDER = LADDER.replace(
    "    RUNGS\n",
    "".join(f"    if rung == {rung}:\n        return {rung + 1}\n" for rung in range(RUNGS)),
)
FAULT_AT_THE_TOP = LADDER.replace("    return rung\n", "    return [][rung]\n")


def explorer_of(source, seed=0):
    log = StatementLog()
    return Explorer(compile_game(source, on_statement=log.note), log, seed)


def explored(source, seed, budget=QUICK):
    explorer = explorer_of(source, seed)
    return explorer, explore(explorer, seed, budget)


def recorded(source, seed=0, budget=QUICK):
    return recorder.record(source, {"seed": seed, "budget": asdict(budget), "lines": []})


# --- exploration ---------------------------------------------------------------------------------


def test_the_same_seed_explores_the_same_tree_and_another_another():
    trees = [explored(LADDER, seed)[0].tree() for seed in (0, 0, 1)]
    assert trees[0] == trees[1]
    assert trees[0] != trees[2]


def test_a_small_game_is_explored_whole():
    explorer, exhausted = explored(games.load("kuhn_poker").source, 0)
    assert exhausted
    tree = explorer.tree()
    assert tree.complete
    assert len(tree.ends) == 30  # six deals with five ways to play each


def test_a_larger_game_is_not_called_whole_and_keeps_to_its_budget():
    budget = Budget(exhaustive_transitions=60, nearest_transitions=20, transitions=300)
    explorer, exhausted = explored(LADDER, 0, budget)
    assert not exhausted
    # The budget counts from where whole games are over, which is some thirty moves.
    assert 320 <= len(explorer.nodes) < 600


@pytest.mark.parametrize("shortfall", [0, 1])
def test_a_game_is_explored_whole_if_its_transitions_are_as_many_as_the_budget_or_fewer(shortfall):
    source = games.load("tic_tac_toe").source
    transitions = 16_167  # of the 5,478 positions, each with its empty places if it is no end
    enough = Budget(
        exhaustive_transitions=transitions - shortfall,
        nearest_transitions=40,
        listed_actions=10**6,
    )
    explorer = explorer_of(source)
    assert explore_all(explorer, enough) == (not shortfall)
    assert (len(explorer.nodes) == transitions + 1) == (not shortfall)


def test_what_is_known_to_be_too_much_is_given_up_early():
    source = games.load("connect_four").source
    explorer = explorer_of(source)
    budget = Budget(exhaustive_transitions=1_400, nearest_transitions=100)
    assert not explore_all(explorer, budget)
    # Seven columns each, and few positions are met twice: a seventh of the budget, or little more.
    assert 200 <= len(explorer.nodes) <= 250
    explorer = explorer_of(source)
    assert not explore_all(explorer, replace(budget, nearest_transitions=400))
    assert 400 <= len(explorer.nodes) <= 410


def test_rare_statements_are_reached_that_random_play_does_not_find():
    game = compile_game(FAULT_AT_THE_TOP)
    generator = np.random.default_rng(0)
    for _ in range(80):  # as many actions as the budget has
        position = game.start()
        while position.player >= 0:
            action = position.legal_actions[generator.integers(4)]
            position = game.advance(position.state, action)
    budget = Budget(exhaustive_transitions=20)
    report = verify_game(FAULT_AT_THE_TOP, budget=budget)
    failed = {failure.name: failure for failure in report.failures}
    assert "legal_actions_accepted" in failed, report
    assert failed["legal_actions_accepted"].actions[-RUNGS - 1 :] == ("climb",) * (RUNGS + 1)


# --- coverage ------------------------------------------------------------------------------------


def test_an_exploration_knows_which_statements_ran():
    source = games.load("tic_tac_toe").source
    explorer, _ = explored(source, 0)
    assert explorer.ever_reached <= find_statements(source)
    assert len(explorer.ever_reached) > len(find_statements(source)) // 2


# --- what workers answer -------------------------------------------------------------------------


def answered(value):
    return JobResult("ok", value)


def test_what_was_recorded_is_read_again():
    text = recorded(games.load("kuhn_poker").source)
    recording = read_recording(answered(text))
    assert recording.exhausted
    assert recording.drawn <= len(recording.tree.nodes)
    assert PlayTree.from_value(json.loads(json.dumps(recording.tree.to_value()))) == recording.tree


def test_what_a_whole_tree_holds_need_not_be_played():
    source = games.load("kuhn_poker").source
    known = read_recording(answered(recorded(source))).tree
    others = [mutant.source for mutant in make_mutants(source, seed=0, limit=12)]
    trees = [explored(other, 0)[0].tree() for other in (source, *others)]
    assert len(set(trees)) > 6
    for lines in trees:
        played = answered(recorder.replay(source, {"seed": 1, "steps": lines.steps}))
        assert replay_from(known, lines) == read_replay(played, lines)


def test_what_a_part_of_a_tree_holds_must_be_played():
    known, lines = (explored(LADDER, seed)[0].tree() for seed in (0, 1))
    assert replay_from(known, known) is not None
    assert replay_from(known, lines) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=JSON, data=st.data())
def test_forged_answers_are_read_or_refused_and_nothing_else(value, data):
    true = json.loads(TRUE_ANSWER)
    place = data.draw(st.sampled_from(sorted(true)))
    forged = {**true, place: value}
    nodes = {**true, "nodes": [*true["nodes"][:3], value, *true["nodes"][4:]]}
    lines = read_recording(answered(TRUE_ANSWER)).tree
    readers = {
        Recording: (read_recording, (value, forged, nodes)),
        Replay: (
            lambda result: read_replay(result, lines),
            (value, {"looks": value, "reached": []}),
        ),
        tuple: (read_stubs, (value,)),
    }
    for kind, (read, forgeries) in readers.items():
        for forgery in forgeries:
            with suppress(WorkerCrashError):  # any other exception is a fault of ours
                assert isinstance(read(answered(json.dumps(forgery))), kind)


TRUE_ANSWER = recorded(games.load("matching_pennies").source)


@pytest.mark.parametrize("text", ["", "{", "null", "[" * 100_000, '{"nodes": []}', "NaN", "1e999"])
def test_an_answer_that_is_no_recording_is_a_crash_of_the_worker(text):
    with pytest.raises(WorkerCrashError, match="malformed"):
        read_recording(answered(text))


def test_a_failed_job_keeps_its_reason():
    with pytest.raises(GameError, match="too slow"):
        read_recording(JobResult("timeout", message="too slow"))
