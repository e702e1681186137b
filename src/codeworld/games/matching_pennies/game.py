"""Matching pennies: each covers one side of a coin; equal sides win for one, unequal for the other.

The second player chooses after the first, but without knowing the first choice.
"""

import random

SIDES = ("heads", "tails")
NAMES = ("even", "odd")  # of the player who wins on a match, and of the other
WIN, LOSS = 1.0, -1.0

TERMINAL = -4
HIDDEN = "?"  # a coin that is not chosen yet, or that the viewer may not see


def get_initial_state() -> dict:
    return {
        "coins": [HIDDEN, HIDDEN],
        "player": 0,
        "legal": list(SIDES),
        "returns": [0.0, 0.0],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    if state["player"] == 0:
        return {**state, "coins": [action, HIDDEN], "player": 1}
    first = state["coins"][0]
    returns = [WIN, LOSS] if action == first else [LOSS, WIN]
    return {"coins": [first, action], "player": TERMINAL, "legal": [], "returns": returns}


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    coins, player = state["coins"], state["player"]
    views = [coins, coins] if player == TERMINAL else [[coins[0], HIDDEN], [HIDDEN, coins[1]]]
    return [{"seat": seat, "coins": view, "to_move": player} for seat, view in enumerate(views)]


def resample_history(obs_action_history: list, player_id: int) -> list:
    own = [action for _, action in obs_action_history if action is not None]
    return own if player_id == 0 else [random.choice(SIDES), *own]


def get_all_actions() -> list:
    return list(SIDES)


def get_player_name(player_id: int) -> str:
    return NAMES[player_id]


def render(state: dict) -> str:
    return ", ".join(f"{NAMES[seat]}: {coin}" for seat, coin in enumerate(state["coins"]))
