# line: three ; one ; two ; three ; one ; two => -1 1
# line: three ; one ; two ; one ; three ; two => 1 -1
"""A duel of coins over three rounds, both unseen: the higher coin scores its points, except that a
one beats a three. Every coin may be used at most twice."""
from enum import Enum


class Coin(Enum):
    ONE = (1, "o")
    TWO = (2, "w")
    THREE = (3, "h")

    def __init__(self, points, letter):
        self.points = points
        self.letter = letter

    def beats(self, other):
        if {self, other} == {Coin.ONE, Coin.THREE}:
            return self is Coin.ONE
        return self.points > other.points

    @classmethod
    def named(cls, name):
        return cls[name.upper()]


def get_initial_state():
    return {"played": "", "scores": [0, 0]}


def get_current_player(state):
    return len(state["played"]) % 2 if len(state["played"]) < 6 else -4


def get_legal_actions(state):
    player = get_current_player(state)
    if player == -4:
        return []
    mine = state["played"][player::2]
    return [coin.name.lower() for coin in Coin if mine.count(coin.letter) < 2]


def apply_action(state, action):
    coin = Coin.named(action)
    scores = list(state["scores"])
    if get_current_player(state) == 1:
        by_letter = {c.letter: c for c in Coin}
        other = by_letter[state["played"][-1]]
        if coin.beats(other):
            scores[1] += coin.points
        elif other.beats(coin):
            scores[0] += other.points
    return {"played": state["played"] + coin.letter, "scores": scores}


def get_rewards(state):
    if get_current_player(state) != -4:
        return [0.0, 0.0]
    first, second = state["scores"]
    sign = (first > second) - (first < second)
    return [float(sign), float(-sign)]


def get_observations(state):
    done = len(state["played"]) // 2 * 2
    return [
        {"played": state["played"], "scores": state["scores"]},
        {"played": state["played"][:done], "scores": state["scores"]},
    ]
