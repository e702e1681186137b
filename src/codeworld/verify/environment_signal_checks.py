"""Checks of what an environment tells its agents: rewards, observations, action masks."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.utils.env_checker import data_equivalence

from codeworld.verify.checks import Failure, NotApplicable
from codeworld.verify.environment_evidence import EnvironmentEvidence
from codeworld.verify.playthrough import Moment, show


def rewards_finite(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Is every reward a finite number?"""
    for moment, place in evidence.moments():
        for agent, reward in moment.rewards.items():
            try:
                finite = math.isfinite(float(reward))
            except (TypeError, ValueError):
                finite = False
            if not finite:
                yield Failure(
                    f"rewards[{show(agent)}] is {show(reward)} {place}, not a finite number"
                )


def rewards_add_up(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does `last()` return the sum of an agent's rewards since it last acted?"""
    for episode in evidence.episodes():
        owed: defaultdict[Any, float] = defaultdict(float)
        for number, moment in enumerate(episode.moments):
            if number:
                for agent, reward in moment.rewards.items():
                    owed[agent] += _number(reward)
            if moment.last is not None:
                paid, due = _number(moment.last[1]), owed[moment.selection]
                if math.isfinite(due) and not math.isclose(paid, due, rel_tol=1e-5, abs_tol=1e-6):
                    yield Failure(
                        f"last() returns the reward {show(moment.last[1])} for "
                        f"{show(moment.selection)} {episode.place(number)}, but its rewards since "
                        f"it last acted sum to {due:g}; in step, set _cumulative_rewards of the "
                        "agent that acts to 0 and call _accumulate_rewards() once"
                    )
            owed[moment.selection] = 0


def _number(reward: Any) -> float:
    """Return a reward as a number; another check refuses what is none."""
    try:
        return float(reward)
    except (TypeError, ValueError):
        return math.nan


def observations_fit(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Is every observation in its space: type, shape, numbers?"""
    for moment, place in evidence.moments():
        for agent, observation in moment.observations.items():
            pair = (evidence.spaces or {}).get(agent)
            if pair is None or not isinstance(pair.observation[0], spaces.Space):
                continue
            wrong = _misfit(pair.observation[0], observation, "the observation")
            if wrong:
                yield Failure(f"of {show(agent)} {place}, {wrong}")


def _misfit(space: spaces.Space[Any], value: Any, name: str) -> str:
    """Return in what a value does not fit its space, or ""."""
    if isinstance(space, spaces.Dict) and isinstance(value, dict) and value.keys() == space.keys():
        parts = (_misfit(space[key], value[key], f"{name}[{key!r}]") for key in space)
        return next(filter(None, parts), "")
    if isinstance(space, spaces.Box) and isinstance(value, np.ndarray):
        if value.dtype != space.dtype:
            return f"{name} has dtype {value.dtype}, but its space {space.dtype}"
        if value.shape != space.shape:
            return f"{name} has shape {value.shape}, but its space {space.shape}"
        outside = ~((value >= space.low) & (value <= space.high))
        if outside.any():
            place = tuple(int(index) for index in np.argwhere(outside)[0])
            number, low, high = value[place], space.low[place], space.high[place]
            return f"{name}{list(place)} is {number}, outside of its space's {low} to {high}"
        return ""
    return "" if space.contains(value) else f"{name} is {show(value)}, which is not in {space}"


def observations_stay(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Do observations that were handed out stay as they were?"""
    for moment, place in evidence.moments():
        for agent, held in moment.held.items():
            if not data_equivalence(held, moment.observations[agent], exact=True):
                yield Failure(
                    f"the observation of {show(agent)} {place} was changed by later steps, after "
                    "it was handed out; return a copy of arrays that the environment goes on to use"
                )


def masks_fit(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Is every action mask an int8 array of zeros and ones, one for each action?"""
    for agent, mask, _, place in _masks(evidence):
        pair = (evidence.spaces or {}).get(agent)
        if pair is None or not isinstance(pair.action[0], spaces.Discrete):
            continue
        size = int(pair.action[0].n)
        if not isinstance(mask, np.ndarray) or mask.dtype != np.int8:
            kind = mask.dtype if isinstance(mask, np.ndarray) else type(mask).__name__
            yield Failure(
                f"the action mask of {show(agent)} is of type {kind} {place}; make it a numpy "
                "array of int8, the only kind that a space's sample(mask) takes"
            )
        elif mask.shape != (size,):
            yield Failure(
                f"the action mask of {show(agent)} has shape {mask.shape} {place}, but there are "
                f"{size} actions; give it one number for each action"
            )
        elif not np.isin(mask, (0, 1)).all():
            yield Failure(
                f"the action mask of {show(agent)} holds more than 0 and 1 {place}: {mask}"
            )


def _masks(evidence: EnvironmentEvidence) -> Iterator[tuple[Any, Any, Moment, str]]:
    """Yield (agent, mask, moment, how to get there) of all masks.

    Raises:
        NotApplicable: if there are none.
    """
    found = False
    for moment, place in evidence.moments():
        for agent, masks in moment.masks.items():
            if masks.mask is not None:
                found = True
                yield agent, masks.mask, moment, place
    if not found:
        raise NotApplicable("it has no action masks")


def masks_allow(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does the mask of an agent that must act allow an action?"""
    for agent, mask, moment, place in _masks(evidence):
        if agent == moment.selection and not moment.finished and not np.any(mask):
            yield Failure(
                f"{show(agent)} must act {place}, but its action mask allows nothing; "
                "end the episode, or let it pass"
            )


def masks_agree(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Do the masks in the observation and in the info agree?"""
    both = False
    for moment, place in evidence.moments():
        for agent, masks in moment.masks.items():
            if masks.observed is None or masks.informed is None:
                continue
            both = True
            if not np.array_equal(masks.observed, masks.informed):
                yield Failure(
                    f"of {show(agent)} {place}, the mask in the observation is "
                    f"{show(masks.observed)}, but that in infos {show(masks.informed)}"
                )
    if not both:
        raise NotApplicable("it has action masks in one place at most")
