"""EnvOptions: how an environment treats a game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

IllegalAction: TypeAlias = Literal["raise", "terminate"]
RenderMode: TypeAlias = Literal["ansi", "rgb_array", "human"]


@dataclass(frozen=True, slots=True)
class EnvOptions:
    """How an environment treats a game.

    Attributes:
        name: the environment's name, `metadata["name"]`.
        max_steps: player actions after which an episode is truncated; None for the spec's greatest
            length, or `DEFAULT_MAX_STEPS` where it states none.
        illegal_action: `"raise"` raises IllegalActionError and leaves the episode as it was;
            `"terminate"` ends the episode for everyone, with `illegal_reward` for the culprit.
        illegal_reward: reward of an illegal action in mode `"terminate"`.
        mask_in_observation: whether observations are dicts of vector and mask, PettingZoo's form
            for board and card games. If not, they are the vector, and the mask is in infos only.
        render_mode: `"ansi"` makes `render` return text, `"rgb_array"` an image of that text,
            `"human"` prints it after every step; None for no rendering.
    """

    name: str = "game"
    max_steps: int | None = None
    illegal_action: IllegalAction = "raise"
    illegal_reward: float = -1.0
    mask_in_observation: bool = True
    render_mode: RenderMode | None = None

    def __post_init__(self) -> None:
        """Refuse unknown modes.

        Raises:
            ValueError: naming the option, its value and what it may be.
        """
        for option, choices in (
            ("illegal_action", get_args(IllegalAction)),
            ("render_mode", (*get_args(RenderMode), None)),
        ):
            if (value := getattr(self, option)) not in choices:
                raise ValueError(f"{option} is {value!r}; it must be one of {choices}")
        if self.max_steps is not None and self.max_steps < 1:
            raise ValueError(f"max_steps is {self.max_steps}; it must be at least 1, or None")
