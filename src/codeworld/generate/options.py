"""How a rules text is turned into a program."""

from __future__ import annotations

from dataclasses import dataclass

from codeworld.seeding import check_seed


@dataclass(frozen=True, slots=True)
class GenerationOptions:
    """How a rules text is turned into a program.

    Attributes:
        num_candidates: how many whole programs the model is asked to write at most. Half as many
            readings of a known game's values may come before, for each of two known games, and
            mended programs after.
        refine_rounds: how often the best failures go back to the model.
        seed: decides every sample and every check.
        seconds: wall-clock time after which no new answer is asked for and running ones are cut;
            None for no limit.
        tokens: tokens written after which no new answer is asked for; None for no limit.
        answer_tokens: the most tokens of one answer.
        temperature: of all answers but the first.
        adapt: whether to adapt known games of the same kind.
        examples: whether to show a known game to the model that writes a program: the two nearest
            in turn.
        grammar: whether to constrain answers where the backend can.
        mend: whether to mend mechanical faults, and to take conventions that a program lacks from
            the example that its model was shown.
    """

    num_candidates: int = 8
    refine_rounds: int = 1
    seed: int = 0
    seconds: float | None = None
    tokens: int | None = None
    answer_tokens: int = 3_000
    temperature: float = 0.7
    adapt: bool = True
    examples: bool = True
    grammar: bool = True
    mend: bool = True

    def __post_init__(self) -> None:
        """Refuse options that ask for nothing.

        Raises:
            ValueError: naming the option.
            InvalidSeedError: if the seed is not a non-negative integer.
        """
        for name in ("num_candidates", "answer_tokens"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1")
        for name in ("seconds", "tokens"):
            limit = getattr(self, name)
            if limit is not None and not limit > 0:
                raise ValueError(f"{name} is {limit}; it must be above 0, or None for no limit")
        check_seed(self.seed)
        for name in ("refine_rounds", "temperature"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must not be negative")
