# line: {"say": 2} ; {"say": 2} ; {"say": 2} ; {"say": 1} => -1 0.5 0.5
"""Count to seven among three players, one or two numbers a turn; who says seven loses.

Actions are JSON-like texts, parsed by hand.
"""


def dumps(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, str):
        return '"' + value.replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[" + ", ".join(dumps(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{dumps(k)}: {dumps(v)}" for k, v in value.items()) + "}"
    if value is None:
        return "null"
    raise TypeError("cannot dump " + type(value).__name__)


def loads(text):
    """A parser for flat objects with string keys and integer or string values."""
    text = text.strip()
    if not (text[:1] == "{" and text[-1:] == "}"):
        raise ValueError("not an object: " + text)
    result = {}
    for part in filter(None, text[1:-1].split(",")):
        key, found, value = part.partition(":")
        assert found, part
        value = value.strip()
        result[key.strip().strip('"')] = int(value) if value.lstrip("-").isdigit() else value.strip('"')
    return result


TARGET = 7


def get_initial_state():
    return dumps({"count": 0, "turn": 0})


def get_current_player(state):
    data = loads(state)
    return -4 if data["count"] >= TARGET else data["turn"]


def get_legal_actions(state):
    left = TARGET - loads(state)["count"]
    return [dumps({"say": n}) for n in (1, 2) if n <= left]


def apply_action(state, action):
    data, say = loads(state), loads(action)["say"]
    data["count"] += say
    data["turn"] = (data["turn"] + 1) % 3
    return dumps(data)


def get_rewards(state):
    data = loads(state)
    if data["count"] < TARGET:
        return [0.0] * 3
    loser = (data["turn"] - 1) % 3
    return [-1.0 if p == loser else 0.5 for p in range(3)]


def get_observations(state):
    return [loads(state) for _ in range(3)]


def get_player_name(player_id):
    return dumps(["zero", "one", "two"][player_id]).strip('"')
