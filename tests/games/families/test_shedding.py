"""Going out: games told again by a referee of another make; hidden cards drawn evenly."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

STYLES = list(families.load("shedding").programs)
SUITS = ["clubs", "diamonds", "hearts", "spades"]
RANKS = "345678"
GAMES = [
    {"players": 2, "suits": 3, "ranks": 5, "hand": 3, "wild": True, "skip": False},
    {"players": 2, "suits": 2, "ranks": 6, "hand": 2, "wild": False, "skip": True},
    {"players": 3, "suits": 4, "ranks": 5, "hand": 5, "wild": True, "skip": True},
    {"players": 3, "suits": 3, "ranks": 4, "hand": 2, "wild": False, "count_cards": False},
]


def game_of(style, **values):
    return compile_game(families.make("shedding", style=style, **values).source)


def referee(players, suits, ranks, hand, wild, skip=False, count_cards=True):
    """Tell one game: a generator that is sent actions and yields (player, legal, returns)."""
    stock = set(itertools.product(SUITS[-suits:], RANKS[-ranks:]))
    jokers = {RANKS[-1]} if wild else set()
    stops = {RANKS[-ranks]} if skip else set()
    nothing = [0] * players

    def taken(outcome):
        card = tuple(outcome.split()[1].split("-"))
        stock.remove(card)
        return card

    def outcomes(verb):
        return {f"{verb} {suit}-{rank}" for suit, rank in stock}

    hands = []
    for _ in range(players):
        hands.append(set())
        for _ in range(hand):
            hands[-1].add(taken((yield -1, outcomes("deal"), nothing)))
    top = taken((yield -1, outcomes("start"), nothing))
    order, quiet = list(range(players)), 0
    while all(hands) and quiet < players:
        now = order[0]
        order = order[1:] + order[:1]
        fitting = {c for c in hands[now] if {c[0], c[1]} & set(top) or c[1] in jokers}
        other = "draw" if stock else "pass"
        legal = {f"play {suit}-{rank}" for suit, rank in fitting} | {other}
        action = yield now, legal, nothing
        if action == "draw":
            hands[now].add(taken((yield -1, outcomes("deal"), nothing)))
        elif action == "pass":
            quiet += 1
        else:
            top, quiet = tuple(action.split()[1].split("-")), 0
            hands[now].remove(top)
            if top[1] in stops:
                order = order[1:] + order[:1]
    returns = nothing.copy()
    for winner in [seat for seat in range(players) if not hands[seat]]:
        for loser in range(players):
            price = len(hands[loser]) if count_cards else 1
            if loser != winner:
                returns[loser] -= price
                returns[winner] += price
    yield -4, set(), returns


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("values", GAMES)
def test_games_are_told_as_a_referee_tells_them(random_game, style, values):
    game, ends = game_of(style, **values), Counter()
    for seed in range(200):
        judge = referee(**values)
        player, legal, returns = next(judge)
        for state, action in random_game(game, seed):
            assert game.get_current_player(state) == player
            assert set(game.get_legal_actions(state)) == legal
            assert game.get_rewards(state) == returns
            if player == -1:
                chances = [chance for _, chance in game.get_chance_outcomes(state)]
                assert chances == pytest.approx([1 / len(legal)] * len(legal))
            if action is not None:
                player, legal, returns = judge.send(action)
        assert player == -4
        ends[max(returns) > 0] += 1
    assert ends[True] > 0


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("values", GAMES)
def test_resampled_histories_are_possible(resampled_lines, style, values):
    game = game_of(style, **values)
    assert sum(1 for seed in range(5) for _ in resampled_lines(game, seed, 2)) > 40


@pytest.mark.parametrize("style", STYLES)
def test_hidden_cards_are_drawn_evenly(seen_by_first, style):
    """Every way to deal what player 0 has not seen that allows the play is equally likely."""
    game = game_of(style, suits=2, ranks=4, hand=2, wild=False)
    line = ["deal hearts-5", "deal hearts-6", "deal spades-7", "deal spades-8", "start spades-5"]
    line += ["draw", "deal hearts-7", "play spades-8", "draw", "deal hearts-8", "draw"]
    line += ["deal spades-6"]

    history, possible = seen_by_first(game, line), set()
    hidden = ["spades-7", "spades-8", "spades-6"]
    for cards in itertools.permutations(hidden, 3):
        other = line.copy()
        for place, card in zip((2, 3, 11), cards, strict=True):
            other[place] = f"deal {card}"
        if seen_by_first(game, other) == history:
            possible.add(tuple(other))
    drawn = Counter(
        tuple(game.resample_history(history, 0, derive_seed(number, "shedding")))
        for number in range(400)
    )
    assert len(possible) == 4  # the card that was played is not the one drawn after it
    assert set(drawn) == possible
    assert all(abs(times - 100) < 5 * (400 * 0.25 * 0.75) ** 0.5 for times in drawn.values())
