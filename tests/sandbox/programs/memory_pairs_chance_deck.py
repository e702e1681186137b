# line: A ; B ; A ; B ; 0 ; 2 ; 1 ; 3 => 2 0
# line: A ; A ; B ; B ; 0 ; 2 ; 0 ; 1 ; 2 ; 3 => 0 2
"""Memory with two pairs, dealt face down one card per chance node.

A pair scores one and moves again; a miss passes the turn. At most 12 turns.
"""
from collections import Counter, namedtuple

Card = namedtuple("Card", ["letter", "taken"], defaults=[False])
Deal = namedtuple("Deal", "letter probability")
PAIRS = "AB"
MAX_TURNS = 12


def get_initial_state():
    return {"cards": [], "first": None, "seen": [], "score": [0, 0], "turn": 0, "turns": 0}


def _cards(state):
    return [Card(*card) for card in state["cards"]]


def get_current_player(state):
    cards = _cards(state)
    if len(cards) < 2 * len(PAIRS):
        return -1
    if all(card.taken for card in cards) or state["turns"] >= MAX_TURNS:
        return -4
    return state["turn"]


def _deals(state):
    dealt = Counter(card.letter for card in _cards(state))
    left = {letter: 2 - dealt[letter] for letter in PAIRS if dealt[letter] < 2}
    total = sum(left.values())
    return [Deal(letter=letter, probability=n / total) for letter, n in left.items()]


def get_chance_outcomes(state):
    return [(d.letter, d.probability) for d in _deals(state)]


def get_legal_actions(state):
    who = get_current_player(state)
    if who == -1:
        return [letter for letter, _ in _deals(state)]
    if who == -4:
        return []
    return [str(i) for i, c in enumerate(_cards(state)) if not c.taken and i != state["first"]]


def apply_action(state, action):
    cards = _cards(state)
    if get_current_player(state) == -1:
        return {**state, "cards": state["cards"] + [list(Card(action))]}
    at = int(action)
    if state["first"] is None:
        return {**state, "first": at, "seen": [[at, cards[at].letter]]}
    first, score, turn = state["first"], list(state["score"]), state["turn"]
    seen = [[first, cards[first].letter], [at, cards[at].letter]]
    if cards[first].letter == cards[at].letter:
        cards[first] = cards[first]._replace(taken=True)
        cards[at] = cards[at]._replace(taken=True)
        score[turn] += 1
    else:
        turn = 1 - turn
    return {
        "cards": [list(card) for card in cards],
        "first": None, "seen": seen, "score": score, "turn": turn, "turns": state["turns"] + 1,
    }


def get_rewards(state):
    return [float(points) for points in state["score"]]


def get_observations(state):
    table = [card.letter if card.taken else "?" for card in _cards(state)]
    view = {"table": table, "seen": state["seen"], "score": state["score"]}
    return [view, view]


def get_player_name(player_id):
    return "Ada" if player_id == 0 else "Bea"
