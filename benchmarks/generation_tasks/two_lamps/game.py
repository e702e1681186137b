"""Two lamps: the keeper knows the box with the pearl, and has one sign to tell the diver."""

import random

BOXES = (1, 2, 3)
SIGNS = ("dark", "red", "green")
FOUND = 4.0
OIL = 1.0  # what lighting a lamp costs
CHANCE = -1
TERMINAL = -4


def get_initial_state() -> dict:
    return {"pearl": 0, "sign": "none", "opened": 0}


def get_current_player(state: dict) -> int:
    if state["opened"]:
        return TERMINAL
    if not state["pearl"]:
        return CHANCE
    return 0 if state["sign"] == "none" else 1


def get_legal_actions(state: dict) -> list:
    player = get_current_player(state)
    if player == TERMINAL:
        return []
    if player == 0:
        return list(SIGNS)
    return [f"{'pearl' if player == CHANCE else 'open'} {box}" for box in BOXES]


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    if action in SIGNS:
        return {**state, "sign": action}
    word, box = action.split()
    return {**state, "pearl" if word == "pearl" else "opened": int(box)}


def get_rewards(state: dict) -> list:
    if not state["opened"]:
        return [0.0, 0.0]
    found = FOUND if state["opened"] == state["pearl"] else 0.0
    return [found - (0.0 if state["sign"] == "dark" else OIL)] * 2


def get_observations(state: dict) -> list:
    shown = {**state, "to_move": get_current_player(state)}
    hidden = shown if state["opened"] else {**shown, "pearl": 0}
    return [{"seat": 0, **shown}, {"seat": 1, **hidden}]


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    if player_id == 0:
        history = [f"pearl {observation['pearl']}"]
    else:
        history = [f"pearl {random.choice(BOXES)}", observation["sign"]]
    return history if action is None else [*history, action]


def get_all_actions() -> list:
    return [*SIGNS, *(f"open {box}" for box in BOXES)]
