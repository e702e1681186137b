"""What tests of several families share."""

from __future__ import annotations

import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER


def evaluate(game, choose):
    """Return every player's expected return, `choose(player, state, legal, values)` giving places.

    `values` are all players' expected returns after each legal action.
    """
    known = {}

    def value(state):
        key = game.encode_state(state)
        if key not in known:
            player = game.get_current_player(state)
            if player == TERMINAL_PLAYER:
                known[key] = tuple(game.get_rewards(state))
            elif player == CHANCE_PLAYER:
                pairs = [
                    (p, value(game.apply_action(state, o)))
                    for o, p in game.get_chance_outcomes(state)
                ]
                known[key] = tuple(
                    sum(p * values[seat] for p, values in pairs) for seat in range(game.num_players)
                )
            else:
                legal = game.get_legal_actions(state)
                values = [value(game.apply_action(state, action)) for action in legal]
                known[key] = values[choose(player, state, legal, values)]
        return known[key]

    return value(game.get_initial_state())


@pytest.fixture(scope="session")
def expected_returns():
    """Return a function from a game and a way to choose to all players' expected returns."""
    return evaluate


@pytest.fixture(scope="session")
def best_value():
    """Return a function from a game to player 0's expected return under best play.

    Player 0 plays for the highest return of player 0, everybody else for the lowest.
    """

    def best(player, state, legal, values):
        return (min if player else max)(range(len(legal)), key=lambda place: values[place][0])

    return lambda game: evaluate(game, best)[0]


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
