"""What holds for every curated game: scenarios, declared facts, and how its program is written."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import CodeType, FunctionType, ModuleType, SimpleNamespace

import pytest

from codeworld.contract import CHANCE_PLAYER, CONTRACT, TERMINAL_PLAYER
from codeworld.errors import GameRuntimeError
from codeworld.games import check_scenario, load, names
from codeworld.verify.traces import replay_trace

GOLDEN = Path(__file__).parent / "golden"
NUM_RANDOM_GAMES = 200
ILLEGAL = "no such action"

SCENARIOS = [
    pytest.param(name, scenario, id=f"{name}: {scenario.name}")
    for name in names()
    for scenario in load(name).scenarios
]


@pytest.mark.parametrize(("name", "scenario"), SCENARIOS)
def test_scenario_holds(compiled, name, scenario):
    assert check_scenario(compiled(name), scenario) == ()


@pytest.mark.parametrize("name", names())
def test_defines_what_its_kind_of_game_needs(compiled, name):
    spec = load(name).spec
    wanted = {function.name for function in CONTRACT}
    wanted -= {"get_chance_outcomes"} if spec.chance == "deterministic" else set()
    wanted -= {"resample_history"} if spec.information == "perfect" else set()
    assert compiled(name).defined == wanted


@pytest.mark.parametrize("name", names())
def test_random_play_keeps_to_the_declared_facts(compiled, random_game, name):
    game, spec = compiled(name), load(name).spec
    assert game.num_players == spec.num_players
    assert tuple(game.get_all_actions()) == spec.actions
    chance_met, keys_met, vocabulary = False, set(), set(spec.actions)
    for seed in range(NUM_RANDOM_GAMES):
        num_actions = 0
        for state, action in random_game(game, seed):
            player, legal = game.get_current_player(state), game.get_legal_actions(state)
            returns = game.get_rewards(state)
            if player == CHANCE_PLAYER:
                chance_met = True
                assert [outcome for outcome, _ in game.get_chance_outcomes(state)] == legal
                assert sum(p for _, p in game.get_chance_outcomes(state)) == pytest.approx(1)
            elif player != TERMINAL_PLAYER:
                num_actions += 1
                assert vocabulary.issuperset(legal)
            if action is not None:
                assert returns == [0.0] * spec.num_players
            for observation in game.get_observations(state):
                keys_met.add(tuple(observation))
        assert player == TERMINAL_PLAYER
        assert legal == []
        assert spec.utility == "general_sum" or sum(returns) == pytest.approx(0)
        assert all(spec.min_return <= value <= spec.max_return for value in returns)
        assert spec.max_length is None or num_actions <= spec.max_length
    assert chance_met == (spec.chance == "stochastic")
    assert len(keys_met) == 1


@pytest.mark.parametrize("name", names())
def test_the_declared_bounds_are_met_by_a_scenario(name):
    """So the bounds are no wider than the rules, and scenarios go where random games seldom do."""
    spec, scenarios = load(name).spec, load(name).scenarios
    returns = [value for scenario in scenarios for value in scenario.returns or ()]
    assert (min(returns), max(returns)) == (spec.min_return, spec.max_return)
    if spec.max_length is not None:
        lengths = [
            sum(action in spec.actions for action in scenario.actions) for scenario in scenarios
        ]
        assert max(lengths) == spec.max_length


@pytest.mark.parametrize("name", names())
def test_applying_an_action_leaves_the_state_as_it_was(compiled, random_game, name):
    game = compiled(name)
    for seed in range(20):
        visited = []
        for state, _ in random_game(game, seed):
            visited.append((state, game.encode_state(state)))
            with pytest.raises(GameRuntimeError, match=ILLEGAL):
                game.apply_action(state, ILLEGAL)
        for state, text in visited:
            assert game.encode_state(state) == text


@pytest.mark.parametrize("name", names())
def test_a_program_keeps_nothing_that_can_change(name):
    namespace = {}
    exec(load(name).source, namespace)
    for constant, value in namespace.items():
        if not isinstance(value, (FunctionType, ModuleType)) and constant != "__builtins__":
            hash(value)  # tuples of numbers and texts have a hash; lists, dicts and sets have none


def first_word(action):
    """Return how an action begins: its first word, or the file of a square such as e4."""
    return re.match("[a-z]+|[^ ]+", action)[0]


@pytest.mark.parametrize("name", names())
def test_the_rules_spell_every_action_and_outcome(compiled, random_game, name):
    game, rules = compiled(name), load(name).rules
    words = {first_word(action) for action in game.get_all_actions()}
    for seed in range(5):
        words |= {first_word(action) for _, action in random_game(game, seed) if action}
    assert {word for word in words if f"`{word}" not in rules} == set()


@pytest.mark.parametrize("name", names())
def test_the_golden_trace_is_unchanged(compiled, name):
    golden = (GOLDEN / f"{name}.txt").read_text("utf-8")
    actions = tuple(re.findall(r"^ +plays: (.*)$", golden, re.MULTILINE))
    assert actions
    assert f"{replay_trace(compiled(name), actions)}\n" == golden


def executable_lines(code):
    lines = {line for _, _, line in code.co_lines() if line}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            lines |= executable_lines(constant)
    return lines


@pytest.mark.parametrize("name", names())
def test_scenarios_and_random_games_run_every_line(random_game, name):
    """The program runs as plain Python here, because only that can be traced line by line."""
    code = compile(load(name).source, f"<{name}>", "exec")
    unmet = executable_lines(code)

    def trace(frame, event, argument):
        if frame.f_code.co_filename != code.co_filename:
            return None
        unmet.discard(frame.f_lineno)
        return trace

    before, namespace = sys.gettrace(), {}
    sys.settrace(trace)
    try:
        exec(code, namespace)
        game = SimpleNamespace(**namespace)
        for scenario in load(name).scenarios:
            check_scenario(game, scenario)
        for seed in range(NUM_RANDOM_GAMES):
            play_and_ask_everything(game, random_game(game, seed))
            if not unmet:
                break  # tracing is slow, and there is nothing left to find
    finally:
        sys.settrace(before)
    assert unmet == set()


def play_and_ask_everything(game, moves):
    for state, action in moves:
        player = game.get_current_player(state)
        observations = game.get_observations(state)
        if player >= 0 and hasattr(game, "resample_history"):
            game.resample_history([(observations[player], None)], player)
            game.resample_history([(observations[player], action)], player)
    game.get_all_actions()
    game.get_player_name(0)
    game.get_rewards(state)
    game.render(state)
    with pytest.raises(ValueError, match=ILLEGAL):
        game.apply_action(state, ILLEGAL)
