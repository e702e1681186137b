"""Square nim and its kin against winning heaps, computed backwards from the end."""

from __future__ import annotations

import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("square_nim").programs)
MOST = 60

# Written down, not computed: the programs compute them.
SEQUENCES = {
    "squares": [1, 4, 9, 16, 25, 36, 49],
    "cubes": [1, 8, 27],
    "triangular numbers": [1, 3, 6, 10, 15, 21, 28, 36, 45, 55],
    "powers of two": [1, 2, 4, 8, 16, 32],
    "Fibonacci numbers": [1, 2, 3, 5, 8, 13, 21, 34, 55],
    "primes": [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59],
}


def winning_heaps(numbers, last_wins):
    """Return whether the player to move wins, for each size of the heap.

    Who cannot move has not moved last.
    """
    wins = []
    for size in range(MOST + 1):
        after = [wins[size - number] for number in numbers if number <= size]
        wins.append(not all(after) if after else not last_wins)
    return wins


def test_losing_heaps_of_the_game_of_squares_as_published():
    wins = winning_heaps(SEQUENCES["squares"], True)
    published = [0, 2, 5, 7, 10, 12, 15, 17, 20, 22, 34, 39, 44, 52, 57]  # A030193
    assert [size for size, is_won in enumerate(wins) if not is_won] == published


def test_losing_heaps_of_powers_of_two_are_the_multiples_of_three():
    wins = winning_heaps(SEQUENCES["powers of two"], True)
    assert [size for size, is_won in enumerate(wins) if not is_won] == list(range(0, MOST + 1, 3))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("sequence", SEQUENCES)
@pytest.mark.parametrize("stones", [12, 27, 40, 60])
def test_legal_actions_are_the_members_of_the_sequence(random_game, stones, sequence, style):
    task = families.make("square_nim", stones=stones, sequence=sequence, style=style)
    game, left = compile_game(task.source), stones
    for state, action in random_game(game, stones):
        possible = [f"take {number}" for number in SEQUENCES[sequence] if number <= left]
        assert game.get_legal_actions(state) == possible
        left -= int(action.split()[1]) if action else 0
    assert left < SEQUENCES[sequence][0]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("last_wins", [True, False])
@pytest.mark.parametrize("sequence", SEQUENCES)
def test_who_plays_by_the_table_of_winning_heaps_wins(random_choice, sequence, last_wins, style):
    wins = winning_heaps(SEQUENCES[sequence], last_wins)
    for stones in (13, 21, 30, 39, 48, 57, 60):
        task = families.make(
            "square_nim", stones=stones, sequence=sequence, last_wins=last_wins, style=style
        )
        game = compile_game(task.source)
        expert = 0 if wins[stones] else 1
        for seed in range(5):
            choose = random_choice(seed, "square nim")
            left, state = stones, game.get_initial_state()
            while (player := game.get_current_player(state)) >= 0:
                legal = game.get_legal_actions(state)
                good = [one for one in legal if not wins[left - int(one.split()[1])]]
                action = good[0] if player == expert else choose(state, legal)
                left -= int(action.split()[1])
                state = game.apply_action(state, action)
            assert game.get_rewards(state)[expert] == 1
