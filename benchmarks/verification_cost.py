"""What verification costs: whole reports, the static tier, and rewards a second.

    python benchmarks/verification_cost.py [GAME ...] [--rounds 3] [--markdown]

Times are of the processor, of this process and its workers together, so that a busy machine changes
them little; workers are started before the clock is. The reference is verified against itself: no
candidate costs more, since every check runs.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from codeworld import games
from codeworld.verify import Verifier, compute_rewards, verify_game

BROKEN = "def get_rewards(state:\n    return []\n"
HEADERS = ("game", "report, s", "static tier alone, ms", "reward, s", "rewards a second")


def processes() -> Iterator[tuple[int, int, int]]:
    """Yield (process, parent, clock ticks so far) of every process, its dead children included."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended since it was listed
            continue
        yield int(path.parent.name), int(fields[1]), sum(map(int, fields[11:15]))


def seconds_so_far() -> float:
    """Return the processor time of this process and of all below it."""
    found = {process: (parent, ticks) for process, parent, ticks in processes()}

    def is_below(process: int) -> bool:
        while process in found and process != os.getpid():
            process = found[process][0]
        return process == os.getpid()

    ticks = sum(ticks for process, (_, ticks) in found.items() if is_below(process))
    return ticks / os.sysconf("SC_CLK_TCK")


def seconds_of(action: Callable[[], object]) -> float:
    """Return the processor time of one call."""
    start = seconds_so_far()
    action()
    return seconds_so_far() - start


def measure(name: str, rounds: int, verifier: Verifier) -> tuple[float, float, float]:
    """Return the median seconds of a report, of the static tier and of a reward in a batch of 4."""
    source = games.load(name).source

    def report(seed: int) -> object:
        return verify_game(source, reference=name, seed=seed, verifier=verifier)

    def static() -> object:
        return [verify_game(BROKEN, verifier=verifier) for _ in range(20)]

    def rewards(seed: int) -> object:
        return compute_rewards([source] * 4, name, seed, verifier=verifier)

    verify_game(source, verifier=verifier)
    return (
        statistics.median(seconds_of(partial(report, seed)) for seed in range(rounds)),
        statistics.median(seconds_of(static) / 20 for _ in range(rounds)),
        statistics.median(seconds_of(partial(rewards, seed)) / 4 for seed in range(rounds)),
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("games", nargs="*", help="all curated games by default")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--markdown", action="store_true", help="print the table of the docs")
    options = parser.parse_args()
    with Verifier(1) as verifier:
        found = {
            name: measure(name, options.rounds, verifier) for name in options.games or games.names()
        }
    medians = tuple(statistics.median(values) for values in zip(*found.values(), strict=True))
    rows = [
        (name, f"{whole:.2f}", f"{static * 1e3:.0f}", f"{reward:.2f}", f"{1 / reward:.1f}")
        for name, (whole, static, reward) in {**found, "median": medians}.items()
    ]
    if options.markdown:
        print("| " + " | ".join(HEADERS) + " |\n|---" + "|---:" * (len(HEADERS) - 1) + "|")
        print("\n".join(f"| {' | '.join(row)} |" for row in rows))
        return
    table = Table(*HEADERS)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
