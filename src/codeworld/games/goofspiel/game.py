"""Goofspiel: bid one card in secret for each prize; the higher card takes the prize's points."""

import random

NUM_PLAYERS = 2
NUM_CARDS = 5  # in each hand, 1 to this; the prizes are worth as much
SHUFFLED = True  # prizes come in random order; if not, from the lowest to the highest
GAIN, LOSS = 1.0, -1.0  # shared by those with the most points, and by the others

CHANCE = -1
TERMINAL = -4
NOTHING = 0  # no prize is turned up; no bid that the viewer may see
CARDS = tuple(range(1, NUM_CARDS + 1))
BIDS = tuple(f"bid {card}" for card in CARDS)
PRIZES = tuple(f"prize {points}" for points in CARDS)


def get_initial_state() -> dict:
    state = {
        "hands": [list(CARDS)] * NUM_PLAYERS,  # at the beginning of the round
        "prizes": list(CARDS),  # not turned up yet
        "prize": NOTHING,  # turned up in this round
        "bids": [],  # of this round
        "rounds": [],  # of every finished round, the prize and then the bids
        "points": [0] * NUM_PLAYERS,
        "returns": [0.0] * NUM_PLAYERS,
    }
    return begin_round(state)


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    return state["legal"]


def begin_round(state: dict) -> dict:
    prizes = state["prizes"]
    if len(prizes) == 1:  # the last round plays itself
        return finish(settle(turn_up(state, prizes[0]), [hand[0] for hand in state["hands"]]))
    legal = [PRIZES[points - 1] for points in prizes]
    shuffle = {**state, "prize": NOTHING, "player": CHANCE, "legal": legal}
    return shuffle if SHUFFLED else turn_up(state, prizes[0])


def turn_up(state: dict, prize: int) -> dict:
    prizes = [points for points in state["prizes"] if points != prize]
    legal = [BIDS[card - 1] for card in state["hands"][0]]
    return {**state, "prizes": prizes, "prize": prize, "player": 0, "legal": legal}


def apply_action(state: dict, action: str) -> dict:
    if action not in state["legal"]:
        raise ValueError(f"not a legal action: {action}")
    if state["player"] == CHANCE:
        return turn_up(state, PRIZES.index(action) + 1)
    bids = [*state["bids"], BIDS.index(action) + 1]
    if len(bids) < NUM_PLAYERS:
        legal = [BIDS[card - 1] for card in state["hands"][len(bids)]]
        return {**state, "bids": bids, "player": len(bids), "legal": legal}
    return begin_round(settle(state, bids))


def settle(state: dict, bids: list) -> dict:
    """Return the state after a round with these bids: the only highest card wins the prize."""
    points, prize, highest = state["points"].copy(), state["prize"], max(bids)
    if bids.count(highest) == 1:
        points[bids.index(highest)] += prize
    hands = [
        [card for card in hand if card != bid]
        for hand, bid in zip(state["hands"], bids, strict=True)
    ]
    rounds = [*state["rounds"], [prize, *bids]]
    return {**state, "hands": hands, "points": points, "bids": [], "rounds": rounds}


def finish(state: dict) -> dict:
    points, returns = state["points"], state["returns"]
    best = points.count(max(points))
    if best < NUM_PLAYERS:
        gain, loss = GAIN / best, LOSS / (NUM_PLAYERS - best)
        returns = [gain if score == max(points) else loss for score in points]
    return {**state, "prize": NOTHING, "player": TERMINAL, "legal": [], "returns": returns}


def get_chance_outcomes(state: dict) -> list:
    return [(outcome, 1 / len(state["legal"])) for outcome in state["legal"]]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    table = {key: state[key] for key in ("hands", "prize", "rounds", "points")}
    table["to_move"] = state["player"]
    bids = state["bids"] + [NOTHING] * (NUM_PLAYERS - len(state["bids"]))
    return [{"seat": seat, "bid": bid, **table} for seat, bid in enumerate(bids)]


def resample_history(obs_action_history: list, player_id: int) -> list:
    observation, action = obs_action_history[-1]
    history = []
    for prize, *bids in [*observation["rounds"], [observation["prize"]]]:
        history += [PRIZES[prize - 1]] if SHUFFLED else []
        history += [BIDS[bid - 1] for bid in bids]
    hidden = observation["hands"][:player_id]  # of those who have bid in this round already
    history += [BIDS[random.choice(hand) - 1] for hand in hidden]
    return history if action is None else [*history, action]


def get_all_actions() -> list:
    return list(BIDS)


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    lines = [f"prize {state['prize'] or 'none'}"]
    for seat in range(NUM_PLAYERS):
        hand = " ".join(map(str, state["hands"][seat]))
        lines.append(f"{get_player_name(seat)}: {state['points'][seat]} points, cards {hand}")
    return "\n".join(lines)
