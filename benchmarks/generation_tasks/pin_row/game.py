"""A row of pins: knock down one pin or two neighbours; the last pin wins."""

PINS = 7
TERMINAL = -4


def get_initial_state() -> dict:
    return {"standing": list(range(1, PINS + 1)), "turn": 0}


def get_current_player(state: dict) -> int:
    return state["turn"] if state["standing"] else TERMINAL


def get_legal_actions(state: dict) -> list:
    standing = state["standing"]
    pairs = [f"knock {pin} {pin + 1}" for pin in standing if pin + 1 in standing]
    return [f"knock {pin}" for pin in standing] + pairs


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    down = [int(pin) for pin in action.split()[1:]]
    standing = [pin for pin in state["standing"] if pin not in down]
    return {"standing": standing, "turn": 1 - state["turn"]}


def get_rewards(state: dict) -> list:
    if state["standing"]:
        return [0.0, 0.0]
    return [-1.0, 1.0] if state["turn"] == 0 else [1.0, -1.0]


def get_observations(state: dict) -> list:
    return [{"seat": seat, **state} for seat in range(2)]


def get_all_actions() -> list:
    return get_legal_actions(get_initial_state())
