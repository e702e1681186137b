"""Battleship against OpenSpiel's, by counting placements, and what its players may suppose."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from fractions import Fraction

import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.seeding import derive_seed

# In OpenSpiel a ship lies horizontally or vertically from its upper left corner, shots may be
# limited in number (16 each are all there are), and a sunk ship is announced; that is not compared.
CELLS = [(row, column) for row in range(4) for column in range(4)]
LONG_SHIPS = [frozenset(pair) for pair in itertools.combinations(CELLS, 2) if math.dist(*pair) == 1]


def load_theirs(size=4, lengths=(1, 2)):
    ships = ";".join(map(str, lengths))
    return pyspiel.load_game(
        f"battleship(board_width={size},board_height={size},ship_sizes=[{ships}],"
        f"ship_values=[1;1],num_shots={size * size},allow_repeated_shots=False)"
    )


def action_of(lengths):
    def to_ours(theirs, action):
        text = theirs.action_to_string(theirs.current_player(), action)
        row, column = re.search(r"\((\d), (\d)\)", text).groups()
        if "shoot" in text:
            return f"call {row} {column}"
        if lengths[len(theirs.history()) // 2] == 1:
            assert "horizontally" in text  # such a ship has no direction, and this is its name
            return f"place {row} {column}"
        direction = "right" if "horizontally" in text else "down"
        return f"place {row} {column} {direction}"

    return to_ours


to_ours = action_of((1, 2))


@pytest.mark.parametrize("num_games", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_random_games(compiled, compare_game, random_choice, num_games):
    theirs, game = load_theirs(), compiled("battleship")
    for seed in range(num_games):
        choose = random_choice(seed, "battleship")
        compare_game(game, theirs.new_initial_state(), to_ours, choose)


@pytest.mark.parametrize(
    ("size", "lengths"), [(3, (2, 1)), (3, (3, 3)), (4, (2, 2)), (4, (1, 1)), (5, (3, 2))]
)
def test_random_games_with_other_fleets(compiled, compare_game, random_choice, size, lengths):
    game = compiled("battleship", size=size, first_ship=lengths[0], second_ship=lengths[1])
    theirs = load_theirs(size, lengths)
    for seed in range(30):
        choose = random_choice(seed, "battleship, other fleets")
        compare_game(game, theirs.new_initial_state(), action_of(lengths), choose)


def ships_of(actions, player):
    """Return the cells of a player's ships, told from a line of actions."""
    ships = []
    for action in actions[player:4:2]:
        words = action.split()
        row, column = int(words[1]), int(words[2])
        cells = {(row, column)}
        if len(words) == 4:
            cells.add((row, column + 1) if words[3] == "right" else (row + 1, column))
        ships.append(frozenset(cells))
    return ships


def calls_of(actions, player):
    """Return the cells that a player has called, in order."""
    return [tuple(map(int, action.split()[1:])) for action in actions[4:][player::2]]


def test_steered_games(compiled, compare_game, random_choice):
    """Both mostly hit, or only player 1, or nobody: short, one-sided and the longest games."""
    theirs, game = load_theirs(), compiled("battleship")
    lengths, results = Counter(), Counter()
    for seed in range(200):
        any_of, line = random_choice(seed, "battleship, steered"), []

        def choose(state, legal, any_of=any_of, line=line, kind=seed % 4):
            if len(line) >= 4:
                hitting = kind == 0 or (kind == 1 and len(line) % 2 == 1)
                fleet = frozenset().union(*ships_of(line, 1 - len(line) % 2))
                wanted = [
                    action
                    for action in legal
                    if (tuple(map(int, action.split()[1:])) in fleet) == hitting
                ]
                legal = legal if any_of(state, range(20)) == 0 else wanted or legal
            line.append(any_of(state, legal))
            return line[-1]

        state, actions = compare_game(game, theirs.new_initial_state(), to_ours, choose)
        lengths[len(actions)] += 1
        results[tuple(game.get_rewards(state))] += 1
    assert set(results) == {(2.0, -2.0), (1.0, -1.0), (-1.0, 1.0), (-2.0, 2.0)}
    assert lengths[4 + 31] >= 3  # player 0 needs all 16 calls, and player 1 has had 15
    assert lengths[4 + 5] >= 20  # player 0 hits with the first three calls


def test_number_of_placements(compiled):
    """16 cells and 24 pairs of neighbours; a corner is in 2 pairs, an edge in 3, the rest in 4."""
    game = compiled("battleship")
    start = game.get_initial_state()
    fleets, long_ships = set(), Counter()
    for first in game.get_legal_actions(start):
        after = game.apply_action(game.apply_action(start, first), "place 0 0")
        for second in game.get_legal_actions(after):
            fleets.add(tuple(ships_of([first, "place 0 0", second], 0)))
        long_ships[len(game.get_legal_actions(after))] += 1
    assert long_ships == {24 - 2: 4, 24 - 3: 8, 24 - 4: 4}
    assert len(fleets) == 16 * 24 - 24 * 2 == 336
    assert {long_ship for _, long_ship in fleets} == set(LONG_SHIPS)
    assert len(LONG_SHIPS) == 24


def known_at_the_table(game, state, actions, player):
    """Return the own placements, the number of all, all calls, and which of the own calls hit."""
    calls = calls_of(actions, player)
    fleet = frozenset().union(*ships_of(actions, 1 - player))
    over = game.get_current_player(state) == TERMINAL_PLAYER
    hits = tuple(call in fleet for call in calls)
    return actions[player:4:2], len(actions), actions[4:], hits, over


def test_observations_tell_exactly_what_was_announced(
    compiled, random_game, resampled_lines, tells_knowledge
):
    """Lines that a player cannot rule out are drawn, so that many nodes look alike to someone."""
    game, nodes = compiled("battleship"), []
    for seed in range(6):
        actions = ()
        for state, action in random_game(game, seed):
            nodes.append((state, actions))
            actions += (action,)
        for _, _, line, state in resampled_lines(game, seed, num_samples=2):
            nodes.append((state, line))
    tells_knowledge(game, nodes, known_at_the_table)


def fleets_believed(actions, player):
    """Return {(short ship, long ship): probability}, counted by a method of our own.

    The other player places uniformly: the short ship first, then the long one where there is room.
    """
    called, fleet = calls_of(actions, player), frozenset().union(*ships_of(actions, 1 - player))
    weights = {}
    for short, long_ship in itertools.product(CELLS, LONG_SHIPS):
        cells = long_ship | {short}
        if short not in long_ship and all((cell in cells) == (cell in fleet) for cell in called):
            room = sum(short not in other for other in LONG_SHIPS)
            weights[frozenset({short}), long_ship] = Fraction(1, room)
    total = sum(weights.values())
    return {fleet: weight / total for fleet, weight in weights.items()}


@pytest.mark.parametrize(
    ("num_games", "num_samples"), [(2, 25), pytest.param(3, 200, marks=pytest.mark.slow)]
)
def test_resampled_fleets_follow_the_exact_posterior(
    compiled, resampled_lines, num_games, num_samples
):
    game, compared = compiled("battleship"), 0
    for seed in range(num_games):
        drawn = defaultdict(Counter)
        for player, actions, line, _ in resampled_lines(game, seed, num_samples):
            assert line[player::2] == actions[player::2]
            assert line[4:] == actions[4:]
            if len(actions) >= 4:
                drawn[player, actions][tuple(ships_of(line, 1 - player))] += 1
        for (player, actions), fleets in drawn.items():
            expected = fleets_believed(actions, player)
            assert set(fleets) <= set(expected)
            for place in (0, 1):  # the short ship, then the long one
                counts, chances = Counter(), Counter()
                for fleet, count in fleets.items():
                    counts[fleet[place]] += count
                for fleet, probability in expected.items():
                    chances[fleet[place]] += probability
                for ship, probability in chances.items():
                    spread = math.sqrt(num_samples * probability * (1 - probability))
                    # Rare ships follow Poisson's law more than Gauss's, hence the 3.
                    assert abs(counts[ship] - num_samples * probability) <= 6 * spread + 3
            compared += len(expected) < 20
    assert compared >= num_games


@pytest.mark.parametrize("num_samples", [1000, pytest.param(40000, marks=pytest.mark.slow)])
def test_resampled_fleets_before_any_call_weigh_the_room_left(compiled, num_samples):
    """A short ship in the middle leaves less room: each long ship beside it is likelier."""
    game = compiled("battleship")
    state = game.get_initial_state()
    for action in ("place 0 0", "place 0 0", "place 0 1 right", "place 0 1 right"):
        state = game.apply_action(state, action)
    history = [(game.get_observations(state)[0], None)]
    shorts, longs = Counter(), Counter()
    for number in range(num_samples):
        line = game.resample_history(history, 0, derive_seed(0, "fleets", number))
        short, long_ship = ships_of(line, 1)
        shorts[short] += 1
        longs[long_ship] += 1
    middle = sum(shorts[frozenset({cell})] for cell in itertools.product((1, 2), repeat=2))
    expected, chances = fleets_believed(("place 0 0",) * 4, 0), Counter()
    for (_, long_ship), probability in expected.items():
        chances[long_ship] += probability
    assert len(shorts) == 16
    assert len(longs) == 24
    for count, probability in [
        (middle, Fraction(4, 16)),
        *((count, Fraction(1, 16)) for count in shorts.values()),
        *((longs[ship], probability) for ship, probability in chances.items()),
    ]:
        spread = math.sqrt(num_samples * probability * (1 - probability))
        assert abs(count - num_samples * probability) <= 5 * spread
