"""Kuhn poker: one card each, one bet; the highest card that has not folded takes the pot."""

import random

NUM_PLAYERS = 2
DECK = ("J", "Q", "K")  # lowest first, one of each: more cards than there are players
ANTE = 1
BET = 1

CHANCE = -1
TERMINAL = -4
HIDDEN = "?"  # a card that is not dealt yet, or that the viewer may not see


def get_initial_state() -> dict:
    cards = [HIDDEN] * NUM_PLAYERS
    return {
        "cards": cards,
        "views": [cards] * NUM_PLAYERS,  # for each player, the cards as that player sees them
        "moves": [],
        "stakes": [ANTE] * NUM_PLAYERS,
        "player": CHANCE,
        "legal": [f"deal {card}" for card in DECK],
        "returns": [0.0] * NUM_PLAYERS,
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def deal(state: dict, card: str) -> dict:
    cards, views = state["cards"].copy(), state["views"].copy()
    seat = cards.index(HIDDEN)
    cards[seat] = card
    views[seat] = [HIDDEN] * NUM_PLAYERS
    views[seat][seat] = card
    if seat < NUM_PLAYERS - 1:
        legal = [f"deal {other}" for other in DECK if other not in cards]
        return {**state, "cards": cards, "views": views, "legal": legal}
    return {**state, "cards": cards, "views": views, "player": 0, "legal": ["check", "bet"]}


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    if state["player"] == CHANCE:
        return deal(state, action.split()[1])
    moves, stakes = [*state["moves"], action], state["stakes"]
    if action == "bet" or action == "call":
        stakes = stakes.copy()
        stakes[state["player"]] += BET
    state = {**state, "moves": moves, "stakes": stakes}
    # Everyone acts once. A bet starts the count again, since all others must answer it.
    first = moves.index("bet") if "bet" in moves else 0
    if len(moves) == first + NUM_PLAYERS:
        return finish(state)
    state["player"] = len(moves) % NUM_PLAYERS
    state["legal"] = ["fold", "call"] if "bet" in moves else ["check", "bet"]
    return state


def finish(state: dict) -> dict:
    """Return the terminal state: the pot goes to the highest card among those who did not fold."""
    cards, stakes, views = state["cards"], state["stakes"], state["views"]
    folded = [turn % NUM_PLAYERS for turn, move in enumerate(state["moves"]) if move == "fold"]
    left = [seat for seat in range(NUM_PLAYERS) if seat not in folded]
    winner = max(left, key=lambda seat: DECK.index(cards[seat]))
    returns = [float(-stake) for stake in stakes]
    returns[winner] += sum(stakes)
    if len(left) > 1:  # a showdown: those who are left show their cards
        views = [
            [cards[seat] if seat in left else view[seat] for seat in range(NUM_PLAYERS)]
            for view in views
        ]
    return {**state, "views": views, "player": TERMINAL, "legal": [], "returns": returns}


def get_chance_outcomes(state: dict) -> list:
    return [(outcome, 1 / len(state["legal"])) for outcome in state["legal"]]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    moves, stakes, player = state["moves"], state["stakes"], state["player"]
    return [
        {"seat": seat, "cards": cards, "moves": moves, "stakes": stakes, "to_move": player}
        for seat, cards in enumerate(state["views"])
    ]


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    unseen = [card for card in DECK if card not in observation["cards"]]
    random.shuffle(unseen)
    cards = [unseen.pop() if card == HIDDEN else card for card in observation["cards"]]
    own = [] if action is None else [action]
    return [f"deal {card}" for card in cards] + observation["moves"] + own


def get_all_actions() -> list:
    return ["check", "bet", "fold", "call"]


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    cards, moves = " ".join(state["cards"]), " ".join(state["moves"])
    return f"cards {cards}, pot {sum(state['stakes'])}: {moves}"
