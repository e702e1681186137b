"""Hanabi: build five fireworks together, where everybody sees all cards but their own."""

import random

NUM_PLAYERS = 2  # 2 to 5
HAND_SIZE = 5  # 4 if there are four or five players
COLOURS = ("R", "Y", "G", "W", "B")  # red, yellow, green, white, blue
COPIES = (3, 2, 2, 2, 1)  # cards of each colour with the rank 1, 2, 3, 4, 5
MAX_HINTS = 8  # hint tokens, all of them there at the start
FUSES = 3  # wrong plays that end the game
LOST_SCORE = 0.0  # when the last fuse is lost, whatever was built

CHANCE = -1
TERMINAL = -4
UNKNOWN = "??"
LAST_RANK = len(COPIES)
RANKS = tuple(str(rank) for rank in range(1, LAST_RANK + 1))
SYMBOLS = COLOURS + RANKS  # what a hint can name
CARDS = tuple(colour + rank for colour in COLOURS for rank in RANKS)
DEALS = tuple(f"deal {card}" for card in CARDS)
HIDDEN_DEAL = f"deal {UNKNOWN}"
PLACES = range(HAND_SIZE)  # of a hand, from the oldest card to the newest
PLAYS = tuple(f"play {place}" for place in PLACES)
DISCARDS = tuple(f"discard {place}" for place in PLACES)
HINTS = tuple(tuple(f"hint {seat} {symbol}" for symbol in SYMBOLS) for seat in range(NUM_PLAYERS))


def get_initial_state() -> dict:
    return {
        "left": list(COPIES) * len(COLOURS),  # in the deck, of each card
        # Of each card of each hand: the card, where the log has its deal, what it may be by hints.
        "hands": [[]] * NUM_PLAYERS,
        "fireworks": [0] * len(COLOURS),  # the highest rank of each colour
        "discards": [0] * len(CARDS),  # discarded and wrongly played, of each card
        "hints": MAX_HINTS,
        "fuses": FUSES,
        "last_turns": NUM_PLAYERS,  # still to come once the deck is empty
        "turn": 0,  # whose turn it is when the cards are dealt
        "log": [],  # all actions and deals
        "player": CHANCE,
        "returns": [0.0] * NUM_PLAYERS,
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    player, hands = state["player"], state["hands"]
    if player == TERMINAL:
        return []
    if player == CHANCE:
        return [deal for deal, count in zip(DEALS, state["left"], strict=True) if count]
    number = len(hands[player])
    legal = list(PLAYS[:number])
    if state["hints"] < MAX_HINTS:
        legal += DISCARDS[:number]
    if state["hints"] > 0:
        for seat, hand in enumerate(hands):
            if seat != player:
                shown = "".join(card for card, _, _ in hand)
                legal += [hint for hint in HINTS[seat] if hint[-1] in shown]
    return legal


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    place = len(state["log"])
    state = {**state, "log": [*state["log"], action], "hands": state["hands"].copy()}
    if state["player"] == CHANCE:
        return go_on(take_card(state, CARDS[DEALS.index(action)], place))
    if not any(state["left"]):
        state["last_turns"] -= 1
    word, *details = action.split()
    if word == "hint":
        state = give_hint(state, int(details[0]), details[1])
    else:
        state = lay_down(state, int(details[0]), word == "play")
    return go_on({**state, "turn": (state["turn"] + 1) % NUM_PLAYERS})


def take_card(state: dict, card: str, place: int) -> dict:
    left, hands = state["left"].copy(), state["hands"]
    left[CARDS.index(card)] -= 1
    seat = next(seat for seat, hand in enumerate(hands) if len(hand) < HAND_SIZE)
    hands[seat] = [*hands[seat], [card, place, "".join(SYMBOLS)]]
    return {**state, "left": left}


def give_hint(state: dict, seat: int, symbol: str) -> dict:
    others = "".join(COLOURS if symbol in COLOURS else RANKS).replace(symbol, "")
    hand = []
    for card, place, possible in state["hands"][seat]:
        wrong = others if symbol in card else symbol
        hand.append([card, place, "".join(other for other in possible if other not in wrong)])
    state["hands"][seat] = hand
    return {**state, "hints": state["hints"] - 1}


def lay_down(state: dict, place: int, is_play: bool) -> dict:
    """Return the state after the player whose turn it is has played or discarded this card."""
    fireworks, discards = state["fireworks"].copy(), state["discards"].copy()
    hints, fuses, hands, turn = state["hints"], state["fuses"], state["hands"], state["turn"]
    card, _, _ = hands[turn][place]
    hands[turn] = hands[turn][:place] + hands[turn][place + 1 :]
    colour, rank = COLOURS.index(card[0]), int(card[1])
    if is_play and fireworks[colour] == rank - 1:
        fireworks[colour] = rank
        hints += rank == LAST_RANK and hints < MAX_HINTS
    else:
        discards[CARDS.index(card)] += 1
        fuses -= is_play
        hints += not is_play
    return {**state, "fireworks": fireworks, "discards": discards, "hints": hints, "fuses": fuses}


def go_on(state: dict) -> dict:
    """Return the state with the player who is next, or with the score if the game is over."""
    score = float(sum(state["fireworks"]))
    if state["fuses"] == 0:
        return {**state, "player": TERMINAL, "returns": [LOST_SCORE] * NUM_PLAYERS}
    if score == len(CARDS) or state["last_turns"] == 0:
        return {**state, "player": TERMINAL, "returns": [score] * NUM_PLAYERS}
    short = any(len(hand) < HAND_SIZE for hand in state["hands"])
    return {**state, "player": CHANCE if short and any(state["left"]) else state["turn"]}


def get_chance_outcomes(state: dict) -> list:
    number = sum(state["left"])
    return [
        (deal, count / number) for deal, count in zip(DEALS, state["left"], strict=True) if count
    ]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    hands, log = state["hands"], state["log"]
    keys = ("fireworks", "discards", "hints", "fuses", "last_turns")
    table = {key: state[key] for key in keys}
    table["deck"], table["to_move"] = sum(state["left"]), state["player"]
    table["possible"] = [
        [[symbol in possible for symbol in SYMBOLS] for _, _, possible in hand] for hand in hands
    ]
    views = []
    for seat, own in enumerate(hands):
        shown = [[card for card, _, _ in hand] for hand in hands]
        shown[seat] = [UNKNOWN] * len(own)
        seen = log.copy()
        for _, place, _ in own:
            seen[place] = HIDDEN_DEAL
        views.append({"seat": seat, "hands": shown, "log": seen, **table})
    return views


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    history = observation["log"].copy()
    unseen = [
        (card, number)
        for card, deal in zip(CARDS, DEALS, strict=True)
        for number in range(history.count(deal), COPIES[int(card[1]) - 1])
    ]
    choices = []
    for flags in observation["possible"][player_id]:
        wrong = {symbol for symbol, flag in zip(SYMBOLS, flags, strict=True) if not flag}
        choices.append([(card, number) for card, number in unseen if wrong.isdisjoint(card)])
    drawn = [random.choice(fitting) for fitting in choices]
    # If a copy is in two places all are drawn anew, so that all hands that fit are equally likely.
    while len(set(drawn)) < len(drawn):
        drawn = [random.choice(fitting) for fitting in choices]
    for card, _ in drawn:
        history[history.index(HIDDEN_DEAL)] = f"deal {card}"
    return history if action is None else [*history, action]


def get_all_actions() -> list:
    return [*PLAYS, *DISCARDS, *(hint for hints in HINTS for hint in hints)]


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    built = " ".join(
        f"{colour}{height}" for colour, height in zip(COLOURS, state["fireworks"], strict=True)
    )
    lines = [f"fireworks {built}, {state['hints']} hints, {state['fuses']} fuses"]
    for seat, hand in enumerate(state["hands"]):
        cards = " ".join(f"{card}({possible})" for card, _, possible in hand)
        lines.append(f"{get_player_name(seat)}: {cards}")
    return "\n".join([*lines, f"{sum(state['left'])} cards in the deck"])
