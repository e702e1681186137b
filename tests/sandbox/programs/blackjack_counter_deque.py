# line: 10 ; 10 ; 5 ; hit ; 10 => -1
# line: 10 ; 7 ; 10 ; stand ; 10 => 1
"""Single-player blackjack against a dealer, from a small deck with counted ranks.

The dealer's card is seen. The player hits or stands, then the dealer draws to 17.
"""
import collections
from collections import Counter, deque
from typing import Deque, Mapping

RANKS: Mapping[int, int] = {5: 2, 7: 2, 10: 4, 11: 1}


def total(cards):
    points = sum(cards)
    aces = list(cards).count(11)
    while points > 21 and aces:
        points -= 10
        aces -= 1
    return points


def get_initial_state():
    queue: Deque[str] = deque(["player", "dealer", "player"])
    return {
        "deck": Counter(RANKS),
        "hands": collections.defaultdict(list),
        "deal": queue,
        "stood": False,
    }


def _is_over(state):
    return total(state["hands"]["player"]) > 21 or (
        state["stood"] and not state["deal"]
    )


def get_current_player(state):
    if state["deal"]:
        return -1
    return -4 if _is_over(state) else 0


def get_legal_actions(state):
    who = get_current_player(state)
    if who == -1:
        return [str(rank) for rank, left in sorted(state["deck"].items()) if left > 0]
    return ["hit", "stand"] if who == 0 else []


def get_chance_outcomes(state):
    deck = state["deck"]
    size = sum(deck.values())
    return [(str(rank), left / size) for rank, left in sorted(deck.items()) if left > 0]


def apply_action(state, action):
    new = {
        "deck": Counter(state["deck"]),
        "hands": collections.defaultdict(list, {k: list(v) for k, v in state["hands"].items()}),
        "deal": deque(state["deal"]),
        "stood": state["stood"],
    }
    if action == "hit":
        new["deal"].append("player")
    elif action == "stand":
        new["stood"] = True
        new["deal"].append("dealer")
    else:
        rank = int(action)
        who = new["deal"].popleft()
        new["hands"][who].append(rank)
        new["deck"].subtract([rank])
        new["deck"] = +new["deck"]
        if new["stood"] and total(new["hands"]["dealer"]) < 17:
            new["deal"].append("dealer")
    return new


def get_rewards(state):
    if get_current_player(state) != -4:
        return [0.0]
    player, dealer = (total(state["hands"].get(who, [])) for who in ("player", "dealer"))
    if player > 21:
        return [-1.0]
    if dealer > 21 or player > dealer:
        return [1.0]
    return [0.0] if player == dealer else [-1.0]


def get_observations(state):
    return [{"hands": dict(state["hands"]), "points": total(state["hands"].get("player", ())),
             "most_common": state["deck"].most_common(1)}]


def get_player_name(player_id):
    return "gambler"
