"""Goofspiel against OpenSpiel's turn-based form, and what its players may know and suppose."""

from __future__ import annotations

import itertools

import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER


def load_theirs(num_cards=5, players=2, order="random"):
    """OpenSpiel's players bid at the same time; its own conversion lets them take turns.

    The last round plays itself there, too, and points count only for who has the most.
    """
    return pyspiel.load_game_as_turn_based(
        f"goofspiel(num_cards={num_cards},players={players},points_order={order})"
    )


def to_ours(theirs, action):
    return f"prize {action + 1}" if theirs.is_chance_node() else f"bid {action + 1}"


@pytest.mark.parametrize(
    ("players", "cards", "shuffled"),
    [
        pytest.param(2, 3, True, id="three cards"),
        pytest.param(2, 4, False, id="four cards in order"),
        pytest.param(3, 3, False, id="three players"),
        pytest.param(4, 3, True, id="four players", marks=pytest.mark.slow),
    ],
)
def test_whole_tree(compiled, compare_tree, players, cards, shuffled):
    game = compiled("goofspiel", players=players, cards=cards, shuffled=shuffled)
    theirs = load_theirs(cards, players, "random" if shuffled else "ascending")
    assert compare_tree(game, theirs.new_initial_state(), to_ours) > 200


@pytest.mark.slow
def test_whole_tree_of_five_cards_in_order(compiled, compare_tree):
    theirs = load_theirs(order="ascending").new_initial_state()
    # One node for each beginning of two sequences of different cards, up to four cards long.
    both = [1, 5, 5 * 4, 5 * 4 * 3, 5 * 4 * 3 * 2]
    ended = sum(count * count for count in both)
    half = sum(longer * shorter for shorter, longer in itertools.pairwise(both))
    assert compare_tree(compiled("goofspiel", shuffled=False), theirs, to_ours) == ended + half


@pytest.mark.parametrize("num_games", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_random_games(compiled, compare_game, random_choice, num_games):
    theirs, game = load_theirs(), compiled("goofspiel")
    for seed in range(num_games):
        choose = random_choice(seed, "goofspiel")
        compare_game(game, theirs.new_initial_state(), to_ours, choose)


def test_random_games_of_three_players_with_four_cards(compiled, compare_game, random_choice):
    theirs, game = load_theirs(4, players=3), compiled("goofspiel", cards=4, players=3)
    for seed in range(50):
        choose = random_choice(seed, "goofspiel, three players")
        compare_game(game, theirs.new_initial_state(), to_ours, choose)


def test_games_steered_to_equal_cards(compiled, compare_game, random_choice):
    """Player 1 mostly bids player 0's card: lost prizes, draws, and games won by one prize."""
    theirs, game = load_theirs(), compiled("goofspiel")
    draws, single = 0, 0
    for seed in range(200):
        any_of = random_choice(seed, "goofspiel, steered")

        def choose(state, legal, any_of=any_of):
            same = game.get_observations(state)[0]["bid"]
            if game.get_current_player(state) == 1 and any_of(state, range(5)):
                legal = [bid for bid in legal if bid == f"bid {same}"] or legal
            return any_of(state, legal)

        state, _ = compare_game(game, theirs.new_initial_state(), to_ours, choose)
        points = game.get_observations(state)[0]["points"]
        draws += game.get_rewards(state) == [0.0, 0.0]
        single += 0 < sum(points) < 6
    assert draws >= 50
    assert single >= 10


def cards_known(game, state, actions, player):
    """Return all actions but the bids of this round that others have made."""
    ended = game.get_current_player(state) == TERMINAL_PLAYER
    last = max((place for place, action in enumerate(actions) if action.startswith("prize")))
    bids = actions[last + 1 :]
    if not ended and len(bids) < game.num_players:
        own = bids[player : player + 1]
        return actions[: last + 1], len(bids), own
    return actions


@pytest.mark.parametrize("players", [2, 3])
def test_bids_are_hidden_until_all_are_made(compiled, whole_tree, tells_knowledge, players):
    game = compiled("goofspiel", cards=3, players=players)
    nodes = ((state, actions) for state, actions, _ in whole_tree(game) if actions)
    tells_knowledge(game, nodes, cards_known)


@pytest.mark.parametrize("shuffled", [True, False], ids=["shuffled", "in order"])
def test_resampled_histories_follow_the_exact_posterior(compiled, follows_posterior, shuffled):
    follows_posterior(compiled("goofspiel", cards=3, shuffled=shuffled), often=8)


def test_resampled_histories_of_the_whole_game_agree_and_cover(compiled, resampled_lines):
    game, drawn = compiled("goofspiel"), {}
    for seed in range(8):
        for player, actions, line, _ in resampled_lines(game, seed, num_samples=30):
            drawn.setdefault((seed, player, actions), set()).add(line)
    for (_, player, actions), lines in drawn.items():
        hidden = 5 - len(actions) // 3 if player == 1 else 1  # cards that player 0 may have bid
        assert len(lines) == hidden
