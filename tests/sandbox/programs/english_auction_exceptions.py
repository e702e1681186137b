# line: raise ; raise ; pass => 0 4
# line: pass ; pass => 0 0
"""Ascending auction for a prize of 6: raise by 1 or pass; a pass after a bid ends it."""


class AuctionError(Exception):
    """Base of this game's errors."""

    def __init__(self, message, seat=None):
        super().__init__(message)
        self.seat = seat


class IllegalMove(AuctionError, ValueError):
    pass


PRIZE, LIMIT = 6, 8


def get_initial_state():
    return {"price": 0, "leader": None, "turn": 0, "over": False}


def get_current_player(state):
    return -4 if state["over"] else state["turn"]


def get_legal_actions(state):
    if state["over"]:
        return []
    actions = ["raise", "pass"]
    if state["price"] >= LIMIT:
        actions.remove("raise")
    return actions


def _check(state, action):
    if action not in get_legal_actions(state):
        raise IllegalMove("illegal: " + action, seat=state["turn"])


def _try_move(state, action):
    try:
        _check(state, action)
    except (IllegalMove, KeyError) as problem:
        return problem.seat
    except AuctionError:
        raise
    except:
        return -1
    else:
        return None
    finally:
        checked = True
        assert checked


def apply_action(state, action):
    bad_seat = _try_move(state, action)
    if bad_seat is not None:
        raise AuctionError("seat %d broke the rules" % bad_seat) from None
    assert _try_move(state, "bribe") == state["turn"], "a bribe is never legal"
    price, leader, turn, over = (state[k] for k in ("price", "leader", "turn", "over"))
    if action == "raise":
        price, leader = price + 1, turn
    elif leader is not None or turn == 1:
        over = True
    return dict(price=price, leader=leader, turn=1 - turn, over=over)


def get_rewards(state):
    rewards = [0.0, 0.0]
    if state["over"] and state["leader"] is not None:
        rewards[state["leader"]] += PRIZE - state["price"]
    return rewards


def get_observations(state):
    return [dict(state) for _ in range(2)]


def get_player_name(player_id):
    try:
        return ["left", "right"][player_id]
    except IndexError:
        return "nobody"
