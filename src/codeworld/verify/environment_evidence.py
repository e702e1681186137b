"""Evidence about an environment: seeded playthroughs, gathered once for all checks to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from codeworld.verify.checks import NotApplicable
from codeworld.verify.pettingzoo_tests import PettingZooVerdicts
from codeworld.verify.playthrough import (
    EnvironmentFault,
    Moment,
    Playthrough,
)
from codeworld.verify.playthrough_differences import differences


@dataclass(frozen=True, slots=True)
class Copied:
    """How an environment goes on after it was copied amid an episode, and how its copy does.

    Attributes:
        how: how it was copied.
        refusal: why it cannot be copied that way; "" if it can.
        start: number of the moment that was copied.
        original: the rest of the episode, played by the original after the copy had played it.
        copied: the same actions, played by the copy.
    """

    how: str
    refusal: str = ""
    start: int = 0
    original: Playthrough | None = None
    copied: Playthrough | None = None


@dataclass(frozen=True, slots=True)
class Spaces:
    """An agent's spaces, asked for twice.

    Attributes:
        observation: both observation spaces.
        action: both action spaces.
    """

    observation: tuple[Any, Any]
    action: tuple[Any, Any]


@dataclass(frozen=True)
class EnvironmentEvidence:
    """All that was recorded about an environment.

    Attributes:
        kind: the environment's class, in words.
        is_aec: whether it is an AEC environment; if not, nothing else was recorded.
        is_game_env: whether it is codeworld's own.
        possible_agents: `possible_agents`, or None where there are none.
        fault: what failed outside an episode, such as making it; None if nothing did.
        spaces: every agent's spaces.
        playthroughs: episodes played at random.
        longest: steps after which the first of them was left, had it not ended.
        replayed: the same episodes in a second environment, in the same order.
        again: the same episodes in the same environment, later and in reverse order.
        watched: the first ones in a third environment, every moment looked at twice.
        rendered: the first one in a fourth environment, every moment rendered.
        render_mode: its render mode.
        unseeded: the start of an episode after `reset()` without a seed.
        copies: one for every way to copy an environment.
        pettingzoo: what PettingZoo's own tests say; None while other checks fail.
    """

    kind: str
    is_aec: bool
    is_game_env: bool = False
    possible_agents: tuple[Any, ...] | None = None
    fault: EnvironmentFault | None = None
    spaces: Mapping[Any, Spaces] | None = None
    playthroughs: tuple[Playthrough, ...] = ()
    longest: int = 0
    replayed: tuple[Playthrough, ...] = ()
    again: tuple[Playthrough, ...] = ()
    watched: tuple[Playthrough, ...] = ()
    rendered: Playthrough | None = None
    render_mode: str | None = None
    unseeded: Playthrough | None = None
    copies: tuple[Copied, ...] = ()
    pettingzoo: PettingZooVerdicts | None = None

    def episodes(self) -> tuple[Playthrough, ...]:
        """Return the recorded episodes.

        Raises:
            NotApplicable: if there are none.
        """
        if not self.is_aec:
            raise NotApplicable("it is no AEC environment")
        if not any(episode.moments for episode in self.playthroughs):
            raise NotApplicable("no episode could be started")
        return self.playthroughs

    def moments(self) -> Iterator[tuple[Moment, str]]:
        """Yield every recorded moment and how to get there."""
        for episode in self.episodes():
            for number, moment in enumerate(episode.moments):
                yield moment, episode.place(number)

    def steps(self) -> Iterator[tuple[Moment, Any, Moment, str]]:
        """Yield every (moment, action played there, moment after it, how to get there)."""
        for episode in self.episodes():
            pairs = zip(episode.moments, episode.actions, episode.moments[1:], strict=False)
            for number, (before, action, after) in enumerate(pairs, 1):
                yield before, action, after, episode.place(number)

    @cached_property
    def repeatable(self) -> bool:
        """Whether the same seed and actions gave the same episodes in another environment."""
        return not any(
            next(differences(episode, other), None)
            for episode, other in zip(self.playthroughs, self.replayed, strict=True)
        )
