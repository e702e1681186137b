"""How far verification looks. Budgets count, and never time, so that a seed gives one report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """How far verification looks.

    Attributes:
        exhaustive_transitions: a game with at most this many transitions is explored whole.
        nearest_transitions: actions nearest to the start that are tried in a game that has more.
        transitions: actions tried behind that, shared by all ways of exploring such a game.
        episode_transitions: one playthrough is left after this many actions.
        listed_actions: exploration ends once the legal lists hold this many actions in all.
        second_looks: positions that are asked twice.
        illegal_probes: illegal and malformed actions tried.
        resampled: decisions whose history is resampled.
        samples: resampled histories of every other one; those between have one each. Where there
            are less than half as many decisions, all have ten times as many.
        environment_steps: steps of the environment tier.
    """

    exhaustive_transitions: int = 1_500
    nearest_transitions: int = 500
    transitions: int = 2_400
    episode_transitions: int = 1_000
    listed_actions: int = 120_000
    second_looks: int = 600
    illegal_probes: int = 40
    resampled: int = 120
    samples: int = 3
    environment_steps: int = 400

    def __post_init__(self) -> None:
        """Refuse budgets that look at nothing.

        Raises:
            ValueError: naming the field.
        """
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise ValueError(f"Budget.{name} is {getattr(self, name)}; it must be at least 1")


QUICK = Budget(
    exhaustive_transitions=300,
    nearest_transitions=100,
    transitions=500,
    episode_transitions=300,
    listed_actions=30_000,
    second_looks=150,
    illegal_probes=10,
    resampled=24,
    samples=2,
    environment_steps=60,
)
"""The budget of `compute_reward`, where thousands of candidates are to be scored."""
