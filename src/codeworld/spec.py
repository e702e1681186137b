"""GameSpec: the facts about a game that an environment, a check or a learner relies on.

Curated games declare theirs in `spec.json`; for other games they are inferred by seeded exploration
(`codeworld.envs.inference`). Either way `codeworld.verify` holds the game against them.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from codeworld import schema as schemas
from codeworld.errors import SpecError

Information: TypeAlias = Literal["perfect", "imperfect"]
Chance: TypeAlias = Literal["deterministic", "stochastic"]
Utility: TypeAlias = Literal["zero_sum", "constant_sum", "general_sum", "identical"]

FORMAT = 1
"""Version of the JSON form; raised whenever its meaning changes."""


@dataclass(frozen=True, slots=True)
class GameSpec:
    """Frozen facts about a game.

    Attributes:
        num_players: number of players, at least 1.
        information: `"imperfect"` if some player does not know all that another knows.
        chance: `"stochastic"` if chance nodes occur.
        utility: how the players' final returns relate.
        min_return: smallest final return of any player.
        max_return: largest final return of any player.
        max_length: most player actions in one episode; None where unbounded or unknown.
        actions: vocabulary of player actions; an action's place is its index in the action space.
        actions_closed: whether `actions` is known to be complete. If not, the environment keeps
            a few further indices for actions met later.
        observation_schema: schema of one player's structured observation.
        exact: whether the facts are declared or were established by exhausting the game; otherwise
            they are what a limited exploration saw.
    """

    num_players: int
    information: Information
    chance: Chance
    utility: Utility
    min_return: float
    max_return: float
    max_length: int | None
    actions: tuple[str, ...]
    actions_closed: bool
    observation_schema: schemas.Schema
    exact: bool

    def __post_init__(self) -> None:
        """Refuse facts that contradict themselves.

        Raises:
            SpecError: naming the fact, its value and what it must be.
        """
        for name, choices in (
            ("information", get_args(Information)),
            ("chance", get_args(Chance)),
            ("utility", get_args(Utility)),
        ):
            if (value := getattr(self, name)) not in choices:
                raise SpecError(f"{name} is {value!r}; it must be one of {', '.join(choices)}")
        if self.num_players < 1:
            raise SpecError(f"num_players is {self.num_players}; a game has at least one player")
        bounds = (self.min_return, self.max_return)
        if not (all(map(math.isfinite, bounds)) and bounds[0] <= bounds[1]):
            raise SpecError(f"min_return, max_return are {bounds}; they must be finite and ordered")
        if self.max_length is not None and self.max_length < 1:
            raise SpecError(f"max_length is {self.max_length}; it must be at least 1, or null")
        if len(set(self.actions)) < len(self.actions):
            twice = sorted({action for action in self.actions if self.actions.count(action) > 1})
            raise SpecError(f"actions has {twice[0]!r} more than once; each may stand there once")
        if not self.actions:
            raise SpecError("actions is empty; a game needs at least one player action")

    def to_json(self) -> str:
        """Return the facts as readable JSON text, one line a fact."""
        data: dict[str, Any] = {"format": FORMAT}
        for name in self.__slots__:
            data[name] = getattr(self, name)
        data["observation_schema"] = schemas.to_json(self.observation_schema)
        lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in data.items()]
        return "{\n" + ",\n".join(lines) + "\n}\n"

    @classmethod
    def from_json(cls, text: str) -> GameSpec:
        """Return the facts that `to_json` wrote.

        Raises:
            SpecError: if the text is not such JSON; the message names the fact.
        """
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            raise SpecError(f"not JSON: {error}") from error
        if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
            raise SpecError(f"not a GameSpec of format {FORMAT}; write it with GameSpec.to_json()")
        if missing := [name for name in cls.__slots__ if name not in data]:
            raise SpecError(f"facts are missing: {', '.join(missing)}")
        if unknown := sorted(set(data) - set(cls.__slots__)):
            raise SpecError(f"unknown facts: {', '.join(unknown)}")
        data["actions"] = tuple(data["actions"])
        data["observation_schema"] = schemas.from_json(data["observation_schema"])
        return cls(**data)
