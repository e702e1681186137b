"""Hex against OpenSpiel's, and against what is proven about who wins."""

from __future__ import annotations

import json

import pyspiel
import pytest

from codeworld.contract import TERMINAL_PLAYER
from codeworld.games import families
from codeworld.sandbox import compile_game

STYLES = tuple(families.load("hex").programs)
SIZES = [(3, 3), (4, 4), (3, 5), (6, 4), (6, 6)]


def in_style(style, **parameters):
    return compile_game(families.make("hex", style=style, **parameters).source)


def load_hex(rows, columns):
    """OpenSpiel's first player always joins the upper and the lower side."""
    return pyspiel.load_game(f"hex(num_rows={rows},num_cols={columns})")


def to_ours(columns):
    return lambda theirs, action: f"place {action // columns} {action % columns}"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_it_is_open_spiels_game(compare_game, random_choice, rows, columns, style):
    game, theirs = in_style(style, rows=rows, columns=columns), load_hex(rows, columns)
    for seed in range(60):
        choose = random_choice(seed, "hex")
        compare_game(game, theirs.new_initial_state(), to_ours(columns), choose)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_with_the_other_sides_it_is_open_spiels_game_turned_over(
    compare_game, random_choice, rows, columns, style
):
    game = in_style(style, rows=rows, columns=columns, first_vertical=False)
    theirs = load_hex(columns, rows)

    def to_ours(theirs, action):
        return f"place {action % rows} {action // rows}"

    for seed in range(60):
        choose = random_choice(seed, "hex, turned over")
        compare_game(game, theirs.new_initial_state(), to_ours, choose)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("first_vertical", [True, False])
@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_a_chain_may_lose_and_roles_may_change(random_game, rows, columns, first_vertical, style):
    """Along with OpenSpiel's game, which knows neither: its returns are turned accordingly."""
    game = in_style(
        style,
        rows=rows,
        columns=columns,
        first_vertical=first_vertical,
        swap=True,
        chain_wins=False,
    )
    theirs = load_hex(rows, columns) if first_vertical else load_hex(columns, rows)
    for seed in range(80):
        other, swapped = theirs.new_initial_state(), False
        for turn, (state, action) in enumerate(random_game(game, seed)):
            if other.is_terminal():
                assert game.get_current_player(state) == TERMINAL_PLAYER
                assert game.get_legal_actions(state) == []
            else:
                assert game.get_current_player(state) == turn % 2
                assert other.current_player() == (turn + swapped) % 2
            values = [-value for value in other.returns()]
            assert game.get_rewards(state) == (values[::-1] if swapped else values)
            assert ("swap" in game.get_legal_actions(state)) == (turn == 1)
            if action == "swap":
                swapped = True
            elif action is not None:
                row, column = map(int, action.split()[1:])
                place = row * columns + column if first_vertical else column * rows + row
                assert place in other.legal_actions()
                other.apply_action(place)
        assert other.is_terminal()


def first_player_wins(game):
    known = {}

    def best(state):
        key = json.dumps(state)
        if key not in known:
            player = game.get_current_player(state)
            if player == TERMINAL_PLAYER:
                known[key] = game.get_rewards(state)[0]
            else:
                wish = (1, -1)[player]
                legal = game.get_legal_actions(state)
                won = any(best(game.apply_action(state, one)) == wish for one in legal)
                known[key] = wish if won else -wish
        return known[key]

    return best(game.get_initial_state()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("rules", "wins"),
    [
        pytest.param({}, True, id="Nash: the first player wins"),
        pytest.param({"first_vertical": False}, True, id="and from the other sides"),
        pytest.param({"swap": True}, False, id="unless the second player may take over"),
        pytest.param({"chain_wins": False}, False, id="Lagarias and Sleator: odd boards are lost"),
        pytest.param({"columns": 4}, False, id="the longer way is lost, even if first"),
    ],
)
def test_who_wins_three_by_three(rules, wins, style):
    rules = {"rows": 3, "columns": 3, **rules}
    if rules["columns"] == 4:
        rules["first_vertical"] = False
    assert first_player_wins(in_style(style, **rules)) == wins
