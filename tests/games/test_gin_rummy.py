"""Gin rummy against OpenSpiel's, deadwood by brute force, and what its players may suppose."""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter, defaultdict

import numpy as np
import pyspiel
import pytest

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.games import load
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed

RANKS, SUITS = "A23456789TJQK", "cdhs"
DECK = [rank + suit for suit in SUITS for rank in RANKS]
THEIR_DECK = [rank + suit for suit in "scdh" for rank in RANKS]
THEIRS = pyspiel.load_game("gin_rummy")


def spell_meld(text):
    """Return our action for a meld such as 8s8c8h: sets by suits, runs by ranks."""
    cards = sorted(re.findall("..", text), key=lambda card: (RANKS.index(card[0]), card[1]))
    return f"meld {' '.join(cards)}"


def to_ours(theirs, action):
    """OpenSpiel's pass is our done once a player has knocked, and cards go where the phase says."""
    if theirs.is_chance_node():
        return f"deal {THEIR_DECK[action]}"
    text = theirs.action_to_string(theirs.current_player(), action).split("Action: ")[1]
    phase = re.search(r"Phase: (\w+)", str(theirs)).group(1)
    if text == "Pass":
        return "done" if phase in ("Knock", "Layoff") else "pass"
    if text in ("Draw upcard", "Draw stock", "Knock"):
        return text.lower()
    if action < len(DECK):
        return f"layoff {text}" if phase == "Layoff" else f"discard {text}"
    return spell_meld(text)


@functools.cache
def program():
    """The program's own functions as plain Python, since the contract does not lead to them."""
    namespace = {}
    exec(load("gin_rummy").source, namespace)
    return namespace


def worth(cards):
    return sum(min(RANKS.index(card[0]) + 1, 10) for card in cards)


def is_meld(cards):
    if len({card[0] for card in cards}) == 1:
        return len(cards) >= 3
    places = sorted(RANKS.index(card[0]) for card in cards)
    in_a_row = places == list(range(places[0], places[0] + len(cards)))
    return len(cards) >= 3 and in_a_row and len({card[1] for card in cards}) == 1


def arrangements(cards):
    """Yield (melds, cards left) for every way to lay melds of 3 to 5 cards, found by trying all."""
    melds = [
        set(meld)
        for size in (3, 4, 5)
        for meld in itertools.combinations(cards, size)
        if is_meld(meld)
    ]

    def lay(laid, start):
        left = [card for card in cards if not any(card in meld for meld in laid)]
        yield laid, left
        for place in range(start, len(melds)):
            if melds[place] <= set(left):
                yield from lay([*laid, melds[place]], place + 1)

    yield from lay([], 0)


def least_deadwood(cards):
    return min(worth(left) for _, left in arrangements(cards))


def their_estimates(cards):
    """Return what OpenSpiel may take as the deadwood of eleven cards.

    It lays the melds worth most, then discards the dearest card left. Of several such ways it takes
    one, and so may miss that another leaves a dearer card to discard.
    """
    ways = [left for _, left in arrangements(cards)]
    fewest = min(map(worth, ways))
    best = [left for left in ways if worth(left) == fewest]
    return [fewest - max((worth([card]) for card in left), default=0) for left in best]


def theirs_takes(card, melds, laid_off):
    """Return whether OpenSpiel lets a card be laid off on these melds of the knocker.

    It lets a run grow by two cards at either end; our rules, as the usual ones, know no such limit.
    """
    for meld in melds:
        if len({other[0] for other in meld}) == 1 and card[0] == meld[0][0]:
            return True
        run = [RANKS.index(other[0]) for other in meld if other[1] == card[1]]
        place = RANKS.index(card[0])
        if len(run) == len(meld) and (place + 1 == min(run) or place - 1 == max(run)):
            return True
        if len(run) == len(meld) and place in (min(run) - 2, max(run) + 2):
            between = RANKS[min(run) - 1 if place < min(run) else max(run) + 1]
            return between + card[1] in laid_off
    return False


def is_disputed(game, state):
    """Return whether OpenSpiel lacks a legal action here: a knock, or a card to lay off."""
    legal, observation = game.get_legal_actions(state), game.get_observations(state)[0]
    if "knock" in legal:
        observation = game.get_observations(state)[game.get_current_player(state)]
        cards = observation["hand"]
        cards = cards if len(cards) == 11 else [*cards, observation["upcard"]]
        return max(their_estimates(cards)) > 10
    actions = [action.split() for action in observation["ending"]]
    melds = [cards for word, *cards in actions if word == "meld"]
    laid_off = {cards[0] for word, *cards in actions if word == "layoff"}
    cards = [action.split()[1] for action in legal if action.startswith("layoff")]
    return not all(theirs_takes(card, melds, laid_off) for card in cards)


def undisputed(game, choose):
    """Return a choice that avoids states where OpenSpiel differs, and counts them."""

    def choose_again(state, legal):
        while True:
            action = choose(state, legal)
            if len(legal) == 1 or not is_disputed(game, game.apply_action(state, action)):
                return action
            legal = [other for other in legal if other != action]

    return choose_again


@pytest.mark.parametrize("num_games", [40, pytest.param(1000, marks=pytest.mark.slow)])
def test_random_games(compiled, compare_game, random_choice, num_games):
    game = compiled("gin_rummy")
    for seed in range(num_games):
        choose = undisputed(game, random_choice(seed, "gin rummy"))
        compare_game(game, THEIRS.new_initial_state(), to_ours, choose)


PLANS = (
    "knock at once",
    "knock at once, and leave melds in the hand",
    "only gin",
    "player 0 knocks late, player 1 never",
    "knock at the end of the stock, never before",
    "take upcards",
    "put upcards back",
)


def steer(game, any_of, plan):
    """Return a choice that mostly makes melds, and follows a plan."""
    lay = program()

    def deadwood(hand):
        return lay["count"](hand) - lay["most_melded"](lay["find_melds"](hand))

    def choose(state, legal):
        player = game.get_current_player(state)
        if player == CHANCE_PLAYER:
            return any_of(state, legal)
        observation = game.get_observations(state)[player]
        hand, upcards = observation["hand"], observation["upcards"]
        if observation["ending"]:
            laying = [action for action in legal if action != "done"] or legal
            if "only gin" in plan and legal[0].startswith("discard"):
                return min(legal, key=lambda action: deadwood(without(hand, action.split()[1])))
            return any_of(
                state, legal if "leave" in plan or not any_of(state, range(8)) else laying
            )
        if "knock" in legal and knocks(player, hand, observation["stock"]):
            return "knock"
        if "draw upcard" in legal:
            melds = lay["find_melds"]([*hand, upcards[-1]])
            useful = any(upcards[-1] in cards for _, cards, _ in melds)
            take = useful or ("take" in plan and any_of(state, range(30))) or "put" in plan
            (other,) = [action for action in legal if action != "draw upcard"]
            return "draw upcard" if take else other
        discards = [action for action in legal if action.startswith("discard")]
        if not discards:
            return any_of(state, [action for action in legal if action != "knock"])
        put_back = f"discard {upcards[-1]}"
        if "put" in plan and put_back in discards and any_of(state, range(4)):
            return put_back
        tried = [any_of(state, discards) for _ in discards]
        tried = [action for action in tried if action != put_back] or discards
        return min(tried, key=lambda action: deadwood(without(hand, action.split()[1])))

    def knocks(player, hand, stock):
        if "only gin" in plan:
            return min(deadwood(without(hand, card)) for card in hand) == 0
        if "late" in plan:
            return player == 0 and stock < 12
        return "never before" not in plan or len(hand) == 10

    return choose


def without(hand, card):
    return [other for other in hand if other != card]


def events_of(game, state, actions):
    """Yield what happened in a finished game that the rules speak of."""
    observation = game.get_observations(state)[0]
    knocker, ending = observation["knocker"], observation["ending"]
    if knocker < 0:
        yield f"drawn by {actions[-1].partition(' ')[0]}"
        return
    hands = [game.get_observations(state)[seat]["hand"] for seat in (0, 1)]
    gain = game.get_rewards(state)[knocker]
    knock = len(actions) - len(ending)
    at_the_end = not actions[knock - 1].startswith(("draw upcard", "deal"))
    yield "knock at the end" if at_the_end else "knock"
    yield "undercut" if gain < 0 else "equal" if gain == 0 else "win" if hands[knocker] else "gin"
    yield f"laid off {min(3, sum(action.startswith('layoff') for action in ending))}"
    if worth(hands[1 - knocker]) > least_deadwood(hands[1 - knocker]):
        yield "melds left in the hand"


@pytest.mark.parametrize("num_games", [42, pytest.param(210, marks=pytest.mark.slow)])
def test_steered_games(compiled, compare_game, random_choice, num_games):
    game, events = compiled("gin_rummy"), Counter()
    for seed in range(num_games):
        any_of = random_choice(seed, "gin rummy, steered")
        choose = undisputed(game, steer(game, any_of, PLANS[seed % len(PLANS)]))
        state, actions = compare_game(game, THEIRS.new_initial_state(), to_ours, choose)
        events.update(events_of(game, state, actions))
    wanted = {"gin", "win", "equal", "undercut", "knock", "knock at the end", "laid off 0"}
    wanted |= {"laid off 1", "laid off 2", "laid off 3", "melds left in the hand"}
    wanted |= {"drawn by pass", "drawn by draw", "drawn by discard"}
    assert set(events) <= wanted
    if num_games >= 200:
        assert min(events[event] for event in wanted) >= 2, events


def play(actions):
    """Return our state and OpenSpiel's after the same actions."""
    ours, theirs = compile_game(load("gin_rummy").source), THEIRS.new_initial_state()
    state = ours.get_initial_state()
    for action in actions:
        (same,) = [other for other in theirs.legal_actions() if to_ours(theirs, other) == action]
        theirs.apply_action(same)
        state = ours.apply_action(state, action)
    legal = {to_ours(theirs, action) for action in theirs.legal_actions()}
    return set(ours.get_legal_actions(state)), legal


def deal(first, second, upcard):
    return [f"deal {card}" for card in f"{first} {second} {upcard}".split()]


def test_a_run_grows_by_more_than_two_cards_unlike_in_open_spiel():
    line = deal("4s 5s 6s 2c 2d 2h Kc Kd Kh Ac", "7s 8s 9s Ts 3s As Qc Qd Jc Jd", "9h")
    line += [
        "draw upcard",
        "knock",
        "discard 9h",
        "meld 4s 5s 6s",
        "meld 2c 2d 2h",
        "meld Kc Kd Kh",
    ]
    line += ["done", "layoff 7s"]
    assert play(line) == ({"layoff 3s", "layoff 8s", "done"},) * 2
    line += ["layoff 8s"]
    ours, theirs = play(line)
    assert theirs == {"layoff 3s", "done"}
    assert ours == theirs | {"layoff 9s"}


def test_a_knock_that_open_spiel_misses():
    """The melds worth most, 6 6 6 and 5 5 5, leave 4 4 3 2 2, so 11 without a four.

    But 4 5 6 twice, once with a 3 before it, leaves 6 5 2 2, so 9 without the six.
    """
    line = deal("6d 6c 2c 2h 3s 5c 5s 5d 6s 4d", "Ac Ad Kc Kd Qc Qd Jc Jd 9c 9d", "4s")
    ours, theirs = play([*line, "draw upcard"])
    assert ours == theirs | {"knock"}
    cards = ["6d", "6c", "2c", "2h", "3s", "5c", "5s", "5d", "6s", "4d", "4s"]
    assert set(their_estimates(cards)) == {9, 11}
    assert least_deadwood(without(cards, "6c")) == 9


def test_number_of_melds(compiled):
    """Of each rank a set of four and four sets of three; in each suit 11, 10 and 9 runs."""
    melds = [a for a in compiled("gin_rummy").get_all_actions() if a.startswith("meld")]
    assert len(set(melds)) == 13 * 5 + 4 * (11 + 10 + 9) == 185
    assert all(
        action == spell_meld(action.removeprefix("meld").replace(" ", "")) for action in melds
    )
    assert all(is_meld(action.split()[1:]) for action in melds)


@pytest.mark.parametrize("num_hands", [80, pytest.param(400, marks=pytest.mark.slow)])
def test_deadwood_by_trying_all_arrangements(num_hands):
    """Hands of few neighbouring ranks, where sets and runs compete for the same cards."""
    generator = np.random.default_rng(derive_seed(0, "deadwood"))
    lay, knocks, competing = program(), 0, 0
    for number in range(num_hands):
        low = int(generator.integers(9))
        ranks = RANKS[low : low + 5] + ("A2" if number % 2 and low > 1 else "")
        pool = [card for card in DECK if card[0] in ranks]
        cards = [pool[place] for place in generator.choice(len(pool), 11, replace=False)]
        melds = lay["find_melds"](cards)
        assert lay["count"](cards) - lay["most_melded"](melds) == least_deadwood(cards)
        fit = [card for card in cards if least_deadwood(without(cards, card)) <= 10]
        assert lay["find_knocks"](cards) == fit
        knocks += 0 < len(fit) < 11
        competing += any(one[1] & other[1] for one, other in itertools.combinations(melds, 2))
    assert knocks > num_hands / 10
    assert competing > num_hands / 2


def play_to_plan(game, any_of, plan):
    """Yield (state, action) along one game, and at last (terminal state, None)."""
    choose, state = steer(game, any_of, plan), game.get_initial_state()
    while game.get_current_player(state) != TERMINAL_PLAYER:
        action = choose(state, sorted(game.get_legal_actions(state)))
        yield state, action
        state = game.apply_action(state, action)
    yield state, None


def lived(game, actions, player):
    """Return what a player saw and did along a line, and the state after it."""
    history, state = [], game.get_initial_state()
    for action in actions:
        if game.get_current_player(state) == player:
            history.append((game.get_observations(state)[player], action))
        state = game.apply_action(state, action)
    return history, state


def resampled(game, num_games, num_samples, every):
    """Yield (player, whole line, place, resampled actions) at some decisions, all after a knock.

    Every resampled line is replayed, and must agree with all that its player saw and did before.
    """
    for seed in range(num_games):
        plan = PLANS[seed % len(PLANS)]
        positions = list(play_to_plan(game, derive_choice(seed), plan))
        actions = tuple(action for _, action in positions[:-1])
        for place, (state, action) in enumerate(positions[:-1]):
            player = game.get_current_player(state)
            observation = game.get_observations(state)[player]
            if player < 0 or (place % every and not observation["ending"]):
                continue
            history, _ = lived(game, actions[:place], player)
            for number in range(num_samples):
                draw = derive_seed(derive_seed(seed, "draw", place), "resample", number)
                line = game.resample_history([*history, (observation, None)], player, draw)
                again, after = lived(game, line, player)
                assert again == history
                assert game.get_current_player(after) == player
                assert game.get_observations(after)[player] == observation
                yield player, actions, place, tuple(line)
            line = game.resample_history([*history, (observation, action)], player, draw)
            assert lived(game, line, player)[0] == [*history, (observation, action)]


def derive_choice(seed):
    generator = np.random.default_rng(derive_seed(seed, "gin rummy, resampled"))
    return lambda state, legal: legal[generator.integers(len(legal))]


@functools.cache
def hands_after(game, actions):
    """Return both hands, who dealt cards went to, and who has knocked, told from the line alone."""
    hands, receivers, upcard, mover, knocker = [set(), set()], [], None, None, None
    state = game.get_initial_state()
    for place, action in enumerate(actions):
        word, _, rest = action.partition(" ")
        if word == "deal":
            receiver = place // 10 if place < 20 else None if place == 20 else mover
            receivers.append(receiver)
            if receiver is None:
                upcard = rest
            else:
                hands[receiver].add(rest)
        else:
            mover = game.get_current_player(state)
            if rest == "upcard" or (word == "knock" and actions[place - 1].startswith("discard")):
                hands[mover].add(upcard)
            if word in ("discard", "layoff", "meld"):
                hands[mover] -= set(rest.split())
            upcard = rest if word == "discard" else upcard
            knocker = mover if word == "knock" else knocker
        state = game.apply_action(state, action)
    return hands, receivers, knocker


def known_at_the_table(game, state, actions, player):
    """Return the own cards as they came, all that players did, and the other's hand if face up."""
    hands, receivers, knocker = hands_after(game, actions)
    dealt = iter(receivers)
    seen = tuple(
        "deal ?" if action.startswith("deal") and next(dealt) == 1 - player else action
        for action in actions
    )
    over = game.get_current_player(state) == TERMINAL_PLAYER
    face_up = knocker is not None and (knocker != player or over)
    return seen, frozenset(hands[1 - player]) if face_up else None


def test_observations_tell_exactly_what_was_seen_at_the_table(compiled, tells_knowledge):
    """Lines that a player cannot rule out are played on, so that many nodes look alike."""
    game, nodes, followed = compiled("gin_rummy"), {}, 0
    for _, actions, place, line in resampled(game, num_games=7, num_samples=1, every=29):
        for whole in (actions, line + actions[place:]):
            state = game.get_initial_state()
            for number, action in enumerate(whole):
                if action not in game.get_legal_actions(state):
                    break  # it needs a card that is elsewhere in this line
                state = game.apply_action(state, action)
                if (number - place) % 6 == 0 or state["knocker"] >= 0:
                    nodes[whole[: number + 1]] = state
                    followed += number > place and whole is not actions
    assert followed > 50
    tells_knowledge(
        game, ((state, actions) for actions, state in nodes.items()), known_at_the_table
    )


@pytest.mark.parametrize(
    ("num_games", "num_samples"), [(3, 20), pytest.param(4, 60, marks=pytest.mark.slow)]
)
def test_resampled_hands_hold_what_is_known_and_any_unseen_cards_alike(
    compiled, num_games, num_samples
):
    game, held = compiled("gin_rummy"), defaultdict(list)
    for player, actions, place, line in resampled(game, num_games, num_samples, every=50):
        hands, _, _ = hands_after(game, line)
        held[player, actions[:place]].append(hands[1 - player])
    opened = 0
    for (player, actions), hands in held.items():
        own, receivers, knocker = hands_after(game, actions)
        if knocker == 1 - player:
            opened += 1
            assert all(hand == own[1 - player] for hand in hands)
            continue
        known = taken_upcards(game, actions, 1 - player)
        places = [place for place, action in enumerate(actions) if action.startswith("deal")]
        seen = {
            actions[place][5:]
            for place, receiver in zip(places, receivers, strict=True)
            if receiver != 1 - player
        }
        seen |= {action[8:] for action in actions if action.startswith("discard")}
        unseen = set(DECK) - seen
        counts = Counter(card for hand in hands for card in hand - known)
        assert all(known <= hand for hand in hands)
        assert set(counts) <= unseen
        probability = (len(own[1 - player]) - len(known)) / len(unseen)
        spread = (num_samples * probability * (1 - probability)) ** 0.5
        for card in unseen:
            assert abs(counts[card] - num_samples * probability) <= 5 * spread + 1, card
    assert opened >= 2
    assert len(held) - opened >= 4


def taken_upcards(game, actions, seat):
    """Return the cards that a player took openly and still holds."""
    taken, upcard, state = set(), None, game.get_initial_state()
    for place, action in enumerate(actions):
        if game.get_current_player(state) == seat and action == "draw upcard":
            taken.add(upcard)
        if place == 20 or action.startswith("discard"):
            upcard = action.split()[1]
            taken.discard(upcard)
        state = game.apply_action(state, action)
    return taken


@pytest.mark.slow
def test_resampled_histories_of_a_small_deck_follow_the_exact_posterior(
    compiled, follows_posterior
):
    """Six cards, hands of one, and no knocking: then every deal that is possible is as likely.

    Otherwise a player who might have knocked would have had one more choice.
    """
    small = (
        ('RANKS = "A23456789TJQK"', 'RANKS = "A23"'),
        ('SUITS = "cdhs"', 'SUITS = "cd"'),
        ("HAND_SIZE = 10", "HAND_SIZE = 1"),
        ("KNOCK_LIMIT = 10", "KNOCK_LIMIT = -1"),
        ("MAX_UPCARDS = 50", "MAX_UPCARDS = 2"),
    )
    follows_posterior(compiled("gin_rummy", small), often=400)
