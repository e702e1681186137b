"""What tests of several families share."""

from __future__ import annotations

import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER


@pytest.fixture(scope="session")
def best_value():
    """Return a function from a game to player 0's expected return under best play.

    Player 0 plays for the highest return of player 0, everybody else for the lowest.
    """

    def search(game):
        known = {}

        def value(state):
            key = game.encode_state(state)
            if key not in known:
                player = game.get_current_player(state)
                if player == TERMINAL_PLAYER:
                    known[key] = game.get_rewards(state)[0]
                elif player == CHANCE_PLAYER:
                    outcomes = game.get_chance_outcomes(state)
                    known[key] = sum(p * value(game.apply_action(state, o)) for o, p in outcomes)
                else:
                    after = (game.apply_action(state, a) for a in game.get_legal_actions(state))
                    known[key] = (min if player else max)(map(value, after))
            return known[key]

        return value(game.get_initial_state())

    return search


class Misere:
    """A state of OpenSpiel whose returns count the other way."""

    def __init__(self, state):
        self.state = state

    def returns(self):
        return [-value for value in self.state.returns()]

    def child(self, action):
        return Misere(self.state.child(action))

    def __getattr__(self, name):
        return getattr(self.state, name)


@pytest.fixture(scope="session")
def misere():
    """Return what turns a state of OpenSpiel into one of misère play."""
    return Misere


@pytest.fixture(scope="session")
def seen_by_first():
    """Return a function from a game and a line to what player 0 is told of it for resampling.

    That is (observation, own action) of each of its turns and (observation, None) at the end; None
    where the line cannot be played.
    """

    def look(game, line):
        state, history = game.get_initial_state(), []
        for action in line:
            if action not in game.get_legal_actions(state):
                return None
            if game.get_current_player(state) == 0:
                history.append((game.get_observations(state)[0], action))
            state = game.apply_action(state, action)
        return [*history, (game.get_observations(state)[0], None)]

    return look
