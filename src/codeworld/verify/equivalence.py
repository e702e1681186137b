"""Whether two programs for the same rules play the same, and how surely that is known.

Where a game is small, every pair of states that the two can reach together is compared, which is a
proof. Elsewhere long play decides: random games, and games that are greedy for and against each
player. What counts as behaviour is said in `codeworld.verify.joint_play`; added to that here is
that resampled histories are ones the player cannot rule out, and as varied as the reference's.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from codeworld.contract import Game
from codeworld.sandbox import Job, Limits, WorkerPool, compile_game
from codeworld.verify.difference_search import Comparison, DifferenceSearch, Effort

MODULE = __name__


def compare_programs(
    source: str, reference: str, *, seed: int = 0, effort: Effort | None = None
) -> Comparison:
    """Return whether two programs play the same.

    Both run in this process: they must be trusted, or mutants of what is. One that loops for ever
    runs out of fuel; `prove_equivalent` also stops one that eats memory or time.

    Args:
        source: the program in question.
        reference: the program to compare it with.
        seed: decides every choice.
        effort: how far to look.

    Raises:
        GameError: if the reference is at fault.
    """
    return DifferenceSearch(source, reference, seed, effort or Effort()).run()


def prove_equivalent(
    sources: Sequence[str],
    reference: str,
    *,
    seed: int = 0,
    effort: Effort | None = None,
    pool: WorkerPool | None = None,
) -> Iterator[Comparison]:
    """Yield whether each program plays the same as the reference, compared in isolated workers.

    A worker that fails, or takes too long, means that its program does not play the same.

    Args:
        sources: the programs in question.
        reference: the program to compare them with.
        seed: decides every choice.
        effort: how far to look.
        pool: a pool with the module `MODULE`; one of its own by default.

    Raises:
        GameError: if the reference is at fault.
        SandboxUnavailableError: if this machine cannot isolate workers.
    """
    effort = effort or Effort()
    if not _is_small(compile_game(reference), effort.pairs):
        effort = effort._replace(pairs=0)  # so that not every worker tries in vain
    arguments = {"reference": reference, "seed": seed, "effort": list(effort)}
    limits = Limits(wall_seconds=120.0, cpu_seconds=60.0)
    jobs = (Job(f"{MODULE}:compare", source, arguments, limits) for source in sources)
    own = None if pool else WorkerPool(modules=[MODULE])
    try:
        for result in (pool or own).map(jobs):  # type: ignore[union-attr]
            if result.status == "ok":
                value = dict(result.value)
                value["line"] = None if value["line"] is None else tuple(value["line"])
                yield Comparison(**value)
            else:
                yield Comparison(False, "long play", f"{result.status}: {result.message}")
    finally:
        if own is not None:
            own.close()


def compare(source: str, arguments: Any) -> dict[str, Any]:
    """Compare two programs: the task of a worker. Returns the fields of a `Comparison`."""
    effort = Effort(*arguments["effort"])
    found = compare_programs(source, arguments["reference"], seed=arguments["seed"], effort=effort)
    return dataclasses.asdict(found)


def _is_small(game: Game, actions: int) -> bool:
    """Return whether trying that many actions explores the whole game."""
    game.restart(0)
    waiting = deque([game.start()])
    seen = {game.state_key(waiting[0].state)}
    while waiting:
        position = waiting.popleft()
        for action in position.legal_actions:
            actions -= 1
            after = game.advance(position.state, action)
            key = game.state_key(after.state)
            if key not in seen:
                seen.add(key)
                waiting.append(after)
        if actions < 0:
            return False
    return True
