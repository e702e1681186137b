# line: h00 ; h10 ; v00 ; v01 ; v02 ; h01 ; h11 => -2 2
"""Dots and boxes, one row of two boxes. Closing a box scores it and moves again.

    . h00 . h01 .
    v00   v01   v02
    . h10 . h11 .
"""
EDGES = [("h", 0, 0), ("h", 0, 1), ("h", 1, 0), ("h", 1, 1), ("v", 0, 0), ("v", 0, 1), ("v", 0, 2)]
BOXES = [(0, 0), (0, 1)]


def edge_name(edge): return edge[0] + str(edge[1]) + str(edge[2])


def sides(box):
    r, c = box
    return [("h", r, c), ("h", r + 1, c), ("v", r, c), ("v", r, c + 1)]


def get_initial_state():
    return {"edges": {edge: False for edge in EDGES}, "owner": {box: None for box in BOXES}, "turn": 0}


def get_current_player(state):
    if all(state["edges"].values()): return -4
    return state["turn"]


def get_legal_actions(state):
    return [edge_name(e) for e in state["edges"] if not state["edges"][e]]


def apply_action(state, action):
    kind, r, c = action[0], int(action[1]), int(action[2])
    edges = dict(state["edges"])
    owner = dict(state["owner"])
    if edges[kind, r, c]:
        raise ValueError("edge already drawn")
    edges[kind, r, c] = True
    closed = 0
    for box in BOXES:
        if owner[box] is None and all(edges[s] for s in sides(box)):
            owner[box] = state["turn"]
            closed += 1
    return {"edges": edges, "owner": owner, "turn": state["turn"] if closed else 1 - state["turn"]}


def get_rewards(state):
    first = sum(1 for o in state["owner"].values() if o == 0)
    second = sum(1 for o in state["owner"].values() if o == 1)
    return [float(first - second), float(second - first)]


def get_observations(state):
    drawn = [edge_name(e) for e, is_drawn in state["edges"].items() if is_drawn]
    return [{"drawn": drawn, "boxes": list(state["owner"].values())} for _ in (0, 1)]


def get_player_name(player_id):
    return ("dots", "boxes")[player_id]
