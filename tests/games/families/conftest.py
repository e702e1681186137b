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
