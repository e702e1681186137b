"""Higher or lower against the values of binary search and of a recursion over intervals."""

import functools
import json
from collections import defaultdict
from fractions import Fraction

import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

FAMILY = "number_guess"
STYLES = sorted(families.load(FAMILY).programs)


def compiled(style, **values):
    return compile_game(families.make(FAMILY, style=style, **values).source)


def value_of(game):
    """Return player 0's value of best play by all, all players knowing the same."""
    start = game.get_initial_state()
    outcomes = dict(game.get_chance_outcomes(start))
    assert set(outcomes.values()) == {1 / len(outcomes)}
    states = [game.apply_action(start, outcome) for outcome in outcomes]

    def total(states):
        """Return the sum of values over states that nobody can tell apart."""
        player = game.get_current_player(states[0])
        if player == -4:
            return sum(Fraction(game.get_rewards(state)[0]) for state in states)
        totals = []
        for action in game.get_legal_actions(states[0]):
            groups = defaultdict(list)
            for state in states:
                after = game.apply_action(state, action)
                groups[json.dumps(game.get_observations(after))].append(after)
            totals.append(sum(map(total, groups.values())))
        return max(totals) if player == 0 else min(totals)

    return total(states) / len(states)


@pytest.mark.parametrize("graded", [True, False])
@pytest.mark.parametrize("numbers", [9, 12])
@pytest.mark.parametrize("style", STYLES)
def test_binary_search_is_best(style, numbers, graded):
    """Guess k can hit one of 2^(k - 1) numbers, as long as there are so many left."""
    game = compiled(style, numbers=numbers, limit=3, graded=graded)
    points, left = 0, numbers
    for k in (1, 2, 3):
        hits = min(left, 2 ** (k - 1))
        points += hits * (4 - k if graded else 1)
        left -= hits
    assert value_of(game) == Fraction(points, numbers)


@pytest.mark.parametrize(
    ("possible_only", "hit_wins"), [(True, True), (False, True), (True, False)]
)
@pytest.mark.parametrize("numbers", [9, 11])
@pytest.mark.parametrize("style", STYLES)
def test_two_guessers_and_intervals(style, numbers, possible_only, hit_wins):
    @functools.cache
    def best(size, left):
        """Return the mover's value with so many numbers in a row and so many guesses."""
        if left == 0:
            return Fraction(0)
        values = [
            (
                (1 if hit_wins else -1)
                - below * (best(below, left - 1) if below else 0)
                - (size - 1 - below) * (best(size - 1 - below, left - 1) if size - 1 > below else 0)
            )
            / Fraction(size)
            for below in range(size)
        ]
        waste = [] if possible_only or size == numbers else [-best(size, left - 1)]
        return max(values + waste)

    values = {"possible_only": possible_only, "hit_wins": hit_wins, "guessers": 2}
    game = compiled(style, numbers=numbers, limit=3, **values)
    assert value_of(game) == best(numbers, 3)


@pytest.mark.parametrize("close", [0, 1, 2])
@pytest.mark.parametrize("style", STYLES)
def test_answers_divide_the_numbers(style, close):
    game = compiled(style, numbers=16, close=close, guessers=2, possible_only=True)
    for guess in range(1, 17):
        groups = defaultdict(set)
        for secret in range(1, 17):
            state = game.apply_action(game.get_initial_state(), f"think {secret}")
            after = game.apply_action(state, f"guess {guess}")
            groups[frozenset(game.get_legal_actions(after))].add(secret)
        near = {n for n in range(guess - close, guess + close + 1) if 1 <= n <= 16 and n != guess}
        below, above = set(range(1, guess - close)), set(range(guess + close + 1, 17))
        assert sorted(map(sorted, groups.values())) == sorted(
            sorted(part) for part in ({guess}, near, below, above) if part
        )
        for actions, secrets in groups.items():
            assert actions == ({f"guess {n}" for n in secrets} if secrets != {guess} else set())


@pytest.mark.parametrize("close", [0, 1])
@pytest.mark.parametrize("style", STYLES)
def test_imagined_secrets_are_as_probable_as_they_should_be(follows_posterior, style, close):
    game = compiled(style, numbers=9, limit=3, guessers=2, possible_only=True, close=close)
    follows_posterior(game, 40)
