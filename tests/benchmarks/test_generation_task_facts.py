"""What is known of the generation benchmark's games from elsewhere, or counted independently."""

from __future__ import annotations

import json
from collections import Counter, deque
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from codeworld import compile_game
from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER

TASKS = Path(__file__).parents[2] / "benchmarks" / "generation_tasks"


def load(name):
    return compile_game((TASKS / name / "game.py").read_text("utf-8"))


def play(game, line):
    """Return the position at the end of a line of actions, separated by commas."""
    position = game.start()
    for action in line.split(", "):
        position = game.advance(position.state, action)
    return position


def walk(game):
    """Yield (line, rewards) of every complete game."""
    lines = [((), game.start())]
    while lines:
        line, position = lines.pop()
        if position.player == TERMINAL_PLAYER:
            yield line, game.get_rewards(position.state)
        for action in position.legal_actions:
            lines.append(((*line, action), game.advance(position.state, action)))


def solver(game):
    """Return a function: player 0's value of a state, when all know all and play best."""
    known = {}

    def value(state):
        key = json.dumps(state)
        if key not in known:
            player = game.get_current_player(state)
            after = [value(game.apply_action(state, a)) for a in game.get_legal_actions(state)]
            if player == TERMINAL_PLAYER:
                known[key] = game.get_rewards(state)[0]
            elif player == CHANCE_PLAYER:
                shares = [share for _, share in game.get_chance_outcomes(state)]
                pairs = zip(shares, after, strict=True)
                known[key] = sum(share * worth for share, worth in pairs)
            else:
                known[key] = max(after) if player == 0 else min(after)
        return known[key]

    return value


def winning_moves(game):
    value, start = solver(game), game.get_initial_state()
    moves = game.get_legal_actions(start)
    return {move for move in moves if value(game.apply_action(start, move)) > 0}


def test_square_heap_is_lost_from_the_known_numbers_of_stones():
    # The numbers from which subtracting squares loses begin 0, 2, 5, 7, 10, 12, 15, 17 (A030193).
    game = load("square_heap")
    value = solver(game)
    lost = [n for n in range(19) if value({"stones": n, "turn": 0}) < 0]
    assert lost == [0, 2, 5, 7, 10, 12, 15, 17]
    assert winning_moves(game) == {"take 1", "take 16"}


def test_cross_out_with_the_strip_closed_is_won_by_the_centre():
    # What is left then is Notakto on one board, where the centre is the known way to win.
    game = load("cross_out")
    closed = play(game, "strip 0, strip 3, strip 1, strip 2").state
    assert len(game.get_legal_actions(closed)) == 9
    value = solver(game)
    won = {a for a in game.get_legal_actions(closed) if value(game.apply_action(closed, a)) > 0}
    assert won == {"square 1 1"}


def test_lane_race_sends_pawns_back_from_open_squares_only():
    game = load("lane_race")
    assert play(game, "roll 2, move, roll 2, move").state["pawns"] == [0, 2]
    assert play(game, "roll 3, move, roll 3, move").state["pawns"] == [3, 3]
    line = "roll 4, move, roll 1, wait, roll 4, move, roll 1, wait, "
    assert play(game, line + "roll 3").legal_actions == ["wait"]
    assert play(game, line + "roll 2").legal_actions == ["move", "wait"]
    assert play(game, line + "roll 2, move").player == TERMINAL_PLAYER


def test_bitter_bar_has_the_positions_and_the_winner_of_chomp():
    game = load("bitter_bar")
    bars, fresh = set(), [game.get_initial_state()]
    while fresh:
        state = fresh.pop()
        for action in game.get_legal_actions(state):
            after = game.apply_action(state, action)
            if tuple(after["rows"]) not in bars:
                bars.add(tuple(after["rows"]))
                fresh.append(after)
    assert len(bars) == 55  # the paths across a grid of 3 by 5, C(8, 3), but for the whole bar
    value = solver(game)
    assert value(game.get_initial_state()) == 1  # by strategy stealing
    for pieces in range(1, 6):  # two rows that differ by one are lost
        assert value({"rows": [pieces, pieces - 1, 0], "turn": 0}) == -1


def test_pin_row_is_kayles():
    game = load("pin_row")
    value = solver(game)
    nimbers = (0, 1, 2, 3, 1, 4, 3, 2)  # of rows of 0 to 7 pins; Winning Ways, chapter 4
    for row in product("01", repeat=7):
        standing = [pin for pin, up in enumerate(row, 1) if up == "1"]
        total = 0
        for run in "".join(row).split("0"):
            total ^= nimbers[len(run)]
        assert (value({"standing": standing, "turn": 0}) > 0) == (total > 0), standing


def test_lunch_vote_counts_every_election_right():
    ends = 0
    for line, rewards in walk(load("lunch_vote")):
        dishes = [action.split()[1] for action in line]
        cravings, votes = dishes[:3], dishes[3:]
        (dish, count), *_ = Counter(votes).most_common(1)
        ordered = dish if count > 1 else votes[0]
        assert rewards == [2 * (craving == ordered) + (count == 3) for craving in cravings]
        ends += 1
    assert ends == 3**6


def test_find_the_number_lets_the_best_seeker_find_seven_of_eight():
    game = load("find_the_number")

    def most_found(states):
        """Return how many of the numbers that are still possible can be found in all."""
        if game.get_current_player(states[0]) == TERMINAL_PLAYER:
            return sum(game.get_rewards(state)[1] > 0 for state in states)
        best = 0
        for guess in game.get_legal_actions(states[0]):
            groups = {}
            for state in states:
                after = game.apply_action(state, guess)
                groups.setdefault(str(game.get_observations(after)[1]), []).append(after)
            best = max(best, sum(map(most_found, groups.values())))
        return best

    start = game.get_initial_state()
    hidden = [game.apply_action(start, action) for action in game.get_legal_actions(start)]
    assert (len(hidden), most_found(hidden)) == (8, 7)


def test_six_cards_deals_and_scores_every_game_right():
    games = Counter()
    for line, rewards in walk(load("six_cards")):
        hands = [set(action.split()[1:]) for action in line[:2]]
        assert not hands[0] & hands[1]
        cards = [action.split()[1] for action in line[2:]]
        leader, points = 0, [0, 0]
        for worth, (led, followed) in ((1, cards[:2]), (2, cards[2:])):
            same = {card for card in hands[1 - leader] if card[0] == led[0]}
            assert led in hands[leader]
            assert followed in (same or hands[1 - leader])
            hands[leader].remove(led)
            hands[1 - leader].remove(followed)
            if followed in same and followed[1] > led[1]:
                leader = 1 - leader
            points[leader] += worth
        assert rewards == [points[0] - points[1], points[1] - points[0]]
        games[line[:2]] += 1
    assert len(games) == 15 * 6
    for (one, other), count in games.items():
        follower = other.split()[1:]
        same = [sum(card[0] == led[0] for card in follower) for led in one.split()[1:]]
        assert count == sum(number or 2 for number in same)  # the second trick has no choice


def test_five_tiles_can_be_solved_in_seven_moves_at_best():
    game = load("five_tiles")
    start, goal = tuple(game.get_initial_state()["tray"]), (1, 2, 3, 4, 5, 0)
    neighbours = {0: (1, 3), 1: (0, 2, 4), 2: (1, 5), 3: (0, 4), 4: (1, 3, 5), 5: (2, 4)}
    distances, queue = {start: 0}, deque([start])
    while queue:
        tray = queue.popleft()
        for space in neighbours[tray.index(0)]:
            after = list(tray)
            after[tray.index(0)], after[space] = after[space], 0
            if tuple(after) not in distances:
                distances[tuple(after)] = distances[tray] + 1
                queue.append(tuple(after))
    assert (len(distances), distances[goal]) == (360, 7)
    assert solver(game)(game.get_initial_state()) == 12 - 7


def test_two_lamps_is_worth_ten_thirds():
    signs = ("dark", "red", "green")
    results = {
        (int(line[0][-1]), line[1], int(line[2][-1])): rewards
        for line, rewards in walk(load("two_lamps"))
    }
    assert all(rewards[0] == rewards[1] for rewards in results.values())
    best = max(
        sum(results[box, sign, boxes[signs.index(sign)]][0] for box, sign in enumerate(keeper, 1))
        for keeper in product(signs, repeat=3)
        for boxes in product((1, 2, 3), repeat=3)
    )
    assert best / 3 == pytest.approx(10 / 3)  # always found, and a lamp lit for two boxes of three


def test_trap_deck_has_the_value_that_exact_fractions_give():
    @cache
    def value(ones, twos, threes, traps, mine, theirs):
        """Return what the player to move wins; `theirs` is None in the first turn."""
        left = (ones, twos, threes, traps)
        stop = score(left, mine, theirs)
        dig = Fraction(traps) * score((ones, twos, threes, traps - 1), 0, theirs)
        for card, count in ((1, ones), (2, twos), (3, threes)):
            if count:
                after = [number - (kind == card) for kind, number in enumerate(left, 1)]
                dig += count * value(*after, mine + card, theirs)
        return max(stop, dig / sum(left))

    def score(left, mine, theirs):
        if theirs is None:
            return -value(*left, 0, mine)
        return Fraction((mine > theirs) - (mine < theirs))

    game = load("trap_deck")
    expected = value(3, 2, 1, 2, 0, None)
    assert solver(game)(game.get_initial_state()) == pytest.approx(float(expected))


def test_pay_anyway_settles_every_game_right():
    ends = 0
    for line, rewards in walk(load("pay_anyway")):
        bids = [int(action.split()[1]) for action in line]
        first = 0
        for prize in (1, 2, 3):
            mine, theirs = bids[2 * prize - 2 : 2 * prize]
            first += prize if mine > theirs else -prize if mine < theirs else 0
        assert rewards == [first, -first]
        assert sum(bids[::2]) <= 3
        assert sum(bids[1::2]) <= 3
        ends += 1
    assert ends == 20 * 20  # C(6, 3) ways for each player
