"""Checks of how an environment goes on: its end, its repeatability, its copies, the game below."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from codeworld.verify.checks import Failure, NotApplicable
from codeworld.verify.environment_evidence import EnvironmentEvidence
from codeworld.verify.playthrough import Playthrough, show
from codeworld.verify.playthrough_differences import PLAY, differences


def legal_accepted(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Is every legal action accepted?"""
    for episode in evidence.episodes():
        if episode.fault is not None and episode.fault.method == "step":
            yield Failure(
                f"{episode.fault}, {episode.place(len(episode.actions))}; every action that the "
                "mask (or, without one, the action space) has must be accepted"
            )


def ends(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does an episode of random legal play end?"""
    first = evidence.episodes()[0]
    if first.stop == "limit":
        yield Failure(
            f"an episode of random legal play after reset(seed={first.seed}) had not ended after "
            f"{evidence.longest} steps; terminate it, or truncate it after a number of steps"
        )
    elif first.stop != "ended":
        raise NotApplicable("no episode could be played far enough")


def starts_unseeded(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does `reset()` without a seed start an episode?"""
    evidence.episodes()
    start = evidence.unseeded
    if start is None:
        raise NotApplicable("it failed before that could be tried")
    if start.fault is not None:
        yield Failure(f"{start.fault}; a seed is optional: reset(seed=None, options=None)")
    elif not start.moments[0].agents:
        yield Failure("there are no agents after reset() without a seed")


def seed_decides_play(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Do the same seed and actions give the same episode in another environment?"""
    for episode, other in zip(evidence.episodes(), _replayed(evidence), strict=True):
        for what in differences(episode, other, PLAY):
            yield Failure(
                f"in two environments, {what}; draw all chance from one generator that "
                "reset(seed) makes anew"
            )


def seed_decides_rewards(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Do the same seed and actions give the same rewards in another environment?"""
    for episode, other in zip(evidence.episodes(), _replayed(evidence), strict=True):
        for what in differences(episode, other, ("rewards",), faults=False):
            yield Failure(f"in two environments, {what}; rewards must follow from seed and actions")


def _replayed(evidence: EnvironmentEvidence) -> tuple[Playthrough, ...]:
    evidence.episodes()
    if not evidence.replayed:
        raise NotApplicable("it failed before an episode could be played again")
    return evidence.replayed


def _require_repeatable(evidence: EnvironmentEvidence) -> tuple[Playthrough, ...]:
    """Return the recorded episodes, if the same seed and actions give them again.

    Raises:
        NotApplicable: if they do not.
    """
    _replayed(evidence)
    if not evidence.repeatable:
        raise NotApplicable("the same seed and actions give another episode anyway")
    return evidence.playthroughs


def reset_forgets(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does `reset` forget the episodes before it?"""
    played = _require_repeatable(evidence)
    for episode, other in zip(played[::-1], evidence.again, strict=True):
        for what in differences(episode, other):
            yield Failure(
                f"played again in the same environment after other episodes, {what}; "
                "set up everything anew in reset"
            )


def observing_is_free(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Do `observe`, `last` and reading infos change nothing?"""
    for episode, other in zip(_require_repeatable(evidence), evidence.watched, strict=False):
        for what in differences(episode, other):
            yield Failure(f"with observe, last and infos asked twice at every moment, {what}")


def rendering_works(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Can every moment be rendered?"""
    fault = _rendered(evidence).fault
    if fault is not None and fault.method == "render":
        yield Failure(f"{fault}, with render_mode {evidence.render_mode!r}")


def rendering_is_free(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does `render` change nothing?"""
    rendered = _rendered(evidence)
    episode = _require_repeatable(evidence)[0]
    for what in differences(episode, rendered, faults=False):
        yield Failure(f"rendered at every moment, {what}; render must not change the environment")


def _rendered(evidence: EnvironmentEvidence) -> Playthrough:
    evidence.episodes()
    if evidence.rendered is None:
        raise NotApplicable("it was made with no render_mode, or with one that opens a window")
    return evidence.rendered


def deep_copies_agree(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does a deep copy go on as the original does, and each by itself?"""
    yield from _copied(evidence, "copy.deepcopy")


def pickles_agree(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does a pickled copy go on as the original does?"""
    yield from _copied(evidence, "pickle")


def moments_agree(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does a `GameEnv` go on from a restored moment as it did before?"""
    _require_game_env(evidence)
    yield from _copied(evidence, "get_state and set_state")


def _copied(evidence: EnvironmentEvidence, how: str) -> Iterator[Failure]:
    episode = _require_repeatable(evidence)[0]
    made = next((copied for copied in evidence.copies if copied.how == how), None)
    if made is None:
        raise NotApplicable("it failed before it could be copied")
    if made.refusal:
        raise NotApplicable(f"it cannot be copied by {how}: {made.refusal}")
    for whose, other in (("the copy", made.copied), ("the original", made.original)):
        assert other is not None
        for what in differences(episode, other, start=made.start):
            yield Failure(
                f"{whose} goes on in another way after {how}: {what}; "
                "copy all that decides how an episode goes on, and share nothing that steps change"
            )


def masks_are_legal_sets(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does a `GameEnv`'s mask hold exactly the game's legal actions?"""
    _require_game_env(evidence)
    for episode in evidence.episodes():
        for number, moment in enumerate(episode.moments):
            mask = moment.masks[moment.selection].mask
            if moment.game is None or moment.game.over or mask is None:
                continue
            shown = {int(index) for index in np.flatnonzero(mask)}
            if shown != moment.game.legal:
                yield Failure(
                    f"the mask of {show(moment.selection)} has the actions {sorted(shown)} "
                    f"{episode.place(number)}, but the game's legal ones are "
                    f"{sorted(moment.game.legal)}; get_legal_actions must follow from the state"
                )


def rewards_are_returns(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Do a `GameEnv`'s rewards sum to the game's returns?"""
    _require_game_env(evidence)
    for episode in evidence.episodes():
        total: defaultdict[Any, float] = defaultdict(float)
        for number, moment in enumerate(episode.moments):
            if number == 0 or episode.actions[number - 1] is None or moment.game is None:
                continue
            for agent, reward in moment.rewards.items():
                total[agent] += reward
                due = moment.game.returns[agent]
                if not math.isclose(total[agent], due, rel_tol=1e-6, abs_tol=1e-6):
                    yield Failure(
                        f"the rewards of {show(agent)} sum to {total[agent]:g} "
                        f"{episode.place(number)}, but the game's return is {due:g}; "
                        "get_rewards must follow from the state"
                    )


def _require_game_env(evidence: EnvironmentEvidence) -> None:
    if not evidence.is_game_env:
        raise NotApplicable("it is no GameEnv, so there is no game to ask")


def api_test(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does it pass PettingZoo's `api_test`?"""
    yield from _complaint(evidence, "api_test")


def seed_test(evidence: EnvironmentEvidence) -> Iterator[Failure]:
    """Does it pass PettingZoo's `seed_test`?"""
    yield from _complaint(evidence, "seed_test")


def _complaint(evidence: EnvironmentEvidence, name: str) -> Iterator[Failure]:
    if evidence.pettingzoo is None:
        raise NotApplicable("PettingZoo's tests run only once every other check passes")
    complaint = getattr(evidence.pettingzoo, name)
    if complaint:
        yield Failure(f"pettingzoo.test.{name} says: {complaint}")
