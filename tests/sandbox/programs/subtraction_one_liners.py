# line: take 3 ; take 2 ; take 1 ; take 3 ; take 3 => 1 -1
# line: take 3 ; take 3 ; take 3 ; take 3 => -1 1
MAX_TAKE = 3; START = 12; TERMINAL = -4  # subtraction game, last stone wins
get_initial_state = lambda: {"stones": START, "player": 0}
get_current_player = lambda state: TERMINAL if state["stones"] == 0 else state["player"]
get_legal_actions = lambda state: [f"take {k}" for k in range(1, min(MAX_TAKE, state["stones"]) + 1)]
def apply_action(state, action): n = int(action.rsplit(None, 1)[-1]); return {**state, "stones": state["stones"] - n, "player": 1 - state["player"]}
def get_rewards(state): return [0.0, 0.0] if state["stones"] else ([-1.0, 1.0] if state["player"] == 0 else [1.0, -1.0])
def get_observations(state): view = state["stones"]; return [view, view]
def get_player_name(player_id): return "ab"[player_id]
def render(state): s = "*" * state["stones"]; return s or "(empty)"
