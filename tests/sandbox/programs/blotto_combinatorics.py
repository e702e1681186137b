# line: 3-1-0 ; 1-0-3 => 1 -1
# line: 4-0-0 ; 0-2-2 => -1 1
# Colonel Blotto: four soldiers on three fields, chosen at once (second player moves unseen).
import itertools as it
from functools import cmp_to_key

SOLDIERS, FIELDS = 4, 3


def splits(total, parts):
    """Stars and bars with combinations."""
    for bars in it.combinations(range(total + parts - 1), parts - 1):
        edges = (-1, *bars, total + parts - 1)
        yield tuple(b - a - 1 for a, b in it.pairwise(edges))


def _compare(a, b):
    return (a > b) - (a < b)


ORDERS = sorted(splits(SOLDIERS, FIELDS), key=cmp_to_key(lambda a, b: -_compare(a, b)))


def get_initial_state():
    return {"orders": (None, None)}


def get_current_player(state):
    match state["orders"]:
        case (None, None):
            return 0
        case (_, None):
            return 1
        case _:
            return -4


def get_legal_actions(state):
    if get_current_player(state) == -4:
        return []
    return ["-".join(map(str, order)) for order in ORDERS]


def apply_action(state, action):
    order = tuple(int(n) for n in action.split("-"))
    first, _second = state["orders"]
    return {"orders": (order, None) if first is None else (first, order)}


def get_rewards(state):
    a, b = state["orders"]
    if b is None:
        return [0.0, 0.0]
    margin = sum(_compare(x, y) for x, y in zip(a, b, strict=True))
    return [float(_compare(margin, 0)), float(_compare(0, margin))]


def get_observations(state):
    if state["orders"][1] is None:
        return [state["orders"], (None, None)]
    return [state["orders"], state["orders"][::-1]]


def resample_history(obs_action_history, player_id):
    (seen, act) = obs_action_history[-1]
    if player_id == 0:
        return ["-".join(map(str, o)) for o in seen if o is not None] + [a for a in [act] if a is not None]
    import random
    return [random.choice(get_legal_actions(get_initial_state()))] + ([act] if act else [])
