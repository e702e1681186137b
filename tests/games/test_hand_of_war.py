"""Hand of war by a second method, conservation of its cards, and what players may suppose."""

from __future__ import annotations

import itertools
from collections import Counter
from fractions import Fraction

import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER

SMALL_DECKS = [
    pytest.param("KA", 4, 3, id="two ranks of four, hands of three"),
    pytest.param("QKA", 2, 2, id="three ranks of two, hands of two"),
    pytest.param("KA", 3, 2, id="two ranks of three, hands of two"),
]


def changes(ranks, copies, hand_size):
    return (
        ('RANKS = ("J", "Q", "K", "A")', f"RANKS = {tuple(ranks)!r}"),
        ("COPIES = 4", f"COPIES = {copies}"),
        ("HAND_SIZE = 3", f"HAND_SIZE = {hand_size}"),
    )


def outcomes_of_program(game):
    """Return {(returns, cards captured, actions played): probability} when all play uniformly."""
    found = Counter()

    def explore(state, probability, length):
        player = game.get_current_player(state)
        if player == TERMINAL_PLAYER:
            captured = game.get_observations(state)[0]["captured"]
            found[tuple(game.get_rewards(state)), tuple(captured), length] += probability
            return
        if player == CHANCE_PLAYER:
            for action, share in game.get_chance_outcomes(state):
                share = Fraction(share).limit_denominator(100)
                explore(game.apply_action(state, action), probability * share, length)
            return
        legal = game.get_legal_actions(state)
        for action in legal:
            share = probability / len(legal)
            explore(game.apply_action(state, action), share, length + 1)

    explore(game.get_initial_state(), Fraction(1), 0)
    return found


def outcomes_of_shuffled_decks(ranks, copies, hand_size):
    """Return the same by a second method: shuffle first, split the deck, and play it out."""
    found, cards = Counter(), ranks * copies
    orders = Counter(itertools.permutations(cards))
    half = len(cards) // 2

    def play(hands, piles, stake, captured, length, probability):
        if not hands[0]:
            end(captured, length, probability)
            return
        for first in set(hands[0]):
            for second in set(hands[1]):
                share = probability / len(set(hands[0])) / len(set(hands[1]))
                left = (remove(hands[0], first), remove(hands[1], second))
                if first == second and not piles[0]:
                    end(captured, length + 2, share)
                elif first == second:
                    left = tuple(hand + pile[1:2] for hand, pile in zip(left, piles, strict=True))
                    fewer = tuple(pile[2:] for pile in piles)
                    play(left, fewer, stake + 4, captured, length + 2, share)
                else:
                    winner = int(ranks.index(second) > ranks.index(first))
                    gains = list(captured)
                    gains[winner] += stake + 2
                    left = tuple(hand + pile[:1] for hand, pile in zip(left, piles, strict=True))
                    play(left, tuple(pile[1:] for pile in piles), 0, gains, length + 2, share)

    def end(captured, length, probability):
        gain = (captured[0] > captured[1]) - (captured[0] < captured[1])
        found[(float(gain), float(-gain)), tuple(captured), length] += probability

    for order, count in orders.items():
        stacks = order[:half], order[half:]
        hands = tuple(stack[:hand_size] for stack in stacks)
        piles = tuple(stack[hand_size:] for stack in stacks)
        play(hands, piles, 0, (0, 0), 0, Fraction(count, sum(orders.values())))
    return found


def remove(hand, card):
    place = hand.index(card)
    return hand[:place] + hand[place + 1 :]


@pytest.mark.parametrize(("ranks", "copies", "hand_size"), SMALL_DECKS)
def test_small_decks_by_brute_force(compiled, ranks, copies, hand_size):
    game = compiled("hand_of_war", changes(ranks, copies, hand_size))
    found = outcomes_of_program(game)
    assert found == outcomes_of_shuffled_decks(ranks, copies, hand_size)
    assert sum(found.values()) == 1
    assert len({returns for returns, _, _ in found}) == 3


def referee(actions):
    """Return cards in hand and captured after a line, told from the rules alone.

    Returns:
        hands: of both players, in the order drawn; dealt: all cards seen so far; table: cards that
        wait to be captured; captured: numbers; waiting: whether player 0's card lies face down.
    """
    hands, captured, table, line = ([], []), [0, 0], [], list(actions)
    pile, dealt, waiting = 8, [], False

    def draw(to):
        nonlocal pile
        pile -= 1
        for player in (0, 1):
            if line:
                card = line.pop(0).removeprefix("deal ")
                dealt.append(card)
                to[player].append(card)

    for _ in range(3):
        draw(hands)
    while line:
        first = line.pop(0).removeprefix("play ")
        hands[0].remove(first)
        if not line:
            waiting = True
            table.append(first)
            break
        second = line.pop(0).removeprefix("play ")
        hands[1].remove(second)
        table += [first, second]
        if first == second and not pile:
            break
        if first == second:
            draw((table, table))
        else:
            captured["JQKA".index(second) > "JQKA".index(first)] += len(table)
            table = []
        if pile:
            draw(hands)
    return hands, dealt, table, captured, waiting


@pytest.mark.parametrize("num_games", [100, pytest.param(2000, marks=pytest.mark.slow)])
def test_no_card_is_lost_or_made(compiled, random_game, num_games):
    """16 cards, four of each rank, at every step; the referee follows from the actions alone."""
    game, ends = compiled("hand_of_war"), Counter()
    for seed in range(num_games):
        actions = []
        for state, action in random_game(game, seed):
            hands, dealt, table, captured, waiting = referee(actions)
            left = Counter("JQKA" * 4)
            left.subtract(dealt)
            assert min(left.values()) >= 0
            total = sum(map(len, hands)) + len(table) + sum(captured) + sum(left.values())
            assert total == 16
            views = game.get_observations(state)
            for player, view in enumerate(views):
                assert sorted(view["hand"]) == sorted(hands[player])
                assert view["captured"] == captured
            player = game.get_current_player(state)
            if player == CHANCE_PLAYER:
                outcomes = dict(game.get_chance_outcomes(state))
                number = sum(left.values())
                expected = {f"deal {rank}": n / number for rank, n in left.items() if n}
                assert outcomes == pytest.approx(expected)
            elif player != TERMINAL_PLAYER:
                assert player == waiting
                legal = {f"play {rank}" for rank in hands[player]}
                assert set(game.get_legal_actions(state)) == legal
            actions.append(action)
        gain = (captured[0] > captured[1]) - (captured[0] < captured[1])
        assert game.get_rewards(state) == [gain, -gain]
        assert sum(captured) == 16 or (table[-1] == table[-2] and views[0]["pile"] == 0)
        ends[sum(captured) == 16, gain] += 1
    assert len(ends) == 6  # won, drawn and lost, with all cards captured and without


def seen_at_the_table(game, state, actions, player):
    """Return the own draws, and all that was shown; nothing of the other player's."""
    hands, _, _, captured, waiting = referee(actions)
    plays = [place for place, action in enumerate(actions) if action.startswith("play")]
    own = tuple(actions[player:6:2]), tuple(sorted(hands[player]))
    public = list(plays)
    if waiting and player == 1:
        public = public[:-1]
    return own, tuple(actions[place] for place in public), len(plays), tuple(captured)


def test_a_player_does_not_see_the_other_hand_nor_the_card_face_down(
    compiled, random_game, resampled_lines
):
    """Lines that differ only in what a player cannot know look the same, and not to the other."""
    game, told_apart = compiled("hand_of_war"), Counter()
    for seed in range(8):
        for player, actions, line, state in resampled_lines(game, seed, num_samples=3):
            mine, theirs = (
                seen_at_the_table(game, state, each, player) for each in (actions, line)
            )
            assert mine == theirs
            true = game.get_initial_state()
            for action in actions:
                true = game.apply_action(true, action)
            views, others = game.get_observations(true), game.get_observations(state)
            assert views[player] == others[player]
            told_apart[views[1 - player] != others[1 - player]] += 1
    assert told_apart[True] >= 100


@pytest.mark.parametrize(
    ("ranks", "copies", "hand_size", "often"),
    [
        pytest.param("QKA", 2, 2, 97, id="three ranks, hands of two", marks=pytest.mark.slow),
        pytest.param("KA", 4, 3, 61, id="two ranks, hands of three"),
    ],
)
def test_resampled_histories_follow_the_exact_posterior(
    compiled, follows_posterior, ranks, copies, hand_size, often
):
    follows_posterior(compiled("hand_of_war", changes(ranks, copies, hand_size)), often)
