"""Returns that look random, but are the same each time."""


def get_initial_state():
    return {"turn": 0, "said": 0}


def get_current_player(state):
    return -4 if state["turn"] >= 4 else state["turn"] % 2


def get_legal_actions(state):
    return ["a", "b"] if state["turn"] < 4 else []


def apply_action(state, action):
    return {"turn": state["turn"] + 1, "said": state["said"] * 31 % 101 + len(action)}


def get_rewards(state):
    value = float(state["said"] % 3 - 1) if state["turn"] >= 4 else 0.0
    return [value, -value]


def get_observations(state):
    return [state, state]
