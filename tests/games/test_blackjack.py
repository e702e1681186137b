"""Blackjack by a second implementation of its rules, and the house edge of basic strategy."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.seeding import derive_seed

POINTS = {"A": 11, "T": 10, **{str(number): number for number in range(2, 10)}}
PACK = [rank for rank in POINTS for _ in range(16 if rank == "T" else 4)]


def count(cards):
    """Return a hand's total: aces count 11 as long as that is not too much."""
    points, aces = sum(POINTS[card] for card in cards), cards.count("A")
    while points > 21 and aces:
        points, aces = points - 10, aces - 1
    return points


class Table:
    """A game told from its line of actions: an independent reading of the rules, as a generator.

    `asks` is what is awaited: (player, legal actions), a card, or the end with the player's gain.
    """

    def __init__(self, actions):
        self.cards, self.dealer, self.hands = [], [], [[]]
        game = self.play()
        self.asks = next(game)
        for action in actions:
            self.asks = game.send(action.removeprefix("deal "))

    def card(self):
        drawn = yield "card", None
        self.cards.append(drawn)
        return drawn

    def play(self):
        cards = []
        for _ in range(4):
            cards.append((yield from self.card()))
        player, self.dealer = [cards[0], cards[2]], [cards[1], cards[3]]
        self.hands = [player]
        naturals = count(player) == 21, count(self.dealer) == 21
        if any(naturals):
            yield 0, {"stand"}
            yield "end", {(True, False): 1.5, (False, True): -1.0, (True, True): 0.0}[naturals]
        stakes, pending = [], [(player, True)]
        while pending:
            hand, whole = pending.pop(0)
            if not whole:
                hand.append((yield from self.card()))
            stake = 1
            while count(hand) < 21 and (whole or hand[0] != "A" or len(hand) < 2):
                legal = {"hit", "stand"}
                if len(hand) == 2:
                    legal |= {"double"} | ({"surrender"} if whole else set())
                    legal |= {"split"} if whole and hand[0] == hand[1] else set()
                choice = yield 0, legal
                if choice == "surrender":
                    yield "end", -0.5
                if choice == "split":
                    self.hands = [[hand[0]], [hand[1]]]
                    pending = [(each, False) for each in self.hands]
                    break
                if choice == "stand":
                    break
                hand.append((yield from self.card()))
                if choice == "double":
                    stake = 2
                    break
            else:
                choice = "over"
            if choice != "split":
                stakes.append((hand, stake))
        if any(count(hand) <= 21 for hand, _ in stakes):
            while count(self.dealer) < 17:
                yield 1, {"hit"}
                self.dealer.append((yield from self.card()))
            if count(self.dealer) <= 21:
                yield 1, {"stand"}
        house = count(self.dealer) if count(self.dealer) <= 21 else 0
        gain = 0
        for hand, stake in stakes:
            points = count(hand)
            sign = -1 if points > 21 else (points > house) - (points < house)
            gain += sign * stake
        yield "end", float(gain)


def basic_strategy(hand, up, legal):
    """Return the published basic strategy's choice: one deck, the dealer stands on soft 17."""
    total, dealer = count(hand), POINTS[up]
    soft = total != sum(1 if card == "A" else POINTS[card] for card in hand)
    if legal == ["stand"]:
        return "stand"
    gives_up = not soft and (total, dealer) in ((15, 10), (16, 10), (16, 11))
    if gives_up and "surrender" in legal and hand != ["8", "8"]:
        return "surrender"
    if "split" in legal:
        splits = {
            "A": range(2, 12), "8": range(2, 12), "2": range(2, 8), "3": range(2, 8),
            "4": (5, 6), "6": range(2, 7), "7": range(2, 8), "9": (2, 3, 4, 5, 6, 8, 9),
        }  # fmt: skip
        if dealer in splits.get(hand[0], ()):
            return "split"
    if soft:
        doubles = {13: (5, 6), 14: (5, 6), 15: (4, 5, 6), 16: (4, 5, 6), 17: (3, 4, 5, 6)}
        doubles[18] = (3, 4, 5, 6)
        if "double" in legal and dealer in doubles.get(total, ()):
            return "double"
        stands = total >= 19 or (total == 18 and dealer not in (9, 10))
        return "stand" if stands else "hit"
    doubles = {9: range(2, 7), 10: range(2, 10), 11: range(2, 12)}
    if "double" in legal and dealer in doubles.get(total, ()):
        return "double"
    if total >= 17 or (total >= 13 and dealer <= 6) or (total == 12 and dealer in (4, 5, 6)):
        return "stand"
    return "hit"


def compare_with_table(game, actions, state):
    table, player = Table(actions), game.get_current_player(state)
    asked, details = table.asks
    legal = set(game.get_legal_actions(state))
    hands = [hand for hand in table.hands if hand]
    if asked == "end":
        assert (player, legal) == (TERMINAL_PLAYER, set())
        assert game.get_rewards(state) == [details, -details]
    elif asked == "card":
        assert player == CHANCE_PLAYER
        left = Counter(PACK)
        left.subtract(table.cards)
        expected = {f"deal {rank}": n / left.total() for rank, n in left.items() if n}
        assert dict(game.get_chance_outcomes(state)) == pytest.approx(expected)
    else:
        assert (player, legal) == (asked, details)
        assert game.get_observations(state)[1]["hands"][: len(hands)] == hands
        assert game.get_observations(state)[1]["dealer"] == table.dealer
    return asked


@pytest.mark.parametrize("num_games", [150, pytest.param(3000, marks=pytest.mark.slow)])
def test_random_games_keep_to_the_rules(compiled, random_game, num_games):
    game, gains = compiled("blackjack"), Counter()
    for seed in range(num_games):
        actions = []
        for state, action in random_game(game, seed):
            compare_with_table(game, actions, state)
            actions.append(action)
        gains[game.get_rewards(state)[0]] += 1
    assert {-2.0, -1.0, -0.5, 0.0, 1.0, 1.5, 2.0} <= set(gains)


def test_games_steered_to_splits_and_doubles(compiled, random_choice):
    """The player's cards are equal, aces and small cards are often dealt: rare rules meet."""
    game, gains, aces = compiled("blackjack"), Counter(), 0
    for seed in range(400):
        any_of, actions = random_choice(seed, "blackjack, steered"), []
        state = game.get_initial_state()
        while game.get_current_player(state) != TERMINAL_PLAYER:
            compare_with_table(game, actions, state)
            legal = game.get_legal_actions(state)
            rare = ("split", "double", "deal A") if len(actions) > 3 else ()
            wanted = [action for action in legal if action in rare]
            if len(actions) == 2:
                wanted = actions[:1]
            action = any_of(state, wanted if wanted and any_of(state, range(3)) else legal)
            actions.append(action)
            state = game.apply_action(state, action)
        compare_with_table(game, actions, state)
        gains[game.get_rewards(state)[0]] += "split" in actions
        aces += "split" in actions and actions[0] == "deal A"
    assert {-4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0} >= set(gains) - {-0.5, 1.5}
    assert min(gains[4.0], gains[-4.0]) >= 5
    assert aces >= 5


def test_the_hole_card_is_hidden_until_it_is_turned_up(compiled, random_game):
    """Observations by the line of actions: the player's shows no more than lies face up."""
    game = compiled("blackjack")
    for seed in range(150):
        actions = []
        for state, action in random_game(game, seed):
            player, dealer = game.get_observations(state)
            assert dealer["log"] == actions
            if len(actions) >= 4:
                asked, _ = Table(actions).asks
                hands = dealer["hands"]
                bust = all(count(hand) > 21 for hand in hands)
                natural = 21 in [count(cards[:2]) for cards in (hands[0], dealer["dealer"])]
                natural &= len(hands) == 1
                turned_up = natural or len(dealer["dealer"]) > 2 or asked == 1
                turned_up |= asked == "end" and not bust and actions[-1] != "surrender"
                # While the dealer draws, chance is asked for a card after a hit of player 1.
                turned_up |= asked == "card" and Table(actions[:-1]).asks[0] == 1
                hidden = [*actions[:3], "deal ?", *actions[4:]]
                assert player["log"] == (actions if turned_up else hidden)
                assert ("?" in player["dealer"]) == (not turned_up)
                assert "?" not in dealer["dealer"]
            actions.append(action)


def test_resampled_hole_cards_follow_the_exact_posterior(compiled, resampled_lines):
    """Every unseen card is equally likely, except those that would make a natural."""
    game, num_samples, compared = compiled("blackjack"), 60, 0
    for seed in range(25):
        drawn = {}
        for player, actions, line, _ in resampled_lines(game, seed, num_samples):
            assert line[:3] + line[4:] == actions[:3] + actions[4:]
            if player == 1 or Table(actions).asks == (0, {"stand"}):
                assert line == actions  # the hole card is turned up
            else:
                drawn.setdefault(actions, Counter())[line[3].removeprefix("deal ")] += 1
        for actions, holes in drawn.items():
            unseen = Counter(PACK)
            seen = [*actions[:3], *actions[4:]]
            unseen.subtract(word.removeprefix("deal ") for word in seen if word[:4] == "deal")
            up = actions[1].removeprefix("deal ")
            unseen = {rank: n for rank, n in unseen.items() if n and count([up, rank]) != 21}
            assert set(holes) <= set(unseen)
            for rank, number in unseen.items():
                chance = number / sum(unseen.values())
                spread = math.sqrt(num_samples * chance * (1 - chance))
                assert abs(holes[rank] - num_samples * chance) <= 6 * spread + 2
            compared += 1
    assert compared >= 25


def test_cards_that_were_seen_are_unlikely_hole_cards(compiled):
    """With three eights on the table, one of the 49 unseen cards is an eight, and 16 are tens."""
    game, num_samples = compiled("blackjack"), 3000
    state = game.get_initial_state()
    for action in ("deal 8", "deal 8", "deal 8", "deal 2"):
        state = game.apply_action(state, action)
    history = [(game.get_observations(state)[0], None)]
    holes = Counter(
        game.resample_history(history, 0, derive_seed(0, "hole card", number))[3]
        for number in range(num_samples)
    )
    for rank in POINTS:
        chance = {"8": 1, "T": 16}.get(rank, 4) / 49
        spread = math.sqrt(num_samples * chance * (1 - chance))
        assert abs(holes[f"deal {rank}"] - num_samples * chance) <= 5 * spread


@pytest.mark.slow
def test_house_edge_of_basic_strategy(compiled):
    """With one deck and rules such as these, basic strategy is known to break about even.

    Half a percent is allowed, and chance on top. Many rules got wrong cost more: naturals paid 1:1
    cost 2.3 %, a dealer who wins ties costs 9 %. The gain of a game has a standard deviation of
    about 1.15, so that 200,000 games tell the mean to 0.0026.
    """
    game, generator = compiled("blackjack"), random.Random(derive_seed(0, "blackjack"))
    num_games, gains, squares = 200_000, 0.0, 0.0
    for _ in range(num_games):
        pack = PACK.copy()
        position = game.start()
        while position.player != TERMINAL_PLAYER:
            if position.player == CHANCE_PLAYER:
                action = "deal " + pack.pop(generator.randrange(len(pack)))
            elif position.player == 0:
                view = position.observations[0]
                hand = view["hands"][view["active"]]
                action = basic_strategy(hand, view["dealer"][0], position.legal_actions)
            else:
                (action,) = position.legal_actions
            position = game.advance(position.state, action)
        gains += position.returns[0]
        squares += position.returns[0] ** 2
    mean = gains / num_games
    deviation = math.sqrt(squares / num_games - mean**2)
    assert 1.05 < deviation < 1.25
    assert abs(mean) < 0.005 + 2 * deviation / math.sqrt(num_games)
