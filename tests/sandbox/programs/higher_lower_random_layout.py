# line: higher ; higher ; lower ; lower ; higher => 5
# line: lower => -1
"""Higher or lower: a fixed shuffled row of cards; call each next card; one mistake ends the game."""
import random
import math

RNG = random.Random(7)
CARDS = list(range(1, 10))
RNG.shuffle(CARDS)
ROUNDS = 5


def get_initial_state():
    return {"at": 0, "alive": True}


def get_current_player(state):
    return 0 if state["alive"] and state["at"] < ROUNDS else -4


def get_legal_actions(state):
    return ["higher", "lower"] if get_current_player(state) == 0 else []


def apply_action(state, action):
    now, following = CARDS[state["at"]:state["at"] + 2]
    right = (following > now) == (action == "higher")
    return {"at": state["at"] + right, "alive": state["alive"] and right}


def get_rewards(state):
    if state["alive"]:
        return [float(state["at"])]
    return [round(math.sqrt(state["at"]) - 1, 6)]


def get_observations(state):
    return [{"seen": CARDS[:state["at"] + 1], "odds": math.floor(100 * (9 - CARDS[state["at"]]) / 8)}]


def get_player_name(player_id):
    return "caller"
