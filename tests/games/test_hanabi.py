"""Hanabi against OpenSpiel's, cards and hints included, and what players may know and suppose."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter

import numpy as np
import pyspiel
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.seeding import derive_seed

COLOURS = "RYGWB"
SYMBOLS = "RYGWB12345"
CARDS = [colour + rank for colour in COLOURS for rank in "12345"]
DECK = [card for card in CARDS for _ in range({"1": 3, "5": 1}.get(card[1], 2))]
SMALL = (  # two colours, four cards each; hands of two
    ('COLOURS = ("R", "Y", "G", "W", "B")', 'COLOURS = ("R", "Y")'),
    ("COPIES = (3, 2, 2, 2, 1)", "COPIES = (2, 1, 1)"),
    ("HAND_SIZE = 5", "HAND_SIZE = 2"),
    ("MAX_HINTS = 8", "MAX_HINTS = 3"),
)


def to_ours(theirs, action):
    """OpenSpiel names the player who gets a hint by the distance from the one who gives it."""
    player = theirs.current_player()
    words = theirs.action_to_string(player, action).strip("()").split()
    if words[0] in ("Deal", "Play", "Discard"):
        return f"{words[0].lower()} {words[1]}"
    return f"hint {(player + int(words[2])) % theirs.num_players()} {words[4]}"


def compare_table(game, state, theirs):
    """Compare all that lies on the table or is held: OpenSpiel's text says what each card may be.

    A line such as `W3 || WX|W1234` is a card and the colours and ranks that hints leave possible.
    """
    text, observations = str(theirs), game.get_observations(state)
    table = observations[0]
    for name, number in (("Life", "fuses"), ("Info", "hints")):
        assert int(re.search(rf"{name} tokens: (\d+)", text)[1]) == table[number], text
    fireworks = re.search(r"Fireworks: (.*)", text)[1].split()
    assert fireworks == [f"{c}{n}" for c, n in zip(COLOURS, table["fireworks"], strict=True)]
    assert int(re.search(r"Deck size: (\d+)", text)[1]) == table["deck"]
    discards = Counter(re.search(r"Discards:(.*)", text)[1].split())
    assert [discards[card] for card in CARDS] == table["discards"]
    hands = re.search(r"Hands:\n(.*)Deck size", text, re.DOTALL)[1].split("-----\n")
    for seat, hand in enumerate(hands):
        cards = re.findall(r"(..) \|\| ..\|(\w+)", hand)
        for viewer, observation in enumerate(observations):
            shown = ["??" if viewer == seat else card for card, _ in cards]
            assert observation["hands"][seat] == shown, text
        possible = [[symbol in symbols for symbol in SYMBOLS] for _, symbols in cards]
        assert table["possible"][seat] == possible, text
    held = [card for hand in hands for card, _ in re.findall(r"(..) \|\| ..\|(\w+)", hand)]
    built = [
        c + str(n + 1)
        for c, top in zip(COLOURS, table["fireworks"], strict=True)
        for n in range(top)
    ]
    assert Counter(held) + Counter(built) + discards <= Counter(DECK)
    assert len(held) + len(built) + discards.total() + table["deck"] == len(DECK)


def compare_game(game, theirs, choose):
    """Compare every node of one game that `choose(state, legal actions of ours)` plays.

    OpenSpiel's returns before the end are the score so far, and ours are 0: there is no reward
    before the end. So before the end the fireworks, and at the end the returns, are compared.
    """
    state, actions = game.get_initial_state(), []
    while True:
        player = game.get_current_player(state)
        assert player == theirs.current_player()
        names = {to_ours(theirs, action): action for action in theirs.legal_actions()}
        assert set(game.get_legal_actions(state)) == set(names)
        compare_table(game, state, theirs)
        if player == TERMINAL_PLAYER:
            assert game.get_rewards(state) == theirs.returns()
            return state, actions
        score = float(sum(game.get_observations(state)[0]["fireworks"]))
        assert theirs.returns() == [score] * game.num_players
        assert game.get_rewards(state) == [0.0] * game.num_players
        if player == CHANCE_PLAYER:
            expected = {to_ours(theirs, action): p for action, p in theirs.chance_outcomes()}
            assert dict(game.get_chance_outcomes(state)) == pytest.approx(expected)
        action = choose(state, sorted(names))
        theirs.apply_action(names[action])
        state = game.apply_action(state, action)
        actions.append(action)


@pytest.mark.parametrize(
    ("players", "seeds"),
    [
        *((players, range(20)) for players in (2, 3, 4, 5)),
        pytest.param(2, range(20, 1000), marks=pytest.mark.slow),
        *(pytest.param(n, range(20, 300), marks=pytest.mark.slow) for n in (3, 4, 5)),
    ],
)
def test_random_games(compiled, random_choice, players, seeds):
    theirs = pyspiel.load_game(f"hanabi(players={players})")
    game = compiled("hanabi", players=players)
    for seed in seeds:
        choose = random_choice(seed, f"hanabi, {players}")
        compare_game(game, theirs.new_initial_state(), choose)


def steered_choice(game, seed):
    """Return a choice by someone who sees all cards, and with the seed's kind of carelessness."""
    generator = np.random.default_rng(derive_seed(seed, "hanabi, steered"))
    builds, wastes = seed % 4 != 3, seed % 4 == 2

    def choose(state, legal):
        player = game.get_current_player(state)
        if player == CHANCE_PLAYER or generator.random() < 0.3 * wastes:
            return legal[generator.integers(len(legal))]
        views = game.get_observations(state)
        fireworks, own = views[player]["fireworks"], views[player - 1]["hands"][player]
        steps = [int(card[1]) - fireworks[COLOURS.index(card[0])] for card in own]
        fits = [place for place, step in enumerate(steps) if step == 1]
        dead = [place for place, step in enumerate(steps) if step < 1]
        wanted = [f"play {place}" for place in fits] if builds else []
        wanted = wanted or [f"discard {place}" for place in dead]
        wanted = [action for action in wanted if action in legal]
        wanted = wanted or [action for action in legal if action.startswith("hint")]
        wanted = wanted or [action for action in legal if action.startswith("discard")]
        return wanted[generator.integers(len(wanted))]

    return choose


@pytest.mark.parametrize("seeds", [range(24), pytest.param(range(24, 200), marks=pytest.mark.slow)])
def test_games_steered_to_fives_and_the_last_round(compiled, seeds):
    """Players play what fits, or never play: high scores, returned tokens, games without a deck."""
    seen = Counter()
    for seed in seeds:
        players = 2 + seed % 4
        theirs = pyspiel.load_game(f"hanabi(players={players})")
        game = compiled("hanabi", players=players)
        state, actions = compare_game(
            game, theirs.new_initial_state(), steered_choice(game, seed // 4)
        )
        table = game.get_observations(state)[0]
        seen["best score"] += game.get_rewards(state)[0] == 25.0
        seen["last round"] += table["last_turns"] == 0
        seen["lost"] += table["fuses"] == 0
        before = game.get_initial_state()
        for action in actions:
            after = game.apply_action(before, action)
            tables = [game.get_observations(each)[0] for each in (before, after)]
            if [each["fireworks"].count(5) for each in tables] in ([0, 1], [1, 2], [2, 3]):
                seen["five", tables[1]["hints"] - tables[0]["hints"]] += 1
            seen["no token"] += tables[1]["hints"] == 0
            before = after
    for rule in ("best score", "last round", "lost", ("five", 0), ("five", 1), "no token"):
        assert seen[rule] >= len(seeds) // 24, (rule, seen)


@pytest.mark.parametrize(("players", "hints", "fuses"), [(2, 2, 5), (3, 12, 2), (5, 4, 4)])
def test_other_numbers_of_tokens(compiled, random_choice, players, hints, fuses):
    tokens = f"max_information_tokens={hints},max_life_tokens={fuses}"
    theirs = pyspiel.load_game(f"hanabi(players={players},{tokens})")
    game = compiled("hanabi", players=players, hints=hints, fuses=fuses)
    for seed in range(4):
        compare_game(game, theirs.new_initial_state(), steered_choice(game, seed))
        choose = random_choice(seed, f"hanabi, {tokens}")
        compare_game(game, theirs.new_initial_state(), choose)


@pytest.mark.parametrize("players", [2, 3, 4, 5])
def test_the_longest_games(compiled, players):
    """Whoever can gives a hint, and else discards.

    Each card that is drawn after the deal takes an action that lays one down. All of these but the
    last may return a token that is used before the deck is empty, like the 8 that are there. Then
    each player has one more turn.
    """
    theirs = pyspiel.load_game(f"hanabi(players={players})")
    game = compiled("hanabi", players=players)

    def choose(state, legal):
        hints = [action for action in legal if action.startswith("hint")]
        return hints[0] if hints else legal[0]

    _, actions = compare_game(game, theirs.new_initial_state(), choose)
    drawn = len(DECK) - players * (5 if players <= 3 else 4)
    assert (
        sum(not action.startswith("deal") for action in actions) == 8 + drawn - 1 + drawn + players
    )


def hands_of(actions, num_players, hand_size):
    """Return each hand as places in the line where its cards were dealt, told from the line alone.

    Besides, return for each hint (its place in the line, places of the cards that it touches).
    """
    hands, touched, turn = [[] for _ in range(num_players)], [], 0
    for place, action in enumerate(actions):
        word, first, *rest = action.split()
        if word == "deal":
            next(hand for hand in hands if len(hand) < hand_size).append(place)
            continue
        if word == "hint":
            hand = hands[int(first)]
            fits = tuple(card for card in hand if rest[0] in actions[card].removeprefix("deal "))
            touched.append((place, fits))
        else:
            del hands[turn][int(first)]
        turn = (turn + 1) % num_players
    return hands, touched


def known_at_the_table(hand_size):
    """Return a function that tells what a player knows: the line, without the cards they hold.

    Hints tell which cards they touch, those that the player holds or has held included.
    """

    def known(game, state, actions, player):
        hands, touched = hands_of(actions, game.num_players, hand_size)
        hidden = ["deal ??" if n in hands[player] else action for n, action in enumerate(actions)]
        return tuple(hidden), tuple(touched)

    return known


@pytest.mark.parametrize(
    ("changes", "players", "hand_size"),
    [
        pytest.param((), 2, 5, id="two players"),
        pytest.param((), 4, 4, id="four players"),
        pytest.param(SMALL, 2, 2, id="small deck"),
    ],
)
def test_observations_tell_exactly_what_was_seen(
    compiled, random_game, resampled_lines, tells_knowledge, changes, players, hand_size
):
    """Lines that a player cannot rule out are drawn, so that many nodes look alike to someone."""
    game, nodes = compiled("hanabi", changes, players=players), []
    for seed in range(5):
        actions = ()
        for state, action in random_game(game, seed):
            nodes.append((state, actions))
            actions += (action,)
        for _, _, line, state in resampled_lines(game, seed, num_samples=2):
            nodes.append((state, line))
    tells_knowledge(game, nodes, known_at_the_table(hand_size))


def hands_believed(game, actions, player, deck, hand_size):
    """Return {own hand: probability}, by trying every hand; what others did is not weighed.

    A hand is possible if the line, replayed with it, looks the same to the player. It weighs as
    much as there are ways to draw it from the cards that the player has not seen.
    """
    known = known_at_the_table(hand_size)
    own, seen = hands_of(actions, 2, hand_size)[0][player], known(game, None, actions, player)
    unseen = Counter(deck)
    unseen.subtract(word.removeprefix("deal ") for word in seen[0] if word.startswith("deal"))
    weights = {}
    for cards in itertools.product(+unseen, repeat=len(own)):
        line = list(actions)
        for place, card in zip(own, cards, strict=True):
            line[place] = f"deal {card}"
        ways = math.prod(math.perm(unseen[card], n) for card, n in Counter(cards).items())
        if ways and known(game, None, line, player) == seen:
            weights[cards] = ways
    total = sum(weights.values())
    return {cards: ways / total for cards, ways in weights.items()}


@pytest.mark.parametrize("num_games", [3, pytest.param(12, marks=pytest.mark.slow)])
def test_resampled_hands_of_a_small_deck_follow_the_exact_odds(compiled, random_game, num_games):
    game, num_samples, compared = compiled("hanabi", SMALL), 1000, 0
    deck = ["R1", "R1", "R2", "R3", "Y1", "Y1", "Y2", "Y3"]
    for seed in range(num_games):
        actions = ()
        for state, action in random_game(game, seed):
            player = game.get_current_player(state)
            if player >= 0:
                history = [(game.get_observations(state)[player], None)]
                own = hands_of(actions, 2, hand_size=2)[0][player]
                hands = Counter()
                for number in range(num_samples):
                    draw = derive_seed(seed, "small deck", len(actions) * num_samples + number)
                    line = game.resample_history(history, player, draw)
                    hands[tuple(line[place].removeprefix("deal ") for place in own)] += 1
                expected = hands_believed(game, actions, player, deck, hand_size=2)
                assert set(hands) <= set(expected)
                for hand, probability in expected.items():
                    spread = math.sqrt(num_samples * probability * (1 - probability))
                    assert abs(hands[hand] - num_samples * probability) <= 5 * spread, actions
                compared += len(expected) > 5
            actions += (action,)
    assert compared >= num_games


@pytest.mark.parametrize("players", [2, 3, 4, 5])
def test_resampled_histories_agree_with_what_was_seen(compiled, resampled_lines, players):
    """All but the deals of the cards that the player holds are as they were."""
    game = compiled("hanabi", players=players)
    hand_size, differ = 5 if players <= 3 else 4, 0
    for seed in range(3):
        for player, actions, line, _ in resampled_lines(game, seed, num_samples=2):
            own = hands_of(actions, players, hand_size)[0][player]
            changed = {n for n, action in enumerate(actions) if action != line[n]}
            assert len(line) == len(actions)
            assert changed <= set(own)
            differ += len(changed) > 0
    assert differ > 0


def test_resampled_hands_cover_every_card_that_fits(compiled, random_choice):
    """After hints at both, each place of the hand gets all cards that it can be, and no others."""
    game = compiled("hanabi")
    dealt = ["R1", "R2", "Y1", "G5", "B1", "W3", "W3", "Y4", "R3", "G1"]
    line = [*(f"deal {card}" for card in dealt), "hint 1 3", "hint 0 R", "hint 1 R", "hint 0 1"]
    state = game.get_initial_state()
    for action in line:
        state = game.apply_action(state, action)
    history = [(game.get_observations(state)[0], None)]
    drawn = [set() for _ in range(5)]
    for number in range(1500):
        sample = game.resample_history(history, 0, derive_seed(0, "hanabi", number))
        assert sample[5:] == line[5:]
        for place, deal in enumerate(sample[:5]):
            drawn[place].add(deal.removeprefix("deal "))
    other = {colour + rank for colour in "YGWB" for rank in "2345"}  # neither red nor a 1
    reds = {"R2", "R3", "R4", "R5"}
    ones = {"Y1", "G1", "W1", "B1"}
    assert drawn == [{"R1"}, reds, ones, other - {"W3"}, ones]  # player 1 has both W3
