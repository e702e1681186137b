"""Liar's dice: bid ever higher on what all hidden dice show together, or challenge the last bid."""

import random

NUM_PLAYERS = 2
NUM_DICE = 1  # of each player
SIDES = 6  # faces of a die, numbered from 1
WILD = 6  # the face that counts as every face
LOSS = -1.0  # of the one player who was wrong
WIN = 1.0 / (NUM_PLAYERS - 1)  # the others share the loser's loss

CHANCE = -1
TERMINAL = -4
HIDDEN = 0  # a die that is not rolled yet, or that the viewer may not see
ALL_DICE = NUM_PLAYERS * NUM_DICE
ROLLS = tuple(f"roll {face}" for face in range(1, SIDES + 1))
CHALLENGE = "challenge"
BIDS = tuple(  # lowest first
    f"bid {count} {face}" for count in range(1, ALL_DICE + 1) for face in range(1, SIDES + 1)
)


def get_initial_state() -> dict:
    return {
        "rolled": [],  # all dice of player 0, then of player 1, and so on
        "bids": [],
        "player": CHANCE,
        "legal": list(ROLLS),
        "returns": [0.0] * NUM_PLAYERS,
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    if action == CHALLENGE:
        return settle(state)
    if state["player"] == CHANCE:
        rolled = [*state["rolled"], ROLLS.index(action) + 1]
        if len(rolled) < ALL_DICE:
            return {**state, "rolled": rolled}
        return {**state, "rolled": rolled, "player": 0, "legal": list(BIDS)}
    return {
        **state,
        "bids": [*state["bids"], action],
        "player": (state["player"] + 1) % NUM_PLAYERS,
        "legal": [*BIDS[BIDS.index(action) + 1 :], CHALLENGE],
    }


def settle(state: dict) -> dict:
    """Return the terminal state: the dice decide between the challenger and the last bidder."""
    count, face = [int(part) for part in state["bids"][-1].split()[1:]]
    matching = [die for die in state["rolled"] if die in (face, WILD)]
    challenger = state["player"]
    loser = challenger if len(matching) >= count else (challenger - 1) % NUM_PLAYERS
    returns = [WIN] * NUM_PLAYERS
    returns[loser] = LOSS
    return {**state, "player": TERMINAL, "legal": [], "returns": returns}


def get_chance_outcomes(state: dict) -> list:
    return [(outcome, 1 / SIDES) for outcome in ROLLS]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    bids, player = state["bids"], state["player"]
    dice = state["rolled"] + [HIDDEN] * (ALL_DICE - len(state["rolled"]))
    observations = []
    for seat in range(NUM_PLAYERS):
        shown = dice
        if player != TERMINAL:
            own = range(seat * NUM_DICE, (seat + 1) * NUM_DICE)
            shown = [die if place in own else HIDDEN for place, die in enumerate(dice)]
        observations.append({"seat": seat, "dice": shown, "bids": bids, "to_move": player})
    return observations


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    rolls = [
        random.choice(ROLLS) if die == HIDDEN else ROLLS[die - 1] for die in observation["dice"]
    ]
    own = [] if action is None else [action]
    return rolls + observation["bids"] + own


def get_all_actions() -> list:
    return [*BIDS, CHALLENGE]


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    return f"dice {' '.join(map(str, state['rolled']))}: {', '.join(state['bids'])}"
