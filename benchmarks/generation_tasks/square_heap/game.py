"""Square Heap: take a square number of stones from the heap; the last stone wins."""

STONES = 18
SQUARES = (1, 4, 9, 16)
TERMINAL = -4


def get_initial_state() -> dict:
    return {"stones": STONES, "turn": 0}


def get_current_player(state: dict) -> int:
    return state["turn"] if state["stones"] else TERMINAL


def get_legal_actions(state: dict) -> list:
    return [f"take {number}" for number in SQUARES if number <= state["stones"]]


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    return {"stones": state["stones"] - int(action.split()[1]), "turn": 1 - state["turn"]}


def get_rewards(state: dict) -> list:
    if state["stones"]:
        return [0.0, 0.0]
    return [-1.0, 1.0] if state["turn"] == 0 else [1.0, -1.0]


def get_observations(state: dict) -> list:
    return [{"seat": seat, **state} for seat in range(2)]


def get_all_actions() -> list:
    return [f"take {number}" for number in SQUARES]
