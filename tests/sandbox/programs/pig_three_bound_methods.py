# line: roll ; 3 ; hold ; roll ; 1 ; roll ; 4 ; hold ; roll ; 4 ; roll ; 4 ; hold => 2 -1 -1
"""Three-player pig with a four-sided die to 10, as a class whose bound methods are the contract."""
import random


class Dice:
    """A fair die."""

    def __init__(self, sides=4):
        self.sides = sides

    def faces(self):
        return [str(i + 1) for i in range(self.sides)]

    @staticmethod
    def is_bust(face):
        return face == "1"

    @classmethod
    def coin(cls):
        return cls(sides=2)


class PigGame:
    NUM_PLAYERS = 3
    GOAL = 10

    def __init__(self, dice=None):
        self.dice = dice or Dice()
        assert len(Dice.coin().faces()) == 2

    def initial_state(self):
        return {"bank": [0] * self.NUM_PLAYERS, "pot": 0, "seat": 0, "phase": "decide"}

    def current_player(self, state):
        if self._winner(state) is not None:
            return -4
        return -1 if state["phase"] == "rolling" else state["seat"]

    def legal_actions(self, state):
        who = self.current_player(state)
        if who == -4:
            return []
        elif who == -1:
            return self.dice.faces()
        else:
            return ["roll"] if state["pot"] == 0 else ["roll", "hold"]

    def chance_outcomes(self, state):
        faces = self.dice.faces()
        return [(f, 1.0 / len(faces)) for f in faces]

    def apply(self, state, action):
        new = {key: (value[:] if isinstance(value, list) else value) for key, value in state.items()}
        if action == "roll" and new["phase"] == "decide":
            new["phase"] = "rolling"
            return new
        if action == "hold":
            new["bank"][new["seat"]] += new["pot"]
            return self._next(new)
        if self.dice.is_bust(action):
            return self._next(new)
        new["pot"] += int(action)
        new["phase"] = "decide"
        return new

    def _next(self, new):
        new["pot"] = 0
        new["phase"] = "decide"
        new["seat"] += 1
        new["seat"] %= self.NUM_PLAYERS
        return new

    def _winner(self, state):
        best = max(
            range(self.NUM_PLAYERS), key=lambda p: state["bank"][p])
        return best if state["bank"][best] >= self.GOAL else None

    def rewards(self, state):
        winner = self._winner(state)
        if winner is None:
            return [0.0, 0.0, 0.0]
        return [2.0 if p == winner else -1.0 for p in range(self.NUM_PLAYERS)]

    def observations(self, state):
        return [{"bank": state["bank"], "pot": state["pot"], "me": p} for p in range(3)]

    def __call__(self):
        return self.initial_state()


_game = PigGame()
get_initial_state = _game
get_current_player = _game.current_player
get_legal_actions = _game.legal_actions
apply_action = _game.apply
get_rewards = _game.rewards
get_observations = _game.observations
get_chance_outcomes = _game.chance_outcomes


def get_player_name(player_id):
    return f"pig #{player_id + 1}"


if "__main__" == __name__:
    s = get_initial_state()
    while get_current_player(s) != -4:
        s = apply_action(s, random.choice(get_legal_actions(s)))
    print(s)
