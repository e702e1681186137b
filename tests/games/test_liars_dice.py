"""Liar's dice against OpenSpiel's, and what its players may know and suppose."""

from __future__ import annotations

import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER


def action_of(num_dice, sides):
    """OpenSpiel numbers the bids from the lowest; after the highest comes the challenge.

    Chance's outcomes are the faces, from 0. OpenSpiel's highest face is wild, too.
    """

    def to_ours(theirs, action):
        if theirs.is_chance_node():
            return f"roll {action + 1}"
        if action == 2 * num_dice * sides:
            return "challenge"
        return f"bid {action // sides + 1} {action % sides + 1}"

    return to_ours


def compare_whole_tree(game, compare_tree, num_dice, sides):
    theirs = pyspiel.load_game(f"liars_dice(numdice={num_dice},dice_sides={sides})")
    # Different lines of bids are different nodes, so nothing is compared twice.
    num_bids = 2 * num_dice * sides
    rolls = sum(sides**rolled for rolled in range(2 * num_dice))
    expected = rolls + sides ** (2 * num_dice) * (2**num_bids + 2**num_bids - 1)
    start = theirs.new_initial_state()
    assert compare_tree(game, start, action_of(num_dice, sides)) == expected


def test_whole_tree_with_three_sides(compiled, compare_tree):
    compare_whole_tree(compiled("liars_dice", sides=3), compare_tree, 1, 3)


@pytest.mark.slow
def test_whole_tree(compiled, compare_tree):
    compare_whole_tree(compiled("liars_dice"), compare_tree, 1, 6)


@pytest.mark.slow
def test_whole_tree_with_two_dice_of_three_sides(compiled, compare_tree):
    game = compiled("liars_dice", dice=2, sides=3)
    compare_whole_tree(game, compare_tree, 2, 3)


@pytest.mark.parametrize("num_dice", [1, 2])
def test_random_games(compiled, compare_game, random_choice, num_dice):
    theirs = pyspiel.load_game(f"liars_dice(numdice={num_dice})")
    game, to_ours = compiled("liars_dice", dice=num_dice), action_of(num_dice, 6)
    for seed in range(200):
        choose = random_choice(seed, "liar's dice")
        compare_game(game, theirs.new_initial_state(), to_ours, choose)


def test_games_steered_to_high_bids(compiled, compare_game, random_choice):
    """Small steps and no challenge while there is another way: long games and good high bids."""
    theirs, game = pyspiel.load_game("liars_dice"), compiled("liars_dice")
    lengths, wins = set(), 0
    for seed in range(200):
        any_of = random_choice(seed, "liar's dice, steered")

        def choose(state, legal, any_of=any_of, step=1 + seed % 2):
            bids = [action for action in legal if action.startswith("bid")]
            sixes = [action for action in legal if action in ("roll 5", "roll 6")]
            return any_of(state, sorted(bids)[:step] or sixes or legal)

        _, actions = compare_game(game, theirs.new_initial_state(), action_of(1, 6), choose)
        lengths.add(len(actions))
        wins += actions[-2] == "bid 2 6" and actions[:2] == ["roll 6", "roll 6"]
    assert max(lengths) == 2 + 12 + 1
    assert wins >= 20  # the highest bid, and it holds


def dice_known(game, state, actions, player):
    """Return the rolls that the player has seen, and the public actions after the rolls."""
    num_rolls = sum(action.startswith("roll") for action in actions)
    rolls = actions[:num_rolls]
    if game.get_current_player(state) != TERMINAL_PLAYER:
        dice = num_rolls // game.num_players
        rolls = rolls[player * dice : (player + 1) * dice]
    return rolls, actions[num_rolls:]


def dealt(game, whole_tree, num_rolls):
    for state, actions, _ in whole_tree(game):
        if len(actions) >= num_rolls:
            yield state, actions


@pytest.mark.parametrize(("players", "sides"), [(2, 3), (3, 2)])
def test_dice_are_hidden_until_a_challenge(compiled, whole_tree, tells_knowledge, players, sides):
    game = compiled("liars_dice", players=players, sides=sides)
    tells_knowledge(game, dealt(game, whole_tree, players), dice_known)


def test_resampled_histories_follow_the_exact_posterior(compiled, follows_posterior):
    follows_posterior(compiled("liars_dice", sides=3), often=16)


@pytest.mark.slow
def test_resampled_histories_of_the_whole_game_follow_the_exact_posterior(
    compiled, follows_posterior
):
    follows_posterior(compiled("liars_dice"), often=997)


@pytest.mark.parametrize(("players", "dice", "sides"), [(3, 1, 6), (3, 2, 4), (5, 1, 3), (4, 2, 3)])
def test_random_games_of_more_players_keep_to_the_rules(
    compiled, random_game, players, dice, sides
):
    """Player, legal set, chance and returns at every step, told from the line of actions alone."""
    game = compiled("liars_dice", players=players, dice=dice, sides=sides)
    losers, num_rolls = set(), players * dice
    bids = [(count, face) for count in range(1, num_rolls + 1) for face in range(1, sides + 1)]
    for seed in range(100):
        actions = []
        for state, action in random_game(game, seed):
            player, legal = game.get_current_player(state), set(game.get_legal_actions(state))
            made = [tuple(map(int, a.split()[1:])) for a in actions[num_rolls:] if a != "challenge"]
            if len(actions) < num_rolls:
                fair = {f"roll {face}": 1 / sides for face in range(1, sides + 1)}
                assert (player, dict(game.get_chance_outcomes(state))) == (-1, fair)
            elif action is not None:
                assert player == len(made) % players
                higher = {f"bid {bid[0]} {bid[1]}" for bid in bids if not made or bid > made[-1]}
                assert legal == higher | ({"challenge"} if made else set())
            actions.append(action)
        rolled = [int(roll.split()[1]) for roll in actions[:num_rolls]]
        count, face = made[-1]
        holds = sum(die in (face, sides) for die in rolled) >= count
        loser = (len(made) - (not holds)) % players
        assert game.get_rewards(state) == [
            -1.0 if seat == loser else 1 / (players - 1) for seat in range(players)
        ]
        losers.add((loser, holds))
    assert {seat for seat, _ in losers} == set(range(players))
    assert {holds for _, holds in losers} == {True, False}


def test_with_three_players_only_the_one_who_was_wrong_loses(compiled):
    game = compiled("liars_dice", players=3)

    def returns(*actions):
        state = game.get_initial_state()
        for action in actions:
            state = game.apply_action(state, action)
        return game.get_rewards(state)

    rolls = ("roll 2", "roll 2", "roll 6")
    assert returns(*rolls, "bid 3 2", "challenge") == [0.5, -1.0, 0.5]
    assert returns(*rolls, "bid 1 2", "bid 3 3", "challenge") == [0.5, -1.0, 0.5]
    assert returns(*rolls, "bid 1 2", "bid 1 3", "bid 3 4", "challenge") == [0.5, 0.5, -1.0]
