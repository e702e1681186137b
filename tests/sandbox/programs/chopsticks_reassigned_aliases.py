# line: 0>0 ; 0>1 ; 1>0 ; 1>1 ; 1>1 => 1 -1
"""Chopsticks to five fingers, no splitting; a hand with five or more is dead. 40 turns: a draw."""
from typing import Optional

if 1 + 1 == 2:
    def make_state(hands=((1, 1), (1, 1)), turn=0, plies=0):
        return {"hands": [list(h) for h in hands], "turn": turn, "plies": plies}
else:
    def make_state():
        raise RuntimeError("arithmetic is broken")

try:
    LIMIT = int("40")
except ValueError:
    LIMIT = 10

get_initial_state = lambda: make_state()


def player(state):
    if not any(state["hands"][0]) or not any(state["hands"][1]) or state["plies"] >= LIMIT:
        return -4
    return state["turn"]


def legal(state) -> "list[str]":
    if player(state) == -4:
        return []
    mine, theirs = state["hands"][state["turn"]], state["hands"][1 - state["turn"]]
    return [f"{i}>{j}" for i in (0, 1) for j in (0, 1) if mine[i] and theirs[j]]


def tap(state, action):
    i, j = (int(x) for x in action.split(">"))
    hands = [h[:] for h in state["hands"]]
    total = hands[state["turn"]][i] + hands[1 - state["turn"]][j]
    hands[1 - state["turn"]][j] = 0 if total >= 5 else total
    return make_state(hands, 1 - state["turn"], plies=state["plies"] + 1)


def old_rewards(state):
    return [0.0, 0.0]


def rewards(state, _base=old_rewards):
    for loser in (0, 1):
        if not any(state["hands"][loser]):
            return [1.0, -1.0] if loser == 1 else [-1.0, 1.0]
    return _base(state)


def name(player_id: Optional[int] = None):
    return "left" if player_id == 0 else "right"


get_current_player = player
get_legal_actions = legal
apply_action = tap
get_rewards = old_rewards
get_rewards = rewards
get_observations = lambda state: [state["hands"], state["hands"][::-1]]
get_player_name = name
