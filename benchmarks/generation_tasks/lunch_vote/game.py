"""Lunch Vote: three friends with secret cravings cast secret votes on one dish."""

import random

DISHES = ("pizza", "sushi", "tacos")
PLAYERS = 3
CHANCE = -1
TERMINAL = -4


def get_initial_state() -> dict:
    return {"cravings": [], "votes": []}


def get_current_player(state: dict) -> int:
    if len(state["cravings"]) < PLAYERS:
        return CHANCE
    return len(state["votes"]) if len(state["votes"]) < PLAYERS else TERMINAL


def get_legal_actions(state: dict) -> list:
    player = get_current_player(state)
    if player == TERMINAL:
        return []
    return [f"{'crave' if player == CHANCE else 'vote'} {dish}" for dish in DISHES]


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    word, dish = action.split()
    key = "cravings" if word == "crave" else "votes"
    return {**state, key: [*state[key], dish]}


def get_rewards(state: dict) -> list:
    votes = state["votes"]
    if len(votes) < PLAYERS:
        return [0.0] * PLAYERS
    ordered = max(votes, key=votes.count)  # the first of them, if all are different
    extra = 1.0 if votes.count(ordered) == PLAYERS else 0.0
    return [extra + (2.0 if craving == ordered else 0.0) for craving in state["cravings"]]


def get_observations(state: dict) -> list:
    cravings, votes = state["cravings"], state["votes"]
    return [
        {
            "seat": seat,
            "craving": cravings[seat] if seat < len(cravings) else "none",
            "own_vote": votes[seat] if seat < len(votes) else "none",
            "votes": votes if len(votes) == PLAYERS else [],
            "to_move": get_current_player(state),
        }
        for seat in range(PLAYERS)
    ]


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    cravings = [random.choice(DISHES) for _ in range(PLAYERS)]
    cravings[player_id] = observation["craving"]
    votes = [f"vote {random.choice(DISHES)}" for _ in range(player_id)]
    history = [f"crave {dish}" for dish in cravings] + votes
    return history if action is None else [*history, action]


def get_all_actions() -> list:
    return [f"vote {dish}" for dish in DISHES]
