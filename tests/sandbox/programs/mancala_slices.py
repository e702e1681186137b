# line: 1 ; 0 ; 1 ; 0 ; 1 ; 1 ; 2 => 1 -1
"""Kalah with three pits a side and two seeds a pit.

Pits are numbered around the board:

     6  5  4
  7           3
     0  1  2
"""
PITS = 3
SEEDS = 2
STORES = (PITS, 2 * PITS + 1)


def get_initial_state():
    side = [SEEDS] * PITS + [0]
    return {"pits": side + side, "turn": 0}


def _side(pits, player):
    start = player * (PITS + 1)
    return pits[start:start + PITS]


def _game_over(pits):
    return not any(_side(pits, 0)) or not any(_side(pits, 1))


def get_current_player(state):
    return -4 if _game_over(state["pits"]) else state["turn"]


def get_legal_actions(state):
    if _game_over(state["pits"]):
        return []
    return [str(i) for i, seeds in enumerate(_side(state["pits"], state["turn"])) if seeds > 0]


def apply_action(state, action):
    pits = state["pits"][:]
    turn = state["turn"]
    at = turn * (PITS + 1) + int(action)
    hand, pits[at] = pits[at], 0
    while hand:
        at = (at + 1) % len(pits)
        if at == STORES[1 - turn]:
            continue
        pits[at] += 1
        hand -= 1
    # Capture: last seed in an own empty pit takes the opposite pit too
    own = range(turn * (PITS + 1), turn * (PITS + 1) + PITS)
    opposite = 2 * PITS - at
    if at in own and pits[at] == 1 and pits[opposite]:
        pits[STORES[turn]] += pits[opposite] + 1
        pits[at] = pits[opposite] = 0
    if _game_over(pits):
        for player in (0, 1):
            start = player * (PITS + 1)
            pits[STORES[player]] += sum(pits[start:start + PITS])
            pits[start:start + PITS] = [0] * PITS
    if at != STORES[turn]:
        turn = 1 - turn
    return {"pits": pits, "turn": turn}


def get_rewards(state):
    if not _game_over(state["pits"]):
        return [0.0, 0.0]
    diff = state["pits"][STORES[0]] - state["pits"][STORES[1]]
    sign = (diff > 0) - (diff < 0)
    return [float(sign), float(-sign)]


def get_observations(state):
    pits = state["pits"]
    half = PITS + 1
    return [pits[:half] + pits[half:], pits[half:] + pits[:half]]


def render(state):
    top = " ".join(f"{n:>2}" for n in reversed(_side(state["pits"], 1)))
    bottom = " ".join(f"{n:>2}" for n in _side(state["pits"], 0))
    return f"{state['pits'][STORES[1]]:<3}{top}\n{'':3}{bottom}{state['pits'][STORES[0]]:^5}"
