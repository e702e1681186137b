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
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.errors import GameError
from codeworld.sandbox import Job, Limits, WorkerPool, compile_game
from codeworld.seeding import derive_seed
from codeworld.verify.joint_play import JointPlay, Pair, PlayedDifferentlyError

MODULE = __name__

Method = Literal["exhaustive", "long play"]
"""`exhaustive`: every pair of states was compared. `long play`: nothing differed in many games."""

_TRIAL_GAMES = 20
"""Random games before anything else is tried: most faults show at once."""

_POORER = 8
"""Samples by which two ways of resampling must differ in number before one is called poorer."""


class Effort(NamedTuple):
    """How far to look for a difference.

    Attributes:
        pairs: actions tried to explore a game whole, before that is given up.
        games: games of long play.
        transitions: actions of long play, all games together.
        resampled: decisions at which histories are resampled.
        samples: resampled histories of each.
    """

    pairs: int = 32_000
    games: int = 300
    transitions: int = 20_000
    resampled: int = 40
    samples: int = 30


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether two programs play the same.

    Attributes:
        equivalent: whether nothing differed.
        method: how that was found out; of a difference, how it was found.
        difference: what differs; empty if nothing does.
        line: the actions, chance included, after which it does; None if no line shows it.
        pairs: how many pairs of positions were compared.
    """

    equivalent: bool
    method: Method
    difference: str = ""
    line: tuple[str, ...] | None = None
    pairs: int = 0


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
    return _Search(source, reference, seed, effort or Effort()).run()


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
    compile_game(reference).start()
    arguments = {"reference": reference, "seed": seed, "effort": list(effort or Effort())}
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


class _Search:
    """Looks for a difference between two programs."""

    def __init__(self, source: str, reference: str, seed: int, effort: Effort) -> None:
        self._source = source
        self._reference = compile_game(reference)
        self._seed = seed
        self._effort = effort
        self._generator = np.random.default_rng(derive_seed(seed, "equivalence"))
        self._pairs = 0
        self._last: tuple[str, ...] | None = None
        self._decisions: list[Pair] = []
        self._left = effort.transitions

    def run(self) -> Comparison:
        """Return what was found."""
        method: Method = "long play"
        try:
            try:
                other = compile_game(self._source)
            except GameError as error:
                raise PlayedDifferentlyError(f"it does not load: {error}") from None
            self._play = JointPlay(self._reference, other)
            for _ in range(_TRIAL_GAMES):
                self._play_game(None, 0)
            if self._exhaust():
                method = "exhaustive"
            else:
                self._play_long()
            self._compare_resampling()
        except PlayedDifferentlyError as difference:
            return Comparison(False, method, str(difference), self._last, self._pairs)
        return Comparison(True, method, "", None, self._pairs)

    def _advance(self, pair: Pair, action: str) -> Pair:
        self._last = (*pair.line, action)
        self._pairs += 1
        return self._play.advance(pair, action)

    # --- exploring -------------------------------------------------------------------------------

    def _exhaust(self) -> bool:
        """Compare every pair of states that can be reached; return whether that was all of them.

        Pairs of equal states are followed once. That loses the histories on the other ways there,
        which is no loss where equal observations stay equal at each position by itself.
        """
        play = self._play
        waiting = deque([play.start()])
        seen = {play.key(waiting[0])}
        last = self._pairs + self._effort.pairs
        while waiting:
            pair = waiting.popleft()
            if pair.positions[0].player == TERMINAL_PLAYER:
                continue
            for action in pair.positions[0].legal_actions:
                after = self._advance(pair, action)
                key = play.key(after)
                if key not in seen:
                    seen.add(key)
                    waiting.append(after)
            if self._pairs > last or not play.observations_match:
                return False
        return True

    def _play_long(self) -> None:
        players = self._reference.num_players
        ways: list[tuple[int | None, int]] = [(None, 0), (None, 0), (None, 0)]
        ways += [(player, sign) for player in range(players) for sign in (1, -1)]
        for number in range(self._effort.games):
            if self._left > 0:
                self._play_game(*ways[number % len(ways)])

    def _play_game(self, player: int | None, sign: int) -> None:
        """Play one game; for or against a player, by the reference's returns one action ahead."""
        generator = self._generator
        self._last = ()
        pair = self._play.start()
        while pair.positions[0].player != TERMINAL_PLAYER and self._left > 0:
            here = pair.positions[0]
            if here.player >= 0 and generator.random() < 0.2:
                self._decisions.append(pair)
            actions = sorted(here.legal_actions)
            if player is None or here.player == CHANCE_PLAYER:
                actions = [actions[generator.integers(len(actions))]]
            elif len(actions) > 4:
                actions = [actions[n] for n in generator.choice(len(actions), 4, replace=False)]
            after = [self._advance(pair, action) for action in actions]
            self._left -= len(after)
            values = [
                (sign * choice.positions[0].returns[player or 0], generator.random())
                for choice in after
            ]
            pair = after[values.index(max(values))]

    # --- resampling ------------------------------------------------------------------------------

    def _compare_resampling(self) -> None:
        """Compare what the two resample at decisions that play met."""
        games = self._play.games
        if not all("resample_history" in game.defined for game in games):
            if "resample_history" in games[0].defined:
                raise PlayedDifferentlyError("it does not define resample_history")
            return
        generator, decisions = self._generator, self._decisions
        count = min(self._effort.resampled, len(decisions))
        for place in generator.choice(len(decisions), count, replace=False):
            self._compare_samples(decisions[place])

    def _compare_samples(self, pair: Pair) -> None:
        """Compare the samples of one decision, before it is made and after."""
        here = pair.positions[0]
        action = here.legal_actions[self._generator.integers(len(here.legal_actions))]
        self._last = pair.line
        for last in (None, action):
            drawn: tuple[set[tuple[str, ...]], set[tuple[str, ...]]] = (set(), set())
            for number in range(self._effort.samples // 2):
                seed = derive_seed(self._seed, "equivalence resample", number)
                for game, lines in enumerate(drawn):
                    lines.add(self._resample(game, pair, last, seed))
            for line in sorted(drawn[1] - drawn[0]):
                self._check_line(line, pair, last)
            right, found = len(drawn[0]), len(drawn[1])
            if found < right and (found == 1 or right - found >= _POORER):
                raise PlayedDifferentlyError(f"it resamples {found} different lines, not {right}")

    def _resample(self, number: int, pair: Pair, last: str | None, seed: int) -> tuple[str, ...]:
        player, position = pair.positions[0].player, pair.positions[number]
        history: list[tuple[Any, str | None]] = [*pair.seen[number][player]]
        history.append((position.observations[player], last))
        try:
            return tuple(self._play.games[number].resample_history(history, player, seed))
        except GameError as error:
            if number == 0:
                raise
            raise PlayedDifferentlyError(f"resample_history fails: {error}") from None

    def _check_line(self, line: tuple[str, ...], pair: Pair, last: str | None) -> None:
        """Check that the player cannot rule out a line that the other program resampled."""
        wrong = PlayedDifferentlyError(f"it resamples a line that cannot be: {list(line)}")
        game, player = self._reference, pair.positions[0].player
        game.restart(0)
        position = game.start()
        seen: list[tuple[Any, str | None]] = []
        for action in line:
            if action not in position.legal_actions:
                raise wrong
            if position.player == player:
                seen.append((position.observations[player], action))
            position = game.advance(position.state, action)
        if last is None and position.player == player:
            seen.append((position.observations[player], None))
        if seen != [*pair.seen[0][player], (pair.positions[0].observations[player], last)]:
            raise wrong
