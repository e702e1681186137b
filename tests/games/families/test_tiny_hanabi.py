"""Two cards, two moves against OpenSpiel's tiny Hanabi with the same table."""

import itertools

import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

FAMILY = "tiny_hanabi"
STYLES = sorted(families.load(FAMILY).programs)
TABLES = [
    {"aa": (10, 0, 0, 4), "ab": (0, 10, 10, 0), "ba": (10, 4, 8, 0), "bb": (4, 0, 0, 10)},
    {"aa": (6, 6, 0, 10), "ab": (8, 2, 6, 2), "ba": (8, 2, 6, 2), "bb": (2, 6, 2, 8)},
    {"aa": (0, 8, 4, 10), "ab": (10, 0, 0, 10), "ba": (0, 10, 10, 0), "bb": (0, 8, 4, 10)},
]


def compiled(style, **values):
    return compile_game(families.make(FAMILY, style=style, **values).source)


def to_ours(theirs, action):
    if theirs.is_chance_node():
        return ("deal red", "deal blue")[action]
    return ("play left", "play right")[action]


@pytest.mark.parametrize("tables", TABLES)
@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize("style", STYLES)
def test_whole_tree(compare_tree, style, seen, tables):
    payoff = ";".join(str(points) for table in tables.values() for points in table)
    sizes = {"num_players": 2, "num_chance": 2, "num_actions": 2}
    theirs = pyspiel.load_game("tiny_hanabi", {**sizes, "payoff": payoff})
    game = compiled(style, seen=seen, **tables)
    assert compare_tree(game, theirs.new_initial_state(), to_ours) == 2**5 - 1


@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize("style", STYLES)
def test_best_team(style, seen):
    """A seen move can tell the card: here the first player must, and it is worth as much."""
    tables = {
        "aa": (10, 0, 0, 10),
        "ab": (10, 0, 0, 10),
        "ba": (0, 10, 10, 0),
        "bb": (10, 0, 0, 10),
    }
    game = compiled(style, seen=seen, **tables)
    best = 0
    hints = list(itertools.product(("play left", "play right"), repeat=2))
    for plan in hints:
        sums = {}
        for first, second in itertools.product((0, 1), repeat=2):
            state = game.get_initial_state()
            for action in (f"deal {('red', 'blue')[first]}", f"deal {('red', 'blue')[second]}"):
                state = game.apply_action(state, action)
            state = game.apply_action(state, plan[first])
            view = str(game.get_observations(state)[1])
            for answer in game.get_legal_actions(state):
                gain = game.get_rewards(game.apply_action(state, answer))[0] / 4
                sums.setdefault(view, {}).setdefault(answer, 0)
                sums[view][answer] += gain
        best = max(best, sum(max(gains.values()) for gains in sums.values()))
    # Unseen, a constant move wins all but in one of the four deals.
    assert best == (10 if seen else 7.5)


@pytest.mark.parametrize("seen", [True, False])
@pytest.mark.parametrize("style", STYLES)
def test_imagined_games_are_as_probable_as_they_should_be(follows_posterior, style, seen):
    follows_posterior(compiled(style, seen=seen), 1)
