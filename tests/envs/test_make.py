"""make: curated games, files and texts; in process or in a worker, with the same results."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

import codeworld
from codeworld import games
from codeworld.errors import (
    ContractError,
    MissingFunctionError,
    ObservationTypeError,
    ParameterError,
    SourceFileError,
    UnknownGameError,
)
from codeworld.sandbox import IsolatedGame


def record(env, seed, max_steps=40):
    """Return everything that an episode of random actions shows."""
    seen = []
    generator = np.random.default_rng(seed)
    env.reset(seed=seed)
    for agent in env.agent_iter(max_steps):
        observation, reward, terminated, truncated, info = env.last()
        seen.append((agent, reward, terminated, truncated, env.state().tobytes()))
        seen.append((observation["action_mask"].tobytes(), info["legal_actions"]))
        seen.append(repr(info["observation"]))
        legal = np.flatnonzero(observation["action_mask"])
        env.step(None if terminated or truncated else int(generator.choice(legal)))
    return seen


@pytest.mark.parametrize("name", games.names())
def test_a_worker_gives_the_same_results_bit_for_bit(name):
    here, there = codeworld.make(name), codeworld.make(name, isolation="process")
    assert isinstance(there.game, IsolatedGame)
    for seed in range(3):
        assert record(here, seed) == record(there, seed)
    moments = [env.get_state().position.state for env in (here, there)]
    assert here.game.encode_state(moments[0]) == there.game.encode_state(moments[1])
    there.close()


@pytest.mark.parametrize("name", ["countdown", "coin", "doors"])
def test_inferred_specs_and_play_agree_as_well(name, small_game, tmp_path):
    path = tmp_path / f"{name}.py"
    path.write_text(small_game(name))
    here, there = codeworld.make(path, isolation="in_process"), codeworld.make(path)
    assert here.metadata["name"] == name
    assert here.spec == there.spec
    assert record(here, 1) == record(there, 1)
    there.close()


RANDOM = """
import random

class Box:
    def __init__(self, number):
        self.number = number

def get_initial_state():
    return {"box": Box(random.randint(1, 6)), "turns": 0}

def get_current_player(state):
    return 0 if state["turns"] < 5 else -4

def get_legal_actions(state):
    return ["roll"] if state["turns"] < 5 else []

def apply_action(state, action):
    return {"box": Box(random.randint(1, 6)), "turns": state["turns"] + 1}

def get_rewards(state):
    return [float(state["box"].number) if state["turns"] == 5 else 0.0]

def get_observations(state):
    return [{"number": state["box"].number, "turns": state["turns"]}]
"""


def test_a_program_with_a_random_stream_and_objects_of_its_own_is_seeded_by_reset():
    here = codeworld.make_from_source(RANDOM, isolation="in_process")
    there = codeworld.make_from_source(RANDOM, isolation="process")
    assert not here.game.stateless
    episodes = {seed: record(here, seed) for seed in range(6)}
    for seed, seen in episodes.items():
        assert record(there, seed) == seen
        assert record(here, seed) == seen
    assert len({repr(seen) for seen in episodes.values()}) > 1
    there.close()


def test_a_clone_in_a_worker_is_independent_and_a_pickle_opens_its_own(small_game):
    env = codeworld.make_from_source(small_game("countdown"))
    env.reset(seed=0)
    twin, copy = env.clone(), pickle.loads(pickle.dumps(env))
    assert copy.game is not env.game
    env.step(1)
    assert twin.infos["player_0"]["observation"]["stones"] == 7
    copy.step(0)
    assert copy.infos["player_1"]["observation"]["stones"] == 6
    twin.close()
    env.step(1)
    env.close()
    copy.close()


def test_an_episode_begins_anew_after_the_worker_died(small_game):
    env = codeworld.make_from_source(small_game("countdown"))
    env.reset(seed=0)
    env.game.close()
    env.reset(seed=0)
    env.step(1)
    assert env.agent_selection == "player_1"
    env.close()


def test_a_program_in_a_markdown_fence(small_game):
    text = f"Here is the game:\n\n```python\n{small_game('countdown')}```\n\nHave fun!\n"
    env = codeworld.make_from_source(text, isolation="in_process")
    assert env.spec.num_players == 3


def test_a_file_needs_no_extension(small_game, tmp_path, monkeypatch):
    (tmp_path / "countdown").write_text(small_game("countdown"))
    monkeypatch.chdir(tmp_path)
    env = codeworld.make("countdown", isolation="in_process")
    assert env.source == small_game("countdown")


def test_a_byte_order_mark_is_no_part_of_the_program(small_game, tmp_path):
    path = tmp_path / "countdown.py"
    path.write_bytes(b"\xef\xbb\xbf" + small_game("countdown").encode())
    assert codeworld.make(path, isolation="in_process").source == small_game("countdown")


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("kuhnpoker", UnknownGameError, "did you mean kuhn_poker"),
        ("xyzzy", UnknownGameError, "tic_tac_toe"),
        (7, UnknownGameError, "make_from_source"),
        ("nowhere/game.py", SourceFileError, "there is no file"),
        (Path("/"), SourceFileError, "is a folder"),
    ],
)
def test_names_that_are_no_game(name, error, message):
    with pytest.raises(error, match=message):
        codeworld.make(name)


class TestVariants:
    def test_a_variant_has_the_facts_of_its_own(self):
        env = codeworld.make("kuhn_poker", players=3, max_steps=50)
        assert env.possible_agents == ["player_0", "player_1", "player_2"]
        assert env.metadata["name"] == "kuhn_poker(players=3, cards=4)"
        assert env.source == games.instantiate("kuhn_poker", players=3).source
        assert env.spec.num_players == 3
        assert (env.spec.min_return, env.spec.max_return) == (-2.0, 4.0)
        assert record(env, 0) == record(codeworld.make("kuhn_poker", cards=4, players=3), 0)

    @pytest.mark.parametrize("values", [{"board": 6}, {"render_mod": "ansi"}, {"rows": 99}])
    def test_what_is_neither_an_option_nor_a_parameter_is_refused(self, values):
        with pytest.raises(ParameterError, match=next(iter(values))):
            codeworld.make("breakthrough", **values)

    @pytest.mark.parametrize(
        ("name", "values"),
        [
            ("breakthrough", {"rows": 5, "columns": 4}),
            ("first_price_auction", {"players": 3, "max_value": 3}),
            ("kuhn_poker", {"cards": 5}),
            ("pig", {"players": 3, "target": 20}),
            ("quadranto", {"max_moves": 6}),
            ("tic_tac_toe", {"size": 4}),
        ],
    )
    def test_inferred_facts_are_of_the_kind_that_the_game_declares(self, name, values):
        spec, declared = codeworld.make(name, **values).spec, games.load(name).spec
        for fact in ("information", "chance", "utility"):
            assert getattr(spec, fact) == getattr(declared, fact)
        assert spec.num_players == values.get("players", 2)
        assert spec.actions_closed

    def test_with_the_defaults_the_declared_facts_are_kept(self):
        env = codeworld.make("pig", target=100)
        assert env.spec is games.load("pig").spec
        assert env.metadata["name"] == "pig"

    def test_a_file_has_no_parameters(self, small_game, tmp_path):
        path = tmp_path / "countdown.py"
        path.write_text(small_game("countdown"))
        with pytest.raises(TypeError, match="rows"):
            codeworld.make(path, rows=6)


def test_bad_files_are_left_as_they_were(tmp_path):
    path = tmp_path / "game.py"
    path.write_bytes(b"\xff\xfe\x00binary")
    with pytest.raises(SourceFileError, match="byte 0 is not UTF-8"):
        codeworld.make(path)
    assert path.read_bytes() == b"\xff\xfe\x00binary"


@pytest.mark.parametrize("isolation", ["in_process", "process"])
class TestBadPrograms:
    def test_a_missing_function(self, small_game, isolation):
        source = small_game("countdown").replace("def get_rewards", "def rewards")
        with pytest.raises(MissingFunctionError, match=r"def get_rewards\(state\):"):
            codeworld.make_from_source(source, isolation=isolation)

    def test_a_wrong_type(self, small_game, isolation):
        source = small_game("countdown").replace('return state["player"] if', "return 'me' if")
        with pytest.raises(ContractError, match="get_current_player returned"):
            codeworld.make_from_source(source, isolation=isolation)

    def test_a_game_that_never_ends(self, small_game, isolation):
        with pytest.raises(ContractError, match="no episode of the exploration reached"):
            codeworld.make_from_source(small_game("walk"), isolation=isolation)

    def test_an_unsupported_observation(self, small_game, isolation):
        source = small_game("countdown").replace('{"stones": state["stones"],', '{"set": {1},')
        with pytest.raises(ObservationTypeError, match=r"\$\.set is a set"):
            codeworld.make_from_source(source, isolation=isolation)


def test_an_unknown_isolation(small_game):
    with pytest.raises(ValueError, match="'process' or 'in_process'"):
        codeworld.make_from_source(small_game("countdown"), isolation="docker")
