# line: sunny ; 1 ; 2 ; rainy ; 2 ; 2 => 8 2
"""Two lemonade stands set hidden prices of 1 or 2 on two days; the cheaper stand gets the crowd.

Sunny days bring 6 customers and rainy days 2; equal prices share them. Return: money earned.
"""
from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Optional

DAYS = 2
CROWD = {"sunny": 6, "rainy": 2}


@dataclass
class Day:
    weather: Optional[str] = None
    prices: list[int] = field(default_factory=list)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Day:
        return cls(**data)

    @property
    def over(self) -> bool:
        return len(self.prices) == 2

    def income(self, seat: int) -> float:
        if not self.over:
            return 0.0
        mine, other = self.prices[seat], self.prices[1 - seat]
        share = 0.5 if mine == other else 1.0 if mine < other else 0.0
        return share * mine * CROWD[self.weather]


@dataclass
class Market:
    days: list[Day] = field(default_factory=lambda: [Day()])
    notes: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Market:
        return cls([Day.from_dict(d) for d in data["days"]], dict(data["notes"]))

    @property
    def today(self) -> Day:
        return self.days[-1]

    def __iadd__(self, action: str) -> Market:
        if self.today.weather is None:
            self.today.weather = action
        else:
            self.today.prices.append(int(action))
        if self.today.over and len(self.days) < DAYS:
            self.days.append(Day())
        self.notes["actions"] = self.notes.get("actions", 0) + 1
        return self


def get_initial_state() -> dict[str, Any]:
    return dataclasses.asdict(Market())


def get_current_player(state: dict[str, Any]) -> int:
    today = Market.from_dict(state).today
    if today.over:
        return -4
    return -1 if today.weather is None else len(today.prices)


def get_legal_actions(state: dict[str, Any]) -> list[str]:
    return {-1: ["sunny", "rainy"], -4: []}.get(get_current_player(state), ["1", "2"])


def get_chance_outcomes(state: dict[str, Any]) -> list[tuple[str, float]]:
    return [("sunny", 0.5), ("rainy", 0.5)]


def apply_action(state: dict[str, Any], action: str) -> dict[str, Any]:
    market = Market.from_dict({"days": [{**d, "prices": d["prices"][:]} for d in state["days"]],
                               "notes": state["notes"]})
    market += action
    return dataclasses.asdict(market)


def get_rewards(state: dict[str, Any]) -> list[float]:
    market = Market.from_dict(state)
    return [sum(day.income(seat) for day in market.days) for seat in range(2)]


def get_observations(state: dict[str, Any]) -> list[dict[str, Any]]:
    def hide(day: dict[str, Any], seat: int) -> dict[str, Any]:
        pending = len(day["prices"]) == 1
        return {**day, "prices": [] if pending and seat == 1 else day["prices"]}

    return [{"days": [hide(day, seat) for day in state["days"]]} for seat in range(2)]


def get_player_name(player_id: int) -> str:
    return f"stand {player_id}"
