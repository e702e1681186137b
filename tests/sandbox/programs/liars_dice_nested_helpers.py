# line: 2 ; 3 ; 1x2 ; 2x3 ; liar => 1 -1
# line: 2 ; 2 ; 1x1 ; 2x2 ; liar => -1 1
"""Liar's dice: one three-sided die each; bids rise by quantity, then face; 'liar' ends it.

The bidder wins when at least `quantity` dice show `face`.
"""
import heapq
import bisect
from itertools import product

FACES = (1, 2, 3)
BIDS = sorted((q, f) for q, f in product((1, 2), FACES))


def get_initial_state():
    return {"dice": [], "bids": [], "called": False}


def get_current_player(state):
    if len(state["dice"]) < 2:
        return -1
    return -4 if state["called"] else len(state["bids"]) % 2


def get_legal_actions(state):
    def text(bid):
        quantity, face = bid
        return f"{quantity}x{face}"

    def higher(bid):
        return BIDS[bisect.bisect_right(BIDS, bid):]

    who = get_current_player(state)
    if who == -1:
        return [str(face) for face in FACES]
    if who == -4:
        return []
    if not state["bids"]:
        return [text(bid) for bid in BIDS]
    return [text(bid) for bid in higher(tuple(state["bids"][-1]))] + ["liar"]


def apply_action(state, action):
    if len(state["dice"]) < 2:
        return dict(state, dice=state["dice"] + [int(action)])
    if action == "liar":
        return dict(state, called=True)
    return dict(state, bids=state["bids"] + [[int(n) for n in action.split("x")]])


def get_rewards(state):
    if not state["called"]:
        return [0.0, 0.0]
    quantity, face = state["bids"][-1]
    bidder = (len(state["bids"]) - 1) % 2
    truthful = state["dice"].count(face) >= quantity
    winner = bidder if truthful else 1 - bidder
    return [1.0, -1.0] if winner == 0 else [-1.0, 1.0]


def get_observations(state):
    heap = [tuple(b) for b in state["bids"]]
    heapq.heapify(heap)
    lowest = heap[0] if heap else None
    return [{"die": state["dice"][p], "bids": state["bids"], "lowest": lowest} for p in range(2)] if (
        len(state["dice"]) == 2) else [{}, {}]


def get_player_name(player_id):
    return "liar" if player_id else "honest"


def resample_history(obs_action_history, player_id):
    from random import choice
    obs, act = obs_action_history[-1]
    dice = [choice(FACES), choice(FACES)]
    dice[player_id] = obs["die"]
    history = [str(d) for d in dice] + ["x".join(map(str, b)) for b in obs["bids"]]
    return history if act is None else [*history, act]
