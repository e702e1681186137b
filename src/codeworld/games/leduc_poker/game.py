"""Leduc poker: a private card, a round of bets, a public card, a second round; a pair wins."""

import random

RANKS = ("J", "Q", "K")  # lowest first
COPIES = 2  # cards of each rank
ANTE = 1
BETS = (2, 4)  # size of a bet or raise in the first and in the second round
MAX_BETS = 2  # bets and raises together, in each round

DECK = tuple(rank for rank in RANKS for _ in range(COPIES))
CHANCE = -1
TERMINAL = -4
HIDDEN = "?"  # a card that is not dealt yet, or that the viewer may not see


def get_initial_state() -> dict:
    return {
        "deck": list(DECK),
        "cards": [HIDDEN, HIDDEN],
        "views": [[HIDDEN, HIDDEN], [HIDDEN, HIDDEN]],  # the cards as each player sees them
        "public": HIDDEN,
        "moves": [[], []],  # of each round
        "stakes": [ANTE, ANTE],
        "player": CHANCE,
        "legal": [f"deal {rank}" for rank in RANKS],
        "returns": [0.0, 0.0],
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def deal(state: dict, card: str) -> dict:
    deck, cards = state["deck"].copy(), state["cards"]
    deck.remove(card)
    if HIDDEN not in cards:
        return {**state, "deck": deck, "public": card, "player": 0, "legal": ["check", "bet"]}
    cards = [card, HIDDEN] if cards[0] == HIDDEN else [cards[0], card]
    views = [[cards[0], HIDDEN], [HIDDEN, cards[1]]]
    state = {**state, "deck": deck, "cards": cards, "views": views}
    if HIDDEN in cards:
        state["legal"] = [f"deal {rank}" for rank in RANKS if rank in deck]
    else:
        state["player"], state["legal"] = 0, ["check", "bet"]
    return state


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    player, betting_round = state["player"], 0 if state["public"] == HIDDEN else 1
    if player == CHANCE:
        return deal(state, action.split()[1])
    other, moves, stakes = 1 - player, state["moves"].copy(), state["stakes"].copy()
    played = moves[betting_round] = [*moves[betting_round], action]
    state = {**state, "moves": moves, "stakes": stakes, "player": other}
    if action == "fold":
        return finish(state, other)
    if action == "check":
        state["legal"] = ["check", "bet"]
    elif action == "call":
        stakes[player] = stakes[other]
    else:
        stakes[player] = stakes[other] + BETS[betting_round]
        raises = len(played) - played.count("check")
        state["legal"] = ["fold", "call", "raise"] if raises < MAX_BETS else ["fold", "call"]
    if action == "call" or played == ["check", "check"]:
        if betting_round == 1:
            return showdown(state)
        state["player"] = CHANCE
        state["legal"] = [f"deal {rank}" for rank in RANKS if rank in state["deck"]]
    return state


def showdown(state: dict) -> dict:
    """Show both cards: one that pairs the public card wins, else the higher one, else neither."""
    cards, pair = state["cards"], len(RANKS)
    first, second = [pair if card == state["public"] else RANKS.index(card) for card in cards]
    state = {**state, "views": [cards, cards], "player": TERMINAL, "legal": []}
    return state if first == second else finish(state, 0 if first > second else 1)


def finish(state: dict, winner: int) -> dict:
    gain = float(state["stakes"][1 - winner])
    returns = [gain, -gain] if winner == 0 else [-gain, gain]
    return {**state, "player": TERMINAL, "legal": [], "returns": returns}


def get_chance_outcomes(state: dict) -> list:
    deck = state["deck"]
    return [(f"deal {rank}", deck.count(rank) / len(deck)) for rank in RANKS if rank in deck]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    table = {
        "public": state["public"],
        "moves": state["moves"],
        "stakes": state["stakes"],
        "to_move": state["player"],
    }
    return [{"seat": seat, "cards": cards, **table} for seat, cards in enumerate(state["views"])]


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    public, moves = observation["public"], observation["moves"]
    unseen = list(DECK)
    for card in [*observation["cards"], public]:
        if card != HIDDEN:
            unseen.remove(card)
    random.shuffle(unseen)
    cards = [unseen.pop() if card == HIDDEN else card for card in observation["cards"]]
    history = [f"deal {card}" for card in cards] + moves[0]
    if public != HIDDEN:
        history += [f"deal {public}", *moves[1]]
    return history if action is None else [*history, action]


def get_all_actions() -> list:
    return ["check", "bet", "fold", "call", "raise"]


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    cards = f"cards {' '.join(state['cards'])}, public {state['public']}"
    moves = " / ".join(" ".join(played) for played in state["moves"])
    return f"{cards}, pot {sum(state['stakes'])}: {moves}"
