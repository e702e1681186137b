"""Small game programs and a scripted model for several test modules; folders of the tests' own."""

from __future__ import annotations

import threading

import pytest

from codeworld.generate import Completion
from codeworld.seeding import derive_seed

COUNTDOWN = '''
"""Three players in turn take 1 or 2 of 7 stones; the last stone wins 1 from each other player."""
NUM_PLAYERS = 3
STONES = 7

def get_initial_state():
    return {"stones": STONES, "player": 0, "last": None}

def get_current_player(state):
    return state["player"] if state["stones"] else -4

def get_legal_actions(state):
    return [f"take {n}" for n in (1, 2) if n <= state["stones"]]

def apply_action(state, action):
    taken = int(action.split()[1])
    player = state["player"]
    following = (player + 1) % NUM_PLAYERS
    return {"stones": state["stones"] - taken, "player": following, "last": player}

def get_rewards(state):
    if state["stones"]:
        return [0.0] * NUM_PLAYERS
    return [2.0 if player == state["last"] else -1.0 for player in range(NUM_PLAYERS)]

def get_observations(state):
    return [{"stones": state["stones"], "seat": player} for player in range(NUM_PLAYERS)]
'''

WALK = '''
"""One player walks on the integers for ever and is paid 1 for every step to the right."""

def get_initial_state():
    return {"place": 0, "paid": 0}

def get_current_player(state):
    return 0

def get_legal_actions(state):
    return ["left", "right"]

def apply_action(state, action):
    step = 1 if action == "right" else -1
    return {"place": state["place"] + step, "paid": state["paid"] + (step == 1)}

def get_rewards(state):
    return [float(state["paid"])]

def get_observations(state):
    return [{"place": state["place"]}]
'''

COIN = '''
"""A player guesses a biased coin, is told, and guesses again, three times in all."""
ROUNDS = 3
HEADS = 0.25

def get_initial_state():
    return {"round": 0, "guess": None, "right": 0}

def get_current_player(state):
    if state["round"] == ROUNDS:
        return -4
    return 0 if state["guess"] is None else -1

def get_legal_actions(state):
    player = get_current_player(state)
    if player == -4:
        return []
    return ["guess heads", "guess tails"] if player == 0 else ["heads", "tails"]

def get_chance_outcomes(state):
    return [("heads", HEADS), ("tails", 1 - HEADS)]

def apply_action(state, action):
    if state["guess"] is None:
        return {**state, "guess": action.split()[1]}
    won = int(state["guess"] == action)
    return {"round": state["round"] + 1, "guess": None, "right": state["right"] + won}

def get_rewards(state):
    return [float(state["right"])]

def get_observations(state):
    return [{"round": state["round"], "right": state["right"]}]
'''

DOORS = '''
"""A player walks through numbered doors; which doors there are depends on the way taken so far."""
DEPTH = 12

def get_initial_state():
    return {"way": 1, "depth": 0}

def get_current_player(state):
    return 0 if state["depth"] < DEPTH else -4

def get_legal_actions(state):
    if state["depth"] == DEPTH:
        return []
    return [f"door {(state['way'] * k) % 5003}" for k in (3, 5, 7)]

def apply_action(state, action):
    return {"way": int(action.split()[1]) % 5002 + 1, "depth": state["depth"] + 1}

def get_rewards(state):
    return [float(state["way"] % 2) if state["depth"] == DEPTH else 0.0]

def get_observations(state):
    return [{"way": state["way"], "depth": state["depth"]}]
'''

SMALL_GAMES = {"countdown": COUNTDOWN, "walk": WALK, "coin": COIN, "doors": DOORS}


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Every test has a spec cache and a folder of generation runs of its own."""
    monkeypatch.setenv("CODEWORLD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CODEWORLD_RUNS", str(tmp_path / "runs"))


@pytest.fixture
def small_game():
    """Return the source of a small game by its name."""
    return SMALL_GAMES.__getitem__


WRITTEN_SEEDS = [derive_seed(0, "write", number) for number in range(3)]
"""Seeds of the first requests for programs in a search with seed 0."""


class ScriptedModel:
    """A language model that answers as the test says.

    Attributes:
        answers: texts to answer for each kind of request, `values`, `written` and `mended`, in the
            order of the requests; an exception is raised, and None writes until it is cut off.
            Requests that run at once arrive in any order: these, `written` alone, are told apart
            by their seeds.
        asked: (kind, request) of everything that was asked, in order.
        cut: how many answers were cut off.
        closed: whether it was closed.
    """

    name = "scripted"
    supports_grammar = False
    context_tokens = None

    def __init__(self, *, parallel=1, **answers):
        self.parallel = parallel
        self.answers = answers
        self.asked = []
        self.cut = 0
        self.closed = False
        self._running = 0
        self._lock = threading.Lock()

    def count(self, kind):
        """Return how many requests of a kind there were."""
        return sum(one == kind for one, _ in self.asked)

    def complete(self, request, on_text=None, cancel=None):
        kind = self._kind(request)
        with self._lock:
            self._running += 1
            number = self.count(kind) if self.parallel == 1 else WRITTEN_SEEDS.index(request.seed)
            self.asked.append((kind, request))
        try:
            return self._answer(self.answers[kind][number], on_text, cancel)
        finally:
            with self._lock:
                self._running -= 1

    def _kind(self, request):
        if request.messages[0].content.startswith("You read"):
            return "values"
        return "mended" if "not right yet" in request.messages[-1].content else "written"

    def _answer(self, text, on_text, cancel):
        if isinstance(text, BaseException):
            raise text
        if text is None:
            assert cancel.wait(60), "nobody cut the answer off"
            self.cut += 1
            return Completion("", 10, 0, "cancelled", 0.0)
        if on_text is not None:
            on_text(text)
        return Completion(text, 10, len(text.split()), "stop", 0.0)

    def close(self):
        assert not self._running, "closed while it writes"
        self.closed = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


@pytest.fixture
def scripted():
    """Return the class of scripted models."""
    return ScriptedModel
