"""Prisoner's dilemma: both secretly cooperate or defect, once; defecting pays, but not for both.

The second player chooses after the first, but without knowing the first choice.
"""

import random

COOPERATE, DEFECT = "cooperate", "defect"
TEMPTATION = 5.0  # for defecting while the other cooperates
REWARD = 3.0  # for each, when both cooperate
PUNISHMENT = 1.0  # for each, when both defect
SUCKER = 0.0  # for cooperating while the other defects

ACTIONS = (COOPERATE, DEFECT)
TERMINAL = -4
HIDDEN = "?"  # a choice that is not made yet, or that the viewer may not see


def get_initial_state() -> dict:
    return {
        "choices": [HIDDEN, HIDDEN],
        "player": 0,
        "legal": list(ACTIONS),
        "returns": [0.0, 0.0],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def payoff(own: str, other: str) -> float:
    if own == COOPERATE:
        return REWARD if other == COOPERATE else SUCKER
    return TEMPTATION if other == COOPERATE else PUNISHMENT


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    if state["player"] == 0:
        return {**state, "choices": [action, HIDDEN], "player": 1}
    first = state["choices"][0]
    returns = [payoff(first, action), payoff(action, first)]
    return {"choices": [first, action], "player": TERMINAL, "legal": [], "returns": returns}


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    choices, player = state["choices"], state["player"]
    views = [[choices[0], HIDDEN], [HIDDEN, choices[1]]]
    if player == TERMINAL:
        views = [choices, choices]
    return [{"seat": seat, "choices": view, "to_move": player} for seat, view in enumerate(views)]


def resample_history(obs_action_history: list, player_id: int) -> list:
    own = [action for _, action in obs_action_history if action is not None]
    return own if player_id == 0 else [random.choice(ACTIONS), *own]


def get_all_actions() -> list:
    return list(ACTIONS)


def get_player_name(player_id: int) -> str:
    return f"prisoner {player_id}"


def render(state: dict) -> str:
    choices = enumerate(state["choices"])
    return ", ".join(f"{get_player_name(seat)}: {choice}" for seat, choice in choices)
