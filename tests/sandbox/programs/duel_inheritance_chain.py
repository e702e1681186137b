# line: load ; load ; shoot ; block ; load ; shoot => -1 1
# line: load ; block ; shoot ; load => 1 -1
# line: load ; load ; shoot ; shoot => -1 -1
"""A duel: both choose load, block or shoot (needs a bullet) unseen; a shot kills who does not
block. Four rounds at most."""
from typing import Any, Dict, List, Optional


class BaseGame:
    players = 2

    def __init__(self, rounds: int, **options: Any) -> None:
        self.rounds = rounds
        self.options = options

    def names(self) -> List[str]:
        return ["p%d" % i for i in range(self.players)]

    def choices(self, bullets: int) -> List[str]:
        raise NotImplementedError


class SimultaneousGame(BaseGame):
    def __init__(self, rounds, **options):
        super().__init__(rounds, **options)
        self.hidden = True

    def view(self, pending: Optional[str], seat: int) -> Optional[str]:
        return pending if seat == 0 or not self.hidden else None


class LoudMixin:
    def names(self):
        return [name.upper() + "!" for name in super().names()]


class Duel(LoudMixin, SimultaneousGame):
    CHOICES = ("load", "block", "shoot")

    def __init__(self):
        super().__init__(rounds=4, magazine=2)

    def choices(self, bullets):
        return [c for c in self.CHOICES
                if not (c == "shoot" and bullets == 0)
                and not (c == "load" and bullets >= self.options["magazine"])]

    def resolve(self, a: str, b: str) -> List[bool]:
        return [b == "shoot" and a != "block", a == "shoot" and b != "block"]


DUEL = Duel()


def get_initial_state() -> Dict[str, Any]:
    return {"bullets": [0, 0], "pending": None, "dead": [False, False], "round": 0}


def get_current_player(state):
    if any(state["dead"]) or state["round"] >= DUEL.rounds:
        return -4
    return 0 if state["pending"] is None else 1


def get_legal_actions(state):
    seat = get_current_player(state)
    return DUEL.choices(state["bullets"][seat]) if seat >= 0 else []


def apply_action(state, action):
    if state["pending"] is None:
        return {**state, "pending": action}
    pair = (state["pending"], action)
    change = {"load": +1, "shoot": -1, "block": 0}
    return {
        "bullets": [have + change[act] for have, act in zip(state["bullets"], pair)],
        "pending": None,
        "dead": DUEL.resolve(*pair),
        "round": state["round"] + 1,
    }


def get_rewards(state):
    dead = state["dead"]
    return [0.0, 0.0] if not any(dead) else [-1.0 if d else 1.0 for d in dead]


def get_observations(state):
    return [
        {"bullets": state["bullets"], "dead": state["dead"], "pending": DUEL.view(state["pending"], p)}
        for p in range(DUEL.players)
    ]


def get_player_name(player_id):
    return DUEL.names()[player_id]
