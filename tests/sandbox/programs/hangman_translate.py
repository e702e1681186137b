# line: cat ; c ; a ; t => 1
# line: cot ; a ; x ; e => -1
# line: cut ; c ; u ; x ; t => 1
"""Hangman: chance draws a word, the guesser has three wrong guesses."""
import string
from string import ascii_lowercase as LETTERS

WORDS = ("cat", "cot", "cut", "axe")
LIVES = 3
ALPHABET = sorted(set("".join(WORDS)))
assert set(ALPHABET) <= set(string.ascii_letters)


def get_initial_state():
    return {"word": "", "guessed": ""}


def _mask(word, guessed):
    hidden = "".join(c for c in LETTERS if c not in guessed)
    return word.translate(str.maketrans(hidden, "_" * len(hidden)))


def _wrong(state):
    return len([c for c in state["guessed"] if c not in state["word"]])


def get_current_player(state):
    if not state["word"]:
        return -1
    if "_" not in _mask(**state) or _wrong(state) >= LIVES:
        return -4
    return 0


def get_legal_actions(state):
    turn = get_current_player(state)
    if turn == -1:
        return list(WORDS)
    return [] if turn == -4 else [c for c in ALPHABET if c not in state["guessed"]]


def apply_action(state, action):
    if state["word"] == "":
        return {"word": action, "guessed": ""}
    return {"word": state["word"], "guessed": state["guessed"] + action}


def get_rewards(state):
    if get_current_player(state) != -4:
        return [0.0]
    return [1.0 if "_" not in _mask(**state) else -1.0]


def get_observations(state):
    return [{"shown": _mask(**state), "guessed": state["guessed"].upper(), "wrong": _wrong(state)}]


def get_player_name(player_id):
    return "the guesser".title()


def render(state):
    template = "{shown}  ({left} lives left)"
    return template.format(shown=" ".join(_mask(**state)), left=LIVES - _wrong(state))
