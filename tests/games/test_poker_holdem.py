"""Limit Texas hold'em against OpenSpiel's universal poker, and hand ranks by counting."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict

import numpy as np
import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import load
from codeworld.seeding import derive_seed

SUITS, RANKS = "cdhs", "23456789TJQKA"
DECK = [rank + suit for rank in RANKS for suit in SUITS]  # in OpenSpiel's order, too
TABLES = {  # of OpenSpiel, which counts players from 1; how many players, and its parameters
    2: "numPlayers=2,blind=1 2,firstPlayer=1 2 2 2",
    3: "numPlayers=3,blind=1 2 0,firstPlayer=3 1 1 1",
    4: "numPlayers=4,blind=1 2 0 0,firstPlayer=3 1 1 1",
}
# Published numbers of five-card hands, from high card to straight flush.
HANDS_OF_A_KIND = (1302540, 1098240, 123552, 54912, 10200, 5108, 3744, 624, 40)
DIFFERENT_HANDS = 7462


def load_theirs(players):
    """OpenSpiel counts raises only, so that the big blind leaves three before the flop.

    "fcpa" is its name for the actions of a limit game: fold, call and one size of bet.
    """
    return pyspiel.load_game(
        f"universal_poker(betting=limit,bettingAbstraction=fcpa,{TABLES[players]},numRounds=4,"
        "numSuits=4,numRanks=13,numHoleCards=2,numBoardCards=0 3 1 1,raiseSize=2 2 4 4,"
        "maxRaises=3 4 4 4)"
    )


def to_ours(theirs, action):
    """OpenSpiel says call for a check, and bet for a raise."""
    if theirs.is_chance_node():
        return f"deal {DECK[action]}"
    if action == 0:
        return "fold"
    if action == 1:
        return "call" if 0 in theirs.legal_actions() else "check"
    betting = str(theirs).split("ACPC State: STATE:0:")[1].split(":")[0].split("/")
    return "raise" if len(betting) == 1 or "r" in betting[-1] else "bet"


@pytest.mark.parametrize("players", TABLES)
@pytest.mark.parametrize("num_games", [40, pytest.param(1000, marks=pytest.mark.slow)])
def test_random_games(compiled, compare_game, random_choice, players, num_games):
    theirs, game = load_theirs(players), compiled("poker_holdem", players=players)
    for seed in range(num_games):
        choose = random_choice(seed, "hold'em")
        compare_game(game, theirs.new_initial_state(), to_ours, choose)


def steer(game, any_of, few_cards):
    """Return a choice that seldom folds, often raises, and deals few ranks or few suits."""

    def choose(state, legal):
        if legal[0].startswith("deal"):
            return any_of(state, [action for action in legal if action[5:] in few_cards] or legal)
        staying = [action for action in legal if action != "fold"]
        raising = [action for action in staying if action in ("bet", "raise")]
        return any_of(state, [*legal, *4 * staying, *4 * raising])

    return choose


@pytest.mark.parametrize("players", TABLES)
@pytest.mark.parametrize("num_games", [80, pytest.param(400, marks=pytest.mark.slow)])
def test_games_steered_to_showdowns(compiled, compare_game, random_choice, players, num_games):
    """Cards of one suit, of five ranks, or of neighbouring ranks give rare hands and ties."""
    theirs, game = load_theirs(players), compiled("poker_holdem", players=players)
    ties, capped, shown = 0, 0, 0
    for seed in range(num_games):
        any_of = random_choice(seed, "hold'em, steered")
        low = any_of(None, range(9))
        few_cards = (
            {rank + "h" for rank in RANKS},
            {rank + suit for rank in RANKS[low : low + 4] for suit in SUITS},
            {rank + suit for rank in RANKS[low : low + 5] for suit in "sd"} | {"As"},
            {rank + suit for rank in "A2345" for suit in SUITS},
        )[seed % 4]
        choose = steer(game, any_of, few_cards)
        state, _ = compare_game(game, theirs.new_initial_state(), to_ours, choose)
        observation = game.get_observations(state)[0]
        rewards = game.get_rewards(state)
        ties += rewards.count(max(rewards)) > 1
        capped += sum(moves.count("raise") >= 3 for moves in observation["moves"])
        shown += any(observation["shown"])
    assert shown >= num_games / 2
    assert ties >= num_games / 20
    assert capped >= num_games / 10


def test_three_players_share_what_the_fourth_has_left_in_the_pot(compiled):
    game, checks = compiled("poker_holdem", players=4), ["check"] * 3
    private = [f"deal {card}" for card in ("2c", "2d", "3c", "3d", "4c", "4d", "5c", "5d")]
    flop, later = ["deal Ah", "deal Kh", "deal Qh"], ["deal Jh", *checks, "deal Th", *checks]
    state = game.get_initial_state()
    for action in [*private, "call", "call", "fold", "check", *flop, *checks, *later]:
        state = game.apply_action(state, action)
    assert game.get_rewards(state) == pytest.approx([-1, 1 / 3, 1 / 3, 1 / 3])
    assert game.get_observations(state)[0]["shown"][0] == []


@pytest.fixture(scope="module")
def rank_hand():
    """The program's own function as plain Python, since the contract does not lead to it."""
    namespace = {}
    exec(load("poker_holdem").source, namespace)
    return namespace["rank_hand"]


@pytest.mark.slow
def test_kinds_of_all_hands_of_five_cards_are_as_published(rank_hand):
    kinds, hands = Counter(), set()
    for cards in itertools.combinations(DECK, 5):
        rank = rank_hand(cards)
        kinds[rank[0]] += 1
        hands.add(tuple(rank))
    assert tuple(kinds[kind] for kind in range(9)) == HANDS_OF_A_KIND
    assert len(hands) == DIFFERENT_HANDS


def test_kinds_of_hands_told_apart_by_rank_are_as_published(rank_hand):
    """One hand for each choice of ranks, and of suits where they matter, counts for all of them."""
    kinds, hands = Counter(), set()
    for ranks in itertools.combinations_with_replacement(RANKS, 5):
        copies = Counter(ranks)
        if len(copies) == 1:
            continue
        ways = math.prod(math.comb(4, count) for count in copies.values())
        mixed = [rank + suit for rank, suit in zip(ranks, itertools.cycle(SUITS), strict=False)]
        if len(copies) == 5:
            suited = rank_hand([f"{rank}s" for rank in ranks])
            kinds[suited[0]] += 4
            hands.add(tuple(suited))
            ways -= 4
        rank = rank_hand(mixed)
        kinds[rank[0]] += ways
        hands.add(tuple(rank))
    assert tuple(kinds[kind] for kind in range(9)) == HANDS_OF_A_KIND
    assert len(hands) == DIFFERENT_HANDS


@pytest.mark.parametrize("num_hands", [1000, pytest.param(30000, marks=pytest.mark.slow)])
def test_seven_cards_are_worth_their_best_five(rank_hand, num_hands):
    """Half of the hands are of two suits or of six ranks, where straights and pairs abound."""
    generator = np.random.default_rng(derive_seed(0, "seven cards"))
    decks = [DECK, [card for card in DECK if card[1] in "cs"]]
    decks += [DECK, [card for card in DECK if card[0] in "A23456"]]
    kinds = Counter()
    for number in range(num_hands):
        deck = decks[number % len(decks)]
        cards = [deck[place] for place in generator.choice(len(deck), 7, replace=False)]
        for num_cards in (6, 7):
            fives = itertools.combinations(cards[:num_cards], 5)
            assert rank_hand(cards[:num_cards]) == max(map(rank_hand, fives)), cards
        kinds[rank_hand(cards)[0]] += 1
    assert len(kinds) == 9


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("Ks Qs Js Ts 9s", "Ac Ad Ah As Kc"),
        ("5s 4s 3s 2s As", "Ac Ad Ah As Kc"),
        ("2c 2d 2h 2s 3c", "Ac Ad Ah Kc Kd"),
        ("3c 3d 3h 2c 2d", "2c 2d 2h Ac Ad"),
        ("2c 2d 2h 3c 3d", "As Ks Qs Js 9s"),
        ("7s 5s 4s 3s 2s", "Ac Kd Qc Jc Tc"),
        ("6c 5d 4c 3c 2c", "5c 4d 3c 2c Ac"),
        ("5c 4d 3c 2c Ac", "Ac Ad Ah Kc Qc"),
        ("2c 2d 2h 4c 3c", "Ac Ad Kc Kd Qc"),
        ("3c 3d 2c 2d Ac", "3c 3d 2c 2d Kc"),
        ("2c 2d 5c 4c 3d", "Ac Kc Qc Jc 9d"),
        ("Ac Kc Qc Jc 9d", "Ac Kc Qc Jc 8d"),
        ("As Ks Qs Js 3s", "As Ks Qs Js 2s"),
    ],
)
def test_order_of_hands(rank_hand, better, worse):
    assert rank_hand(better.split()) > rank_hand(worse.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ac Kc Qc Jc 9d", "As Ks Qs Js 9h"),
        ("2c Kd Qh Js Tc 9d 3h", "2s 3s Kd Qh Js Tc 9d"),
        ("As Ks Qs Js 9s 2s 3h", "As Ks Qs Js 9s 3s 2h"),
        ("Ac Ad Kc Kd Qc Qd 2h", "Ac Ad Kc Kd Qc 3d 2h"),
    ],
)
def test_suits_and_cards_beyond_five_count_nothing(rank_hand, one, other):
    assert rank_hand(one.split()) == rank_hand(other.split())


def known_at_the_table(game, state, actions, player):
    """Return the own cards, those shown, and all that is public, told from the line alone."""
    holes = [actions[2 * seat : 2 * seat + 2] for seat in range(game.num_players)]
    public = actions[2 * game.num_players :]
    left = set(range(game.num_players)) - who_folded(game, actions)
    over = game.get_current_player(state) == TERMINAL_PLAYER
    shows = left if over and len(left) > 1 else set()
    seen = [hole if seat == player or seat in shows else None for seat, hole in enumerate(holes)]
    return tuple(seen), public


def who_folded(game, actions):
    folded, state = set(), game.get_initial_state()
    for action in actions:
        if action == "fold":
            folded.add(game.get_current_player(state))
        state = game.apply_action(state, action)
    return folded


@pytest.mark.parametrize("players", TABLES)
def test_observations_tell_exactly_what_was_seen_at_the_table(
    compiled, random_game, resampled_lines, tells_knowledge, players
):
    """Lines that a player cannot rule out are played on, so that many nodes look alike."""
    game, nodes = compiled("poker_holdem", players=players), []
    for seed in range(12):
        line = ()
        for state, action in random_game(game, seed):
            nodes.append((state, line))
            line += (action,)
        actions = line[:-1]
        for _, known, drawn, state in resampled_lines(game, seed, num_samples=2):
            rest = actions[len(known) :]
            for action in rest:
                nodes.append((state, drawn))
                if action not in game.get_legal_actions(state):
                    break  # it deals a card that another player holds in this line
                state, drawn = game.apply_action(state, action), (*drawn, action)
            else:
                nodes.append((state, drawn))
    ended = [state for state, _ in nodes if game.get_current_player(state) == TERMINAL_PLAYER]
    assert len(ended) > 30
    dealt = [(state, line) for state, line in nodes if len(line) >= 2 * game.num_players]
    tells_knowledge(game, dealt, known_at_the_table)


@pytest.mark.parametrize(
    ("players", "num_samples"),
    [(2, 400), (3, 400), (4, 400), pytest.param(2, 10000, marks=pytest.mark.slow)],
)
def test_resampled_cards_of_others_are_any_unseen_ones_alike(
    compiled, resampled_lines, players, num_samples
):
    """Nobody's cards decide what they may do: under uniform play every deal is equally likely."""
    game = compiled("poker_holdem", players=players)
    held, unseen_at = defaultdict(Counter), {}
    for player, actions, line, _ in resampled_lines(game, 3, num_samples // 10):
        place = 2 * player
        assert line[place : place + 2] == actions[place : place + 2]
        assert line[2 * game.num_players :] == actions[2 * game.num_players :]
        num_board = sum(action.startswith("deal") for action in actions) - 2 * game.num_players
        known = {action[5:] for action in actions[2 * game.num_players :]}
        known |= {action[5:] for action in actions[place : place + 2]}
        unseen_at[player, num_board] = [card for card in DECK if card not in known]
        held[player, num_board].update(
            action[5:]
            for seat in range(game.num_players)
            if seat != player
            for action in line[2 * seat : 2 * seat + 2]
        )
    assert len(held) >= 4
    for key, counts in held.items():
        assert set(counts) <= set(unseen_at[key])
        probability = 1 / len(unseen_at[key])
        total = sum(counts.values())
        spread = math.sqrt(total * probability * (1 - probability))
        for card in unseen_at[key]:
            # Rare cards follow Poisson's law more than Gauss's, hence the 3.
            assert abs(counts[card] - total * probability) <= 5 * spread + 3
