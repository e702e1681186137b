"""Negotiation by brute force: every split for every value; what players may know and suppose."""

from __future__ import annotations

import itertools
import operator

import numpy as np
import pytest

from codeworld.contract import TERMINAL_PLAYER

SMALL = (  # 2 books only, values 0 and 1, three turns
    ("COUNTS = (2, 2, 2)", "COUNTS = (2, 0, 0)"),
    ("MAX_VALUE = 3", "MAX_VALUE = 1"),
    ("MAX_TURNS = 8", "MAX_TURNS = 3"),
)
SPLITS = list(itertools.product(range(3), repeat=3))
VALUES = list(itertools.product(range(4), repeat=3))


def play(game, actions, state=None):
    state = game.get_initial_state() if state is None else state
    for action in actions:
        state = game.apply_action(state, action)
    return state


def propose(split):
    return "propose {} {} {}".format(*split)


def drawn(*values):
    return [f"value {value}" for value in itertools.chain(*values)]


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param(lambda: zip(VALUES, VALUES[7:] + VALUES[:7], strict=True), id="64 pairs"),
        pytest.param(
            lambda: itertools.product(VALUES, VALUES), id="all pairs", marks=pytest.mark.slow
        ),
    ],
)
def test_every_split_is_paid_as_the_table_says(compiled, pairs):
    """All 27 splits, accepted by either player, against scalar products of our own."""
    game, splits = compiled("negotiation"), np.array(SPLITS)
    for values in pairs():
        kept, rest = splits @ np.array(values[0]), (2 - splits) @ np.array(values[1])
        mirrored = (2 - splits) @ np.array(values[0]), splits @ np.array(values[1])
        start = play(game, drawn(*values))
        for place, split in enumerate(SPLITS):
            first = play(game, [propose(split)], start)
            after = play(game, ["accept"], first)
            assert game.get_rewards(after) == [kept[place], rest[place]]
            second = play(game, ["propose 1 1 1", propose(split), "accept"], start)
            assert game.get_rewards(second) == [mirrored[0][place], mirrored[1][place]]
            assert game.get_rewards(play(game, ["walk"], first)) == [0.0, 0.0]


def test_items_are_conserved(compiled):
    """If both value every item alike, every split is worth the same in all: six items."""
    game = compiled("negotiation")
    for worth in range(4):
        for split in SPLITS:
            line = [*["value " + str(worth)] * 6, propose(split), "accept"]
            assert sum(game.get_rewards(play(game, line))) == 6 * worth
    for item in range(3):  # and each kind of item is shared out by itself
        values = [tuple(int(place == item) for place in range(3))] * 2
        for split in SPLITS:
            rewards = game.get_rewards(play(game, [*drawn(*values), propose(split), "accept"]))
            assert rewards == [split[item], 2 - split[item]]


def paid(actions, counts):
    """Return what a finished game pays, told from its actions."""
    values = [int(action.split()[1]) for action in actions[:6]]
    moves = actions[6:]
    if moves[-1] == "walk":
        return [0.0, 0.0]
    kept = [int(number) for number in moves[-2].split()[1:]]
    rest = [count - number for count, number in zip(counts, kept, strict=True)]
    proposer = len(moves) % 2  # who accepts has the last move
    worth = {
        seat: sum(map(operator.mul, values[3 * seat : 3 * seat + 3], share))
        for seat, share in ((proposer, kept), (1 - proposer, rest))
    }
    return [worth[0], worth[1]]


@pytest.mark.parametrize("num_games", [100, pytest.param(1000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("counts", "max_value", "max_turns"),
    [((2, 2, 2), 3, 8), ((1, 4, 2), 1, 3), ((1, 1, 1), 10, 2), ((3, 1, 2), 5, 9)],
)
def test_random_games_keep_to_the_rules(
    compiled, random_game, num_games, counts, max_value, max_turns
):
    """Player, legal set and returns at every step, told from the line of actions alone."""
    books, hats, balls = counts
    game = compiled(
        "negotiation",
        books=books,
        hats=hats,
        balls=balls,
        max_value=max_value,
        max_turns=max_turns,
    )
    splits = itertools.product(*(range(count + 1) for count in counts))
    proposals = {propose(split) for split in splits}
    for seed in range(num_games):
        actions = []
        for state, action in random_game(game, seed):
            moves = actions[6:]
            player, legal = game.get_current_player(state), set(game.get_legal_actions(state))
            if len(actions) < 6:
                assert dict(game.get_chance_outcomes(state)) == {
                    f"value {value}": 1 / (max_value + 1) for value in range(max_value + 1)
                }
                assert player == -1
            elif moves and moves[-1] in ("accept", "walk"):
                assert (player, legal) == (TERMINAL_PLAYER, set())
                assert game.get_rewards(state) == paid(actions, counts)
            else:
                assert player == len(moves) % 2
                expected = {"walk"} | ({"accept"} if moves else set())
                assert legal == expected | (proposals if len(moves) < max_turns - 1 else set())
            actions.append(action)


def test_games_with_few_agreements_reach_the_last_turn(compiled, random_choice):
    """Players who mostly propose use all eight turns, and no more."""
    game, lengths = compiled("negotiation"), set()
    for seed in range(200):
        choose, state, moves = random_choice(seed, "negotiation, steered"), None, []
        state = play(game, drawn(*[VALUES[choose(None, range(64))] for _ in range(2)]))
        while game.get_current_player(state) != TERMINAL_PLAYER:
            legal = game.get_legal_actions(state)
            proposals = [action for action in legal if action.startswith("propose")]
            keen = choose(None, range(12)) == 0
            moves.append(choose(state, legal[-2:] if keen or not proposals else proposals))
            state = game.apply_action(state, moves[-1])
        lengths.add(len(moves))
        assert (len(moves) == 8) == (len([m for m in moves if m.startswith("propose")]) == 7)
    assert lengths == set(range(1, 9))


def values_known(game, state, actions, player):
    """Return the own values and all moves."""
    return actions[3 * player : 3 * player + 3], actions[6:]


def test_values_are_private_and_moves_are_not(compiled, whole_tree, tells_knowledge):
    game = compiled("negotiation", SMALL)
    nodes = ((state, actions) for state, actions, _ in whole_tree(game) if len(actions) >= 6)
    tells_knowledge(game, nodes, values_known)


def test_resampled_histories_follow_the_exact_posterior(compiled, follows_posterior):
    follows_posterior(compiled("negotiation", SMALL), often=97)


def test_resampled_histories_of_the_whole_game_agree_and_cover(compiled, resampled_lines):
    game, values = compiled("negotiation"), {0: set(), 1: set()}
    for seed in range(10):
        for player, actions, line, _ in resampled_lines(game, seed, num_samples=40):
            assert line[6:] == actions[6:]
            values[player].add(line[3 * (1 - player) : 3 * (1 - player) + 3])
    assert [len(met) for met in values.values()] == [64, 64]
