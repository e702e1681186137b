"""Nim with three heaps: take any number of matches from one heap; who takes the last one wins."""

HEAPS = (3, 4, 5)

TERMINAL = -4


def get_initial_state():
    return {"heaps": list(HEAPS), "player": 0}


def get_current_player(state):
    return state["player"] if any(state["heaps"]) else TERMINAL


def get_legal_actions(state):
    return [
        f"take {count} from {heap}"
        for heap, size in enumerate(state["heaps"])
        for count in range(1, size + 1)
    ]


def apply_action(state, action):
    _, count, _, heap = action.split()
    heaps = state["heaps"].copy()
    heaps[int(heap)] -= int(count)
    return {"heaps": heaps, "player": 1 - state["player"]}


def get_rewards(state):
    if any(state["heaps"]):
        return [0.0, 0.0]
    loser = state["player"]  # nothing is left to take
    return [-1.0, 1.0] if loser == 0 else [1.0, -1.0]


def get_observations(state):
    return [{"heaps": state["heaps"], "my_turn": state["player"] == seat} for seat in (0, 1)]


def render(state):
    return "\n".join(f"{heap}: {'|' * size}" for heap, size in enumerate(state["heaps"]))
