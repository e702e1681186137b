"""Tasks drawn by seeds, and the splits that keep some of them from training."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias, get_args

import numpy as np

from codeworld.errors import ParameterError, UnknownGameError
from codeworld.games.families.family import Family, load, names
from codeworld.games.families.task import GameTask, make
from codeworld.games.parameters import Parameter, ParameterValue, evaluate
from codeworld.seeding import check_seed, derive_seed

Split: TypeAlias = Literal["train", "validation"]
SPLITS: tuple[Split, ...] = get_args(Split)

VALIDATION_SHARE = 8
"""One in this many sets of parameters is kept for validation, in families that train."""

_TRIES = 1000


def sample(name: str, seed: int) -> GameTask:
    """Return the task of a family that a seed stands for.

    Parameters, theme, wording and style are drawn independently, each value equally likely.

    Args:
        name: of the family.
        seed: a non-negative integer; the same seed gives the same task on any machine.

    Raises:
        UnknownGameError: if no family has that name.
        InvalidSeedError: if the seed is not a non-negative integer.
    """
    parameters, generator = _draw(name, seed)
    return _make(name, seed, parameters, generator)


def find(name: str) -> GameTask:
    """Return the task of a name such as `subtraction:7`, family and seed.

    Raises:
        UnknownGameError: if it is no such name, or no family has the name before the colon.
    """
    family, colon, seed = name.partition(":")
    if not colon or not seed.isdecimal():
        raise UnknownGameError(
            f"{name!r} is no task of a family; a task's name is FAMILY:SEED, as in subtraction:7"
        )
    return sample(family, int(seed))


def split_of(task: GameTask) -> Split:
    """Return the split that a task belongs to, by its family and parameters alone.

    So neither another theme, wording nor style of a game that is trained on is validated on.
    """
    return _split_of(task.family, task.parameters)


def _split_of(name: str, parameters: Mapping[str, ParameterValue]) -> Split:
    if load(name).held_back:
        return "validation"
    text = json.dumps([name, parameters], sort_keys=True)
    number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
    return "train" if number % VALIDATION_SHARE else "validation"


def stream(
    seed: int, split: Split = "train", families: Sequence[str] | None = None
) -> Iterator[GameTask]:
    """Yield tasks of a split without end, no two with the same rules and program.

    Args:
        seed: a non-negative integer; the same seed gives the same tasks in the same order.
        split: `"train"` or `"validation"`.
        families: names of those to draw from, each equally likely; all if not given.

    Raises:
        UnknownGameError: if no family has one of the names.
        ParameterError: if there is no such split, or the families have no (further) task in it.
    """
    if split not in SPLITS:
        raise ParameterError(f"there is no split {split!r}; there are {', '.join(SPLITS)}")
    roster = sorted(families) if families is not None else names()
    generator = np.random.default_rng(derive_seed(check_seed(seed), "stream of families"))
    seen: set[bytes] = set()
    vain = 0
    while vain < _TRIES:
        name, task_seed = roster[int(generator.integers(len(roster)))], _draw_seed(generator)
        parameters, others = _draw(name, task_seed)
        vain += 1
        if _split_of(name, parameters) != split:
            continue
        task = _make(name, task_seed, parameters, others)
        if (digest := _digest(task)) not in seen:
            seen.add(digest)
            vain = 0
            yield task
    raise ParameterError(
        f"{', '.join(roster)}: no new task for {split} in {_TRIES:,} draws, after {len(seen):,}; "
        "take fewer tasks, or more families"
    )


def _draw(name: str, seed: int) -> tuple[dict[str, ParameterValue], np.random.Generator]:
    """Return the parameters that a seed draws, and the generator that draws the rest."""
    generator = np.random.default_rng(derive_seed(check_seed(seed), f"family {name}"))
    return _draw_parameters(load(name), generator), generator


def _make(
    name: str,
    seed: int,
    parameters: Mapping[str, ParameterValue],
    generator: np.random.Generator,
) -> GameTask:
    family = load(name)

    def one_of(known: Mapping[str, object]) -> str:
        return list(known)[int(generator.integers(len(known)))]

    return make(
        name,
        **parameters,
        theme=one_of(family.themes),
        wording=one_of(family.rules),
        style=one_of(family.programs),
        seed=seed,
    )


def _draw_parameters(family: Family, generator: np.random.Generator) -> dict[str, ParameterValue]:
    for _ in range(_TRIES):
        values = {one.name: _draw_value(one, generator) for one in family.sheet.parameters}
        if all(evaluate(holds, values) for holds, _ in family.sheet.constraints):
            return values
    raise ParameterError(f"{family.name}: hardly any values go together; mend its constraints")


def _draw_value(parameter: Parameter, generator: np.random.Generator) -> ParameterValue:
    if parameter.choices:
        return parameter.choices[int(generator.integers(len(parameter.choices)))]
    if parameter.minimum is None or parameter.maximum is None:
        return bool(generator.integers(2))
    return int(generator.integers(int(parameter.minimum), int(parameter.maximum) + 1))


def _draw_seed(generator: np.random.Generator) -> int:
    return int(generator.integers(2**31))


def _digest(task: GameTask) -> bytes:
    return hashlib.blake2b(f"{task.rules}\0{task.source}".encode(), digest_size=16).digest()
