# line: heap 2 take 5 ; heap 1 take 2 ; heap 0 take 2 ; heap 1 take 2 ; heap 0 take 1 => 1 -1
"""Nim with heaps 3, 4, 5; the player who takes the last stone wins."""
from collections.abc import Iterator
from functools import reduce
from itertools import accumulate

HEAPS = (3, 4, 5)


def moves(heaps: tuple) -> Iterator[tuple]:
    def from_heap(index, size):
        yield from ((index, taken) for taken in range(1, size + 1))

    for index, size in enumerate(heaps):
        yield from from_heap(index, size)


def countdown(n):
    while n > 0:
        received = yield n
        n -= 1 if received is None else received


def get_initial_state():
    return {"heaps": HEAPS, "player": 0}


def get_current_player(state):
    return -4 if not any(state["heaps"]) else state["player"]


def get_legal_actions(state):
    return ["heap %d take %d" % move for move in moves(state["heaps"])]


def apply_action(state, action):
    _, index, _, taken = action.split()
    index, taken = int(index), int(taken)
    before, (heap, *after) = state["heaps"][:index], state["heaps"][index:]
    return {"heaps": (*before, heap - taken, *after), "player": 1 - state["player"]}


def get_rewards(state):
    if any(state["heaps"]):
        return [0.0, 0.0]
    rewards = [1.0, 1.0]
    rewards[state["player"]] = -1.0
    return rewards


def get_observations(state):
    heaps = state["heaps"]
    nim_sum = reduce(lambda a, b: a ^ b, heaps, 0)
    view = {
        "heaps": heaps,
        "nim_sum": nim_sum,
        "running": list(accumulate(heaps)),
        "unary": ["|".join(str(k) for k in countdown(h)) for h in heaps],
    }
    return [view for _ in range(2)]


def get_player_name(player_id):
    return "first" if not player_id else "second"
