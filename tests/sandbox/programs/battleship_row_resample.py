# line: ship 0 ; ship 3 ; fire 1 ; fire 0 ; fire 3 ; fire 4 ; fire 4 => 1 -1
# line: ship 2 ; ship 2 ; fire 0 ; fire 2 ; fire 2 ; fire 3 => -1 1
# Battleship on a strip of five squares, one ship of length two each, shots alternate.
from typing import List, Tuple, Optional
import random

WIDTH = 5
LENGTH = 2


def get_initial_state():
    return {"ships": [None, None], "shots": [[], []], "turn": 0}


def _squares(bow):
    return set(range(bow, bow + LENGTH))


def _hits(state, shooter):
    return [shot for shot in state["shots"][shooter] if shot in _squares(state["ships"][1 - shooter])]


def _winner(state):
    if None in state["ships"]:
        return None
    for shooter in (0, 1):
        if len(_hits(state, shooter)) == LENGTH:
            return shooter
    return None


def get_current_player(state):
    return -4 if _winner(state) is not None else state["turn"]


def get_legal_actions(state) -> List[str]:
    if _winner(state) is not None:
        return []
    me = state["turn"]
    if state["ships"][me] is None:
        return ["ship %d" % bow for bow in range(WIDTH - LENGTH + 1)]
    return ["fire %d" % square for square in range(WIDTH) if square not in state["shots"][me]]


def apply_action(state, action):
    verb, number = action.split(" ")
    ships, shots = list(state["ships"]), [list(s) for s in state["shots"]]
    if verb == "ship":
        ships[state["turn"]] = int(number)
    else:
        shots[state["turn"]] += [int(number)]
    return {"ships": ships, "shots": shots, "turn": 1 - state["turn"]}


def get_rewards(state):
    w = _winner(state)
    return [0.0, 0.0] if w is None else [(-1.0) ** (p != w) for p in range(2)]


def _marks(state, shooter) -> List[Tuple[int, bool]]:
    target = state["ships"][1 - shooter]
    return [] if target is None else [(s, s in _squares(target)) for s in state["shots"][shooter]]


def get_observations(state):
    return [
        {"ship": state["ships"][p], "mine": _marks(state, p), "theirs": _marks(state, 1 - p),
         "placed": [ship is not None for ship in state["ships"]]}
        for p in range(2)
    ]


def get_player_name(player_id):
    return "Admiral " + "IJ"[player_id]


def resample_history(obs_action_history: List[Tuple[dict, Optional[str]]], player_id: int) -> List[str]:
    """Pick a place for the enemy ship that explains all hits and misses, then replay the shots."""
    obs, act = obs_action_history[-1]
    hit = {square for square, was_hit in obs["mine"] if was_hit}
    miss = {square for square, was_hit in obs["mine"] if not was_hit}
    bows = [b for b in range(WIDTH - LENGTH + 1) if hit <= _squares(b) and not miss & _squares(b)]
    ships = [None, None]
    ships[player_id] = obs["ship"]
    ships[1 - player_id] = random.choice(bows)
    history = ["ship %d" % ship for ship, placed in zip(ships, obs["placed"]) if placed]
    tracks = [obs["mine"], obs["theirs"]][:: 1 if player_id == 0 else -1]
    for i in range(max(map(len, tracks))):
        for track in tracks:
            if i < len(track):
                history.append("fire %d" % track[i][0])
    return history + ([act] if act is not None else [])
