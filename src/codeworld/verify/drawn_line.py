"""Lines of play, drawn step by step: what a candidate shows, and what a reference would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codeworld.contract import CHANCE_PLAYER, TERMINAL_PLAYER, Game, Position
from codeworld.errors import GameError

MAX_DRAWN = 40
"""Positions that are drawn; of a longer line, the last ones."""

_MAX_LISTED = 60


@dataclass(frozen=True, slots=True)
class Deviation:
    """A fact on which candidate and reference differ.

    Attributes:
        fact: what it is about.
        expected: what the reference says.
        found: what the candidate says.
    """

    fact: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class DrawnStep:
    """One position of a line, and what was played there.

    Attributes:
        number: actions before it.
        player: who is to move, in words.
        legal: what may be played, in words; empty if the position could not be had.
        returns: returns so far, in words.
        picture: what `render` draws; None where the program draws nothing.
        action: the action played; None at the end of the line.
        deviations: where a reference says something else.
        fault: why there is no such position; "" if there is one.
    """

    number: int
    player: str = ""
    legal: str = ""
    returns: str = ""
    picture: str | None = None
    action: str | None = None
    deviations: tuple[Deviation, ...] = ()
    fault: str = ""


def draw_line(
    game: Game, actions: Sequence[str], reference: Game | None = None
) -> tuple[DrawnStep, ...]:
    """Play a line of actions, chance included, and draw every position of it.

    Args:
        game: the candidate, in a worker.
        actions: the line, from the initial state.
        reference: plays along until it refuses.

    Returns:
        The last positions of the line, `MAX_DRAWN` at most. Where the candidate fails, a step that
        says so is the last.
    """
    steps: list[DrawnStep] = []
    along = _Along(reference)
    try:
        game.restart(0)
        position = game.start()
        for number, action in enumerate((*actions, None)):
            steps.append(_draw(game, position, number, action, along))
            if action is not None:
                position = game.advance(position.state, action)
                along.play(action)
    except GameError as error:
        steps.append(DrawnStep(len(steps), fault=f"{type(error).__name__}: {error}"))
    return tuple(steps[-MAX_DRAWN:])


class _Along:
    """A reference that plays the same line, as long as it can."""

    def __init__(self, game: Game | None) -> None:
        self.game = game
        self.position: Position | None = None
        if game is not None:
            game.restart(0)
            self.position = game.start()

    def play(self, action: str) -> None:
        if self.game is None or self.position is None:
            return
        legal = action in self.position.legal_actions
        self.position = self.game.advance(self.position.state, action) if legal else None


def _draw(
    game: Game, position: Position, number: int, action: str | None, along: _Along
) -> DrawnStep:
    try:
        picture = game.render(position.state)
    except GameError as error:
        picture = f"render fails: {error}"
    found = _facts(game, position)
    deviations: tuple[Deviation, ...] = ()
    if along.game is not None and along.position is not None:
        expected = _facts(along.game, along.position)
        deviations = tuple(
            Deviation(fact, expected[fact], found[fact])
            for fact in expected
            if expected[fact] != found[fact]
        )
    return DrawnStep(
        number=number,
        player=found["to move"],
        legal=found["legal"],
        returns=found["returns"],
        picture=picture,
        action=action,
        deviations=deviations,
    )


def _facts(game: Game, position: Position) -> dict[str, str]:
    """Return what the rules determine about a position, in words."""
    if position.player == CHANCE_PLAYER:
        outcomes = sorted(game.get_chance_outcomes(position.state))
        legal = [f"{action} ({probability:.6g})" for action, probability in outcomes]
    else:
        legal = sorted(position.legal_actions)
    more = [f"and {len(legal) - _MAX_LISTED} more"] if len(legal) > _MAX_LISTED else []
    names = {CHANCE_PLAYER: "chance", TERMINAL_PLAYER: "nobody: the end"}
    return {
        "to move": names.get(position.player, f"player {position.player}"),
        "legal": ", ".join(legal[:_MAX_LISTED] + more) or "nothing",
        "returns": " ".join(f"{value:g}" for value in position.returns),
    }
