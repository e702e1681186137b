# line: C ; D ; D ; D ; C ; C => 4 9
"""Prisoner's dilemma, three rounds; returns add up round by round (T 5, R 3, P 1, S 0)."""
import copy
from collections import abc
from typing import Protocol, runtime_checkable, TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Never

PAYOFF = {"CC": (3, 3), "CD": (0, 5), "DC": (5, 0), "DD": (1, 1)}
ROUNDS = 3


@runtime_checkable
class Scored(Protocol):
    def total(self) -> "abc.Sequence[float]": ...


class Ledger:
    def __init__(self, pairs):
        self.pairs = pairs

    def total(self):
        sums = [0.0, 0.0]
        for pair in self.pairs:
            for seat, gain in enumerate(PAYOFF[pair]):
                sums[seat] += gain
        return tuple(sums)

    def __len__(self):
        return len(self.pairs)


def get_initial_state():
    return {"played": [], "pending": ""}


def get_current_player(state):
    if len(Ledger(state["played"])) == ROUNDS:
        return -4
    return 1 if state["pending"] else 0


def get_legal_actions(state):
    if get_current_player(state) == -4:
        return []
    return list("CD")


def apply_action(state, action):
    state = copy.deepcopy(state)
    state["pending"] += action
    if len(state["pending"]) == 2:
        state["played"].append(state["pending"])
        state["pending"] = ""
    return state


def get_rewards(state):
    scored: Scored = Ledger(state["played"])
    return list(scored.total())


def get_observations(state):
    other = str.maketrans("CD", "cd")
    return [
        {"played": [pair for pair in state["played"]], "pending": state["pending"]},
        {"played": [pair[::-1].translate(other) for pair in state["played"]], "pending": ""},
    ]


def get_player_name(player_id):
    return "prisoner {0}".format(player_id)


def resample_history(obs_action_history, player_id):
    import random as rnd
    seen, own = obs_action_history[-1]
    played = seen["played"] if player_id == 0 else [p.upper()[::-1] for p in seen["played"]]
    history = [move for pair in played for move in pair]
    if player_id == 1:
        history.append(rnd.choice("CD"))
    return history if own is None else history + [own]
