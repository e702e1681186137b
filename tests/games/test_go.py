"""Go against OpenSpiel's.

OpenSpiel lets a player repeat a position and then ends the game as a draw; here that is not legal.
So OpenSpiel's game is compared without the actions after which it ends that way. It never draws
otherwise, since the komi is half a point. Its default end after a number of moves is put far away.
"""

from __future__ import annotations

from collections import Counter

import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER


class WithoutRepetition:
    """One of OpenSpiel's states; an action that repeats a position is not legal in it."""

    def __init__(self, size, komi=0.5):
        parameters = f"board_size={size},komi={komi},max_game_length=100000"
        self.inner = pyspiel.load_game(f"go({parameters})").new_initial_state()
        self.num_repetitions = 0

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def legal_actions(self):
        legal = self.inner.legal_actions()
        fine = [action for action in legal if not self.repeats(action)]
        self.num_repetitions += len(legal) - len(fine)
        return fine

    def repeats(self, action):
        after = self.inner.child(action)
        return after.is_terminal() and after.returns() == [0.0, 0.0]


def stone_action(size):
    """OpenSpiel numbers the cells along the rows, from the lower left corner; then comes pass."""

    def to_ours(theirs, action):
        if action == size * size:
            return "pass"
        return f"place {size - 1 - action // size} {action % size}"

    return to_ours


@pytest.mark.parametrize(
    "seeds", [range(150), pytest.param(range(150, 1000), marks=pytest.mark.slow)]
)
def test_random_games(compiled, compare_game, random_choice, seeds):
    for seed in seeds:
        choose = random_choice(seed, "go")
        compare_game(compiled("go"), WithoutRepetition(5), stone_action(5), choose)


@pytest.mark.parametrize(("size", "komi"), [(2, 0.5), (3, 2.5), (4, 3.5), (7, 7.5), (9, 6.5)])
def test_random_games_on_other_boards(compiled, compare_game, random_choice, size, komi):
    game = compiled("go", size=size, komi=komi)
    for seed in range(20):
        choose = random_choice(seed, "go, other boards")
        compare_game(game, WithoutRepetition(size, komi), stone_action(size), choose)


@pytest.mark.parametrize(
    ("size", "seeds"),
    [
        (5, range(10)),
        pytest.param(5, range(10, 200), marks=pytest.mark.slow),
        (3, range(40)),
    ],
)
def test_games_steered_to_captures_and_repetitions(
    compiled, compare_game, random_choice, size, seeds
):
    """Players capture what they can and pass only if they must: such games hold many repetitions.

    They stop at 300 actions; with positional superko alone they could go on for very long.
    """
    game = compiled("go", size=size)
    repetitions, captures = 0, Counter()
    for seed in seeds:
        any_of, theirs, length = random_choice(seed, "go, steered"), WithoutRepetition(size), [0]

        def choose(state, legal, any_of=any_of, length=length):
            length[0] += 1
            places = [action for action in legal if action != "pass"]
            if length[0] > 300 or not places:
                return "pass"
            left = {
                action: game.get_observations(game.apply_action(state, action))[0]["board"].count(
                    "."
                )
                for action in places
            }
            most = max(left.values())
            captures[most > min(left.values())] += 1
            return any_of(state, [action for action in places if left[action] == most])

        state, _ = compare_game(game, theirs, stone_action(size), choose)
        assert game.get_current_player(state) == TERMINAL_PLAYER
        repetitions += theirs.num_repetitions
    assert captures[True] >= 10 * len(seeds)
    assert repetitions >= len(seeds)
