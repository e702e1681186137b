"""Lane Race: roll, then move or wait; a pawn that is hit on an open square starts again."""

FINISH = 10
SAFE = (0, 3, 7)
FACES = (1, 2, 3, 4)
MAX_TURNS = 20
CHANCE = -1
TERMINAL = -4


def get_initial_state() -> dict:
    return {"pawns": [0, 0], "turns": 0, "face": 0}  # face 0: not rolled yet


def get_current_player(state: dict) -> int:
    if FINISH in state["pawns"] or state["turns"] == MAX_TURNS:
        return TERMINAL
    return state["turns"] % 2 if state["face"] else CHANCE


def get_legal_actions(state: dict) -> list:
    player = get_current_player(state)
    if player == TERMINAL:
        return []
    if player == CHANCE:
        return [f"roll {face}" for face in FACES]
    return ["move", "wait"] if state["pawns"][player] + state["face"] <= FINISH else ["wait"]


def apply_action(state: dict, action: str) -> dict:
    if action not in get_legal_actions(state):
        raise ValueError(f"not a legal action: {action}")
    player = get_current_player(state)
    if player == CHANCE:
        return {**state, "face": int(action.split()[1])}
    pawns = list(state["pawns"])
    if action == "move":
        pawns[player] += state["face"]
        if pawns[player] == pawns[1 - player] and pawns[player] not in SAFE:
            pawns[1 - player] = 0
    return {"pawns": pawns, "turns": state["turns"] + 1, "face": 0}


def get_rewards(state: dict) -> list:
    if FINISH not in state["pawns"]:
        return [0.0, 0.0]
    return [1.0, -1.0] if state["pawns"][0] == FINISH else [-1.0, 1.0]


def get_observations(state: dict) -> list:
    return [{"seat": seat, **state} for seat in range(2)]


def get_chance_outcomes(state: dict) -> list:
    return [(f"roll {face}", 1 / len(FACES)) for face in FACES]


def get_all_actions() -> list:
    return ["move", "wait"]
