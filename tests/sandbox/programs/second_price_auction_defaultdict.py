# line: low ; high ; bid 2 ; bid 4 => 0 2
"""Second-price auction: private values low (2) or high (4); the winner pays the other's bid."""
from collections import OrderedDict, defaultdict

VALUES = OrderedDict([("low", 2), ("high", 4)])
PROBABILITY = {"low": 0.75, "high": 0.25}
BIDS = [0, 2, 4]


def get_initial_state():
    return {"values": [], "bids": []}


def get_current_player(state):
    if len(state["values"]) < 2: return -1
    if len(state["bids"]) < 2: return len(state["bids"])
    return -4


def get_legal_actions(state):
    who = get_current_player(state)
    return {-1: list(VALUES), -4: []}.get(who, ["bid %s" % b for b in BIDS])


def get_chance_outcomes(state):
    return list(PROBABILITY.items())


def apply_action(state, action):
    new = {key: list(value) for key, value in state.items()}
    try:
        value = VALUES[action]
    except KeyError:
        new["bids"].append(int(action.split()[1]))
    else:
        new["values"].append(value)
    finally:
        del state
    return new


def get_rewards(state):
    gains = defaultdict(float)
    if len(state["bids"]) == 2:
        by_bid = defaultdict(list)
        for seat, bid in enumerate(state["bids"]):
            by_bid[bid].append(seat)
        top = max(by_bid)
        winner = by_bid[top][0]
        gains[winner] = state["values"][winner] - state["bids"][1 - winner]
    return [gains[seat] for seat in (0, 1)]


def get_observations(state):
    views = []
    for seat in range(2):
        try:
            mine = state["values"][seat]
        except IndexError as error:
            mine = None
        views.append({"value": mine, "bids_in": len(state["bids"]),
                      "bids": state["bids"] if len(state["bids"]) == 2 else []})
    return views


def get_player_name(player_id): return ["Ann", "Ben"][player_id]
