"""What players of the card games may know, and what they may suppose, by exact enumeration."""

from __future__ import annotations

import pytest

from codeworld.contract import TERMINAL_PLAYER

GAMES = [
    pytest.param("kuhn_poker", {}, id="kuhn_poker"),
    pytest.param("kuhn_poker", {"players": 3}, id="kuhn_poker with three players"),
    pytest.param("kuhn_poker", {"cards": 5}, id="kuhn_poker with five cards"),
    pytest.param("leduc_poker", {}, id="leduc_poker"),
]


def who_folded(game, actions):
    folded, state = set(), game.get_initial_state()
    for action in actions:
        if action == "fold":
            folded.add(game.get_current_player(state))
        state = game.apply_action(state, action)
    return folded


def knowledge(game, state, actions, player):
    """Return what the player has seen at the table, told from the line of actions alone.

    The first deals are private, in the order of the seats. Later deals and all other actions are
    public. At a showdown, those who have not folded show their cards.
    """
    private, public = actions[: game.num_players], actions[game.num_players :]
    shows = set()
    if game.get_current_player(state) == TERMINAL_PLAYER:
        shows = set(range(game.num_players)) - who_folded(game, actions)
    if len(shows) == 1:
        shows = set()  # all others have folded: there is no showdown
    cards = tuple(
        card if seat == player or seat in shows else "hidden" for seat, card in enumerate(private)
    )
    return cards, public


@pytest.mark.parametrize(("name", "parameters"), GAMES)
def test_an_observation_tells_exactly_what_was_seen_at_the_table(
    compiled, whole_tree, tells_knowledge, name, parameters
):
    """Equal knowledge, equal observation: nothing leaks. Different knowledge: nothing is lost."""
    game = compiled(name, **parameters)
    dealt = (
        (state, actions)
        for state, actions, _ in whole_tree(game)
        if len(actions) >= game.num_players
    )
    tells_knowledge(game, dealt, knowledge)


@pytest.mark.parametrize(("name", "parameters"), GAMES)
def test_resampled_histories_follow_the_exact_posterior(
    compiled, follows_posterior, name, parameters
):
    """Every history gives possible lines only; every eighth is sampled often, and compared."""
    follows_posterior(compiled(name, **parameters), often=8)
