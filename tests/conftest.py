"""Small game programs that several test modules play, and a cache folder of the tests' own."""

from __future__ import annotations

import pytest

COUNTDOWN = '''
"""Three players in turn take 1 or 2 of 7 stones; the last stone wins 1 from each other player."""
NUM_PLAYERS = 3
STONES = 7

def get_initial_state():
    return {"stones": STONES, "player": 0, "last": None}

def get_current_player(state):
    return state["player"] if state["stones"] else -4

def get_legal_actions(state):
    return [f"take {n}" for n in (1, 2) if n <= state["stones"]]

def apply_action(state, action):
    taken = int(action.split()[1])
    player = state["player"]
    following = (player + 1) % NUM_PLAYERS
    return {"stones": state["stones"] - taken, "player": following, "last": player}

def get_rewards(state):
    if state["stones"]:
        return [0.0] * NUM_PLAYERS
    return [2.0 if player == state["last"] else -1.0 for player in range(NUM_PLAYERS)]

def get_observations(state):
    return [{"stones": state["stones"], "seat": player} for player in range(NUM_PLAYERS)]
'''

WALK = '''
"""One player walks on the integers for ever and is paid 1 for every step to the right."""

def get_initial_state():
    return {"place": 0, "paid": 0}

def get_current_player(state):
    return 0

def get_legal_actions(state):
    return ["left", "right"]

def apply_action(state, action):
    step = 1 if action == "right" else -1
    return {"place": state["place"] + step, "paid": state["paid"] + (step == 1)}

def get_rewards(state):
    return [float(state["paid"])]

def get_observations(state):
    return [{"place": state["place"]}]
'''

COIN = '''
"""A player guesses a biased coin, is told, and guesses again, three times in all."""
ROUNDS = 3
HEADS = 0.25

def get_initial_state():
    return {"round": 0, "guess": None, "right": 0}

def get_current_player(state):
    if state["round"] == ROUNDS:
        return -4
    return 0 if state["guess"] is None else -1

def get_legal_actions(state):
    player = get_current_player(state)
    if player == -4:
        return []
    return ["guess heads", "guess tails"] if player == 0 else ["heads", "tails"]

def get_chance_outcomes(state):
    return [("heads", HEADS), ("tails", 1 - HEADS)]

def apply_action(state, action):
    if state["guess"] is None:
        return {**state, "guess": action.split()[1]}
    won = int(state["guess"] == action)
    return {"round": state["round"] + 1, "guess": None, "right": state["right"] + won}

def get_rewards(state):
    return [float(state["right"])]

def get_observations(state):
    return [{"round": state["round"], "right": state["right"]}]
'''

DOORS = '''
"""A player walks through numbered doors; which doors there are depends on the way taken so far."""
DEPTH = 12

def get_initial_state():
    return {"way": 1, "depth": 0}

def get_current_player(state):
    return 0 if state["depth"] < DEPTH else -4

def get_legal_actions(state):
    if state["depth"] == DEPTH:
        return []
    return [f"door {(state['way'] * k) % 5003}" for k in (3, 5, 7)]

def apply_action(state, action):
    return {"way": int(action.split()[1]) % 5002 + 1, "depth": state["depth"] + 1}

def get_rewards(state):
    return [float(state["way"] % 2) if state["depth"] == DEPTH else 0.0]

def get_observations(state):
    return [{"way": state["way"], "depth": state["depth"]}]
'''

SMALL_GAMES = {"countdown": COUNTDOWN, "walk": WALK, "coin": COIN, "doors": DOORS}


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """Every test has a spec cache of its own."""
    monkeypatch.setenv("CODEWORLD_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def small_game():
    """Return the source of a small game by its name."""
    return SMALL_GAMES.__getitem__
