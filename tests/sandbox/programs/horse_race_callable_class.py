# line: bet 2 ; bet 1 ; 1 ; 2 ; 2 ; 2 => 2 -1
# line: bet 1 ; bet 3 ; 1 ; 1 ; 3 ; 1 => 2 -1
# line: bet 3 ; bet 3 ; 3 ; 3 ; 3 => 5 5
"""Betting on a race of three horses over three furlongs; the horse that advances is drawn by
chance with odds 3:2:1. A right bet pays 2 (5 for horse 3), a wrong one costs 1."""
from functools import partial


class Horse:
    count = 0

    def __init__(self, number, weight, *, pay=2.0):
        Horse.count += 1
        self.number = number
        self.weight = weight
        self.pay = pay
        self.wins = lambda track: track[self.number - 1] >= LENGTH

    def __repr__(self):
        return f"Horse({self.number}, weight={self.weight:.1f})"

    def __lt__(self, other):
        return self.number < other.number

    def __eq__(self, other):
        if not isinstance(other, Horse):
            return NotImplemented
        return self.number == other.number

    def __hash__(self):
        return self.number


class Payout:
    """Callable: what a bet on one horse is worth once the track is decided."""

    def __init__(self, horse):
        self.horse = horse

    def __call__(self, bet, /, *, winner):
        return self.horse.pay if self.horse == winner and bet == winner.number else -1.0


LENGTH = 3
FIELD = sorted([Horse(3, 1, pay=5.0), Horse(1, 3), Horse(2, 2)])
PAYOUTS = {horse: Payout(horse) for horse in FIELD}
assert Horse.count == len({*FIELD}) == 3
assert getattr(FIELD[0], "pay") == 2.0 and not hasattr(FIELD[0], "jockey")


def get_initial_state():
    return {"bets": [], "track": [0, 0, 0]}


def winner(state):
    first = next((h for h in FIELD if h.wins(state["track"])), None)
    return first


def get_current_player(state):
    if len(state["bets"]) < 2:
        return len(state["bets"])
    return -1 if winner(state) is None else -4


def get_legal_actions(state):
    player = get_current_player(state)
    if player == -4:
        return []
    form = str if player == -1 else (lambda n: "bet {}".format(n))
    return [form(horse.number) for horse in FIELD]


def get_chance_outcomes(state):
    total = sum(h.weight for h in FIELD)
    return [(str(h.number), h.weight / total) for h in FIELD]


def apply_action(state, action):
    new = {"bets": list(state["bets"]), "track": list(state["track"])}
    if action[:3] == "bet":
        new["bets"].append(int(action[4:]))
        return new
    new["track"][int(action) - 1] += 1
    return new


def get_rewards(state):
    first = winner(state)
    if first is None or len(state["bets"]) < 2:
        return [0.0, 0.0]
    pay = partial(PAYOUTS[first], winner=first)
    return [pay(bet) for bet in state["bets"]]


def get_observations(state):
    names = [repr(h) for h in FIELD]
    return [{"horses": names, "track": state["track"], "bets": state["bets"]} for _ in range(2)]


def get_player_name(player_id):
    return "punter %s" % "AB"[player_id]


def get_all_actions():
    return [f"bet {horse.number}" for horse in FIELD]
