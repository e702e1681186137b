# line: S1 ; S2 ; S3 ; H1 ; H2 ; H3 ; S1 ; S2 ; S3 ; H3 ; H1 ; H2 => -1 -1 2
# line: S3 ; S1 ; H1 ; H3 ; S2 ; H2 ; S3 ; S1 ; H1 ; H3 ; S2 ; H2 => 2 -1 -1
"""Trick taking for three: six cards (S1-S3, H1-H3), two each, follow suit, highest of suit wins."""
from typing import Dict, List, Tuple
import copy

SUITS = "SH"
DECK: List[str] = [s + str(r) for s in SUITS for r in (1, 2, 3)]


class Trick:
    def __init__(self, leader: int, cards: List[str] = ()):
        self.leader = leader
        self.cards = list(cards)

    @property
    def complete(self) -> bool:
        return len(self.cards) == 3

    @property
    def suit(self):
        return self.cards[0][0] if self.cards else None

    def winner(self) -> int:
        offsets = range(len(self.cards))
        best = max((i for i in offsets if self.cards[i][0] == self.suit), key=lambda i: self.cards[i][1])
        return (self.leader + best) % 3

    def to_dict(self) -> Dict:
        return {"leader": self.leader, "cards": self.cards}

    @staticmethod
    def from_dict(data: Dict) -> "Trick":
        return Trick(**data)


def get_initial_state():
    return {"hands": [[], [], []], "trick": Trick(0).to_dict(), "won": [0, 0, 0], "dealt": 0}


def get_current_player(state):
    if state["dealt"] < len(DECK):
        return -1
    if sum(state["won"]) == 2:
        return -4
    trick = Trick.from_dict(state["trick"])
    return (trick.leader + len(trick.cards)) % 3


def get_legal_actions(state):
    who = get_current_player(state)
    if who == -4:
        return []
    if who == -1:
        held = {card for hand in state["hands"] for card in hand}
        return [card for card in DECK if card not in held]
    trick = Trick.from_dict(state["trick"])
    hand = state["hands"][who]
    following = [card for card in hand if card[0] == trick.suit]
    return sorted(following or hand)


def apply_action(state, action):
    new = copy.deepcopy(state)
    who = get_current_player(state)
    if who == -1:
        new["hands"][new["dealt"] % 3].append(action)
        new["dealt"] += 1
        return new
    new["hands"][who].remove(action)
    trick = Trick.from_dict(new["trick"])
    trick.cards.append(action)
    if trick.complete:
        taker = trick.winner()
        new["won"][taker] += 1
        trick = Trick(taker)
    new["trick"] = trick.to_dict()
    return new


def get_rewards(state):
    if get_current_player(state) != -4:
        return [0.0, 0.0, 0.0]
    top = max(state["won"])
    if top == 2:
        return [2.0 if n == 2 else -1.0 for n in state["won"]]
    return [0.5 if n == 1 else -1.0 for n in state["won"]]


def get_observations(state):
    return [{"hand": sorted(state["hands"][p]), "trick": state["trick"], "won": state["won"]}
            for p in range(3)]


def get_player_name(player_id):
    return ["west", "north", "east"][player_id]
