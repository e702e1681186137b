"""Dividing a shrinking pie against backward induction over rounds."""

import functools

import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

FAMILY = "ultimatum"
STYLES = sorted(families.load(FAMILY).programs)


def compiled(style, **values):
    return compile_game(families.make(FAMILY, style=style, **values).source)


def solve(game, generous):
    """Return the values of the tree; of equally good answers the generous one is to accept."""

    def value(state):
        player = game.get_current_player(state)
        if player == -4:
            return tuple(game.get_rewards(state))
        assert game.get_rewards(state) == [0.0, 0.0]
        actions = sorted(game.get_legal_actions(state), key="accept".__ne__)
        values = [value(game.apply_action(state, action)) for action in actions]
        if "accept" in actions and not generous:
            values.reverse()
        return max(values, key=lambda pair: pair[player])

    return value(game.get_initial_state())


def expected(pie, rounds, shrink, alternate, fallback, least, generous):
    """Return what both get: the proposer offers as little as the other would not refuse."""

    @functools.cache
    def after(number):
        """Return the shares of players 0 and 1 from a round on."""
        if number == rounds:
            return (fallback, fallback)
        proposer = number % 2 if alternate else 0
        size = pie - shrink * number
        later = after(number + 1)
        asked = max(least, later[1 - proposer] + (0 if generous else 1))
        if size - asked < later[proposer] or asked > size:
            return later
        if size - asked == later[proposer]:
            return None  # the proposer does not care either, so that several solutions are right
        shares = [asked, asked]
        shares[proposer] = size - asked
        return tuple(shares)

    return after(0)


GAMES = [
    {"pie": 10, "rounds": 1, "shrink": 1, "alternate": False, "fallback": 0, "least": 0},
    {"pie": 12, "rounds": 1, "shrink": 1, "alternate": False, "fallback": 2, "least": 1},
    {"pie": 8, "rounds": 2, "shrink": 3, "alternate": True, "fallback": 0, "least": 0},
    {"pie": 8, "rounds": 3, "shrink": 2, "alternate": True, "fallback": 0, "least": 1},
    {"pie": 7, "rounds": 3, "shrink": 2, "alternate": False, "fallback": 0, "least": 0},
    {"pie": 9, "rounds": 3, "shrink": 2, "alternate": False, "fallback": 1, "least": 0},
]


@pytest.mark.parametrize("values", GAMES)
@pytest.mark.parametrize("style", STYLES)
def test_backward_induction(style, values):
    found = solve(compiled(style, **values), generous=True)
    assert found == expected(**values, generous=True)


@pytest.mark.parametrize("pie", [4, 9, 16])
@pytest.mark.parametrize("style", STYLES)
def test_the_two_solutions_of_the_ultimatum_game(style, pie):
    """Offer nothing, or the smallest amount, and it is accepted (Güth and others, 1982)."""
    game = compiled(style, pie=pie, rounds=1, shrink=1, alternate=False, least=0)
    assert solve(game, generous=True) == (pie, 0)
    assert solve(game, generous=False) == (pie - 1, 1)


@pytest.mark.parametrize("values", GAMES)
@pytest.mark.parametrize("style", STYLES)
def test_number_and_sum_of_ends(style, values):
    """The sums of shares over all agreements of a round are those of arithmetic series."""
    game = compiled(style, **values)
    ends, stack = {}, [(game.get_initial_state(), 0)]
    while stack:
        state, depth = stack.pop()
        if game.get_current_player(state) == -4:
            first, second = game.get_rewards(state)
            count, one, other = ends.get(depth, (0, 0, 0))
            ends[depth] = (count + 1, one + first, other + second)
        for action in game.get_legal_actions(state):
            stack.append((game.apply_action(state, action), depth + 1))
    lines = 1
    for number in range(values["rounds"]):
        size, least = values["pie"] - values["shrink"] * number, values["least"]
        offers = size - least + 1
        answered = lines * (size + least) * offers // 2
        sums = [lines * size * offers - answered, answered]
        if values["alternate"] and number % 2:
            sums.reverse()
        lines *= offers
        last = number == values["rounds"] - 1
        left = lines * values["fallback"] * last
        assert ends[2 * number + 2] == (lines * (1 + last), sums[0] + left, sums[1] + left)
    assert len(ends) == values["rounds"]
