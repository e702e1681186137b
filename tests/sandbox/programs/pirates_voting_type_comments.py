# line: 2,1 ; yes => 2 1 0
# line: 0,3 ; no ; yes => -1 3 0
# line: 0,3 ; no ; no => -1 -1 3
"""Three pirates share three coins. The captain proposes (own, next) and the boy gets the rest.

If the mate says yes, the plan holds. If not, the captain walks the plank (-1) and the boy decides:
yes, the mate takes all; no, the mate walks too and the boy takes all.
"""


def get_initial_state():
    # type: () -> dict
    return {"plan": None, "votes": []}


def get_current_player(state):
    # type: (dict) -> int
    if state["plan"] is None:
        return 0
    votes = state["votes"]  # type: list[str]
    if not votes:
        return 1
    return -4 if votes[0] == "yes" or len(votes) == 2 else 2


def get_legal_actions(state):
    # type: (dict) -> List[str]
    mover = get_current_player(state)
    if mover == 0:
        return [",".join((str(own), str(other))) for own in range(4) for other in range(4 - own)]
    elif mover in (1, 2):
        return ["yes", "no"]
    return []


def apply_action(state, action):
    # type: (dict, str) -> dict
    if state["plan"] is None:
        own, other = [int(x) for x in action.split(",")]
        return {"plan": [own, other, 3 - own - other], "votes": []}
    return {"plan": state["plan"], "votes": state["votes"] + [action]}


def get_rewards(state):
    if get_current_player(state) != -4:
        return [0.0, 0.0, 0.0]
    if state["votes"][0] == "yes":
        return [float(coins) for coins in state["plan"]]
    return [-1.0, 3.0, 0.0] if state["votes"][1] == "yes" else [-1.0, -1.0, 3.0]


def get_observations(state):
    return [{"plan": state["plan"], "votes": tuple(state["votes"])} for _ in range(3)]


def get_player_name(player_id):
    return {0: "captain", 1: "mate", 2: "boy"}.get(player_id, "sea")
