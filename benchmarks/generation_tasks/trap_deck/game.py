"""Trap Deck: dig for loot as long as you dare; a trap takes it all. One turn each."""

DECK = {"1": 3, "2": 2, "3": 1, "trap": 2}
CHANCE = -1
TERMINAL = -4


def get_initial_state() -> dict:
    return {"deck": dict(DECK), "loot": [0, 0], "turn": 0, "digging": False}


def get_current_player(state: dict) -> int:
    if state["turn"] == 2:
        return TERMINAL
    return CHANCE if state["digging"] else state["turn"]


def get_legal_actions(state: dict) -> list:
    player = get_current_player(state)
    if player == TERMINAL:
        return []
    if player == CHANCE:
        return [outcome for outcome, _ in get_chance_outcomes(state)]
    return ["dig", "stop"]


def get_chance_outcomes(state: dict) -> list:
    total = sum(state["deck"].values())
    return [(f"find {card}", left / total) for card, left in state["deck"].items() if left]


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    if action == "dig":
        return {**state, "digging": True}
    state = {**state, "digging": False}
    if action == "stop":
        return {**state, "turn": state["turn"] + 1}
    card, loot = action.split()[1], list(state["loot"])
    deck = {**state["deck"], card: state["deck"][card] - 1}
    if card == "trap":
        loot[state["turn"]] = 0
        return {**state, "deck": deck, "loot": loot, "turn": state["turn"] + 1}
    loot[state["turn"]] += int(card)
    return {**state, "deck": deck, "loot": loot}


def get_rewards(state: dict) -> list:
    first, second = state["loot"]
    if state["turn"] < 2 or first == second:
        return [0.0, 0.0]
    return [1.0, -1.0] if first > second else [-1.0, 1.0]


def get_observations(state: dict) -> list:
    return [{"seat": seat, **state} for seat in range(2)]


def get_all_actions() -> list:
    return ["dig", "stop"]
