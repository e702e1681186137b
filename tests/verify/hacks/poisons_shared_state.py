"""Changes what it shares with everybody: the states it is given, and its constants."""

ACTIONS = ["a", "b"]


def get_initial_state():
    return {"turn": 0}


def get_current_player(state):
    return -4 if state["turn"] >= 4 else state["turn"] % 2


def get_legal_actions(state):
    return ACTIONS


def apply_action(state, action):
    state["turn"] = 99
    ACTIONS.clear()
    return {"turn": 1}


def get_rewards(state):
    return [1.0, 1.0] if state["turn"] >= 4 else [0.0, 0.0]


def get_observations(state):
    return [state, state]
