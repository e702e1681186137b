# line: P2 ; 3 ; 1 ; P1 ; 1 ; 3 ; P3 ; 2 ; 2 => 1 -1
# line: P3 ; 3 ; 3 ; P1 ; 2 ; 1 ; P2 ; 1 ; 2 => -1 1
# Goofspiel with 3 cards: prizes come in random order, both bid a hidden card, higher takes it.
from copy import deepcopy

NUM_CARDS = 3
NUM_PLAYERS = 2


def get_initial_state():
    return {
        "prizes_left": list(range(1, NUM_CARDS + 1)),
        "prize": None,
        "players": {
            "0": {"hand": [1, 2, 3], "points": 0, "bid": None},
            "1": {"hand": [1, 2, 3], "points": 0, "bid": None},
        },
        "log": [],
    }


def get_current_player(state):
    if state["prize"] is None:
        return -1 if state["prizes_left"] else -4
    return 0 if state["players"]["0"]["bid"] is None else 1


def get_legal_actions(state):
    player = get_current_player(state)
    if player == -4:
        return []
    if player == -1:
        return ["P" + str(prize) for prize in state["prizes_left"]]
    return list(map(str, state["players"][str(player)]["hand"]))


def apply_action(state, action):
    player = get_current_player(state)
    new_state = deepcopy(state)
    if player == -1:
        new_state["prize"] = int(action.lstrip("P"))
        new_state["prizes_left"].remove(new_state["prize"])
        return new_state
    me = new_state["players"][str(player)]
    me["bid"] = int(action)
    me["hand"].pop(me["hand"].index(me["bid"]))
    if player == 1:
        bids = [new_state["players"][k]["bid"] for k in ("0", "1")]
        if bids[0] != bids[1]:
            new_state["players"][str(bids.index(max(bids)))]["points"] += new_state["prize"]
        new_state["log"].append({"prize": new_state["prize"], "bids": bids})
        for k in new_state["players"]:
            new_state["players"][k]["bid"] = None
        new_state["prize"] = None
    return new_state


def get_rewards(state):
    if get_current_player(state) != -4:
        return [0.0] * NUM_PLAYERS
    a, b = (state["players"][k]["points"] for k in "01")
    return [float((a > b) - (a < b)), float((b > a) - (b < a))]


def get_observations(state):
    return [
        {
            "prize": state["prize"],
            "hand": state["players"][str(p)]["hand"],
            "bid": state["players"][str(p)]["bid"],
            "points": {k: v["points"] for k, v in state["players"].items()},
            "log": state["log"],
        }
        for p in range(NUM_PLAYERS)
    ]


def get_player_name(player_id):
    names = {0: "Spades", 1: "Hearts"}
    return names.get(player_id, "Diamonds")


def resample_history(obs_action_history, player_id):
    """Bids of finished rounds are public, so only the pending bid of player 0 is unknown."""
    import random
    obs, act = obs_action_history[-1]
    history = []
    for entry in obs["log"]:
        history.append("P%d" % entry["prize"])
        history.extend(str(b) for b in entry["bids"])
    if obs["prize"] is not None:
        history.append("P%d" % obs["prize"])
        if player_id == 1:
            used = {entry["bids"][0] for entry in obs["log"]}
            history.append(str(random.choice([c for c in (1, 2, 3) if c not in used])))
        if act is not None:
            history.append(act)
    return history
