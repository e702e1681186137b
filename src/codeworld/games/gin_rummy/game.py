"""Gin rummy: draw and discard until the hand is nearly all melds, then knock and count the rest."""

import random
from itertools import combinations

RANKS = "A23456789TJQK"  # lowest first
SUITS = "cdhs"
HAND_SIZE = 10
MOST_POINTS = 10  # of a card; lower ones count 1 for the ace, 2 for the two, and so on
SET_SIZES = (3, 4)
RUN_SIZES = (3, 4, 5)  # a longer run is laid as several melds
KNOCK_LIMIT = 10  # most points of deadwood with which a player may knock
GIN_BONUS = 25
UNDERCUT_BONUS = 25
LAST_STOCK = 2  # cards of the stock that are never drawn
MAX_UPCARDS = 50  # taking so many, without that of the first turn, ends the game in a draw
MAX_REPEATS = 2  # so do so many turns in a row in which the upcard is taken and discarded again

DECK = tuple(rank + suit for suit in SUITS for rank in RANKS)
CHANCE = -1
TERMINAL = -4
NOBODY = -1
UPCARD, STOCK = "upcard", "stock"
NONE = "none"  # no card lies face up
HIDDEN = "?"  # a card that is yet to be guessed


def count(cards: list) -> int:
    return sum(min(RANKS.index(card[0]) + 1, MOST_POINTS) for card in cards)


def find_all_melds() -> list:
    melds = []
    for rank in RANKS:
        for size in SET_SIZES:
            melds += combinations([rank + suit for suit in SUITS], size)
    for suit in SUITS:
        cards = [rank + suit for rank in RANKS]
        for size in RUN_SIZES:
            melds += [cards[place : place + size] for place in range(len(cards) - size + 1)]
    return melds


# The action that lays a meld, its cards, and their points.
MELDS = tuple(
    (f"meld {' '.join(cards)}", frozenset(cards), count(cards)) for cards in find_all_melds()
)


def get_initial_state() -> dict:
    return {
        "deck": list(DECK),
        "drawn": [[], []],  # by each player from the deck, in order; the first ten were dealt
        "hands": [[], []],
        "upcards": [],  # the first upcard, and the discard of every turn
        "sources": [],  # where the card of every turn came from
        "passes": 0,  # of the first upcard
        "repeats": 0,  # turns in a row in which the upcard was taken and discarded again
        "turn": 0,  # who draws from the stock
        "knocker": NOBODY,
        "ending": [],  # all actions from the knock on
        "melds": [],  # on the table
        "player": CHANCE,
        "legal": [f"deal {card}" for card in DECK],
        "returns": [0.0, 0.0],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    state, (word, *cards) = state.copy(), action.split()
    if word == "deal":
        return deal(state, cards[0])
    if word == "knock" or state["ending"]:
        state["ending"] = [*state["ending"], action]
        return end_hand(state, word, cards)
    if word == "pass":
        return pass_upcard(state)
    return draw(state, cards[0]) if word == "draw" else discard(state, cards[0])


def ask(state: dict, player: int, legal: list) -> dict:
    return {**state, "player": player, "legal": legal}


def ask_chance(state: dict) -> dict:
    return ask(state, CHANCE, [f"deal {card}" for card in state["deck"]])


def change_hand(state: dict, seat: int, gained: list, lost: list) -> dict:
    hands, held = state["hands"].copy(), {*state["hands"][seat], *gained}.difference(lost)
    hands[seat] = [card for card in DECK if card in held]
    return {**state, "hands": hands}


def deal(state: dict, card: str) -> dict:
    dealt, drawn = len(DECK) - len(state["deck"]), state["drawn"].copy()
    state["deck"] = [other for other in state["deck"] if other != card]
    if dealt == 2 * HAND_SIZE:
        return ask({**state, "upcards": [card]}, 0, ["draw upcard", "pass"])
    seat = dealt // HAND_SIZE if dealt < 2 * HAND_SIZE else state["turn"]
    drawn[seat] = [*drawn[seat], card]
    state = change_hand({**state, "drawn": drawn}, seat, [card], [])
    return ask_chance(state) if dealt < 2 * HAND_SIZE else ask_discard(state, seat)


def pass_upcard(state: dict) -> dict:
    if len(state["deck"]) == LAST_STOCK:
        return finish(state)
    state["passes"] += 1
    if state["passes"] == 1:
        return ask(state, 1, ["draw upcard", "pass"])
    return ask(state, 0, ["draw stock"])


def draw(state: dict, source: str) -> dict:
    player, state["sources"] = state["player"], [*state["sources"], source]
    if source == STOCK:
        return ask_chance({**state, "turn": player})
    if state["sources"][1:].count(UPCARD) == MAX_UPCARDS:
        return finish(state)
    return ask_discard(change_hand(state, player, state["upcards"][-1:], []), player)


def ask_discard(state: dict, player: int) -> dict:
    hand = state["hands"][player]
    legal = [f"discard {card}" for card in hand]
    return ask(state, player, [*legal, "knock"] if find_knocks(hand) else legal)


def discard(state: dict, card: str) -> dict:
    player, upcards = state["player"], state["upcards"]
    repeated = state["sources"][-1] == UPCARD and upcards[-1] == card
    state["repeats"] = state["repeats"] + 1 if repeated else 0
    state = change_hand({**state, "upcards": [*upcards, card]}, player, [], [card])
    if state["repeats"] == MAX_REPEATS:
        return finish(state)
    if len(state["deck"]) > LAST_STOCK:
        return ask(state, 1 - player, ["draw upcard", "draw stock"])
    knocks = find_knocks([*state["hands"][1 - player], card])
    return ask(state, 1 - player, ["pass", "knock"] if knocks else ["pass"])


def find_melds(hand: list) -> list:
    held = set(hand)
    return [meld for meld in MELDS if meld[1] <= held]


def most_melded(melds: list) -> int:
    """Return the most points of those of these melds that can be laid together."""
    best = 0
    for place, (_, cards, points) in enumerate(melds):
        others = [meld for meld in melds[place + 1 :] if not meld[1] & cards]
        best = max(best, points + most_melded(others))
    return best


def find_knocks(hand: list) -> list:
    """Return the cards without which the rest of the hand has little enough deadwood."""
    melds, most = find_melds(hand), count(hand) - KNOCK_LIMIT
    return [
        card
        for card in hand
        if most_melded([meld for meld in melds if card not in meld[1]]) >= most - count([card])
    ]


def end_hand(state: dict, word: str, cards: list) -> dict:
    """Return the state after an action of the knocker or, later, of the other player."""
    player = state["player"]
    if word == "knock":
        state["knocker"] = player
        if len(state["upcards"]) > len(state["sources"]):  # the player has not drawn yet
            state = change_hand(state, player, state["upcards"][-1:], [])
        knocks = find_knocks(state["hands"][player])
        return ask(state, player, [f"discard {card}" for card in knocks])
    state = change_hand(state, player, [], cards)
    if word == "meld":
        state["melds"] = [*state["melds"], cards]
    elif word == "layoff":
        state["melds"] = [meld + cards if fits(cards[0], meld) else meld for meld in state["melds"]]
    return ask_ending(state)


def ask_ending(state: dict) -> dict:
    """First the knocker lays melds, then the other lays off cards, then the other lays melds."""
    knocker, stage = state["knocker"], state["ending"].count("done")
    if stage > 0 and not state["hands"][knocker]:
        stage += 1  # nothing may be laid off on gin
    player = knocker if stage == 0 else 1 - knocker
    hand = state["hands"][player]
    melds = find_melds(hand)
    if stage == 0:
        legal = [name for name, cards, points in melds if keeps_knock(hand, melds, cards)]
        return ask(state, player, [*legal, "done"] if count(hand) <= KNOCK_LIMIT else legal)
    if stage == 1:
        cards = [card for card in hand if any(fits(card, meld) for meld in state["melds"])]
        return ask(state, player, [*[f"layoff {card}" for card in cards], "done"])
    if stage == 2:
        return ask(state, player, [*[name for name, _, _ in melds], "done"])
    return finish(state)


def keeps_knock(hand: list, melds: list, cards: frozenset) -> bool:
    """Return whether the rest of the hand, too, can be laid down to little enough deadwood."""
    rest = [card for card in hand if card not in cards]
    return count(rest) - most_melded([meld for meld in melds if not meld[1] & cards]) <= KNOCK_LIMIT


def fits(card: str, meld: list) -> bool:
    if meld[0][0] == meld[1][0]:
        return card[0] == meld[0][0]
    place = RANKS.index(card[0])
    return any(card[1] == other[1] and abs(place - RANKS.index(other[0])) == 1 for other in meld)


def finish(state: dict) -> dict:
    knocker, returns = state["knocker"], [0.0, 0.0]
    if knocker != NOBODY:
        deadwood = [count(hand) for hand in state["hands"]]
        gain = float(deadwood[1 - knocker] - deadwood[knocker])
        if deadwood[knocker] == 0:
            gain += GIN_BONUS
        elif gain < 0:
            gain -= UNDERCUT_BONUS
        returns[knocker], returns[1 - knocker] = gain, -gain
    return {**state, "player": TERMINAL, "legal": [], "returns": returns}


def get_chance_outcomes(state: dict) -> list:
    return [(outcome, 1 / len(state["legal"])) for outcome in state["legal"]]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    keys = ("passes", "sources", "upcards", "knocker", "ending")
    lying = len(state["upcards"]) > len(state["sources"]) and not state["ending"]
    table = {key: state[key] for key in keys}
    table |= {"upcard": state["upcards"][-1] if lying else NONE, "stock": len(state["deck"])}
    table["to_move"] = state["player"]
    return [{**view_hands(state, seat), **table} for seat in (0, 1)]


def view_hands(state: dict, seat: int) -> dict:
    knocker, hands = state["knocker"], state["hands"]
    face_up = knocker == 1 - seat or (knocker == seat and state["player"] == TERMINAL)
    shown = hands[1 - seat] if face_up else []
    return {"seat": seat, "hand": hands[seat], "drawn": state["drawn"][seat], "shown": shown}


def resample_history(obs_action_history: list, player_id: int) -> list:
    """Every deal that the player cannot rule out is equally likely."""
    observation, action = obs_action_history[-1]
    sources, upcards, ending = [observation[key] for key in ("sources", "upcards", "ending")]
    first = observation["passes"] % 2  # who has the first turn
    drawn = [observation["drawn"]]
    drawn.insert(1 - player_id, sample_drawn(observation, first, 1 - player_id))
    dealt = [drawn[0][:HAND_SIZE], drawn[1][:HAND_SIZE], upcards[:1]]
    history = [f"deal {card}" for cards in dealt for card in cards]
    history += ["pass"] * observation["passes"]
    stocks = [iter(cards[HAND_SIZE:]) for cards in drawn]
    for turn, source in enumerate(sources):
        history.append(f"draw {source}")
        if source == STOCK:
            history.append(f"deal {next(stocks[(first + turn) % 2])}")
        history += [f"discard {card}" for card in upcards[turn + 1 : turn + 2]]
    return history + ending + ([] if action is None else [action])


def sample_drawn(observation: dict, first: int, seat: int) -> list:
    """Return cards that the other player, at `seat`, may have drawn from the deck, in order.

    A discard that had not been taken as an upcard is put among the cards drawn before it.
    """
    sources, upcards = observation["sources"], observation["upcards"]
    drawn, known = [HIDDEN] * HAND_SIZE, []
    for turn in range((seat - first) % 2, len(sources), 2):
        if sources[turn] == STOCK:
            drawn.append(HIDDEN)
        else:
            known.append(upcards[turn])
        for card in upcards[turn + 1 : turn + 2]:
            if card in known:
                known.remove(card)
            else:
                places = [place for place, other in enumerate(drawn) if other == HIDDEN]
                drawn[random.choice(places)] = card
    laid = [card for action in observation["ending"] for card in action.split()[1:]]
    rest = observation["shown"] + laid if observation["knocker"] == seat else DECK
    unseen = [card for card in rest if card not in upcards + observation["drawn"]]
    random.shuffle(unseen)
    return [unseen.pop() if card == HIDDEN else card for card in drawn]


def get_all_actions() -> list:
    cards = [f"{word} {card}" for word in ("discard", "layoff") for card in DECK]
    return ["pass", "draw upcard", "draw stock", "knock", "done", *cards, *[m[0] for m in MELDS]]


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    table = get_observations(state)[0]
    lines = [f"upcard {table['upcard']}, {table['stock']} cards in the stock"]
    for seat, hand in enumerate(state["hands"]):
        lines.append(f"{get_player_name(seat)}: {' '.join(hand)}")
    melds = ", ".join(" ".join(meld) for meld in state["melds"])
    return "\n".join([*lines, f"melds: {melds}"]) if melds else "\n".join(lines)
