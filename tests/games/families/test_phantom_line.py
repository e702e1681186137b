"""Lines in the dark against OpenSpiel's phantom tic-tac-toe, and against sets of cells."""

import pyspiel
import pytest

from codeworld.games import families
from codeworld.sandbox import compile_game

FAMILY = "phantom_line"
STYLES = sorted(families.load(FAMILY).programs)


def compiled(style, **values):
    return compile_game(families.make(FAMILY, style=style, **values).source)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("line_wins", [True, False])
@pytest.mark.parametrize(("repeats", "version"), [(True, "classical"), (False, "abrupt")])
def test_on_three_by_three(misere, compare_game, random_choice, style, line_wins, repeats, version):
    game = compiled(style, repeats=repeats, line_wins=line_wins)
    other = pyspiel.load_game(f"phantom_ttt(gameversion={version})")
    for seed in range(100):
        theirs = other.new_initial_state()
        compare_game(
            game,
            theirs if line_wins else misere(theirs),
            lambda _, action: f"mark {action // 3} {action % 3}",
            random_choice(seed, "phantom line"),
        )


@pytest.mark.parametrize(
    ("rows", "columns", "length", "diagonals", "repeats"),
    [(2, 4, 3, True, True), (4, 3, 4, True, False), (4, 4, 3, False, True), (4, 4, 4, True, False)],
)
@pytest.mark.parametrize("style", STYLES)
def test_on_other_boards(random_game, style, rows, columns, length, diagonals, repeats):
    game = compiled(
        style, rows=rows, columns=columns, length=length, diagonals=diagonals, repeats=repeats
    )
    steps = [1, 1j] + [1 + 1j, 1 - 1j] * diagonals
    for seed in range(60):
        placed, known, mover, over = (set(), set()), (set(), set()), 0, False
        for state, action in random_game(game, seed):
            lines = [
                [start + step * n for n in range(length)]
                for mine in placed
                for start in mine
                for step in steps
                if all(start + step * n in mine for n in range(length))
            ]
            over = bool(lines) or len(placed[0] | placed[1]) == rows * columns
            assert (game.get_current_player(state) == -4) == over
            if over:
                winner = 0 if lines and lines[0][0] in placed[0] else 1
                expected = [0, 0] if not lines else [1 - 2 * winner, 2 * winner - 1]
                assert game.get_rewards(state) == expected
                break
            assert game.get_current_player(state) == mover
            assert len(game.get_legal_actions(state)) == rows * columns - len(known[mover])
            row, column = map(int, action.split()[1:])
            cell = complex(row, column)
            known[mover].add(cell)
            taken = cell in placed[1 - mover]
            if not taken:
                placed[mover].add(cell)
            mover = mover if taken and repeats else 1 - mover
        assert over


@pytest.mark.parametrize("repeats", [True, False])
@pytest.mark.parametrize("style", STYLES)
def test_imagined_games_agree(resampled_lines, style, repeats):
    game = compiled(style, rows=4, columns=4, repeats=repeats)
    different = {
        line for seed in range(4) for _, _, line, _ in resampled_lines(game, seed, num_samples=3)
    }
    assert len(different) > 100


@pytest.mark.parametrize("repeats", [True, False])
@pytest.mark.parametrize("style", STYLES)
def test_late_games_can_be_imagined(random_choice, style, repeats):
    """Both players avoid lines as long as they can, which few games that one imagines do."""
    game = compiled(style, rows=4, columns=4, length=3, repeats=repeats)
    for seed in range(4):
        state, histories = game.get_initial_state(), ([], [])
        choose = random_choice(seed, "phantom line, late")
        while (player := game.get_current_player(state)) != -4:
            seen = game.get_observations(state)[player]
            line = game.resample_history([*histories[player], (seen, None)], player, seed)
            imagined = game.get_initial_state()
            for action in line:
                imagined = game.apply_action(imagined, action)
            assert game.get_observations(imagined)[player] == seen
            legal = game.get_legal_actions(state)
            after = {action: game.apply_action(state, action) for action in legal}
            quiet = [action for action in legal if game.get_current_player(after[action]) != -4]
            action = choose(state, quiet or legal)
            histories[player].append((seen, action))
            state = after[action]
