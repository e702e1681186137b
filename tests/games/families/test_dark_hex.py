"""Dark hex against OpenSpiel's."""

import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

FAMILY = "dark_hex"
STYLES = sorted(families.load(FAMILY).programs)
VERSIONS = {True: "cdh", False: "adh"}


def compiled(style, **values):
    return compile_game(families.make(FAMILY, style=style, **values).source)


def theirs(rows, columns, repeats):
    board = f"num_rows={rows},num_cols={columns},gameversion={VERSIONS[repeats]}"
    return pyspiel.load_game(f"dark_hex({board})").new_initial_state()


def spelling(columns):
    return lambda _, action: f"place {action // columns} {action % columns}"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("connecting_wins", [True, False])
@pytest.mark.parametrize("repeats", [True, False])
def test_whole_tree_on_two_by_two(misere, compare_tree, style, connecting_wins, repeats):
    game = compiled(style, rows=2, columns=2, repeats=repeats, connecting_wins=connecting_wins)
    other = theirs(2, 2, repeats)
    other = other if connecting_wins else misere(other)
    assert compare_tree(game, other, spelling(2)) > 200


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("repeats", [True, False])
@pytest.mark.parametrize(("rows", "columns"), [(3, 3), (2, 5), (5, 3), (4, 4)])
def test_random_games(compare_game, random_choice, style, repeats, rows, columns):
    game = compiled(style, rows=rows, columns=columns, repeats=repeats)
    for seed in range(50):
        other = theirs(rows, columns, repeats)
        compare_game(game, other, spelling(columns), random_choice(seed, "dark hex"))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("repeats", [True, False])
def test_imagined_games_agree(resampled_lines, style, repeats):
    game = compiled(style, rows=4, columns=4, repeats=repeats)
    lines = {tuple(x[2]) for seed in range(3) for x in resampled_lines(game, seed, num_samples=3)}
    assert len(lines) > 100


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("open_end", [True, False])
def test_the_end_shows_all_if_it_should(random_game, style, open_end):
    game = compiled(style, open_end=open_end)
    same = 0
    for seed in range(30):
        *_, (end, _) = random_game(game, seed)
        shown = [set(map(str, one.items())) for one in game.get_observations(end)]
        same += len(shown[0] ^ shown[1]) == 2  # they differ by their seats alone
    assert same == 30 if open_end else same == 0
