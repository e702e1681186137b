"""Tasks by seeds, their names, and the splits."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys

import pytest

from codeworld.errors import InvalidSeedError, ParameterError, UnknownGameError
from codeworld.games import families
from codeworld.games.families import sampling
from codeworld.verify.reference import find_reference

PROGRAM = """
from itertools import islice
from codeworld.games import families
for task in islice(families.stream(3), 12):
    print(task.name, hash(task.rules) and task.label, len(task.rules), len(task.source))
"""


def first(count, *args, **options):
    return list(itertools.islice(families.stream(*args, **options), count))


def test_the_same_seed_gives_the_same_tasks_in_every_process():
    one, two = (
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    )
    assert one == two
    assert one.split()[0] == first(1, 3)[0].name


def test_another_seed_gives_other_tasks():
    assert {task.name for task in first(20, 0)}.isdisjoint(task.name for task in first(20, 1))


def test_the_splits_share_no_game():
    train, validation = (
        {(task.family, task.label) for task in first(300, 0, split, ["subtraction", "nim"])}
        for split in families.SPLITS
    )
    assert train
    assert validation
    assert train.isdisjoint(validation)


def test_a_family_that_is_held_back_is_never_trained_on():
    held_back = [name for name in families.names() if families.load(name).held_back]
    for name in held_back:
        assert families.split_of(families.sample(name, 0)) == "validation"
        with pytest.raises(ParameterError, match="no new task for train"):
            next(families.stream(0, "train", [name]))


def test_a_stream_has_no_task_twice_and_says_when_it_ends(monkeypatch):
    seeds = itertools.cycle(range(30))
    monkeypatch.setattr(sampling, "_draw_seed", lambda _: next(seeds))
    stream = families.stream(0, "train", ["subtraction"])
    tasks = []

    def take_all():
        for task in stream:
            tasks.append((task.rules, task.source))

    with pytest.raises(ParameterError, match="take fewer tasks"):
        take_all()
    assert 20 <= len(tasks) <= 30
    assert len(set(tasks)) == len(tasks)


def test_tasks_are_found_by_their_names():
    task = families.sample("subtraction", 7)
    assert task.name == "subtraction:7"
    assert families.find("subtraction:7") == task
    reference = find_reference("subtraction:7")
    assert (reference.source, reference.spec) == (task.source, task.spec)


@pytest.mark.parametrize("name", ["subtraction", "subtraction:", "subtraction:x", "subtract:1"])
def test_names_of_no_task(name):
    with pytest.raises(UnknownGameError):
        families.find(name)


def test_chosen_parameters():
    task = families.make("subtraction", stones=30, takes=[2, 3], theme="coins", style="stored")
    assert task.parameters == {"stones": 30, "takes": (2, 3), "last_wins": True}
    assert "START = 30" in task.source
    assert task.name == "subtraction(stones=30, takes=(2, 3), last_wins=True)"
    assert task.in_style("plain").rules == task.rules
    assert task.spec.max_length == 15


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"stones": 7}, "from 8 to 60"),
        ({"takes": (1, 9)}, "one of"),
        ({"heap": 9}, "no parameter 'heap'"),
        ({"theme": "cars"}, "no theme 'cars'; it has stones"),
        ({"style": "cars"}, "no style"),
        ({"wording": "cars"}, "no wording"),
    ],
)
def test_parameters_that_are_wrong(options, said):
    with pytest.raises(ParameterError, match=said):
        families.make("subtraction", **options)


def test_names_and_seeds_that_are_wrong():
    with pytest.raises(UnknownGameError, match="did you mean subtraction"):
        families.load("subtractoin")
    with pytest.raises(InvalidSeedError):
        families.sample("subtraction", -1)
    with pytest.raises(ParameterError, match="no split"):
        next(families.stream(0, "test"))  # type: ignore[arg-type]
