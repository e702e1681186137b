"""Whether rewards order candidates by how truly they play: Spearman's rank correlation.

    python benchmarks/reward_ranking.py [--candidates 6] [--games pig] [--plot out.svg] [--json]

Candidates of graded quality stand in for what a model writes: each game's own program, mutants with
one, two and four faults, and partial programs, in which one or more contract functions are stubs.
Their true errors are measured on random lines of the original, drawn from another seed, by players,
legal actions, chance probabilities and returns. The *line error* is the share of lines that deviate
anywhere. Most faulty programs deviate on every line, and no rank correlation can be high where most
are equal, so there is also the *step error*: the mean share of a line from its first deviation on.

The table has both correlations, and of all pairs of candidates of one game with different step
errors, the share in which the better one has the higher reward.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from codeworld import games
from codeworld.contract import Game, Position
from codeworld.errors import GameError
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed
from codeworld.verify import Trace, TraceStep, Verifier, compute_rewards, record_trace
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
    """A program of graded quality, its reward, and its true errors."""

    game: str
    kind: str
    source: str
    reward: float | None = None
    line_error: float = 0.0
    step_error: float = 0.0


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
    made += [Candidate(name, "partial", stub(source, (single,))) for single in names[1:]]
    return list({candidate.source: candidate for candidate in reversed(made)}.values())[::-1]


def record_lines(source: str) -> list[Trace]:
    """Return the lines that judge, played by the original."""
    game = compile_game(source)
    seeds = [derive_seed(TRUE_SEED, "reward ranking", number) for number in range(LINES)]
    return [record_trace(game, seed, LINE_LENGTH) for seed in seeds]


def true_errors(source: str, lines: list[Trace]) -> tuple[float, float]:
    """Return a candidate's line error and its step error; see the top of this file."""
    try:
        game = compile_game(source)
    except GameError:
        return 1.0, 1.0
    shares = [count_right_steps(game, line) / len(line.steps) for line in lines]
    wrong = sum(share < 1.0 for share in shares)
    return wrong / len(lines), 1.0 - sum(shares) / len(lines)


def count_right_steps(game: Game, line: Trace) -> int:
    """Return how many positions of a line a candidate has right before its first deviation."""
    right = 0
    try:
        game.restart(0)
        position = game.start()
        for step in line.steps:
            if not agrees(game, position, step):
                break
            right += 1
            if step.action is not None:
                position = game.advance(position.state, step.action)
    except GameError:
        pass  # a position that cannot be had is not right
    return right


def agrees(game: Game, position: Position, step: TraceStep) -> bool:
    """Return whether a position has all that a trace says of it."""
    legal = tuple(sorted(position.legal_actions))
    found = (position.player, legal, tuple(position.returns))
    if found != (step.player, step.legal_actions, step.returns):
        return False
    chances = dict(game.get_chance_outcomes(position.state)) if step.probabilities else {}
    return step.probabilities == tuple(chances[outcome] for outcome in sorted(chances))


def rank(values: list[float]) -> np.ndarray:
    """Return the rank of each value, equal values sharing the mean of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    means: np.ndarray = (ends - (counts - 1) / 2)[places]
    return means


def spearman(candidates: list[Candidate], errors: list[float]) -> float:
    """Return the rank correlation of rewards and of freedom from these errors."""
    rewards = rank([round(float(candidate.reward or 0.0), 9) for candidate in candidates])
    truths = rank([round(1.0 - error, 9) for error in errors])
    return float(np.corrcoef(rewards, truths)[0, 1])


def by_lines(candidates: list[Candidate]) -> float:
    """Return the rank correlation of rewards and line errors."""
    return spearman(candidates, [candidate.line_error for candidate in candidates])


def by_steps(candidates: list[Candidate]) -> float:
    """Return the rank correlation of rewards and step errors."""
    return spearman(candidates, [candidate.step_error for candidate in candidates])


def ordered_pairs(candidates: list[Candidate]) -> tuple[int, int]:
    """Return in how many pairs the better candidate has the higher reward, and how many there are.

    A pair is two candidates of one game whose errors differ.
    """
    right = pairs = 0
    for first, second in combinations(candidates, 2):
        if first.game == second.game and first.step_error != second.step_error:
            better, worse = sorted((first, second), key=lambda candidate: candidate.step_error)
            pairs += 1
            right += (better.reward or 0.0) > (worse.reward or 0.0)
    return right, pairs


def measure(name: str, number: int, seed: int, verifier: Verifier) -> list[Candidate]:
    """Return one game's candidates with rewards and errors."""
    candidates = make_candidates(name, number, seed)
    sources = [candidate.source for candidate in candidates]
    rewards = compute_rewards(sources, name, seed, verifier=verifier)
    lines = record_lines(games.load(name).source)
    return [
        Candidate(name, candidate.kind, candidate.source, reward, *true_errors(source, lines))
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
            np.array([c.step_error for c in chosen]) + spread[0],
            np.array([c.reward for c in chosen]) + spread[1],
            marker,
            label=kind,
            alpha=0.6,
            markersize=10 if kind == "right" else 5,
        )
    axes.set_xlabel("step error: mean share of a line from its first deviation on")
    axes.set_ylabel("reward")
    axes.set_title(f"Spearman {by_steps(candidates):.2f} over {len(candidates)} candidates")
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
            print(f"{name}: {by_steps(by_game[name]):.3f}", file=sys.stderr, flush=True)
    every = [candidate for candidates in by_game.values() for candidate in candidates]
    if options.plot:
        plot(every, options.plot)
    if options.json:
        print(json.dumps([asdict(candidate) for candidate in every], indent=2))
        return
    table = Table("game", title="Spearman's correlation of reward and true quality")
    table.add_column("candidates", justify="right")
    table.add_column("by lines", justify="right")
    table.add_column("by steps", justify="right")
    table.add_column("pairs in order", justify="right")
    for name, candidates in (*by_game.items(), ("all", every)):
        right, pairs = ordered_pairs(candidates)
        order = f"{right / pairs:.1%} of {pairs}"
        found = [f"{by_lines(candidates):.2f}", f"{by_steps(candidates):.2f}"]
        table.add_row(name, str(len(candidates)), *found, order)
    Console().print(table)


if __name__ == "__main__":
    main()
