"""Where two playthroughs of the same line of actions differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gymnasium.utils.env_checker import data_equivalence

from codeworld.verify.playthrough import Moment, Playthrough, show

PLAY = ("agents", "selection", "terminations", "truncations", "observations", "masks")
"""Fields of a `Moment` that say how an episode goes on."""

EVERYTHING = (*PLAY, "rewards", "last_reward")
"""The same, and what is paid."""


def differences(
    episode: Playthrough,
    other: Playthrough,
    names: tuple[str, ...] = EVERYTHING,
    start: int = 0,
    *,
    faults: bool = True,
) -> Iterator[str]:
    """Yield where two playthroughs of the same line of actions differ.

    Args:
        episode: the recorded one.
        other: the other, from moment `start` on.
        names: fields of `Moment` that are compared.
        start: number of the other's first moment.
        faults: whether it is a difference that the other fails or is over early.
    """
    for number, now in enumerate(other.moments, start):
        before = episode.moments[number]
        for name in names:
            for what, first, second in _unequal(before, now, name):
                yield f"{what} was {show(first)} and then {show(second)} {episode.place(number)}"
    number = start + len(other.moments)
    if faults and other.fault is not None:
        yield f"{other.fault}, {episode.place(number)}, though it did not before"
    elif faults and other.stop == "ended" and number < len(episode.moments):
        yield f"the episode is over {episode.place(number)}, though it went on before"


def _unequal(before: Moment, now: Moment, name: str) -> Iterator[tuple[str, Any, Any]]:
    first, second = getattr(before, name), getattr(now, name)
    if name == "masks":
        name, first, second = "the mask in infos", _informed(first), _informed(second)
    if not isinstance(first, Mapping) or first.keys() != second.keys():
        if not data_equivalence(first, second, exact=True):
            yield name, first, second
        return
    for agent in first:
        if not data_equivalence(first[agent], second[agent], exact=True):
            yield f"{name} of {show(agent)}", first[agent], second[agent]


def _informed(masks: Mapping[Any, Any]) -> dict[Any, Any]:
    return {agent: mask.informed for agent, mask in masks.items()}
