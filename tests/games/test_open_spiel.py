"""The curated games against OpenSpiel's, an independent implementation of the same rules.

Small games are compared over the whole tree, the others along many games. Where OpenSpiel spells
or counts differently, the difference is written down here, next to the mapping.
"""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pyspiel
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.seeding import derive_seed


def test_tic_tac_toe_whole_tree(compiled, compare_tree):
    count = compare_tree(
        compiled("tic_tac_toe"),
        pyspiel.load_game("tic_tac_toe").new_initial_state(),
        lambda theirs, action: f"place {action // 3} {action % 3}",
        key=str,  # the board, which decides all that follows
    )
    assert count == 5478  # published: positions that can be reached


def kuhn_action(deck):
    """OpenSpiel's 0 is to pass (check, or fold to a bet), its 1 to bet (or call one)."""

    def to_ours(theirs, action):
        if theirs.is_chance_node():
            return f"deal {deck[action]}"
        num_players = theirs.num_players()
        facing_a_bet = 1 in theirs.history()[num_players:]
        return (("check", "bet"), ("fold", "call"))[facing_a_bet][action]

    return to_ours


def test_kuhn_poker_whole_tree(compiled, compare_tree):
    theirs = pyspiel.load_game("kuhn_poker").new_initial_state()
    assert compare_tree(compiled("kuhn_poker"), theirs, kuhn_action("JQK")) == 1 + 3 + 6 * 9


@pytest.mark.parametrize(
    ("players", "count"),
    [
        pytest.param(3, 1 + 4 + 12 + 24 * 25, id="three players"),
        pytest.param(4, 1 + 5 + 20 + 60 + 120 * 65, id="four players"),
    ],
)
def test_kuhn_poker_with_more_players_whole_tree(compiled, compare_tree, players, count):
    """For each deal, play is a tree: a checks, then a bet and n - 1 answers, or n checks."""
    game = compiled("kuhn_poker", players=players)
    assert game.num_players == players
    theirs = pyspiel.load_game(f"kuhn_poker(players={players})").new_initial_state()
    assert compare_tree(game, theirs, kuhn_action("9TJQK"[-players - 1 :])) == count


@pytest.mark.parametrize("cards", [5, 12])
def test_kuhn_poker_with_more_cards_is_the_same_game_of_higher_and_lower(
    compiled, compare_node, cards
):
    """OpenSpiel has one card more than players; only which card is higher matters to the rest."""
    game, theirs = compiled("kuhn_poker", cards=cards), pyspiel.load_game("kuhn_poker")
    start, deck = game.get_initial_state(), "23456789TJQK"[-cards:]
    assert dict(game.get_chance_outcomes(start)) == pytest.approx(
        {f"deal {card}": 1 / cards for card in deck}
    )
    for dealt in itertools.permutations(range(cards), 2):
        state, other = start, theirs.new_initial_state()
        for card in dealt:
            assert game.get_legal_actions(state) == [
                f"deal {name}" for name in deck if name not in str(state["cards"])
            ]
            state = game.apply_action(state, f"deal {deck[card]}")
            other.apply_action(sorted(dealt).index(card))
        stack, to_ours = [(state, other)], kuhn_action("")
        while stack:
            state, other = stack.pop()
            for action, ours in compare_node(game, state, other, to_ours).items():
                stack.append((game.apply_action(state, ours), other.child(action)))


@pytest.mark.parametrize(("size", "length"), [(4, 3), (4, 4), (5, 4), (5, 5), (2, 2)])
def test_tic_tac_toe_random_games_on_other_boards(
    compiled, compare_game, random_choice, size, length
):
    game = compiled("tic_tac_toe", size=size, length=length)
    theirs = pyspiel.load_game(f"mnk(m={size},n={size},k={length})")

    def to_ours(theirs, action):
        return f"place {action // size} {action % size}"

    for seed in range(100):
        choose = random_choice(seed, "tic-tac-toe, other boards")
        compare_game(game, theirs.new_initial_state(), to_ours, choose)


def leduc_action(theirs, action):
    """OpenSpiel deals six different cards, two of each rank, and calls 0 fold, 1 call, 2 raise."""
    if theirs.is_chance_node():
        return f"deal {'JQK'[action // 2]}"
    legal = theirs.legal_actions()
    if 0 in legal:  # OpenSpiel lets a player fold only if there is something to call
        return ("fold", "call", "raise")[action]
    return ("fold", "check", "bet")[action]


def test_leduc_poker_whole_tree(compiled, compare_tree):
    """Returns are chips in both. OpenSpiel tells equal cards apart; each of them is walked."""
    theirs = pyspiel.load_game("leduc_poker").new_initial_state()
    assert compare_tree(compiled("leduc_poker"), theirs, leduc_action) == 9457


def drop_action(theirs, action):
    return f"drop {action}"


def test_connect_four_random_games(compiled, compare_game, random_choice):
    theirs = pyspiel.load_game("connect_four")
    for seed in range(1000):
        choose = random_choice(seed, "connect four")
        compare_game(compiled("connect_four"), theirs.new_initial_state(), drop_action, choose)


@pytest.mark.parametrize(
    ("rows", "columns", "length"), [(4, 5, 3), (5, 4, 4), (8, 7, 5), (2, 9, 4)]
)
def test_connect_four_random_games_on_other_boards(
    compiled, compare_game, random_choice, rows, columns, length
):
    game = compiled("connect_four", rows=rows, columns=columns, length=length)
    board = f"rows={rows},columns={columns},x_in_row={length}"
    theirs = pyspiel.load_game(f"connect_four({board})")
    for seed in range(100):
        choose = random_choice(seed, "connect four, other boards")
        compare_game(game, theirs.new_initial_state(), drop_action, choose)


def test_connect_four_games_steered_to_a_full_board(compiled, compare_game, random_choice):
    """Players who never win, and never let win if they can help it, reach late wins and draws."""
    game, theirs = compiled("connect_four"), pyspiel.load_game("connect_four")

    def ends(state, action):
        return game.get_current_player(game.apply_action(state, action)) == TERMINAL_PLAYER

    lengths, draws = Counter(), 0
    for seed in range(200):
        any_of = random_choice(seed, "connect four, steered")

        def choose(state, legal, any_of=any_of):
            quiet = [action for action in legal if not ends(state, action)]
            safe = [
                action
                for action in quiet
                for after in (game.apply_action(state, action),)
                if not any(ends(after, reply) for reply in game.get_legal_actions(after))
            ]
            return any_of(state, safe or quiet or legal)

        state, actions = compare_game(game, theirs.new_initial_state(), drop_action, choose)
        lengths[len(actions)] += 1
        draws += game.get_rewards(state) == [0.0, 0.0]
    assert draws >= 20
    assert lengths[42] > draws  # wins with the very last disc, too
    assert lengths[41] + lengths[40] + lengths[39] >= 10


def pig_action(theirs, action):
    return f"roll {action + 1}" if theirs.is_chance_node() else ("roll", "hold")[action]


def load_pig(players=2, target=100, sides=6):
    """OpenSpiel's game ends without a winner at its horizon; ours has none, so put it far away."""
    rules = f"players={players},winscore={target},diceoutcomes={sides}"
    return pyspiel.load_game(f"pig(horizon=1000000,{rules})")


def test_pig_random_games(compiled, compare_game, random_choice):
    theirs = load_pig()
    for seed in range(1000):
        choose = random_choice(seed, "pig")
        compare_game(compiled("pig"), theirs.new_initial_state(), pig_action, choose)


@pytest.mark.parametrize(
    ("players", "target", "sides"), [(3, 20, 4), (2, 15, 2), (4, 30, 10), (10, 9, 6)]
)
def test_pig_random_games_of_other_variants(
    compiled, compare_game, random_choice, players, target, sides
):
    game = compiled("pig", players=players, target=target, sides=sides)
    theirs = load_pig(players, target, sides)
    for seed in range(60):
        choose = random_choice(seed, "pig, other variants")
        compare_game(game, theirs.new_initial_state(), pig_action, choose)


def test_pig_games_steered_to_the_target_and_to_long_streaks(compiled, compare_game):
    """Players hold near the target, on either side of it; the die shows a 1 only near it."""
    game, theirs = compiled("pig"), load_pig()
    final_scores, longest, lost = Counter(), 0, 0
    for seed in range(200):
        generator = np.random.default_rng(derive_seed(seed, "pig, steered"))
        aim = int(generator.integers(94, 104))

        def choose(state, legal, generator=generator, aim=aim):
            observation = game.get_observations(state)[0]
            total, mover = observation["turn_total"], max(observation["to_move"], 0)
            if game.get_current_player(state) == CHANCE_PLAYER:
                one = total > 90 and generator.random() < 0.2
                return "roll 1" if one else legal[1 + generator.integers(5)]
            enough = total > 0 and observation["scores"][mover] + total >= aim
            return "hold" if enough or generator.random() < 0.01 else legal[-1]

        state, actions = compare_game(game, theirs.new_initial_state(), pig_action, choose)
        streak = 0
        for action, following in zip(actions, [*actions[1:], ""], strict=True):
            streak = 0 if action in ("hold", "roll 1") else streak + (action == "roll")
            longest = max(longest, streak)
            lost += following == "roll 1" and streak > 15
        final_scores[max(game.get_observations(state)[0]["scores"])] += 1
    assert set(final_scores) == {100, 101, 102, 103, 104, 105}
    assert longest >= 25
    assert lost >= 20
