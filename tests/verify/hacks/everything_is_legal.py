"""Every action of every game is legal at all times."""

ACTIONS = ["check", "bet", "call", "fold", "raise", "pass", "roll", "hold", "heads", "tails"]
ACTIONS += [f"{row} {column}" for row in range(8) for column in range(8)]
ACTIONS += [str(number) for number in range(64)]
ACTIONS += [f"{letter}{number}" for letter in "abcdefgh" for number in range(1, 9)]


def get_initial_state():
    return {"turn": 0}


def get_current_player(state):
    return -4 if state["turn"] >= 9 else state["turn"] % 2


def get_legal_actions(state):
    return ACTIONS if state["turn"] < 9 else []


def apply_action(state, action):
    return {"turn": state["turn"] + 1}


def get_rewards(state):
    return [1.0, 1.0] if state["turn"] >= 4 else [0.0, 0.0]


def get_observations(state):
    return [state, state]
