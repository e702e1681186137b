"""Inferred specs: exact where a game can be exhausted, the same everywhere, cached, honest."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

import codeworld
from codeworld import games
from codeworld.envs import ExplorationBudget, infer_spec
from codeworld.envs.spec_cache import cache_folder, find_spec
from codeworld.errors import ContractError, FuelExhaustedError, ObservationTypeError
from codeworld.schema import Category, Record


@pytest.mark.parametrize("name", games.names())
def test_inference_agrees_with_what_is_declared(name):
    declared = games.load(name).spec
    found = infer_spec(codeworld.compile_game(games.load(name).source))
    facts = ["num_players", "information", "chance", "actions", "actions_closed"]
    if found.min_return < found.max_return:  # random games of hanabi are all lost, and all score 0
        facts.append("utility")
    for fact in facts:
        assert getattr(found, fact) == getattr(declared, fact), fact
    assert declared.min_return <= found.min_return
    assert found.max_return <= declared.max_return
    if found.exact:
        assert found == declared


def test_facts_of_a_game_that_can_be_exhausted(small_game):
    spec = infer_spec(codeworld.compile_game(small_game("countdown")))
    assert spec.exact
    assert (spec.num_players, spec.max_length) == (3, 7)
    assert (spec.min_return, spec.max_return, spec.utility) == (-1.0, 2.0, "zero_sum")
    assert spec.actions == ("take 1", "take 2")
    assert spec.observation_schema == Record(
        (("seat", Category((0, 1, 2))), ("stones", Category(tuple(range(8)))))
    )


def test_one_player_and_chance(small_game):
    spec = infer_spec(codeworld.compile_game(small_game("coin")))
    assert (spec.chance, spec.utility, spec.max_length) == ("stochastic", "identical", 3)


def test_play_in_circles_has_no_greatest_length(small_game):
    step = "(1 if taken == 2 and state['stones'] < 7 else -1)"
    source = small_game("countdown").replace("- taken", f"+ {step}")
    spec = infer_spec(codeworld.compile_game(source))
    assert spec.exact
    assert spec.max_length is None


def test_a_budget_bounds_exploration(small_game):
    game = codeworld.compile_game(small_game("countdown"))
    spec = infer_spec(game, budget=ExplorationBudget(exhaustive_transitions=3, episodes=2))
    assert not spec.exact
    assert spec.max_length is None
    assert not spec.actions_closed


def test_a_game_that_never_ends_is_refused(small_game):
    with pytest.raises(ContractError, match="reached a terminal state"):
        infer_spec(codeworld.compile_game(small_game("walk")))


def test_a_dead_end_is_refused(small_game):
    source = small_game("countdown").replace("for n in (1, 2)", "for n in (2, 3)")
    with pytest.raises(ContractError, match="get_legal_actions: returned no action"):
        infer_spec(codeworld.compile_game(source))


def test_observations_may_have_keys_of_several_types(small_game):
    source = small_game("countdown").replace('"seat": player', '7: player, "last": state["last"]')
    spec = infer_spec(codeworld.compile_game(source))
    assert spec.information == "perfect"
    assert [name for name, _ in spec.observation_schema.fields] == [7, "last", "stones"]


def test_an_unsupported_observation_is_refused(small_game):
    source = small_game("countdown").replace(
        '"stones": state["stones"], "seat"', '"cards": {1}, "seat"'
    )
    with pytest.raises(ObservationTypeError, match=r"\$\.cards is a set"):
        infer_spec(codeworld.compile_game(source))


def test_an_endless_loop_is_refused(small_game):
    source = small_game("countdown").replace(
        "taken = int(action.split()[1])", "taken = 1\n    while True:\n        taken += 1"
    )
    with pytest.raises(FuelExhaustedError):
        infer_spec(codeworld.compile_game(source))


PROGRAM = """
import sys
import codeworld
from codeworld.envs import infer_spec
for isolation in ("in_process", "process"):
    env = codeworld.make(sys.argv[1], isolation=isolation)
    sys.stdout.write(env.spec.to_json())
    env.close()
"""


@pytest.mark.parametrize("name", ["countdown", "coin", "doors"])
def test_inference_is_the_same_in_every_process_and_under_every_hash_seed(
    name, small_game, tmp_path
):
    path = tmp_path / f"{name}.py"
    path.write_text(small_game(name))
    answers = set()
    for hash_seed in ("0", "1", "12345"):
        cache = str(tmp_path / f"cache {hash_seed}")
        environment = os.environ | {"PYTHONHASHSEED": hash_seed, "CODEWORLD_CACHE": cache}
        answer = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(path)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        half = len(answer.stdout) // 2
        answers |= {answer.stdout[:half], answer.stdout[half:]}
    assert len(answers) == 1


class TestCache:
    def test_a_spec_is_found_again(self, small_game):
        game = codeworld.compile_game(small_game("countdown"))
        spec = find_spec(game)
        (path,) = (cache_folder() / "specs").iterdir()
        assert game.source_hash in path.name
        path.write_text(replace(spec, max_length=6).to_json())
        assert find_spec(game).max_length == 6

    def test_a_damaged_file_is_made_anew(self, small_game, caplog):
        game = codeworld.compile_game(small_game("countdown"))
        spec = find_spec(game)
        (path,) = (cache_folder() / "specs").iterdir()
        path.write_text('{"format": 1')
        assert find_spec(game) == spec
        assert "cannot be used and is made anew" in caplog.text
        assert path.read_text() == spec.to_json()

    def test_a_folder_that_cannot_be_written_costs_only_time(
        self, small_game, caplog, tmp_path, monkeypatch
    ):
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("CODEWORLD_CACHE", str(tmp_path / "file"))
        game = codeworld.compile_game(small_game("countdown"))
        assert find_spec(game).num_players == 3
        assert "cannot be cached" in caplog.text
