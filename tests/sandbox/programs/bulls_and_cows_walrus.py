# line: 123 ; 124 ; 132 ; 123 => 1
# line: 412 ; 123 ; 234 ; 341 ; 132 => -1
"""Bulls and cows with three different digits out of 1-4, four guesses."""
from collections import Counter
from itertools import permutations

CODES = ["".join(code) for code in permutations("1234", 3)]
MAX_GUESSES = 4


def get_initial_state():
    return {"code": None, "guesses": []}


def feedback(code, guess):
    bulls = sum(a == b for a, b in zip(code, guess))
    shared = Counter(code) & Counter(guess)
    return bulls, sum(shared.values()) - bulls


def get_current_player(state):
    if (code := state["code"]) is None:
        return -1
    if (guesses := state["guesses"]) and guesses[-1] == code:
        return -4
    return -4 if (n := len(guesses)) >= MAX_GUESSES or n < 0 else 0


def get_legal_actions(state):
    return CODES[:] if (who := get_current_player(state)) > -4 and who != -4 else []


def apply_action(state, action):
    if state["code"] is None:
        return {"code": action, "guesses": []}
    return {"code": state["code"], "guesses": state["guesses"] + [action]}


def get_rewards(state):
    if not state["guesses"] or get_current_player(state) != -4:
        return [0.0]
    return [1.0] if state["guesses"][-1] == state["code"] else [-1.0]


def get_observations(state):
    rows = [(g, *feedback(state["code"], g)) for g in state["guesses"]]
    best = max((bulls for _, bulls, _ in rows), default=0)
    return [{"rows": rows, "best": best, "cows": [c for row in rows if (c := row[2])]}]


def resample_history(obs_action_history, player_id):
    rows = obs_action_history[-1][0]["rows"]
    fits = [c for c in CODES if all(feedback(c, g) == (b, k) for g, b, k in rows)]
    history = [random.choice(fits), *(row[0] for row in rows)]
    if (act := obs_action_history[-1][1]) is not None:
        history.append(act)
    return history


import random
