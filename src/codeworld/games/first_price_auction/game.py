"""First-price auction: private values, sealed bids; the highest bid wins the item and is paid."""

import random

NUM_PLAYERS = 2
MAX_VALUE = 5  # private values are 1 to this, all equally likely
MAX_BID = 5  # bids are 0 to this, whatever the value

CHANCE = -1
TERMINAL = -4
HIDDEN = -1  # a bid that is not made yet, or that the viewer may not see
UNKNOWN = 0  # a value that is not drawn yet
VALUES = tuple(f"value {value}" for value in range(1, MAX_VALUE + 1))
BIDS = tuple(f"bid {amount}" for amount in range(MAX_BID + 1))


def get_initial_state() -> dict:
    return {
        "values": [],
        "bids": [],
        "player": CHANCE,
        "legal": list(VALUES),
        "returns": [0.0] * NUM_PLAYERS,
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    if state["player"] == CHANCE:
        values = [*state["values"], VALUES.index(action) + 1]
        if len(values) < NUM_PLAYERS:
            return {**state, "values": values}
        return {**state, "values": values, "player": 0, "legal": list(BIDS)}
    bids = [*state["bids"], BIDS.index(action)]
    if len(bids) < NUM_PLAYERS:
        return {**state, "bids": bids, "player": len(bids)}
    winner = bids.index(max(bids))  # of equal bids, the lowest seat's
    returns = [0.0] * NUM_PLAYERS
    returns[winner] = float(state["values"][winner] - bids[winner])
    return {**state, "bids": bids, "player": TERMINAL, "legal": [], "returns": returns}


def get_chance_outcomes(state: dict) -> list:
    return [(outcome, 1 / MAX_VALUE) for outcome in VALUES]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    player = state["player"]
    values = state["values"] + [UNKNOWN] * (NUM_PLAYERS - len(state["values"]))
    bids = state["bids"] + [HIDDEN] * (NUM_PLAYERS - len(state["bids"]))
    observations = []
    for seat in range(NUM_PLAYERS):
        shown = bids
        if player != TERMINAL:  # the others' bids are sealed
            shown = [bid if bidder == seat else HIDDEN for bidder, bid in enumerate(bids)]
        observations.append({"seat": seat, "value": values[seat], "bids": shown, "to_move": player})
    return observations


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    values = [random.choice(VALUES) for _ in range(NUM_PLAYERS)]
    values[player_id] = VALUES[observation["value"] - 1]
    earlier_bids = [random.choice(BIDS) for _ in range(player_id)]
    own = [] if action is None else [action]
    return values + earlier_bids + own


def get_all_actions() -> list:
    return list(BIDS)


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    values, bids = " ".join(map(str, state["values"])), " ".join(map(str, state["bids"]))
    return f"values {values}, bids {bids}"
