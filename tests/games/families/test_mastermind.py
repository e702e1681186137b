"""Code breaking against Goddard's formulas, and against answers counted in another way."""

import functools
import itertools
from collections import defaultdict

import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

FAMILY = "mastermind"
STYLES = sorted(families.load(FAMILY).programs)
PEGS = ("red", "green", "blue", "white", "black")


def compiled(style, **values):
    return compile_game(families.make(FAMILY, style=style, **values).source)


def told_answers(game, length, colours):
    """Return what the breaker is told of each guess at each code, by their numbers."""
    start = game.get_initial_state()
    rows = []
    for secret in game.get_legal_actions(start):
        state = game.apply_action(start, secret)
        row = []
        for guess in game.get_legal_actions(state):
            seen = game.get_observations(game.apply_action(state, guess))[-1]
            row.append(str(seen.get("answers") or seen["tried"][0][1]))
        rows.append(row)
    assert len(rows) == len(rows[0]) == colours**length
    return rows


def guesses_needed(rows):
    """Return how many guesses find the code in the worst case, the last being the code itself."""
    codes = range(len(rows))

    def parts_of(guess, left):
        parts = defaultdict(list)
        for code in left:
            parts[rows[code][guess]].append(code)
        return [frozenset(part) for part in parts.values() if part != [guess]]

    @functools.cache
    def can_be_found(left, guesses):
        if not left or guesses == 0 or len(left) == 1:
            return not left or guesses > 0
        splits = {frozenset(parts_of(guess, left)) for guess in codes}
        for parts in sorted(splits, key=lambda parts: max(map(len, parts), default=0)):
            if left not in parts and all(can_be_found(part, guesses - 1) for part in parts):
                return True
        return False

    return next(n for n in itertools.count(1) if can_be_found(frozenset(codes), n))


@pytest.mark.parametrize(("length", "colours"), [(2, 3), (2, 4), (2, 5), (3, 3)])
@pytest.mark.parametrize("style", STYLES)
def test_goddards_formulas(style, length, colours):
    """f(2, n) = floor(n / 2) + 2 and f(3, n) = floor((n - 1) / 3) + 4."""
    published = colours // 2 + 2 if length == 2 else (colours - 1) // 3 + 4
    game = compiled(style, length=length, colours=colours, guesses=6)
    assert guesses_needed(told_answers(game, length, colours)) == published


@pytest.mark.parametrize("near_told", [True, False])
@pytest.mark.parametrize("repeats", [True, False])
@pytest.mark.parametrize("style", STYLES)
def test_answers_as_matchings(style, repeats, near_told):
    """The sum of both numbers is the best that any order of the guess could have in place."""
    values = {"length": 3, "colours": 4, "guesses": 3, "maker": False, "graded": True}
    game = compiled(style, **values, repeats=repeats, near_told=near_told)
    start = game.get_initial_state()
    outcomes = dict(game.get_chance_outcomes(start))
    secrets = [
        list(code)
        for code in itertools.product(PEGS[:4], repeat=3)
        if repeats or len(set(code)) == 3
    ]
    assert set(outcomes) == {f"hide {' '.join(code)}" for code in secrets}
    assert set(outcomes.values()) == {1 / len(secrets)}
    for secret, guess in itertools.product(secrets, secrets):
        state = game.apply_action(start, f"hide {' '.join(secret)}")
        action = f"guess {' '.join(guess)}"
        state = game.apply_action(state, action)
        right = sum(map(str.__eq__, secret, guess))
        best = max(sum(map(str.__eq__, secret, turn)) for turn in itertools.permutations(guess))
        (seen,) = game.get_observations(state)
        if "answers" in seen:
            assert seen["answers"] == [[right, best - right] if near_told else [right]]
        else:
            other = f"{best - right} near" if near_told else f"{3 - right} wrong"
            assert seen["tried"][0][1] == f"{right} right, {other}"
        assert game.get_current_player(state) == (-4 if secret == guess else 0)
        assert game.get_rewards(state) == ([3.0] if secret == guess else [0.0])


@pytest.mark.parametrize("graded", [True, False])
@pytest.mark.parametrize("maker", [True, False])
@pytest.mark.parametrize("style", STYLES)
def test_returns(random_game, style, maker, graded):
    game = compiled(style, length=2, colours=3, guesses=4, maker=maker, graded=graded)
    found = 0
    for seed in range(100):
        *line, (end, _) = random_game(game, seed)
        code, *guesses = [action.split(" ", 1)[1] for _, action in line]
        assert len(guesses) == (guesses.index(code) + 1 if code in guesses else 4)
        points = 5 - len(guesses) if graded else 1
        expected = points if code in guesses else 0
        assert game.get_rewards(end) == ([-expected, expected] if maker else [expected])
        found += code in guesses
    assert 20 < found < 80


@pytest.mark.slow
@pytest.mark.parametrize("maker", [True, False])
@pytest.mark.parametrize("style", STYLES)
def test_imagined_codes_are_as_probable_as_they_should_be(follows_posterior, style, maker):
    game = compiled(style, length=2, colours=3, guesses=3, maker=maker, repeats=False)
    follows_posterior(game, 40)
