"""Whether rewards order candidates by how truly they play: Spearman's rank correlation.

    python benchmarks/reward_ranking.py [--candidates 6] [--games pig] [--plot out.svg] [--json]

Candidates of graded quality stand in for what a model writes: each game's own program, mutants with
one, two and four faults, and partial programs, in which one or more contract functions are stubs.
The true error of a candidate is the share of random lines of the original, drawn from another seed,
along which its players, legal actions, chance probabilities or returns differ anywhere.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from codeworld import games
from codeworld.errors import GameError
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed
from codeworld.verify import Trace, Verifier, compute_rewards, record_trace, replay_trace
from codeworld.verify.edit import apply_edits
from codeworld.verify.mutants import make_mutants
from codeworld.verify.parsed_source import ParsedSource

FAULTS = (1, 2, 4)
TRUE_SEED = 1_000  # of the lines that judge; rewards are computed with another one
LINES = 100
LINE_LENGTH = 300
STUBS = {
    "get_rewards": "return [0.0, 0.0]",
    "get_observations": "return [{}, {}]",
    "resample_history": "return []",
    "get_legal_actions": 'return ["pass"]',
    "get_current_player": "return 0",
    "apply_action": "return state",
}
STUBBED = (1, 2, 4)  # the first so many of them


@dataclass(frozen=True)
class Candidate:
    """A program of graded quality, its reward, and its true error."""

    game: str
    kind: str
    source: str
    reward: float | None = None
    error: float = 0.0


def stub(source: str, names: tuple[str, ...]) -> str:
    """Return the program with the bodies of these functions replaced by stubs."""
    parsed = ParsedSource(source)
    edits = []
    for name in names:
        function = parsed.functions.get(name)
        if function is not None:
            first, last = function.body[0], function.body[-1]
            edits.append(parsed.replace_range("stub", first, last, STUBS[name]))
    return apply_edits(parsed.text, edits).decode()


def make_candidates(name: str, number: int, seed: int) -> list[Candidate]:
    """Return the candidates of one game, each program once."""
    source = games.load(name).source
    made = [Candidate(name, "right", source)]
    for faults in FAULTS:
        for mutant in make_mutants(
            source, seed=seed, limit=number, faults=faults, only_loadable=False
        ):
            made.append(Candidate(name, f"{faults} fault{'s' * (faults > 1)}", mutant.source))
    names = tuple(STUBS)
    for count in STUBBED:
        made.append(Candidate(name, "partial", stub(source, names[:count])))
    made += [Candidate(name, "partial", stub(source, (name,))) for name in names[1:]]
    return made


def record_lines(source: str) -> list[Trace]:
    """Return the lines that judge, played by the original."""
    game = compile_game(source)
    seeds = [derive_seed(TRUE_SEED, "reward ranking", number) for number in range(LINES)]
    return [record_trace(game, seed, LINE_LENGTH) for seed in seeds]


def true_error(source: str, lines: list[Trace]) -> float:
    """Return the share of lines along which a candidate plays otherwise than the original."""
    try:
        game = compile_game(source)
    except GameError:
        return 1.0
    wrong = 0
    for line in lines:
        try:
            wrong += replay_trace(game, line.actions) != line
        except GameError:
            wrong += 1
    return wrong / len(lines)


def rank(values: list[float]) -> np.ndarray:
    """Return the rank of each value, equal values sharing the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    means: np.ndarray = (ends - (counts - 1) / 2)[places]
    return means


def spearman(candidates: list[Candidate]) -> float:
    """Return the rank correlation of reward and 1 - error."""
    scored = [candidate for candidate in candidates if candidate.reward is not None]
    rewards = rank([round(float(candidate.reward or 0.0), 9) for candidate in scored])
    truths = rank([round(1.0 - candidate.error, 9) for candidate in scored])
    return float(np.corrcoef(rewards, truths)[0, 1])


def measure(name: str, number: int, seed: int, verifier: Verifier) -> list[Candidate]:
    """Return one game's candidates with rewards and errors."""
    candidates = make_candidates(name, number, seed)
    sources = [candidate.source for candidate in candidates]
    rewards = compute_rewards(sources, name, seed, verifier=verifier)
    lines = record_lines(games.load(name).source)
    return [
        Candidate(name, candidate.kind, candidate.source, reward, true_error(source, lines))
        for candidate, source, reward in zip(candidates, sources, rewards, strict=True)
    ]


def plot(candidates: list[Candidate], path: Path) -> None:
    """Draw rewards over true errors."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "codeworld"  # the same points give the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")
    generator = np.random.default_rng(0)
    for kind, marker in zip(dict.fromkeys(c.kind for c in candidates), "*osv^", strict=False):
        chosen = [c for c in candidates if c.kind == kind and c.reward is not None]
        spread = generator.uniform(-0.008, 0.008, (2, len(chosen)))  # equal points side by side
        axes.plot(
            np.array([c.error for c in chosen]) + spread[0],
            np.array([c.reward for c in chosen]) + spread[1],
            marker,
            label=kind,
            alpha=0.6,
            markersize=10 if kind == "right" else 5,
        )
    axes.set_xlabel("true trace error: share of independent lines that deviate")
    axes.set_ylabel("reward")
    axes.set_title(f"Spearman {spearman(candidates):.2f} over {len(candidates)} candidates")
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure every game, print the correlations, draw the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--candidates", type=int, default=6, help="mutants of each grade and game")
    parser.add_argument("--games", nargs="*", default=games.names(), help="which games, all else")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plot", type=Path, help="SVG file to draw to")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    by_game: dict[str, list[Candidate]] = {}
    with Verifier() as verifier:
        for name in options.games:
            by_game[name] = measure(name, options.candidates, options.seed, verifier)
            print(f"{name}: {spearman(by_game[name]):.3f}", file=sys.stderr, flush=True)
    every = [candidate for candidates in by_game.values() for candidate in candidates]
    if options.plot:
        plot(every, options.plot)
    if options.json:
        print(json.dumps([asdict(candidate) for candidate in every], indent=2))
        return
    table = Table("game", title="Spearman's correlation of reward and true quality")
    table.add_column("candidates", justify="right")
    table.add_column("Spearman", justify="right")
    for name, candidates in (*by_game.items(), ("all", every)):
        table.add_row(name, str(len(candidates)), f"{spearman(candidates):.3f}")
    Console().print(table)


if __name__ == "__main__":
    main()
