"""Every exception that codeworld raises.

One family: catch `CodeworldError` to catch them all. The errors below `GameError` say that the
*game program* is at fault (a bad candidate); all others say that the caller or the machine is. Each
message says what was wrong, where, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


class CodeworldError(Exception):
    """Base of every error that codeworld raises."""


# --- the game program is at fault ----------------------------------------------------------------


class GameError(CodeworldError):
    """A game program is at fault: it does not load, breaks the contract, or fails while it runs."""


class GameSyntaxError(GameError):
    """The source is not Python: empty, binary, too large, or with a syntax error."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One construct that the language policy refuses.

    Attributes:
        line: line of the construct, from 1.
        column: column of the construct, from 1.
        construct: the construct as the source says it, for example `open` or `obj.__class__`.
        reason: why it is refused, and what to write instead.
    """

    line: int
    column: int
    construct: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.construct}: {self.reason}"


class PolicyError(GameError):
    """The source uses constructs that the language policy refuses.

    Attributes:
        findings: every refused construct, in source order.
    """

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        lines = "\n".join(f"  {finding}" for finding in findings)
        super().__init__(f"the language policy refuses {len(findings)} construct(s):\n{lines}")

    def __reduce__(self) -> tuple[type[PolicyError], tuple[tuple[Finding, ...]]]:
        return type(self), (self.findings,)


class MissingFunctionError(GameError):
    """The source lacks a function that the contract requires."""


class ContractError(GameError):
    """A contract function returned something that the contract does not allow."""


class GameRuntimeError(GameError):
    """The game program raised an exception while loading or in one of its functions."""


class FuelExhaustedError(GameError):
    """A call of a game function ran out of fuel: it loops for ever, or for far too long."""


class ObservationTypeError(GameError):
    """An observation holds a value that cannot be encoded as numbers."""


class WorkerTimeoutError(GameError):
    """An isolated game did not answer within its wall-clock limit, and its worker was killed."""


class WorkerCrashError(GameError):
    """An isolated game took its worker process down: out of memory, a crash, a forbidden call."""


# --- the caller or the machine is at fault -------------------------------------------------------


class UnknownGameError(CodeworldError):
    """No curated game and no file goes by that name."""


class ParameterError(CodeworldError, ValueError):
    """A curated game has no such parameter, or cannot be played with such a value."""


class SourceFileError(CodeworldError):
    """A game file cannot be read: missing, a directory, not permitted, not text, too large."""


class ReportFileError(CodeworldError):
    """A report cannot be written to the file that was named."""


class SpecError(CodeworldError):
    """A declared GameSpec cannot be read, or contradicts itself."""


class ScenarioError(CodeworldError):
    """A scenario file cannot be read, or a scenario in it is malformed."""


class IllegalActionError(CodeworldError, ValueError):
    """An action is not legal in the current state, or is not an action at all."""


class InvalidSeedError(CodeworldError):
    """A seed is not a non-negative integer."""


class EnvironmentStateError(CodeworldError):
    """An environment was used in the wrong order, or given a state that is not its own."""


class SandboxUnavailableError(CodeworldError):
    """This machine cannot isolate unverified code as strongly as was required."""


class MissingDependencyError(CodeworldError):
    """An optional package is needed; the message has the install command."""


class SeatError(CodeworldError):
    """The game has no such seat."""


# --- language models -----------------------------------------------------------------------------


class UnknownModelError(CodeworldError):
    """No language model goes by that name."""


class ModelStoreError(CodeworldError):
    """The folder of the model store cannot be used: not writable, full, or locked for too long."""


class DownloadError(CodeworldError):
    """A model cannot be fetched from any of its sources; the message has each one's reason."""


class WrongHashError(CodeworldError):
    """A file is not the model that it is said to be: its sha256 differs."""


class BackendError(CodeworldError):
    """A language model cannot answer. The classes below say why, where that is known."""


class ServerUnreachableError(BackendError):
    """No model server answers at that address, or it stopped answering."""


class ApiKeyError(BackendError):
    """The model server asks for a key, or refuses the one it was given."""


class ContextOverflowError(BackendError):
    """A prompt and what may follow it do not fit into the model's context."""


class ModelMemoryError(BackendError):
    """This machine has too little memory for the model or for its context."""


class AdapterError(BackendError):
    """An adapter cannot be read, or belongs to another base model."""


# --- generation ----------------------------------------------------------------------------------


class RulesTextError(CodeworldError):
    """A text cannot be the rules of a game: it is empty, or far too long."""


class RunFolderError(CodeworldError):
    """The folder of a generation run cannot be written: not permitted, not a folder, or full."""


class CorpusError(CodeworldError):
    """A corpus cannot be written: its folder holds another one, or a task of it is not right."""


class GenerationError(CodeworldError):
    """No candidate is good enough to be passed off as the game that was asked for.

    Attributes:
        candidates: every program that was proposed, best first, each with its report.
        folder: where all of it is written down.
    """

    def __init__(self, message: str, candidates: tuple[Any, ...], folder: Path) -> None:
        super().__init__(message)
        self.candidates = candidates
        self.folder = folder

    def __reduce__(self) -> tuple[type[GenerationError], tuple[Any, ...]]:
        return type(self), (str(self), self.candidates, self.folder)
