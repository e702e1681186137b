# line: c ; a ; t => -1 1
# line: c ; o ; d ; e => 1 -1
"""Ghost: players add a letter so that some word is still possible; who completes a word loses."""
from collections.abc import Mapping

WORDS = "cat coal code dog doze doll".split()
_END = "$"


def _build(words):
    trie = {}
    for word in words:
        node = trie
        for letter in word:
            node = node.setdefault(letter, {})
        node[_END] = True
    return trie


_TRIE = _build(WORDS)


def _node(prefix, node=None):
    node = _TRIE if node is None else node
    assert isinstance(node, Mapping)
    return node if not prefix else _node(prefix[1:], node[prefix[0]])


def get_initial_state():
    return {"prefix": "", "meta": {"turn": {"player": 0}, "moves": []}}


def get_current_player(state):
    if _END in _node(state["prefix"]):
        return -4
    return state["meta"]["turn"]["player"]


def get_legal_actions(state):
    node = _node(state["prefix"])
    return [] if _END in node else sorted(node)


def apply_action(state, action):
    turn = state["meta"]["turn"]["player"]
    new = {"prefix": state["prefix"], "meta": {"turn": dict(state["meta"]["turn"]), "moves": None}}
    new["prefix"] += action
    new["meta"]["moves"] = state["meta"]["moves"] + [(turn, action)]
    new["meta"]["turn"]["player"] ^= 1
    return new


def get_rewards(state):
    if get_current_player(state) != -4:
        return [0.0, 0.0]
    finisher, _ = state["meta"]["moves"][-1]
    return [[-1.0, 1.0], [1.0, -1.0]][finisher]


def get_observations(state):
    still = [w for w in WORDS if w.startswith(state["prefix"])]
    by_length = {n: sorted(w for w in still if len(w) == n) for n in {len(w) for w in still}}
    return [{"prefix": state["prefix"], "possible": by_length}] * 2


def get_player_name(player_id):
    return "ghost" + "!" * player_id
