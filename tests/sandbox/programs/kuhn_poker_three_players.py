# line: 3 ; 1 ; 2 ; check ; bet ; fold ; call => 3 -2 -1
# line: 0 ; 1 ; 2 ; check ; check ; check => -1 -1 2
# line: 0 ; 3 ; 2 ; bet ; fold ; call => -2 -1 3
'''Three-player Kuhn poker: cards 0..3, one each, ante 1, one bet of 1 per hand.'''
import typing
from typing import NamedTuple


class Hand(NamedTuple):
    cards: tuple = ()
    actions: tuple = ()

    @property
    def bettor(self):
        return self.actions.index("bet") if "bet" in self.actions else None

    def over(self):
        if len(self.cards) < 3:
            return False
        if self.bettor is None:
            return len(self.actions) == 3
        return len(self.actions) == self.bettor + 3

    def acted(self, seat):
        """The last action of one seat, or None."""
        mine = self.actions[seat::3]
        return mine[-1] if mine else None


def _hand(state):
    return Hand(tuple(state["cards"]), tuple(state["actions"]))


def _plain(hand):
    return {name: list(value) for name, value in hand._asdict().items()}


def get_initial_state():
    return _plain(Hand())


def get_current_player(state):
    hand = _hand(state)
    if len(hand.cards) < 3:
        return -1
    return -4 if hand.over() else len(hand.actions) % 3


def get_legal_actions(state):
    hand = _hand(state)
    match get_current_player(state):
        case -1:
            return [str(card) for card in range(4) if card not in hand.cards]
        case -4:
            return []
        case _:
            return ["check", "bet"] if hand.bettor is None else ["call", "fold"]


def apply_action(state, action):
    hand = _hand(state)
    if action.isdigit():
        hand = hand._replace(cards=hand.cards + (int(action),))
    else:
        hand = hand._replace(actions=hand.actions + (action,))
    return _plain(hand)


def get_rewards(state):
    hand = _hand(state)
    if not hand.over():
        return [0.0, 0.0, 0.0]
    paid = [1.0 + (hand.acted(seat) in {"bet", "call"}) for seat in range(3)]
    pot: typing.Union[int, float] = sum(paid)
    contenders = [s for s in range(3) if hand.bettor is None or hand.acted(s) in ("bet", "call")]
    winner = max(contenders, key=lambda seat: hand.cards[seat])
    return [pot - paid[s] if s == winner else -paid[s] for s in range(3)]


def get_observations(state):
    return [
        {"card": state["cards"][s] if len(state["cards"]) > s else None, "actions": state["actions"]}
        for s in range(3)
    ]


def get_player_name(player_id):
    return "seat %c" % (65 + player_id)
