"""Is so slow that a grader may give up and take it for right."""


def get_initial_state():
    return {"turn": 0}


def get_current_player(state):
    return -4 if state["turn"] >= 4 else state["turn"] % 2


def get_legal_actions(state):
    return ["a", "b"] if state["turn"] < 4 else []


def apply_action(state, action):
    return {"turn": state["turn"] + 1}


def get_rewards(state):
    total = 0
    for number in range(10**9):
        total += number % 7
    return [1.0, float(total % 2)]


def get_observations(state):
    return [state, state]
