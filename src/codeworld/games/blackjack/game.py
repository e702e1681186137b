"""Blackjack: draw cards up to 21 against a dealer who must hit below 17 and hides one card."""

import random

RANKS = ("A", "2", "3", "4", "5", "6", "7", "8", "9", "T")  # T is every ten, jack, queen and king
COPIES = (4, 4, 4, 4, 4, 4, 4, 4, 4, 16)  # cards of each rank
LIMIT = 21
ACE_BONUS = 10  # an ace counts 1, and this more while the hand keeps to the limit
DEALER_STANDS = 17  # the least total with which the dealer stands
NATURAL_PAY = 1.5  # for an ace and a ten as the first two cards
SURRENDER_LOSS = 0.5
STAKE, DOUBLED = 1, 2

CHANCE = -1
TERMINAL = -4
DEAL_ORDER = (0, 1, 0, 1)  # the dealer's second card is the hole card
HOLE = 3  # its place among the deals
HIDDEN = "?"
ACTIONS = ("hit", "stand", "double", "split", "surrender")
DEALS = tuple(f"deal {rank}" for rank in RANKS)


def get_initial_state() -> dict:
    return {
        "left": list(COPIES),  # cards of each rank that are not dealt yet
        "hands": [[]],  # of player 0; two after a split
        "stakes": [STAKE],  # of each hand
        "active": 0,  # the hand that is played
        "dealer": [],
        "open": False,  # whether the hole card is turned up
        "log": [],  # all actions and deals
        "takes": 0,  # who gets the next card
        "player": CHANCE,
        "returns": [0.0, 0.0],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def total(cards: list) -> int:
    points = sum(RANKS.index(card) + 1 for card in cards)
    return points + ACE_BONUS if "A" in cards and points + ACE_BONUS <= LIMIT else points


def get_legal_actions(state: dict) -> list:
    player = state["player"]
    if player == CHANCE:
        return [deal for deal, count in zip(DEALS, state["left"], strict=True) if count]
    if player == 1:
        return ["hit"] if total(state["dealer"]) < DEALER_STANDS else ["stand"]
    if player == TERMINAL:
        return []
    if state["open"]:  # there is a natural, and nothing left to decide
        return ["stand"]
    hand, legal = state["hands"][state["active"]], ["hit", "stand"]
    if len(hand) == 2:
        legal.append("double")
        if len(state["hands"]) == 1:
            legal += ["split", "surrender"] if hand[0] == hand[1] else ["surrender"]
    return legal


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    player = state["player"]
    state = {**state, "log": [*state["log"], action]}
    if player == CHANCE:
        return receive(state, DEALS.index(action))
    if action == "surrender":
        return finish(state, -SURRENDER_LOSS)
    if action == "stand":
        if player == 0 and state["open"]:
            return settle_naturals(state)
        return next_hand(state) if player == 0 else settle(state)
    if action == "split":
        state["hands"] = [[card] for card in state["hands"][0]]
        state["stakes"] = [STAKE, STAKE]
    if action == "double":
        state["stakes"] = state["stakes"].copy()
        state["stakes"][state["active"]] = DOUBLED
    return {**state, "takes": player, "player": CHANCE}


def receive(state: dict, rank: int) -> dict:
    """Return the state after this card has gone to the player who takes it."""
    left, hands, active = state["left"].copy(), state["hands"].copy(), state["active"]
    left[rank] -= 1
    state = {**state, "left": left, "hands": hands}
    if state["takes"] == 0:
        hands[active] = [*hands[active], RANKS[rank]]
    else:
        state["dealer"] = [*state["dealer"], RANKS[rank]]
    dealt = len(state["log"])
    if dealt < len(DEAL_ORDER):
        return {**state, "takes": DEAL_ORDER[dealt]}
    if dealt == len(DEAL_ORDER):
        natural = is_natural(hands[0]) or is_natural(state["dealer"])
        return {**state, "open": natural, "player": 0}
    if state["takes"] == 1:
        return dealer_turn(state)
    hand, is_split = hands[active], len(hands) == 2
    only_one_card = is_split and len(hand) == 2 and hand[0] == "A"
    if only_one_card or total(hand) >= LIMIT or state["stakes"][active] == DOUBLED:
        return next_hand(state)
    return {**state, "player": 0}


def is_natural(cards: list) -> bool:
    return len(cards) == 2 and total(cards) == LIMIT


def settle_naturals(state: dict) -> dict:
    player, dealer = is_natural(state["hands"][0]), is_natural(state["dealer"])
    return finish(state, 0.0 if player and dealer else NATURAL_PAY if player else -float(STAKE))


def next_hand(state: dict) -> dict:
    active = state["active"] + 1
    if active < len(state["hands"]):
        return {**state, "active": active, "takes": 0, "player": CHANCE}
    if all(total(hand) > LIMIT for hand in state["hands"]):
        return settle(state)
    return dealer_turn({**state, "open": True})


def dealer_turn(state: dict) -> dict:
    return settle(state) if total(state["dealer"]) > LIMIT else {**state, "player": 1}


def settle(state: dict) -> dict:
    dealer, gain = total(state["dealer"]), 0
    for hand, stake in zip(state["hands"], state["stakes"], strict=True):
        points = total(hand)
        if points > LIMIT or (points < dealer <= LIMIT):
            gain -= stake
        elif dealer > LIMIT or points > dealer:
            gain += stake
    return finish(state, float(gain))


def finish(state: dict, gain: float) -> dict:
    return {**state, "player": TERMINAL, "returns": [gain, -gain]}


def get_chance_outcomes(state: dict) -> list:
    number = sum(state["left"])
    return [
        (deal, count / number) for deal, count in zip(DEALS, state["left"], strict=True) if count
    ]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    table = {"hands": state["hands"], "stakes": state["stakes"], "active": state["active"]}
    table["to_move"] = state["player"]
    dealer, log = state["dealer"], state["log"]
    views = [(dealer, log), (dealer, log)]
    if len(dealer) == 2 and not state["open"]:
        views[0] = [dealer[0], HIDDEN], [*log[:HOLE], f"deal {HIDDEN}", *log[HOLE + 1 :]]
    return [
        {"seat": seat, "dealer": cards, "log": seen, **table}
        for seat, (cards, seen) in enumerate(views)
    ]


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    history, dealer = observation["log"].copy(), observation["dealer"]
    if HIDDEN in dealer:
        unseen = [
            DEALS[rank]
            for rank, count in enumerate(COPIES)
            for _ in range(count - history.count(DEALS[rank]))
            if not is_natural([dealer[0], RANKS[rank]])  # it would have been turned up
        ]
        history[HOLE] = random.choice(unseen)
    return history if action is None else [*history, action]


def get_all_actions() -> list:
    return list(ACTIONS)


def get_player_name(player_id: int) -> str:
    return ("player", "dealer")[player_id]


def render(state: dict) -> str:
    lines = [f"dealer: {' '.join(state['dealer'])}"]
    for hand, stake in zip(state["hands"], state["stakes"], strict=True):
        lines.append(f"player: {' '.join(hand)}, stake {stake}")
    return "\n".join(lines)
