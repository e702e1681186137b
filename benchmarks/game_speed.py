"""Random play of every curated game against other implementations of the same game.

Three kinds of play, each by one loop for all that take part in it, with the same uniform policy:

- *states*: `Game.advance`, which gives player, legal actions, returns and observations of every new
  state, against OpenSpiel's C++ through `pyspiel`, and its Python implementation where it has one,
  asked for player, legal actions and returns, not for observations. A ply is an action of a player
  or of chance.
- *environments*: `GameEnv` against PettingZoo's `raw_env()`, an observation with its mask for every
  step. A step is an action of a player; agents that are done and resets are part of the time.
- how many plies a game has, in the mean.

In each round every contestant plays whole games until it has played enough plies, in turn, all in
one process; the table has the medians of the rounds. Time is the processor's, which other programs
on the machine do not change.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import time
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import count
from typing import Any

import numpy as np
import pyspiel
from rich.console import Console
from rich.progress import track
from rich.table import Table

import codeworld
from codeworld import games
from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER

OPEN_SPIEL = {
    "backgammon": "backgammon(scoring_type=full_scoring)",
    "battleship": "battleship(board_width=4,board_height=4,ship_sizes=[1;2],ship_values=[1;1],"
    "num_shots=16,allow_repeated_shots=False)",
    "breakthrough": "breakthrough",
    "checkers": "checkers",
    "chess": "chess",
    "connect_four": "connect_four",
    "dots_and_boxes": "dots_and_boxes(num_rows=2,num_cols=2)",
    "first_price_auction": "first_sealed_auction(players=2,max_value=5)",
    "gen_tic_tac_toe": "mnk(m=6,n=6,k=4)",
    "gin_rummy": "gin_rummy",
    "go": "go(board_size=5,komi=0.5)",
    "goofspiel": "goofspiel(num_cards=5)",
    "hanabi": "hanabi(players=2)",
    "havannah": "havannah(board_size=4)",
    "kuhn_poker": "kuhn_poker",
    "leduc_poker": "leduc_poker",
    "liars_dice": "liars_dice",
    "matching_pennies": "matrix_mp",
    "pentago": "pentago",
    "pig": "pig(horizon=100000)",
    "poker_holdem": "universal_poker(betting=limit,bettingAbstraction=fcpa,numPlayers=2,"
    "blind=1 2,firstPlayer=1 2 2 2,numRounds=4,numSuits=4,numRanks=13,numHoleCards=2,"
    "numBoardCards=0 3 1 1,raiseSize=2 2 4 4,maxRaises=3 4 4 4)",
    "prisoners_dilemma": "matrix_pd",
    "tic_tac_toe": "tic_tac_toe",
    "y": "y(board_size=4)",
}
"""OpenSpiel's name of the game; pairs that differ in a rule play almost the same."""

OPEN_SPIEL_PYTHON = {"kuhn_poker": "python_kuhn_poker", "tic_tac_toe": "python_tic_tac_toe"}

PETTING_ZOO: dict[str, tuple[str, dict[str, Any]]] = {
    "chess": ("chess_v6", {}),
    "connect_four": ("connect_four_v3", {}),
    "go": ("go_v5", {"board_size": 5, "komi": 0.5}),
    "hanabi": ("hanabi_v5", {}),
    "leduc_poker": ("leduc_holdem_v4", {}),
    "poker_holdem": ("texas_holdem_v4", {}),
    "tic_tac_toe": ("tictactoe_v3", {}),
}
"""PettingZoo's module of the game, and what its environment is made with."""

Play = Callable[[int, np.random.Generator], tuple[int, int]]
"""Plays whole games until enough plies are played; returns the numbers of plies and of games."""


def draw(outcomes: Sequence[tuple[Any, float]], generator: np.random.Generator) -> Any:
    """Return an outcome of chance with its probability."""
    remaining = generator.random()
    for outcome, probability in outcomes:
        remaining -= probability
        if remaining < 0:
            return outcome
    return outcomes[-1][0]


def by_advance(name: str) -> Play:
    """Return the play of our `Game`."""
    game = codeworld.compile_game(games.load(name).source)

    def play(plies: int, generator: np.random.Generator) -> tuple[int, int]:
        played = 0
        for number in count():
            if played >= plies:
                return played, number
            position = game.start()
            while position.player != TERMINAL_PLAYER:
                if position.player == CHANCE_PLAYER:
                    action = draw(game.get_chance_outcomes(position.state), generator)
                else:
                    legal = position.legal_actions
                    action = legal[int(generator.random() * len(legal))]
                position = game.advance(position.state, action)
                played += 1
        raise AssertionError

    return play


def by_open_spiel(name: str) -> Play:
    """Return the play of one of OpenSpiel's games."""
    game = pyspiel.load_game_as_turn_based(name)

    def play(plies: int, generator: np.random.Generator) -> tuple[int, int]:
        played = 0
        for number in count():
            if played >= plies:
                return played, number
            state = game.new_initial_state()
            state.returns()
            while (player := state.current_player()) != TERMINAL_PLAYER:
                if player == CHANCE_PLAYER:
                    action = draw(state.chance_outcomes(), generator)
                else:
                    legal = state.legal_actions()
                    action = legal[int(generator.random() * len(legal))]
                state.apply_action(action)
                state.returns()
                played += 1
        raise AssertionError

    return play


def by_environment(env: Any) -> Play:
    """Return the play of a PettingZoo environment, ours or another; a ply is a player's action."""

    def play(plies: int, generator: np.random.Generator) -> tuple[int, int]:
        played = 0
        for number in count():
            if played >= plies:
                return played, number
            env.reset(seed=number)
            for _ in env.agent_iter():
                observation, _, terminated, truncated, _ = env.last()
                if terminated or truncated:
                    env.step(None)
                    continue
                legal = observation["action_mask"].nonzero()[0]
                env.step(int(legal[int(generator.random() * len(legal))]))
                played += 1
        raise AssertionError

    return play


def contestants(name: str) -> dict[str, Play]:
    """Return all implementations of a game that are here, ours first."""
    found = {"Game": by_advance(name)}
    if name in OPEN_SPIEL:
        found["C++"] = by_open_spiel(OPEN_SPIEL[name])
    if name in OPEN_SPIEL_PYTHON:
        import_module("open_spiel.python.games")  # registers them
        found["Python"] = by_open_spiel(OPEN_SPIEL_PYTHON[name])
    found["GameEnv"] = by_environment(codeworld.make(name))
    if name in PETTING_ZOO:
        module, options = PETTING_ZOO[name]
        raw_env = import_module(f"pettingzoo.classic.{module}").raw_env
        found["raw_env"] = by_environment(raw_env(**options))
    return found


def measure(name: str, rounds: int, plies: int) -> dict[str, float]:
    """Return a game's mean plies, and the median plies a second of each contestant."""
    found = contestants(name)
    speeds: dict[str, list[float]] = {key: [] for key in found}
    lengths = []
    for play in found.values():
        play(1, np.random.default_rng(0))  # a first game, which is slower
    for number in range(rounds):
        for key, play in found.items():
            generator = np.random.default_rng(number)
            begin = time.process_time()
            played, num_games = play(plies, generator)
            speeds[key].append(played / (time.process_time() - begin))
            if key == "Game":
                lengths.append(played / num_games)
    medians = {key: statistics.median(values) for key, values in speeds.items()}
    return {"plies a game": statistics.mean(lengths)} | medians


def write_row(name: str, measured: dict[str, float]) -> dict[str, str]:
    """Return the cells of a game's row by their column; a ratio is our speed by the other's."""
    row = {"game": name, "plies a game": f"{measured['plies a game']:.3g}"}
    for ours, others in (("Game", ("C++", "Python")), ("GameEnv", ("raw_env",))):
        row[ours] = f"{measured[ours]:,.0f}"
        for other in others:
            row[other] = f"{measured[other]:,.0f}" if other in measured else "-"
            ratio = f"{measured[ours] / measured[other]:.2f}" if other in measured else "-"
            row[f"{ours} / {other}"] = ratio
    return row


def main() -> None:
    """Measure every curated game and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("games", nargs="*", default=games.names(), help="ids; all by default")
    parser.add_argument("--rounds", type=int, default=9, help="rounds of each contestant")
    parser.add_argument("--plies", type=int, default=1000, help="plies of a round, at least")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--markdown", action="store_true", help="print the table in Markdown")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")  # PettingZoo's own
    plain = options.json or options.markdown
    rows = []
    # A bar that refreshes itself would be a second thread, which slows numpy's generators.
    for name in track(options.games, "measuring", disable=plain, auto_refresh=False):
        measured = measure(name, options.rounds, options.plies)
        rows.append({"game": name, **measured} if options.json else write_row(name, measured))
    if options.json:
        print(json.dumps(rows, indent=2))
    elif options.markdown:
        print(f"| {' | '.join(rows[0])} |\n|---{'|---:' * (len(rows[0]) - 1)}|")
        print("\n".join(f"| {' | '.join(row.values())} |" for row in rows))
    else:
        version = f"Python {platform.python_version()}, {platform.machine()}"
        table = Table(title=f"Plies a second, and ratios ({version})")
        for column in rows[0]:
            left = column == "game"
            table.add_column(column, justify="left" if left else "right", no_wrap=left)
        for row in rows:
            table.add_row(*row.values())
        Console(width=130).print(table)


if __name__ == "__main__":
    main()
