"""Six Cards, Two Tricks: two cards each, two unseen; the second trick counts double."""

import random
from itertools import combinations

CARDS = ("r1", "r2", "r3", "b1", "b2", "b3")
VALUES = (1.0, 2.0)  # of the first and of the second trick
CHANCE = -1
TERMINAL = -4


def get_initial_state() -> dict:
    return {"dealt": 0, "hands": [[], []], "plays": [], "winners": [], "turn": 0}


def get_current_player(state: dict) -> int:
    if state["dealt"] < 2:
        return CHANCE
    return TERMINAL if len(state["plays"]) == 4 else state["turn"]


def get_legal_actions(state: dict) -> list:
    player = get_current_player(state)
    if player == TERMINAL:
        return []
    if player == CHANCE:
        left = [card for card in CARDS if card not in state["hands"][0]]
        return [f"deal {first} {second}" for first, second in combinations(left, 2)]
    hand = state["hands"][player]
    if len(state["plays"]) % 2:
        led = state["plays"][-1][1]
        hand = [card for card in hand if card[0] == led[0]] or hand
    return [f"play {card}" for card in hand]


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    cards, hands = action.split()[1:], [list(hand) for hand in state["hands"]]
    if state["dealt"] < 2:
        hands[state["dealt"]] = cards
        return {**state, "dealt": state["dealt"] + 1, "hands": hands}
    turn, card, plays, winners = state["turn"], cards[0], state["plays"], state["winners"]
    hands[turn].remove(card)
    following = 1 - turn
    if len(plays) % 2:
        led = plays[-1][1]
        following = turn if card[0] == led[0] and card > led else 1 - turn
        winners = [*winners, following]
    plays = [*plays, [turn, card]]
    return {**state, "hands": hands, "plays": plays, "winners": winners, "turn": following}


def get_rewards(state: dict) -> list:
    if len(state["winners"]) < 2:
        return [0.0, 0.0]
    pairs = zip(state["winners"], VALUES, strict=True)
    first = sum(value if winner == 0 else -value for winner, value in pairs)
    return [first, -first]


def get_observations(state: dict) -> list:
    seen = {"plays": state["plays"], "to_move": get_current_player(state)}
    return [{"seat": seat, "hand": hand, **seen} for seat, hand in enumerate(state["hands"])]


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    plays = observation["plays"]
    own = observation["hand"] + [card for seat, card in plays if seat == player_id]
    theirs = [card for seat, card in plays if seat != player_id]
    unseen = [card for card in CARDS if card not in own + theirs]
    if player_id == 0 and len(plays) > 1 and plays[0][1][0] != plays[1][1][0]:
        unseen = [card for card in unseen if card[0] != plays[0][1][0]]  # could not follow
    hands = [own, theirs + random.sample(unseen, 2 - len(theirs))]
    hands = [sorted(hand, key=CARDS.index) for hand in (hands if player_id == 0 else hands[::-1])]
    history = [f"deal {first} {second}" for first, second in hands]
    history += [f"play {card}" for _, card in plays]
    return history if action is None else [*history, action]


def get_all_actions() -> list:
    return [f"play {card}" for card in CARDS]
