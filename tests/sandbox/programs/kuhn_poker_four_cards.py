# line: K ; J ; bet ; call => 2 -2
# line: J ; Q ; check ; bet ; fold => -1 1
# line: T ; K ; check ; check => -1 1
"""Kuhn poker with four cards (T J Q K), ante 1, bet 1."""
from __future__ import annotations
import random
from itertools import permutations
from typing import Dict, List, Optional, Sequence, Tuple, TypedDict

CARDS = "TJQK"
Action = str
PlayerObservation = Dict[str, object]


class State(TypedDict):
    cards: list[str]
    bets: list[str]


SHOWDOWNS = (["check", "check"], ["bet", "call"], ["check", "bet", "call"])


def get_initial_state() -> State:
    return {"cards": [], "bets": []}


def get_current_player(state: State) -> int:
    if len(state["cards"]) < 2:
        return -1
    if state["bets"] in SHOWDOWNS or (state["bets"] and state["bets"][-1] == "fold"):
        return -4
    return len(state["bets"]) % 2


def get_legal_actions(state: State) -> List[Action]:
    player = get_current_player(state)
    if player == -1:
        return [card for card in CARDS if card not in state["cards"]]
    if player == -4:
        return []
    return ["call", "fold"] if "bet" in state["bets"] else ["check", "bet"]


def apply_action(state: State, action: Action) -> State:
    if get_current_player(state) == -1:
        return {"cards": state["cards"] + [action], "bets": []}
    return {"cards": state["cards"], "bets": [*state["bets"], action]}


def get_rewards(state: State) -> List[float]:
    if get_current_player(state) != -4:
        return [0.0, 0.0]
    *_, last = bets = state["bets"]
    if last == "fold":
        winner, stake = (len(bets) - 2) % 2, 1.0
    else:
        ranks = [CARDS.index(card) for card in state["cards"]]
        winner, stake = ranks.index(max(ranks)), 2.0 if last == "call" else 1.0
    return [stake if seat == winner else -stake for seat in range(2)]


def get_observations(state: State) -> List[PlayerObservation]:
    def view(seat: int) -> PlayerObservation:
        card: Optional[str] = state["cards"][seat] if seat < len(state["cards"]) else None
        return {"card": card, "bets": state["bets"], "pot": 2 + sum(b in ("bet", "call") for b in state["bets"])}

    return [view(0), view(1)]


def get_player_name(player_id: int) -> str:
    return "Alice" if player_id == 0 else "Bob"


def resample_history(
    obs_action_history: Sequence[Tuple[PlayerObservation, Optional[Action]]], player_id: int
) -> List[Action]:
    last_seen, last_done = obs_action_history[-1]
    mine = last_seen["card"]
    deals = [deal for deal in permutations(CARDS, 2) if deal[player_id] == mine]
    history = list(random.choice(deals)) + list(last_seen["bets"])
    if last_done is not None:
        history.append(last_done)
    return history
