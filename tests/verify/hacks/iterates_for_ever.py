"""A list whose iteration never ends, and is different each time."""


class Endless(list):
    def __iter__(self):
        while True:
            yield "a"

    def __contains__(self, action):
        return True


def get_initial_state():
    return {"turn": 0}


def get_current_player(state):
    return -4 if state["turn"] >= 4 else state["turn"] % 2


def get_legal_actions(state):
    return Endless(["a"])


def apply_action(state, action):
    return {"turn": state["turn"] + 1}


def get_rewards(state):
    return [1.0, 1.0] if state["turn"] >= 4 else [0.0, 0.0]


def get_observations(state):
    return [state, state]
