"""Checks of the agents, spaces and flags that an environment shows at any one moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
from gymnasium import spaces
from gymnasium.utils.env_checker import data_equivalence

from codeworld.verify.checks import Failure, NotApplicable
from codeworld.verify.environment_evidence import EnvironmentEvidence
from codeworld.verify.playthrough import show


def is_aec(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Is it an AEC environment?"""
    if not evidence.is_aec:
        yield Failure(
            f"make_env returned a {evidence.kind}, not a pettingzoo.AECEnv; "
            "give a parallel environment to pettingzoo.utils.parallel_to_aec first"
        )


def runs(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Can it be made, reset, looked at and closed?"""
    if not evidence.is_aec:
        raise NotApplicable("it is no AEC environment")
    for episode in evidence.playthroughs:
        if episode.fault is not None and not episode.fault.method.startswith("step"):
            yield Failure(f"{episode.fault}, {episode.place(len(episode.actions))}")
    if evidence.fault is not None:
        yield Failure(str(evidence.fault))


def spaces_stay(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Are an agent's spaces always the same Gymnasium spaces?"""
    if not evidence.spaces:
        raise NotApplicable("no spaces could be asked for: possible_agents is missing or empty")
    for agent, pair in evidence.spaces.items():
        asked = {"observation_space": pair.observation, "action_space": pair.action}
        for method, (first, second) in asked.items():
            if not isinstance(first, spaces.Space):
                yield Failure(
                    f"{method}({show(agent)}) is {show(first)}, not a gymnasium.spaces.Space"
                )
            elif first is not second:
                yield Failure(
                    f"{method}({show(agent)}) is another object each time it is asked for, so that "
                    "seeding it is lost; make it once and keep it"
                )


def starts_alive(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does every episode start with agents, all of them alive?"""
    for episode in evidence.episodes():
        if not episode.moments:
            if episode.fault is None:
                yield Failure(f"there are no agents {episode.place(0)}; reset must bring them back")
            continue
        start = episode.moments[0]
        for flags in ("terminations", "truncations"):
            done = [agent for agent, flag in getattr(start, flags).items() if flag]
            if done:
                yield Failure(
                    f"{flags} of {show(done)} is set {episode.place(0)}; "
                    "reset must set every flag to False"
                )


def agents_possible(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Are the agents, each once, among `possible_agents`?"""
    if evidence.possible_agents is None:
        raise NotApplicable("it has no possible_agents, as one with generated agents may")
    for moment, place in evidence.moments():
        strange = [agent for agent in moment.agents if agent not in evidence.possible_agents]
        twice = [agent for agent, times in Counter(moment.agents).items() if times > 1]
        if strange:
            yield Failure(
                f"agents holds {show(strange)} {place}, but possible_agents is "
                f"{show(evidence.possible_agents)}; list every agent that there can be"
            )
        elif twice:
            yield Failure(f"agents holds {show(twice)} more than once {place}")


def selection_is_agent(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Is the agent to step one of the agents?"""
    for moment, place in evidence.moments():
        if moment.selection not in moment.agents:
            yield Failure(
                f"agent_selection is {show(moment.selection)} {place}, but agents is "
                f"{show(list(moment.agents))}; select one that is still there"
            )


def agents_only_leave(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Do agents leave only when they are done and stepped, and never come back?"""
    for episode in evidence.episodes():
        gone: set[Any] = set()
        pairs = zip(episode.moments, episode.actions, episode.moments[1:], strict=False)
        for number, (before, action, after) in enumerate(pairs, 1):
            allowed = {before.selection} if action is None else set()
            early = [a for a in before.agents if a not in after.agents and a not in allowed]
            if early:
                yield Failure(
                    f"{show(early)} left agents {episode.place(number)} without being done and "
                    "stepped with None; set its termination, and remove it in its own dead step"
                )
            gone |= set(before.agents) - set(after.agents)
            if back := gone & set(after.agents):
                yield Failure(f"{show(sorted(back))} came back {episode.place(number)}")


def finished_agents_leave(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does an agent that is done step with None, and is it gone then?"""
    for episode in evidence.episodes():
        if episode.fault is not None and episode.fault.method.startswith("step of"):
            yield Failure(
                f"{episode.fault}, {episode.place(len(episode.actions))}, for an agent that is "
                "done; call self._was_dead_step(action) in that case"
            )
    for before, action, after, place in evidence.steps():
        if action is None and before.selection in after.agents:
            yield Failure(
                f"{show(before.selection)} was done and stepped with None, but is still in agents "
                f"{place}; call self._was_dead_step(action) for it"
            )


def keyed_by_agents(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Do rewards, terminations, truncations and infos have exactly the agents as keys?"""
    for moment, place in evidence.moments():
        for name in ("rewards", "terminations", "truncations", "infos"):
            if set(getattr(moment, name)) != set(moment.agents):
                yield Failure(
                    f"{name} has the keys {show(list(getattr(moment, name)))} {place}, but agents "
                    f"is {show(list(moment.agents))}; keep one entry for each agent that is there"
                )


def flags_typed(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Are terminations and truncations booleans, and infos dicts?"""
    for moment, place in evidence.moments():
        kinds: dict[str, tuple[type, ...]] = {
            "terminations": (bool, np.bool_),
            "truncations": (bool, np.bool_),
            "infos": (dict,),
        }
        for name, kind in kinds.items():
            for agent, value in getattr(moment, name).items():
                if not isinstance(value, kind):
                    wanted = "a dict" if name == "infos" else "True or False"
                    yield Failure(
                        f"{name}[{show(agent)}] is {show(value)} {place}; make it {wanted}"
                    )


def last_agrees(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does `last()` say what observe, terminations, truncations and infos say?"""
    for moment, place in evidence.moments():
        if moment.last is None:
            continue
        observation, _, terminated, truncated, info = moment.last
        agent = moment.selection
        if not data_equivalence(observation, moment.observations.get(agent), exact=True):
            yield Failure(
                f"last() returns another observation than observe({show(agent)}) {place}: "
                f"{show(observation)}, not {show(moment.observations.get(agent))}"
            )
        for name, value in (("terminations", terminated), ("truncations", truncated)):
            if value != getattr(moment, name).get(agent, value):
                yield Failure(f"last() contradicts {name}[{show(agent)}] {place}: {show(value)}")
        known = moment.infos.get(agent, info)
        if info is not known and not data_equivalence(info, known, exact=True):
            yield Failure(f"last() returns another info than infos[{show(agent)}] {place}")
