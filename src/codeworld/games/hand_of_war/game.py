"""Hand of war: pick one card of three in secret; the higher captures all, a tie burns more."""

import random

RANKS = ("J", "Q", "K", "A")  # lowest first
COPIES = 4  # cards of each rank
HAND_SIZE = 3  # at least 2, so that a tie always leaves a card to play
WIN, DRAW, LOSS = 1.0, 0.0, -1.0

CHANCE = -1
TERMINAL = -4
NONE = "none"  # no card lies face down, or none that the viewer may see
DECK = tuple(rank for rank in RANKS for _ in range(COPIES))
PLAYS = tuple(f"play {rank}" for rank in RANKS)
# What happens to cards as they leave the draw piles, one of each player's.
DRAW_CARD, BURN = "draw", "burn"


def get_initial_state() -> dict:
    state = {
        "deck": list(DECK),  # cards that nobody has drawn yet
        "pile": len(DECK) // 2,  # cards in each draw pile, when all deals below are done
        "deals": [],  # [player, DRAW_CARD or BURN] still to be done by chance
        "drawn": [[], []],
        "hands": [[], []],
        "chosen": NONE,  # player 0's card, while player 1 picks
        "table": [],
        "shown": [],  # every card that was ever on the table
        "captured": [[], []],
        "returns": [DRAW, DRAW],
    }
    return begin_deals(state, [DRAW_CARD] * HAND_SIZE)


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    player = state["player"]
    if player == CHANCE:
        return [f"deal {rank}" for rank in RANKS if rank in state["deck"]]
    return hand_actions(state["hands"][player]) if player != TERMINAL else []


def hand_actions(hand: list) -> list:
    return [f"play {rank}" for rank in RANKS if rank in hand]


def begin_deals(state: dict, kinds: list) -> dict:
    """Return the state with a card from each draw pile for every kind of deal, while they last."""
    kinds = kinds[: state["pile"]]
    deals = [[player, kind] for kind in kinds for player in (0, 1)]
    player = CHANCE if deals else 0
    return {**state, "deals": deals, "pile": state["pile"] - len(kinds), "player": player}


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    rank = action.split()[1]
    if state["player"] == CHANCE:
        return deal(state, rank)
    player, hands = state["player"], state["hands"].copy()
    hands[player] = hands[player].copy()
    hands[player].remove(rank)
    if player == 0:
        return {**state, "hands": hands, "chosen": rank, "player": 1}
    return clash({**state, "hands": hands, "chosen": NONE}, state["chosen"], rank)


def deal(state: dict, rank: str) -> dict:
    (seat, kind), *deals = state["deals"]
    deck = state["deck"].copy()
    deck.remove(rank)
    state = {**state, "deck": deck, "deals": deals, "player": CHANCE if deals else 0}
    if kind == BURN:
        return {**state, "table": [*state["table"], rank], "shown": [*state["shown"], rank]}
    for key in ("hands", "drawn"):
        state[key] = state[key].copy()
        state[key][seat] = [*state[key][seat], rank]
    return state


def clash(state: dict, first: str, second: str) -> dict:
    table, captured = [*state["table"], first, second], state["captured"].copy()
    state = {**state, "table": table, "shown": [*state["shown"], first, second]}
    if first == second:
        return begin_deals(state, [BURN, DRAW_CARD]) if state["pile"] else finish(state)
    winner = 0 if RANKS.index(first) > RANKS.index(second) else 1
    captured[winner] = captured[winner] + table
    state = {**state, "table": [], "captured": captured}
    if len(captured[0]) + len(captured[1]) == len(DECK):
        return finish(state)
    return begin_deals(state, [DRAW_CARD])


def finish(state: dict) -> dict:
    first, second = [len(cards) for cards in state["captured"]]
    returns = state["returns"]
    if first != second:
        returns = [WIN, LOSS] if first > second else [LOSS, WIN]
    return {**state, "player": TERMINAL, "returns": returns}


def get_chance_outcomes(state: dict) -> list:
    deck = state["deck"]
    return [(f"deal {rank}", deck.count(rank) / len(deck)) for rank in RANKS if rank in deck]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    table = {
        "shown": state["shown"],
        "captured": [len(cards) for cards in state["captured"]],
        "pile": state["pile"],
        "to_move": state["player"],
    }
    chosen = [state["chosen"], NONE]
    return [
        {"seat": seat, "hand": hand, "drawn": drawn, "chosen": chosen[seat], **table}
        for seat, (hand, drawn) in enumerate(zip(state["hands"], state["drawn"], strict=True))
    ]


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    script, draws = read_script(observation["shown"]), [observation["drawn"]]
    other, hand = sample_draws(script, observation, 1 - player_id)
    draws.insert(1 - player_id, other)
    history, drawn = [], 0
    for kind, *cards in script:
        if kind == DRAW_CARD:
            cards = [draws[0][drawn], draws[1][drawn]]
            drawn += 1
        word = "play" if kind == "clash" else "deal"
        history += [f"{word} {card}" for card in cards]
    if player_id == 1:  # player 0 has picked already
        history.append(random.choice(hand_actions(hand)))
    return history if action is None else [*history, action]


def read_script(shown: list) -> list:
    """Return all that happened, for both players at once: (kind, player 0's card, player 1's)."""
    pairs = [[first, second] for first, second in zip(shown[::2], shown[1::2], strict=True)]
    script, pile = [[DRAW_CARD]] * HAND_SIZE, len(DECK) // 2 - HAND_SIZE
    while pairs:
        first, second = pairs.pop(0)
        script.append(["clash", first, second])
        if first == second:
            script.append([BURN, *pairs.pop(0)])
            pile -= 1
        if pile > 0:
            script.append([DRAW_CARD])
            pile -= 1
    return script


def sample_draws(script: list, observation: dict, seat: int) -> tuple:
    """Return all cards that the other player has drawn, in order, and those in hand now.

    Every card played is put at random among the draws before it, the other draws come from the
    unseen cards, and the result is kept in proportion to how likely that hand plays that card.
    """
    unseen = list(DECK)
    for card in observation["drawn"]:
        unseen.remove(card)
    for kind, *cards in script:
        for owner, card in enumerate(cards):
            if kind == BURN or owner == seat:
                unseen.remove(card)
    while True:
        random.shuffle(unseen)
        draws, free, hands = [], [], []
        for kind, *cards in script:
            if kind == DRAW_CARD:
                free.append(len(draws))
                draws.append(NONE)
            elif kind == "clash":
                hands.append(free)
                place = random.choice(free)
                draws[place] = cards[seat]
                free = [other for other in free if other != place]
        for card, place in zip(unseen, free, strict=False):
            draws[place] = card
        plays = [cards[seat] for kind, *cards in script if kind == "clash"]
        if all(
            random.random() < likeliness([draws[place] for place in hand], card)
            for hand, card in zip(hands, plays, strict=True)
        ):
            return draws, [draws[place] for place in free]


def likeliness(hand: list, card: str) -> float:
    """Return how likely this hand plays one certain copy of this card, relative to other hands.

    Every rank in the hand is equally likely, and so are its copies. A hand with two ranks and one
    copy of the card has 1; only a hand of a single card would have more, and has no choice.
    """
    return 2 / (len(set(hand)) * hand.count(card))


def get_all_actions() -> list:
    return list(PLAYS)


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    lines = [f"on the table: {' '.join(state['table'])}"]
    for seat in (0, 1):
        hand, captured = " ".join(state["hands"][seat]), len(state["captured"][seat])
        lines.append(f"{get_player_name(seat)}: {hand}, {captured} cards captured")
    return "\n".join(lines)
