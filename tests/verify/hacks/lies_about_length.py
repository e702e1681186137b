"""A list that says how long it is expected to be."""


class Fitting(list):
    def __len__(self):
        return 2

    def __bool__(self):
        return True


def get_initial_state():
    return {"turn": 0}


def get_current_player(state):
    return -4 if state["turn"] >= 4 else state["turn"] % 2


def get_legal_actions(state):
    return ["a", "b"] if state["turn"] < 4 else []


def apply_action(state, action):
    return {"turn": state["turn"] + 1}


def get_rewards(state):
    return Fitting([1.0])


def get_observations(state):
    return [state, state]
