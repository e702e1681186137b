"""Negotiation: share out items by proposals in turn, each player with private values for them."""

import random

ITEMS = ("book", "hat", "ball")
COUNTS = (2, 2, 2)  # how many there are of each
MAX_VALUE = 3  # private values of an item are 0 to this, all equally likely
MAX_TURNS = 8  # of both players together; no proposal can be made in the last one

CHANCE = -1
TERMINAL = -4
UNKNOWN = -1  # a value that is not drawn yet
ACCEPT, WALK = "accept", "walk"
VALUES = tuple(f"value {value}" for value in range(MAX_VALUE + 1))
PROPOSALS = tuple(
    f"propose {books} {hats} {balls}"
    for books in range(COUNTS[0] + 1)
    for hats in range(COUNTS[1] + 1)
    for balls in range(COUNTS[2] + 1)
)


def get_initial_state() -> dict:
    return {
        "values": [],  # of player 0 for each item, then of player 1
        "moves": [],
        "player": CHANCE,
        "legal": list(VALUES),
        "returns": [0.0, 0.0],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    if state["player"] == CHANCE:
        values = [*state["values"], VALUES.index(action)]
        if len(values) < 2 * len(ITEMS):
            return {**state, "values": values}
        return {**state, "values": values, "player": 0, "legal": [*PROPOSALS, WALK]}
    moves = [*state["moves"], action]
    if action == WALK:
        return {**state, "moves": moves, "player": TERMINAL, "legal": []}
    if action == ACCEPT:
        returns = share_out(state, 1 - state["player"])
        return {**state, "moves": moves, "player": TERMINAL, "legal": [], "returns": returns}
    legal = [ACCEPT, WALK] if len(moves) == MAX_TURNS - 1 else [*PROPOSALS, ACCEPT, WALK]
    return {**state, "moves": moves, "player": 1 - state["player"], "legal": legal}


def share_out(state: dict, proposer: int) -> list:
    """Return what the items are worth to the players when the last proposal is accepted."""
    kept = [int(number) for number in state["moves"][-1].split()[1:]]
    rest = [count - number for count, number in zip(COUNTS, kept, strict=True)]
    shares = [kept, rest] if proposer == 0 else [rest, kept]
    return [
        float(sum(n * value for n, value in zip(shares[seat], values_of(state, seat), strict=True)))
        for seat in (0, 1)
    ]


def values_of(state: dict, seat: int) -> list:
    values = state["values"] + [UNKNOWN] * (2 * len(ITEMS) - len(state["values"]))
    return values[seat * len(ITEMS) : (seat + 1) * len(ITEMS)]


def get_chance_outcomes(state: dict) -> list:
    return [(outcome, 1 / len(VALUES)) for outcome in VALUES]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    moves, player = state["moves"], state["player"]
    return [
        {"seat": seat, "values": values_of(state, seat), "moves": moves, "to_move": player}
        for seat in (0, 1)
    ]


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    sides = [[VALUES[value] for value in observation["values"]]]
    sides.insert(1 - player_id, [random.choice(VALUES) for _ in ITEMS])
    own = [] if action is None else [action]
    return sides[0] + sides[1] + observation["moves"] + own


def get_all_actions() -> list:
    return [*PROPOSALS, ACCEPT, WALK]


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    lines = [f"values of {', '.join(ITEMS)}"]
    for seat in (0, 1):
        lines.append(f"{get_player_name(seat)}: {' '.join(map(str, values_of(state, seat)))}")
    return "\n".join([*lines, *state["moves"]])
