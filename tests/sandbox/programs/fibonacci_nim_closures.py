# line: 1 ; 2 ; 4 ; 6 => -1 1
"""Fibonacci nim: 13 counters; take up to twice what the opponent just took. Last counter wins."""


def make_game(total=13, *, factor=2):
    def initial():
        return {"left": total, "last": None, "turn": 0}

    def player(state):
        return state["turn"] if state["left"] else -4

    def legal(state):
        if state["last"] is None:
            limit = total - 1          # the first player may not take everything
        else:
            limit = factor * state["last"]
        return [str(n) for n in range(1, 1 + min(limit, state["left"]))]

    def apply(state, action):
        n = int(action)
        return {"left": state["left"] - n, "last": n, "turn": 1 - state["turn"]}

    def rewards(state):
        if state["left"]:
            return [0.0] * 2
        return [-1.0 if p == state["turn"] else 1.0 for p in range(2)]

    return initial, player, legal, apply, rewards


(get_initial_state, get_current_player, get_legal_actions, apply_action, get_rewards) = make_game()


def make_namer():
    calls = 0
    names = []

    def namer(player_id):
        nonlocal calls
        calls += 1
        if not names:
            names.extend(["Leonardo", "Pisano"])
        return names[player_id]

    return namer


get_player_name = make_namer()


def counter():
    n = 0

    def step():
        nonlocal n
        n += 1
        return n

    return step


def get_observations(state):
    tick = counter()
    return [{"left": state["left"], "last": state["last"], "seat": tick()} for _ in range(2)]
