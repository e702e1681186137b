# line: low ; high ; bet ; call => -3 3
# line: high ; low ; pass => 1 -1
# line: low ; low ; bet ; fold => 1 -1
# line: high ; low ; bet ; call => 3 -3
"""One-card poker: the cards are high or low, ante 1, the first player may bet 2; low ties split."""
from enum import Enum, IntEnum, IntFlag


class Card(IntEnum):
    LOW = 0
    HIGH = 1


class Phase(Enum):
    DEAL = "deal"
    BET = "bet"
    REPLY = "reply"
    OVER = "over"

    def __str__(self) -> str:
        return f"<{self.value}>"


class Flags(IntFlag):
    NONE = 0
    BET = 1
    CALLED = 2
    PASSED = 4
    FOLDED = 8


HAND_SIZE = 1
PLAYERS = frozenset({0, 1})


def phase_of(state) -> Phase:
    flags = Flags(state["flags"])
    if len(state["cards"]) < 2:
        return Phase.DEAL
    if flags & (Flags.PASSED | Flags.CALLED | Flags.FOLDED):
        return Phase.OVER
    return Phase.REPLY if Flags.BET in flags else Phase.BET


def get_initial_state():
    return {"cards": (), "flags": 0}


def get_current_player(state):
    return {Phase.DEAL: -1, Phase.BET: 0, Phase.REPLY: 1, Phase.OVER: -4}[phase_of(state)]


def get_legal_actions(state):
    match phase_of(state):
        case Phase.DEAL:
            return [card.name.lower() for card in Card]
        case Phase.BET:
            return ["bet", "pass"]
        case Phase.REPLY:
            return ["call", "fold"]
        case Phase.OVER:
            return []


def get_chance_outcomes(state):
    return [("low", 2 / 3), ("high", 1 / 3)]


def apply_action(state, action):
    if phase_of(state) is Phase.DEAL:
        return {"cards": state["cards"] + (int(Card[action.upper()]),), "flags": 0}
    added = {"bet": Flags.BET, "pass": Flags.PASSED, "call": Flags.CALLED, "fold": Flags.FOLDED}[action]
    return {"cards": state["cards"], "flags": int(Flags(state["flags"]) | added)}


def get_rewards(state):
    if phase_of(state) != Phase.OVER:
        return [0.0, 0.0]
    flags = Flags(state["flags"])
    if flags & Flags.FOLDED:
        return [1.0, -1.0]
    stake = 3.0 if flags & Flags.CALLED else 1.0
    a, b = map(Card, state["cards"])
    return [0.0, 0.0] if a == b else [stake, -stake] if a > b else [-stake, stake]


def get_observations(state):
    shown = phase_of(state) is Phase.OVER
    views = []
    for p in sorted(PLAYERS):
        hands = frozenset((q, state["cards"][q]) for q in PLAYERS if (q == p or shown) and q < len(state["cards"]))
        views.append({"hands": hands, "phase": str(phase_of(state))})
    return views


def get_player_name(player_id):
    return f"{'bettor' if player_id == 0 else 'caller':^8}"
