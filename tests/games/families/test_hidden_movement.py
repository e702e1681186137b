"""Hidden movement against powers of transfer matrices, and against exact posteriors."""

from collections import Counter

import numpy as np
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

FAMILY = "hidden_movement"
STYLES = sorted(families.load(FAMILY).programs)


def compiled(style, **values):
    return compile_game(families.make(FAMILY, style=style, **values).source)


def adjacency(rows, columns, stays):
    """Return the matrix of moves on a grid: a Kronecker sum of two paths."""

    def path(n):
        return np.eye(n, k=1, dtype=int) + np.eye(n, k=-1, dtype=int)

    moves = np.kron(path(rows), np.eye(columns, dtype=int))
    moves += np.kron(np.eye(rows, dtype=int), path(columns))
    return moves + stays * np.eye(rows * columns, dtype=int)


def count_ends(rows, columns, rounds, fugitive_stays, hunter_stays):
    """Count the lines by number of moves and whether they end with a catch."""
    size = rows * columns
    flee, hunt = adjacency(rows, columns, fugitive_stays), adjacency(rows, columns, hunter_stays)
    ways = np.zeros((size, size), dtype=int)  # by the fugitive's place and the hunter's
    ways[-1, 0] = 1
    ends = Counter()
    for number in range(rounds):
        for step in range(2):
            ways = flee.T @ ways if step == 0 else ways @ hunt
            ends[2 * number + step + 1, True] = int(np.trace(ways))
            np.fill_diagonal(ways, 0)
    ends[2 * rounds, False] = int(ways.sum())
    return +ends


def count_by_play(game, rounds):
    """Count the same by walking the game's states, each with the number of lines to it."""
    layer, ends = {game.encode_state(game.get_initial_state()): 1}, Counter()
    states = {key: game.get_initial_state() for key in layer}
    for number in range(1, 2 * rounds + 1):
        after, found = Counter(), {}
        for key, ways in layer.items():
            for action in game.get_legal_actions(states[key]):
                state = game.apply_action(states[key], action)
                if game.get_current_player(state) == -4:
                    ends[number, game.get_rewards(state) == [-1.0, 1.0]] += ways
                else:
                    assert game.get_rewards(state) == [0.0, 0.0]
                    assert game.get_current_player(state) == number % 2
                    after[game.encode_state(state)] += ways
                    found[game.encode_state(state)] = state
        layer, states = after, found
    assert not layer
    return ends


@pytest.mark.parametrize(
    ("rows", "columns", "rounds", "fugitive_stays", "hunter_stays"),
    [
        (2, 3, 4, False, True),
        (3, 3, 4, False, False),
        (3, 2, 4, True, False),
        (2, 4, 4, False, False),
    ],
)
@pytest.mark.parametrize("style", STYLES)
def test_as_many_lines_as_the_matrices_say(
    style, rows, columns, rounds, fugitive_stays, hunter_stays
):
    values = {
        "rows": rows,
        "columns": columns,
        "rounds": rounds,
        "fugitive_stays": fugitive_stays,
        "hunter_stays": hunter_stays,
    }
    game = compiled(style, **values, seen_every=2)
    assert count_by_play(game, rounds) == count_ends(**values)


SMALL = {"rows": 2, "columns": 3, "rounds": 4, "seen_every": 2, "hunter_stays": True}


@pytest.mark.parametrize("style", STYLES)
def test_imagined_games_are_as_probable_as_they_should_be(follows_posterior, style):
    follows_posterior(compiled(style, **SMALL, fugitive_stays=False), 150)


@pytest.mark.parametrize("style", STYLES)
def test_imagined_long_games_agree(resampled_lines, style):
    game = compiled(style, rows=4, columns=4, rounds=10, seen_every=4, hunter_stays=True)
    lines = {x[2] for seed in range(6) for x in resampled_lines(game, seed, num_samples=4)}
    assert len(lines) > 100


@pytest.mark.parametrize("style", STYLES)
def test_the_hunter_sees_the_other_in_some_rounds_only(whole_tree, tells_knowledge, style):
    ways = {"north": -1, "south": 1, "east": 1j, "west": -1j, "stay": 0}

    def knowledge(game, state, actions, player):
        if player == 0:
            return actions
        flight = [ways[action.split()[-1]] for action in actions[::2]]
        sightings = [sum(flight[:number]) for number in range(2, len(flight) + 1, 2)]
        over = game.get_current_player(state) == -4
        return len(actions), actions[1::2], tuple(sightings), over

    game = compiled(style, **SMALL, fugitive_stays=True)
    nodes = [(state, actions) for state, actions, _ in whole_tree(game) if len(actions) < 6]
    tells_knowledge(game, nodes, knowledge)
