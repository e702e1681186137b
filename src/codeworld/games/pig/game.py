"""Pig: roll a die as often as you dare and bank the sum, but a 1 loses the turn's points."""

NUM_PLAYERS = 2
SIDES = 6  # faces of the die, numbered from 1
LOSING_FACE = 1
TARGET = 100  # banked points that win
WIN = 1.0
LOSS = -1.0 / (NUM_PLAYERS - 1)  # the losers share the winner's gain

CHANCE = -1
TERMINAL = -4
ACTIONS = ("roll", "hold")
OUTCOMES = tuple(f"roll {face}" for face in range(1, SIDES + 1))


def get_initial_state() -> dict:
    return {
        "scores": [0] * NUM_PLAYERS,  # banked points
        "turn_total": 0,  # points of this turn, not banked yet
        "turn": 0,  # whose turn it is, while the die rolls too
        "player": 0,
        "returns": [0.0] * NUM_PLAYERS,
    }


def get_current_player(state: dict) -> int:
    return state["player"]


def get_legal_actions(state: dict) -> list:
    player = state["player"]
    if player < 0:
        return list(OUTCOMES) if player == CHANCE else []
    enough = state["scores"][player] + state["turn_total"] >= TARGET
    return ["hold"] if enough else list(ACTIONS)


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    scores, total, turn = state["scores"], state["turn_total"], state["turn"]
    player, returns = turn, state["returns"]
    if action == "roll":
        player = CHANCE
    elif action == "hold":
        scores = scores.copy()
        scores[turn] += total
        if scores[turn] >= TARGET:
            player, returns = TERMINAL, [LOSS] * NUM_PLAYERS
            returns[turn] = WIN
        else:
            player = turn = (turn + 1) % NUM_PLAYERS
        total = 0
    else:
        face = OUTCOMES.index(action) + 1
        if face == LOSING_FACE:
            total = 0
            player = turn = (turn + 1) % NUM_PLAYERS
        else:
            total += face
    return {
        "scores": scores,
        "turn_total": total,
        "turn": turn,
        "player": player,
        "returns": returns,
    }


def get_chance_outcomes(state: dict) -> list:
    return [(outcome, 1 / SIDES) for outcome in OUTCOMES]


def get_rewards(state: dict) -> list:
    return state["returns"]


def get_observations(state: dict) -> list:
    scores, total, player = state["scores"], state["turn_total"], state["player"]
    return [
        {"seat": seat, "scores": scores, "turn_total": total, "to_move": player}
        for seat in range(NUM_PLAYERS)
    ]


def get_all_actions() -> list:
    return list(ACTIONS)


def get_player_name(player_id: int) -> str:
    return f"player {player_id}"


def render(state: dict) -> str:
    scores = ", ".join(f"{get_player_name(seat)}: {n}" for seat, n in enumerate(state["scores"]))
    turn = f"turn of {get_player_name(state['turn'])}, {state['turn_total']} points so far"
    return f"{scores}\n{'game over' if state['player'] == TERMINAL else turn}"
