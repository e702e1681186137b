"""Chance plays all by itself, so that no player does anything wrong."""


def get_initial_state():
    return {"turn": 0}


def get_current_player(state):
    return -4 if state["turn"] >= 4 else -1


def get_legal_actions(state):
    return ["a", "b"] if state["turn"] < 4 else []


def apply_action(state, action):
    return {"turn": state["turn"] + 1}


def get_rewards(state):
    return [float(state["turn"] >= 4), -float(state["turn"] >= 4)]


def get_observations(state):
    return [state, state]
