"""Lines with gravity against OpenSpiel's connect four, and against a referee of its own."""

from __future__ import annotations

import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("gravity_line").programs)


def in_style(style, **parameters):
    return compile_game(families.make("gravity_line", style=style, **parameters).source)


def to_ours(theirs, action):
    return f"drop {action}"


def load_connect_four(rows, columns, length):
    board = f"rows={rows},columns={columns},x_in_row={length}"
    return pyspiel.load_game(f"connect_four({board})")


@pytest.mark.parametrize("style", STYLES)
def test_the_whole_tree_of_a_small_board_is_connect_fours(compare_tree, style):
    game = in_style(style, rows=3, columns=3, length=3)
    theirs = load_connect_four(3, 3, 3).new_initial_state()
    assert compare_tree(game, theirs, to_ours, key=str) > 500


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("rows", "columns", "length"),
    [(4, 5, 4), (6, 6, 4), (3, 6, 3), (5, 4, 4), (6, 5, 5), (4, 6, 5)],
)
def test_without_taking_out_it_is_connect_four(
    compare_game, random_choice, rows, columns, length, style
):
    game = in_style(style, rows=rows, columns=columns, length=length)
    theirs = load_connect_four(rows, columns, length)
    for seed in range(40):
        choose = random_choice(seed, "lines with gravity")
        compare_game(game, theirs.new_initial_state(), to_ours, choose)


class Referee:
    """The rules once more: lines are sought as runs in the texts of all rows and diagonals."""

    def __init__(self, rows, columns, length, pop_out, line_wins):
        self.columns = [[] for _ in range(columns)]
        self.rows, self.length, self.pop_out, self.line_wins = rows, length, pop_out, line_wins
        self.turns = 0

    def texts(self):
        cells = {
            (x, y): owner for x, column in enumerate(self.columns) for y, owner in enumerate(column)
        }
        size = range(-self.rows, len(self.columns) + self.rows)
        for n in size:
            yield "".join(cells.get((x, n), ".") for x in size)
            yield "".join(cells.get((n, y), ".") for y in size)
            yield "".join(cells.get((x, n - x), ".") for x in size)
            yield "".join(cells.get((x, x - n), ".") for x in size)

    def owners(self):
        texts = " ".join(self.texts())
        return [mark for mark in "xo" if mark * self.length in texts]

    def moves(self):
        mark = "xo"[self.turns % 2]
        drops = {f"drop {n}" for n, one in enumerate(self.columns) if len(one) < self.rows}
        pops = {f"pop {n}" for n, one in enumerate(self.columns) if one and one[0] == mark}
        return drops | pops if self.pop_out else drops

    def play(self, action):
        column = self.columns[int(action[-1])]
        if action.startswith("pop"):
            column.pop(0)
        else:
            column.append("xo"[self.turns % 2])
        self.turns += 1

    def returns(self):
        owners = self.owners()
        if not owners:
            return [0, 0]
        last = "ox"[self.turns % 2]
        owner = last if last in owners else owners[0]
        value = 1 if (owner == "x") == self.line_wins else -1
        return [value, -value]

    def is_over(self):
        late = self.pop_out and self.turns == self.rows * len(self.columns) + 12
        return bool(self.owners()) or late or not self.moves()


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("pop_out", "line_wins"), [(True, True), (True, False), (False, False)])
@pytest.mark.parametrize(
    ("rows", "columns", "length"), [(3, 3, 3), (4, 5, 4), (6, 6, 3), (4, 6, 5)]
)
def test_the_referee_agrees(random_game, rows, columns, length, pop_out, line_wins, style):
    rules = {"rows": rows, "columns": columns, "length": length}
    rules |= {"pop_out": pop_out, "line_wins": line_wins}
    game, met = in_style(style, **rules), []
    for seed in range(40):
        referee = Referee(**rules)
        for state, action in random_game(game, seed):
            assert game.get_rewards(state) == referee.returns()
            over = referee.is_over()
            assert (game.get_current_player(state) == TERMINAL_PLAYER) == over
            assert set(game.get_legal_actions(state)) == (set() if over else referee.moves())
            if action is not None:
                assert game.get_current_player(state) == referee.turns % 2
                referee.play(action)
        met.append((tuple(referee.returns()), len(referee.owners()), referee.turns))
    assert {returns for returns, _, _ in met} >= {(1, -1), (-1, 1)}
    if pop_out and (rows, length) == (3, 3):
        assert any(owners == 2 for _, owners, _ in met)  # both get a line at once


@pytest.mark.parametrize("style", STYLES)
def test_games_with_taking_out_end_late(random_choice, style):
    """Players who avoid lines reach the last turn that is allowed."""
    game = in_style(style, rows=3, columns=4, length=4, pop_out=True)
    longest = 0
    for seed in range(10):
        choose, state, turns = random_choice(seed, "late"), game.get_initial_state(), 0
        while game.get_current_player(state) != TERMINAL_PLAYER:
            legal = game.get_legal_actions(state)
            after = {action: game.apply_action(state, action) for action in legal}
            quiet = [one for one in legal if game.get_rewards(after[one]) == [0, 0]]
            state, turns = after[choose(state, quiet or legal)], turns + 1
        longest = max(longest, turns)
    assert longest == 3 * 4 + 12
