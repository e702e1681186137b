"""Returns that no comparison holds of."""


def get_initial_state():
    return {"turn": 0}


def get_current_player(state):
    return -4 if state["turn"] >= 4 else state["turn"] % 2


def get_legal_actions(state):
    return ["a", "b"] if state["turn"] < 4 else []


def apply_action(state, action):
    return {"turn": state["turn"] + 1}


def get_rewards(state):
    return [float("nan"), float("nan")]


def get_observations(state):
    return [state, state]
