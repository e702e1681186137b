"""A game that is never over is never wrong about its end."""


def get_initial_state():
    return {"turn": 0}


def get_current_player(state):
    return state["turn"] % 2


def get_legal_actions(state):
    return ["a", "b"]


def apply_action(state, action):
    return {"turn": state["turn"] + 1}


def get_rewards(state):
    return [1.0, 1.0] if state["turn"] >= 4 else [0.0, 0.0]


def get_observations(state):
    return [state, state]
