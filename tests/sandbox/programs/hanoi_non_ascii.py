# line: A→C ; A→B ; C→B ; A→C ; B→A ; B→C ; A→C => 1
"""Türme von Hanoi — drei Scheiben, höchstens 12 Züge (one player)."""

STÄBE = ("A", "B", "C")
SCHEIBEN = 3
GRENZE = 12
ΔMAX = SCHEIBEN - 1


def get_initial_state():
    return {"türme": {"A": [3, 2, 1], "B": [], "C": []}, "züge": 0}


def _erlaubt(türme, von, nach):
    return bool(türme[von]) and (not türme[nach] or türme[nach][-1] > türme[von][-1])


def gelöst(state):
    return len(state["türme"]["C"]) == SCHEIBEN


def get_current_player(state):
    return -4 if gelöst(state) or state["züge"] >= GRENZE else 0


def get_legal_actions(state):
    if get_current_player(state) == -4:
        return []
    return [f"{von}→{nach}" for von in STÄBE for nach in STÄBE if von != nach and _erlaubt(state["türme"], von, nach)]


def apply_action(state, action):
    von, nach = action.split("→")
    türme = {name: scheiben.copy() for name, scheiben in state["türme"].items()}
    türme[nach].append(türme[von].pop())
    return {"türme": türme, "züge": state["züge"] + 1}


def get_rewards(state):
    if gelöst(state):
        return [1.0]
    # Teilpunkte: one tenth per disc on C at the end
    return [len(state["türme"]["C"]) / 10 if get_current_player(state) == -4 else 0.0]


def get_observations(state):
    return [{"türme": state["türme"], "übrig": GRENZE - state["züge"], "Δ": ΔMAX}]


def get_player_name(player_id):
    return "Spieler №" + str(player_id + 1) + " 🗼"


def render(state):
    return "\n".join(f"{name} │ {' '.join('●' * s for s in state['türme'][name])}" for name in STÄBE)
