"""Pay Anyway: covered bids for three prizes, and both players pay what they bid."""

import random

CHIPS = 3
PRIZES = (1.0, 2.0, 3.0)
TERMINAL = -4


def get_initial_state() -> dict:
    return {"bids": []}  # of player 0, of player 1, of player 0, ...


def get_current_player(state: dict) -> int:
    return TERMINAL if len(state["bids"]) == 2 * len(PRIZES) else len(state["bids"]) % 2


def get_legal_actions(state: dict) -> list:
    player = get_current_player(state)
    if player == TERMINAL:
        return []
    left = CHIPS - sum(state["bids"][player::2])
    return [f"bid {chips}" for chips in range(left + 1)]


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    return {"bids": [*state["bids"], int(action.split()[1])]}


def get_rewards(state: dict) -> list:
    bids, first = state["bids"], 0.0
    if len(bids) == 2 * len(PRIZES):
        for prize, mine, theirs in zip(PRIZES, bids[::2], bids[1::2], strict=True):
            first += prize * ((mine > theirs) - (mine < theirs))
    return [first, -first]


def get_observations(state: dict) -> list:
    bids = state["bids"]
    uncovered, covered = bids[: len(bids) // 2 * 2], bids[len(bids) // 2 * 2 :]
    seen = {"uncovered": uncovered, "to_move": get_current_player(state)}
    return [{"seat": 0, "covered": covered, **seen}, {"seat": 1, "covered": [], **seen}]


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    bids = list(observation["uncovered"])
    if player_id == 1:
        bids.append(random.randint(0, CHIPS - sum(bids[::2])))
    history = [f"bid {chips}" for chips in bids]
    return history if action is None else [*history, action]


def get_all_actions() -> list:
    return [f"bid {chips}" for chips in range(CHIPS + 1)]
