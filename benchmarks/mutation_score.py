"""How many faulty copies of the curated games verification rejects.

    python benchmarks/mutation_score.py [--mutants 40] [--games kuhn_poker pig] [--seed 0] [--json]

Every game gets as many mutants, of all kinds of faults in turn. A mutant is rejected if any check
of `verify_game` fails at the default budget, and counted for the first tier that does; a part of
them is verified once more, without the original as reference. What is accepted with the reference
is then compared with the original exhaustively, or in long play; the score is the rejected share of
those that do not turn out to play the same. Mutants that do not load are too easy to count.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field

from rich.console import Console
from rich.table import Table

from codeworld import games
from codeworld.verify import Report, Verifier
from codeworld.verify.checks import TIERS
from codeworld.verify.equivalence import prove_equivalent
from codeworld.verify.mutants import Mutant, make_mutants


@dataclass
class Survivor:
    """A mutant that plays differently and was accepted."""

    mutant: str
    difference: str
    after: int | None
    seen: str


@dataclass
class GameScore:
    """What became of one game's mutants."""

    game: str
    mutants: int = 0
    by_tier: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TIERS, 0))
    structure_mutants: int = 0
    structure_by_tier: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TIERS, 0))
    equivalent: int = 0
    proved: int = 0
    survivors: list[Survivor] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rejected(self) -> int:
        """Mutants that some check rejects."""
        return sum(self.by_tier.values())

    @property
    def different(self) -> int:
        """Mutants that are known to play differently, or to break the contract."""
        return self.mutants - self.equivalent


def count_tier(report: Report, counts: dict[str, int]) -> bool:
    """Count the first tier that rejects; return whether one does."""
    for tier in TIERS:
        if any(check.verdict == "fail" for check in report.tier(tier)):
            counts[tier] += 1
            return True
    return False


def measure(name: str, number: int, part: int, seed: int, verifier: Verifier) -> GameScore:
    """Return the score of one game."""
    begin = time.perf_counter()
    source = games.load(name).source
    mutants = make_mutants(source, seed=seed, limit=number)
    score = GameScore(name, len(mutants))
    score.structure_mutants = min(part, len(mutants))

    def verify(mutant: Mutant, reference: str | None) -> Report:
        return verifier.verify(mutant.source, reference=reference, seed=seed)

    accepted: list[tuple[Mutant, Report]] = []
    with ThreadPoolExecutor(verifier.workers) as threads:
        for report in threads.map(lambda mutant: verify(mutant, None), mutants[:part]):
            count_tier(report, score.structure_by_tier)
        reports = threads.map(lambda mutant: verify(mutant, name), mutants)
        for mutant, report in zip(mutants, reports, strict=True):
            if not count_tier(report, score.by_tier):
                accepted.append((mutant, report))
    sources = [mutant.source for mutant, _ in accepted]
    for (mutant, report), comparison in zip(
        accepted, prove_equivalent(sources, source, seed=seed), strict=True
    ):
        if comparison.equivalent:
            score.equivalent += 1
            score.proved += comparison.method == "exhaustive"
        else:
            after = None if comparison.line is None else len(comparison.line)
            score.survivors.append(
                Survivor(str(mutant), comparison.difference, after, str(report.coverage))
            )
    score.seconds = time.perf_counter() - begin
    return score


def print_scores(scores: list[GameScore]) -> None:
    """Print the table and the survivors."""
    console = Console(width=130)
    columns = ["mutants", *(f"by {tier}" for tier in TIERS if tier != "static")]
    columns += ["same (proved)", "survived", "score", "without reference"]
    table = Table("game", title="Mutants rejected with the reference, by the first tier that does")
    for column in columns:
        table.add_column(column, justify="right")
    total = GameScore("all")
    for score in scores:
        table.add_row(*row(score))
        for counter in ("mutants", "equivalent", "proved", "structure_mutants"):
            setattr(total, counter, getattr(total, counter) + getattr(score, counter))
        for tier in TIERS:
            total.by_tier[tier] += score.by_tier[tier]
            total.structure_by_tier[tier] += score.structure_by_tier[tier]
        total.survivors += score.survivors
    table.add_section()
    table.add_row(*row(total))
    console.print(table)
    tiers = ", ".join(f"{tier} {count}" for tier, count in total.structure_by_tier.items())
    console.print(f"{total.structure_mutants} without a reference, by tier: {tiers}")
    for score in scores:
        for survivor in score.survivors:
            console.print(f"{score.game}: {survivor.mutant}", markup=False)
            console.print(f"    {survivor.difference}, after {survivor.after} actions")


def row(score: GameScore) -> list[str]:
    """Return the cells of one game's row."""
    structure = sum(score.structure_by_tier.values())
    share = score.rejected / score.different if score.different else 1.0
    return [
        score.game,
        str(score.mutants),
        *(str(score.by_tier[tier]) for tier in TIERS if tier != "static"),
        f"{score.equivalent} ({score.proved})",
        str(len(score.survivors)),
        f"{share:.1%}",
        f"{structure} of {score.structure_mutants}",
    ]


def main() -> None:
    """Measure every game and print the scores."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutants", type=int, default=40, help="mutants of each game")
    parser.add_argument("--games", nargs="*", default=games.names(), help="which games, all else")
    parser.add_argument(
        "--part", type=int, default=10, help="of these, how many are verified without it, too"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print JSON lines, a game a line")
    options = parser.parse_args()
    scores = []
    with Verifier() as verifier:
        for name in options.games:
            scores.append(measure(name, options.mutants, options.part, options.seed, verifier))
            if options.json:
                print(json.dumps(asdict(scores[-1])), flush=True)
            else:
                print(f"{name}: {scores[-1].seconds:.0f} s", file=sys.stderr, flush=True)
    if not options.json:
        print_scores(scores)


if __name__ == "__main__":
    main()
