"""The search for a difference between two programs for the same rules."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER
from codeworld.errors import GameError
from codeworld.sandbox import compile_game
from codeworld.seeding import derive_seed
from codeworld.verify.joint_play import JointPlay, Pair, PlayedDifferentlyError

Method = Literal["exhaustive", "long play"]
"""`exhaustive`: every pair of states was compared. `long play`: nothing differed in many games."""

_TRIAL_GAMES = 20
"""Random games before anything else is tried: most faults show at once."""

_POORER = 8
"""Samples by which two ways of resampling must differ in number before one is called poorer."""


class Effort(NamedTuple):
    """How far to look for a difference.

    Attributes:
        pairs: actions tried to explore a game whole, before that is given up; 0 not to try.
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


class DifferenceSearch:
    """Looks for a difference between two programs."""

    def __init__(self, source: str, reference: str, seed: int, effort: Effort) -> None:
        """Prepare to compare `source` with `reference`.

        Raises:
            GameError: if the reference does not load.
        """
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
        if self._effort.pairs == 0:
            return False
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
