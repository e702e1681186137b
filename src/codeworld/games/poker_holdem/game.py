"""Limit Texas hold'em: two private and five public cards, four rounds of bets of a fixed size."""

import random

BLINDS = (1, 2)  # posted by each player before the cards are dealt; one for each player
FIRST = (0, 1, 1, 1)  # who acts first in each round; if folded, the next player who has not
BETS = (2, 2, 4, 4)  # size of a bet or raise in each round
MAX_BETS = 4  # bets and raises together, in each round; the big blind counts as a bet
HOLE_CARDS = 2  # private cards of each player
BOARD = (0, 3, 1, 1)  # public cards turned up before each round

NUM_PLAYERS = len(BLINDS)
RANKS = "23456789TJQKA"  # lowest first
SUITS = "cdhs"
DECK = tuple(rank + suit for rank in RANKS for suit in SUITS)
HAND_SIZE = 5  # cards that count in a showdown
HIGH_CARD, PAIR, TWO_PAIRS, THREE, STRAIGHT, FLUSH, FULL_HOUSE, FOUR, STRAIGHT_FLUSH = range(9)
# How often the two commonest ranks occur at least: the kind, ranks that make it, and kickers.
SHAPES = (
    (4, 1, FOUR, 1, 1),
    (3, 2, FULL_HOUSE, 2, 0),
    (3, 1, THREE, 1, 2),
    (2, 2, TWO_PAIRS, 2, 1),
    (2, 1, PAIR, 1, 3),
    (1, 1, HIGH_CARD, 0, 5),
)

CHANCE = -1
TERMINAL = -4


def get_initial_state() -> dict:
    return {
        "deck": list(DECK),
        "hole": [[]] * NUM_PLAYERS,
        "board": [],
        "shown": [[]] * NUM_PLAYERS,  # the private cards of those in the showdown
        "moves": [[] for _ in BETS],  # of each round
        "stakes": list(BLINDS),  # chips that each player has put in
        "folded": [],
        "round": 0,
        "bets": 1,  # bets and raises in this round
        "undealt": HOLE_CARDS * NUM_PLAYERS,  # cards to come before the betting goes on
        "waiting": [],  # who must still act in this round, in turn order
        "player": CHANCE,
        "returns": [0.0] * NUM_PLAYERS,
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    player, stakes, bets = state["player"], state["stakes"], state["bets"]
    if player == CHANCE:
        return [f"deal {card}" for card in state["deck"]]
    if player == TERMINAL:
        return []
    legal = ["fold", "call"] if stakes[player] < max(stakes) else ["check"]
    if bets < MAX_BETS:
        legal.append("raise" if bets else "bet")
    return legal


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    state = state.copy()
    return deal(state, action.split()[1]) if state["player"] == CHANCE else act(state, action)


def deal(state: dict, card: str) -> dict:
    dealt = len(DECK) - len(state["deck"])
    state["deck"] = [other for other in state["deck"] if other != card]
    if dealt < HOLE_CARDS * NUM_PLAYERS:
        seat, hole = dealt // HOLE_CARDS, state["hole"].copy()
        hole[seat] = [*hole[seat], card]
        state["hole"] = hole
    else:
        state["board"] = [*state["board"], card]
    state["undealt"] -= 1
    return state if state["undealt"] else await_moves(state, FIRST[state["round"]], NUM_PLAYERS)


def players_left(state: dict, first: int, number: int = NUM_PLAYERS) -> list:
    """Return who has not folded among this number of players in turn order from `first`."""
    seats = [seat % NUM_PLAYERS for seat in range(first, first + number)]
    return [seat for seat in seats if seat not in state["folded"]]


def await_moves(state: dict, first: int, number: int) -> dict:
    waiting = players_left(state, first, number)
    return {**state, "waiting": waiting, "player": waiting[0]}


def act(state: dict, action: str) -> dict:
    player, now, stakes = state["player"], state["round"], state["stakes"].copy()
    moves, waiting = state["moves"].copy(), state["waiting"][1:]
    moves[now] = [*moves[now], action]
    state.update(moves=moves, stakes=stakes)
    if action == "fold":
        state["folded"] = [*state["folded"], player]
        left = players_left(state, 0)
        if len(left) == 1:
            return finish(state, left)
    elif action == "call":
        stakes[player] = max(stakes)
    elif action != "check":  # a bet or raise, which all others must answer
        stakes[player] = max(stakes) + BETS[now]
        state["bets"] += 1
        return await_moves(state, player + 1, NUM_PLAYERS - 1)
    if waiting:
        return {**state, "waiting": waiting, "player": waiting[0]}
    if now == len(BETS) - 1:
        return showdown(state)
    return {**state, "round": now + 1, "bets": 0, "undealt": BOARD[now + 1], "player": CHANCE}


def showdown(state: dict) -> dict:
    left, hole = players_left(state, 0), state["hole"]
    ranks = [rank_hand(hole[seat] + state["board"]) for seat in left]
    state["shown"] = [hole[seat] if seat in left else [] for seat in range(NUM_PLAYERS)]
    best = max(ranks)
    return finish(state, [seat for seat, rank in zip(left, ranks, strict=True) if rank == best])


def finish(state: dict, winners: list) -> dict:
    """Return the terminal state: the winners share the pot equally."""
    returns = [float(-stake) for stake in state["stakes"]]
    for seat in winners:
        returns[seat] += sum(state["stakes"]) / len(winners)
    return {**state, "player": TERMINAL, "returns": returns}


def rank_hand(cards: list) -> list:
    """Return the worth of the best five of these five to seven cards; the greater list wins.

    It is the kind of hand, then the ranks that break ties, the most important one first.
    """
    ranks, suits = ranks_of(cards), [card[1] for card in cards]
    for suit in SUITS:
        if suits.count(suit) >= HAND_SIZE:  # leaves no room for a full house or four of a kind
            flush = ranks_of([card for card in cards if card[1] == suit])
            straight = find_straight(flush)
            return [STRAIGHT_FLUSH, *straight] if straight else [FLUSH, *flush[:HAND_SIZE]]
    groups = sorted(set(ranks), key=lambda rank: (ranks.count(rank), rank), reverse=True)
    first, second = ranks.count(groups[0]), ranks.count(groups[1])
    kind, num_grouped, num_kickers = next(
        shape[2:] for shape in SHAPES if first >= shape[0] and second >= shape[1]
    )
    if kind < STRAIGHT and (straight := find_straight(ranks)):
        return [STRAIGHT, *straight]
    grouped = groups[:num_grouped]
    kickers = [rank for rank in ranks if rank not in grouped]
    return [kind, *grouped, *kickers[:num_kickers]]


def ranks_of(cards: list) -> list:
    return sorted([RANKS.index(card[0]) for card in cards], reverse=True)


def find_straight(ranks: list) -> list:
    """Return the top rank of the highest straight, or nothing. `ranks` falls."""
    held = set(ranks)
    if RANKS.index("A") in held:
        held.add(-1)  # the ace also counts below the two, in the straight 5 4 3 2 A
    tops = [top for top in ranks if held.issuperset(range(top - HAND_SIZE + 1, top + 1))]
    return tops[:1]


def get_chance_outcomes(state: dict) -> list:
    return [(f"deal {card}", 1 / len(state["deck"])) for card in state["deck"]]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    table = {key: state[key] for key in ("board", "moves", "stakes", "shown")}
    table["to_move"] = state["player"]
    return [{"seat": seat, "hole": hole, **table} for seat, hole in enumerate(state["hole"])]


def resample_history(obs_action_history: list, player_id: int) -> list:
    """The other players' cards are any of those unseen, since these decide no action."""
    observation, action = obs_action_history[-1]
    hole, board = observation["hole"], observation["board"]
    unseen = [card for card in DECK if card not in hole and card not in board]
    dealt = random.sample(unseen, HOLE_CARDS * (NUM_PLAYERS - 1))
    place = HOLE_CARDS * player_id
    history, board = deals([*dealt[:place], *hole, *dealt[place:]]), deals(board)
    for number, moves in zip(BOARD, observation["moves"], strict=True):
        history += board[:number] + moves
        board = board[number:]
    return history if action is None else [*history, action]


def deals(cards: list) -> list:
    return [f"deal {card}" for card in cards]


def get_all_actions() -> list:
    return ["check", "bet", "fold", "call", "raise"]


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    lines = [f"board {' '.join(state['board'])}, pot {sum(state['stakes'])}"]
    for seat, (hole, stake) in enumerate(zip(state["hole"], state["stakes"], strict=True)):
        lines.append(f"{get_player_name(seat)}: {' '.join(hole)}, {stake} in the pot")
    lines.append(" / ".join(" ".join(moves) for moves in state["moves"]))
    return "\n".join(lines)
