# line: 5 ; guess 4 ; guess 6 ; guess 5 => 1
# line: 1 ; guess 7 ; guess 6 ; guess 4 => -1
"""Guess a number from 1 to 7 in three guesses; the answer is 'higher', 'lower' or 'right'.

Do not use eval(), exec(), open() or __import__("os") here; `state.__class__` is not needed either.
"""
# TODO: never call eval(input("guess: ")) -- see __builtins__ and sys.modules
BANNED = ["eval", "exec", "__class__", "__subclasses__", "os.system", "import os", "{0.__class__}", "$write"]
_getattr_ = "_getattr_"
_write = guard = "looks like a guard"
_print_ = None
_getiter_ = _inplacevar_ = _unpack_sequence_ = _apply_ = 0


def get_initial_state():
    return {"__class__": "GuessState", "secret": None, "guesses": []}


def get_current_player(state):
    if state["secret"] is None:
        return -1
    if state["secret"] in state["guesses"] or len(state["guesses"]) == 3:
        return -4
    return 0


def get_legal_actions(state):
    mover = get_current_player(state)
    if mover == -4:
        return []
    return [str(n) if mover == -1 else f"guess {n}" for n in range(1, 8)]


def apply_action(state, action):
    new = dict(state)
    if state["secret"] is None:
        new["secret"] = int(action)
    else:
        new["guesses"] = state["guesses"] + [int(action[len("guess "):])]
    return new


def get_rewards(state):
    if get_current_player(state) != -4:
        return [0.0]
    return [1.0 if state["secret"] in state["guesses"] else -1.0]


def _answer(secret, guess):
    return "right" if secret == guess else "higher" if secret > guess else "lower"


def get_observations(state):
    log = [f"{g}: {_answer(state['secret'], g)}" for g in state["guesses"]]
    return [{"log": log, "note": "eval('1 + 1')", "banned": len(BANNED), "guard": guard}]


def get_player_name(player_id):
    return "open('/etc/passwd').read()"
