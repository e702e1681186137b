"""What isolation costs: per job, and per step of an isolated game.

    python benchmarks/isolation_cost.py [--rounds 200] [--json]

Jobs run one after the other on one worker. All variants take turns in every round, so that a busy
machine slows them all alike; reported are medians and their ratio to the cheapest of its group.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from rich.console import Console
from rich.table import Table

import codeworld.games
from codeworld.sandbox import Job, Layers, WorkerPool, compile_game, open_isolated_game

NO_LAYERS = Layers(**{field.name: False for field in fields(Layers)})
GAMES = ("tic_tac_toe", "leduc_poker")


def median_microseconds(
    variants: dict[str, Callable[[], object]], rounds: int, repeat: int
) -> dict[str, float]:
    """Return the median time of one call of each variant."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for variant in variants.values():
        variant()
    for _ in range(rounds):
        for name, variant in variants.items():
            start = time.perf_counter()
            for _ in range(repeat):
                variant()
            times[name].append((time.perf_counter() - start) / repeat * 1e6)
    return {name: statistics.median(values) for name, values in times.items()}


def measure_jobs(rounds: int) -> dict[str, float]:
    """Return the median time of one job that does nothing."""
    # Any trusted function of two arguments that does next to nothing will do.
    job = Job("builtins:max", "source", "arguments")
    with (
        WorkerPool(1, modules=["builtins"]) as all_layers,
        WorkerPool(1, modules=["builtins"], layers=NO_LAYERS, allow_weak_sandbox=True) as no_layers,
    ):
        return median_microseconds(
            {
                "job, no layers": lambda: no_layers.submit(job).result().unwrap(),
                "job, all layers": lambda: all_layers.submit(job).result().unwrap(),
                "python -c pass": lambda: subprocess.run(
                    [sys.executable, "-c", "pass"], check=True
                ),
            },
            rounds,
            1,
        )


def measure_steps(name: str, rounds: int) -> dict[str, float]:
    """Return the median time of one step of a game, in-process and isolated."""
    source = (Path(codeworld.games.__file__).parent / name / "game.py").read_text("utf-8")
    game = compile_game(source)
    state = game.start().state
    action = game.get_legal_actions(state)[0]
    isolated = open_isolated_game(source)
    bare = open_isolated_game(source, layers=NO_LAYERS, allow_weak_sandbox=True)
    times = median_microseconds(
        {
            f"{name}, in-process": lambda: game.advance(state, action),
            f"{name}, isolated, no layers": lambda: bare.advance(state, action),
            f"{name}, isolated": lambda: isolated.advance(state, action),
        },
        rounds,
        20,
    )
    isolated.close()
    bare.close()
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    groups = [measure_jobs(options.rounds)]
    groups += [measure_steps(name, options.rounds) for name in GAMES]
    if options.json:
        found = {name: value for group in groups for name, value in group.items()}
        print(json.dumps({"unit": "microseconds, median", "results": found}, indent=2))
        return
    table = Table(title=f"Cost of isolation, Python {platform.python_version()}")
    table.add_column("what")
    table.add_column("median µs", justify="right")
    table.add_column("ratio", justify="right")
    for group in groups:
        cheapest = min(group.values())
        for name, value in group.items():
            table.add_row(name, f"{value:,.1f}", f"{value / cheapest:.2f}")
        table.add_section()
    Console().print(table)


if __name__ == "__main__":
    main()
