"""Matching pennies and prisoner's dilemma: matrix games, played as two hidden choices in turn."""

from __future__ import annotations

from fractions import Fraction

import pyspiel
import pytest

GAMES = ("matching_pennies", "prisoners_dilemma")

# OpenSpiel's prisoner's dilemma has the same order of payoffs but other numbers.
PAYOFFS_OF_OPEN_SPIEL = (
    ("TEMPTATION = 5.0", "TEMPTATION = 10.0"),
    ("REWARD = 3.0", "REWARD = 5.0"),
)
MATRIX_GAMES = [
    pytest.param("matching_pennies", (), "matrix_mp", id="matching_pennies"),
    pytest.param("prisoners_dilemma", PAYOFFS_OF_OPEN_SPIEL, "matrix_pd", id="prisoners_dilemma"),
]


@pytest.mark.parametrize(("name", "changes", "theirs"), MATRIX_GAMES)
def test_whole_tree(compiled, compare_tree, name, changes, theirs):
    """OpenSpiel's players choose at the same time; its own conversion lets them take turns."""

    def to_ours(theirs, action):
        return theirs.action_to_string(theirs.current_player(), action).lower()

    turns = pyspiel.load_game_as_turn_based(theirs)
    assert compare_tree(compiled(name, changes), turns.new_initial_state(), to_ours) == 1 + 2 + 4


def payoffs(game):
    """Return {(choice of player 0, choice of player 1): returns}."""
    start = game.get_initial_state()
    return {
        (first, second): game.get_rewards(game.apply_action(after, second))
        for first in game.get_legal_actions(start)
        for after in (game.apply_action(start, first),)
        for second in game.get_legal_actions(after)
    }


def equilibria(table):
    """Return the pairs of pure choices from which neither player gains by another choice."""
    firsts, seconds = {first for first, _ in table}, {second for _, second in table}
    return [
        (first, second)
        for first, second in table
        if table[first, second][0] == max(table[other, second][0] for other in firsts)
        and table[first, second][1] == max(table[first, other][1] for other in seconds)
    ]


def test_matching_pennies_is_worth_nothing_and_has_no_pure_equilibrium(compiled):
    """Against a fair coin every choice of either player is worth 0, the value of the game."""
    table = payoffs(compiled("matching_pennies"))
    assert equilibria(table) == []
    for side in ("heads", "tails"):
        for player in (0, 1):
            gains = [gain[player] for choices, gain in table.items() if choices[player] == side]
            assert sum(map(Fraction, gains)) / 2 == 0


def test_prisoners_dilemma_has_one_equilibrium_and_it_is_the_worse_for_both(compiled):
    table = payoffs(compiled("prisoners_dilemma"))
    assert equilibria(table) == [("defect", "defect")]
    temptation, sucker = table["defect", "cooperate"]
    assert (temptation, sucker) == tuple(reversed(table["cooperate", "defect"])) == (5, 0)
    (reward, _), (punishment, _) = table["cooperate", "cooperate"], table["defect", "defect"]
    assert temptation > reward > punishment > sucker
    assert 2 * reward > temptation + sucker  # so that taking turns to defect would not pay, either
    for other in ("cooperate", "defect"):  # defecting is better whatever the other does
        assert table["defect", other][0] > table["cooperate", other][0]


def choices_known(game, state, actions, player):
    """Return the number of choices made, and those that the player has seen."""
    seen = actions if len(actions) == 2 else actions[player : player + 1]
    return len(actions), tuple(seen)


@pytest.mark.parametrize("name", GAMES)
def test_choices_are_hidden_until_the_end(compiled, whole_tree, tells_knowledge, name):
    game = compiled(name)
    nodes = [(state, actions) for state, actions, _ in whole_tree(game)]
    tells_knowledge(game, nodes, choices_known)


@pytest.mark.parametrize("name", GAMES)
def test_resampled_histories_follow_the_exact_posterior(compiled, follows_posterior, name):
    follows_posterior(compiled(name), often=1)
