"""What the language policy and fuel cost: the five first games against plain Python.

The same steps of seeded random play are replayed by the same loop in three forms of each program:
executed as it stands, under the policy without fuel, and with it. A step is `apply_action` and the
four questions asked of every new state. Each round times the forms in turn; a ratio is the median
over the rounds of plain time by the form's time, so 1 costs nothing and 0.8 is a fifth slower.
`advance` is `Game.advance`, which does the same with every check of the contract; its overhead is
the median of what it adds.
"""

from __future__ import annotations

import argparse
import gc
import json
import platform
import random
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any

from rich.console import Console
from rich.table import Table

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER, Game
from codeworld.sandbox import compile_game

GAMES = ("tic_tac_toe", "connect_four", "kuhn_poker", "leduc_poker", "pig")
STEP_FUNCTIONS = (
    "apply_action",
    "get_current_player",
    "get_legal_actions",
    "get_rewards",
    "get_observations",
)
LOWEST_RATIO = {"policy": 0.95, "policy and fuel": 0.8}

Steps = Sequence[tuple[Any, str]]


def random_steps(game: Game, count: int) -> Steps:
    """Return `count` (state, action) pairs of seeded random play."""
    generator = random.Random(0)
    steps: list[tuple[Any, str]] = []
    while len(steps) < count:
        position = game.start()
        while position.player != TERMINAL_PLAYER:
            action = generator.choice(position.legal_actions)
            steps.append((position.state, action))
            position = game.advance(position.state, action)
    return steps[:count]


def replay(functions: Sequence[Callable[..., Any]], steps: Steps) -> float:
    """Return the seconds of replaying `steps` by the five functions of a step."""
    apply_action, get_player, get_actions, get_rewards, get_observations = functions
    begin = time.perf_counter()
    for state, action in steps:
        after = apply_action(state, action)
        player = get_player(after)
        get_actions(after)
        get_rewards(after)
        if player != CHANCE_PLAYER:
            get_observations(after)
    return time.perf_counter() - begin


def replay_by_advance(game: Game, steps: Steps) -> float:
    """Return the seconds of replaying `steps` by `Game.advance`."""
    advance = game.advance
    begin = time.perf_counter()
    for state, action in steps:
        advance(state, action)
    return time.perf_counter() - begin


def step_functions(game: Any) -> list[Callable[..., Any]]:
    """Return the bare functions of a compiled game, on a tank that lasts the whole round."""
    game.apply_action(*random_steps(game, 1)[0])  # fills the tank
    return [game._functions[function] for function in STEP_FUNCTIONS]


def measure(name: str, rounds: int, count: int) -> dict[str, float]:
    """Return the figures of one game."""
    source = files("codeworld.games").joinpath(name, "game.py").read_text()
    namespace: dict[str, Any] = {"__name__": "plain"}
    exec(compile(source, name, "exec"), namespace)  # one of our own programs
    plain = [namespace[function] for function in STEP_FUNCTIONS]
    free, metered = compile_game(source, fuel=None), compile_game(source)
    steps = random_steps(metered, count)
    times: dict[str, list[float]] = {
        "plain": [],
        "policy": [],
        "policy and fuel": [],
        "advance": [],
    }
    for _ in range(rounds):
        times["plain"].append(replay(plain, steps))
        times["policy"].append(replay(step_functions(free), steps))
        times["policy and fuel"].append(replay(step_functions(metered), steps))
        times["advance"].append(replay_by_advance(metered, steps))
    ratios = {
        form: statistics.median(a / b for a, b in zip(times["plain"], times[form], strict=True))
        for form in LOWEST_RATIO
    }
    overhead = statistics.median(
        a - b for a, b in zip(times["advance"], times["policy and fuel"], strict=True)
    )
    return {
        "plain, microseconds": statistics.median(times["plain"]) / count * 1e6,
        **ratios,
        "advance adds, microseconds": overhead / count * 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--steps", type=int, default=300, help="steps in a round")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    gc.disable()
    figures = {name: measure(name, arguments.rounds, arguments.steps) for name in GAMES}
    if arguments.json:
        print(json.dumps({"python": platform.python_version(), "games": figures}, indent=2))
        return
    table = Table(title=f"Cost of the policy and of fuel, Python {platform.python_version()}")
    table.add_column("game")
    for column in figures[GAMES[0]]:
        table.add_column(column, justify="right")
    for name, row in figures.items():
        cells = [
            f"[red]{value:.3f}[/]" if value < LOWEST_RATIO.get(column, 0.0) else f"{value:.3f}"
            for column, value in row.items()
        ]
        table.add_row(name, *cells)
    Console().print(table)


if __name__ == "__main__":
    main()
