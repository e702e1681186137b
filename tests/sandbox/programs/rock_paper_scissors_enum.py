# line: rock ; scissors ; paper ; paper ; rock ; paper ; scissors ; paper => 1 -1
"""Rock, paper, scissors: first to two wins, at most five rounds. Both choose hidden."""
from enum import Enum, auto, unique
from typing import ClassVar, List


@unique
class Shape(Enum):
    ROCK = auto()
    PAPER = auto()
    SCISSORS = auto()

    def beats(self, other: "Shape") -> bool:
        return (self.value - other.value) % 3 == 1

    @property
    def label(self):
        return self.name.lower()

    @classmethod
    def parse(cls, text):
        return cls[text.upper()]


class Outcome(str, Enum):
    WIN = "win"
    DRAW = "draw"


class Rules:
    WINS_NEEDED: ClassVar[int] = 2
    MAX_ROUNDS: ClassVar[int] = 5


def get_initial_state():
    return {"hidden": None, "score": [0, 0], "rounds": [], "to_move": 0}


def get_current_player(state):
    if max(state["score"]) >= Rules.WINS_NEEDED or len(state["rounds"]) >= Rules.MAX_ROUNDS:
        return -4
    return state["to_move"]


def get_legal_actions(state) -> List[str]:
    return [] if get_current_player(state) == -4 else [shape.label for shape in Shape]


def apply_action(state, action):
    if state["to_move"] == 0:
        return {**state, "hidden": action, "to_move": 1}
    first, second = Shape.parse(state["hidden"]), Shape.parse(action)
    score = list(state["score"])
    result = Outcome.DRAW
    if first.beats(second):
        score[0] += 1
        result = Outcome.WIN
    elif second.beats(first):
        score[1] += 1
        result = Outcome("win")
    done = [first.label, second.label, result.value]
    return {"hidden": None, "score": score, "rounds": state["rounds"] + [done], "to_move": 0}


def get_rewards(state):
    if get_current_player(state) != -4:
        return [0.0, 0.0]
    a, b = state["score"]
    return [1.0, -1.0] if a > b else [-1.0, 1.0] if b > a else [0.0, 0.0]


def get_observations(state):
    # The second player must not see the first player's choice of this round.
    return [
        {"rounds": state["rounds"], "mine": state["hidden"]},
        {"rounds": state["rounds"], "mine": None},
    ]


def get_player_name(player_id):
    return f"thrower {player_id}"


def resample_history(obs_action_history, player_id):
    import random
    seen, own = obs_action_history[-1]
    actions = []
    for a, b, _ in seen["rounds"]:
        actions += [a, b]
    if player_id == 1:
        actions.append(random.choice([s.label for s in Shape]))
    if own is not None:
        actions.append(own)
    return actions
