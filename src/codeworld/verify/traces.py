"""Traces: recorded playthroughs as text that a person can read and `diff` can compare.

A trace holds what the rules determine (player to move, legal actions, chance probabilities,
returns) and nothing that an implementation may choose (states, observations). Two right programs
for the same rules give the same trace for the same line of actions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER, Game, Position
from codeworld.seeding import derive_seed

MAX_STEPS = 1_000
"""Actions, chance included, after which a recording stops."""


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One position of a playthrough and what was done there.

    Attributes:
        player: player to move, `CHANCE_PLAYER` or `TERMINAL_PLAYER`.
        legal_actions: legal actions, sorted; outcomes at a chance node.
        probabilities: probability of each outcome, in that order; empty where no chance is.
        returns: returns so far, in player order.
        action: the action that was played; None in the last step.
    """

    player: int
    legal_actions: tuple[str, ...]
    probabilities: tuple[float, ...]
    returns: tuple[float, ...]
    action: str | None

    def lines(self) -> Iterator[str]:
        """Yield the step as lines of text."""
        returns = " ".join(f"{value:g}" for value in self.returns)
        if self.player == TERMINAL_PLAYER:
            yield f"end  returns {returns}"
            return
        who = "chance" if self.player == CHANCE_PLAYER else f"player {self.player}"
        yield f"{who}  returns {returns}"
        if self.probabilities:
            pairs = zip(self.legal_actions, self.probabilities, strict=True)
            legal = ", ".join(f"{action} ({probability:.6g})" for action, probability in pairs)
        else:
            legal = ", ".join(self.legal_actions)
        yield f"  legal: {legal}"
        if self.action is not None:
            yield f"  plays: {self.action}"


@dataclass(frozen=True, slots=True)
class Trace:
    """A playthrough.

    Attributes:
        steps: its positions in order. The last is terminal, unless the recording was cut.
    """

    steps: tuple[TraceStep, ...]

    @property
    def actions(self) -> tuple[str, ...]:
        """The line of actions, chance included."""
        return tuple(step.action for step in self.steps if step.action is not None)

    def __str__(self) -> str:
        numbered = (
            f"{number:4d}  {line}" if not line.startswith(" ") else f"      {line}"
            for number, step in enumerate(self.steps)
            for line in step.lines()
        )
        return "\n".join(numbered)


def record_trace(game: Game, seed: int, max_steps: int = MAX_STEPS) -> Trace:
    """Return a playthrough with uniformly random actions and chance by its probabilities.

    Args:
        game: any loaded game.
        seed: decides every choice; actions are drawn from sorted legal sets, so that programs that
            list the same actions in another order give the same trace.
        max_steps: actions after which the recording stops.

    Raises:
        GameError: if the game fails or breaks the contract.
    """
    generator = np.random.default_rng(derive_seed(seed, "trace"))
    game.restart(derive_seed(seed, "trace restart"))
    position = game.start()
    steps: list[TraceStep] = []
    while len(steps) < max_steps and position.player != TERMINAL_PLAYER:
        step = _describe(game, position)
        weights = step.probabilities or None
        choice = generator.choice(len(step.legal_actions), p=weights)
        action = step.legal_actions[choice]
        steps.append(replace(step, action=action))
        position = game.advance(position.state, action)
    return Trace((*steps, _describe(game, position)))


def replay_trace(game: Game, actions: tuple[str, ...]) -> Trace:
    """Return the trace of a given line of actions, chance included.

    Raises:
        GameError: if the game fails, breaks the contract or rejects an action.
    """
    game.restart(0)
    position = game.start()
    steps = []
    for action in actions:
        steps.append(_describe(game, position, action))
        position = game.advance(position.state, action)
    return Trace((*steps, _describe(game, position)))


def _describe(game: Game, position: Position, action: str | None = None) -> TraceStep:
    probabilities: dict[str, float] = {}
    if position.player == CHANCE_PLAYER:
        probabilities = dict(game.get_chance_outcomes(position.state))
    legal = sorted(probabilities or position.legal_actions)
    return TraceStep(
        player=position.player,
        legal_actions=tuple(legal),
        probabilities=tuple(probabilities[outcome] for outcome in legal) if probabilities else (),
        returns=tuple(position.returns),
        action=action,
    )
