"""Jobs, their results, and reading a worker's answer, which may be forged."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from codeworld import errors
from codeworld.errors import (
    ContractError,
    Finding,
    GameError,
    PolicyError,
    WorkerCrashError,
    WorkerTimeoutError,
)
from codeworld.sandbox.isolation.job_worker import ERROR, OUT_OF_MEMORY, TASK_FAILED, VALUE
from codeworld.sandbox.isolation.limits import Limits
from codeworld.sandbox.values import decode

Status = Literal["ok", "game_error", "timeout", "memory", "output", "crash"]
"""How a job ended.

`ok`: the task returned a value. `game_error`: it raised a GameError. `timeout`: it ran out of wall
or processor time. `memory`: it ran out of memory. `output`: its answer was too long. `crash`: the
worker died, was killed, answered nonsense, or the task itself failed.
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One call of a trusted function on unverified source.

    Attributes:
        task: `"module:function"`, called as `function(source, arguments)` in the worker; the module
            is one of the pool's.
        source: the program's text, unverified.
        arguments: any JSON value.
        limits: what the worker may use.
    """

    task: str
    source: str
    arguments: Any = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class JobResult:
    """How a job ended.

    Attributes:
        status: how it ended.
        value: what the task returned, if the status is `ok`; objects of the program's classes are
            inert records.
        error_type: class name of the GameError, or of the exception that ended the task, else "".
        message: what went wrong, else "".
        findings: what the language policy refused.
        seconds: wall time from the worker's start to its end.
    """

    status: Status
    value: Any = None
    error_type: str = ""
    message: str = ""
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0

    def unwrap(self) -> Any:
        """Return the value.

        Raises:
            GameError: of the class and with the message that it had in the worker;
                WorkerTimeoutError or WorkerCrashError if there was no answer.
        """
        if self.status == "ok":
            return self.value
        if self.status == "game_error":
            raise restore_error(self.error_type, self.message, self.findings)
        if self.status == "timeout":
            raise WorkerTimeoutError(self.message)
        raise WorkerCrashError(self.message)


def read_answer(answer: bytes, seconds: float) -> JobResult:
    """Return the result that a worker's answer states.

    Args:
        answer: what the worker wrote.
        seconds: how long it took.

    Returns:
        The result; an answer in no known form is a crash.
    """
    kind, body = answer[:1], answer[1:]
    try:
        text = body.decode("ascii")
        if kind == VALUE:
            return JobResult("ok", value=decode(text), seconds=seconds)
        if kind == OUT_OF_MEMORY:
            return out_of_memory(seconds)
        if kind == ERROR:
            name, message, findings = read_error(text)
            return JobResult("game_error", None, name, message, findings, seconds)
        if kind == TASK_FAILED:
            record = json.loads(text)
            name, message = record["type"], record["message"]
            if type(name) is str and type(message) is str:
                said = f"the task failed in the worker: {message}"
                return JobResult("crash", None, name, said, (), seconds)
    except (ValueError, TypeError, KeyError, RecursionError, ContractError):
        pass
    return JobResult(
        "crash", message="the worker's answer is not in the form of an answer", seconds=seconds
    )


def out_of_memory(seconds: float) -> JobResult:
    """The result of a worker that ran out of memory."""
    message = "the worker ran out of memory; keep states small, or raise Limits.memory_bytes"
    return JobResult("memory", message=message, seconds=seconds)


def read_error(text: str) -> tuple[str, str, tuple[Finding, ...]]:
    """Return class name, message and findings of a GameError that a worker described.

    Raises:
        ValueError, TypeError, KeyError: if the description is malformed or names no GameError.
    """
    record = json.loads(text)
    name, message = record["type"], record["message"]
    if type(name) is not str or type(message) is not str or _game_error(name) is None:
        raise ValueError("not a description of a GameError")
    findings = []
    for line, column, construct, reason in record["findings"]:
        if (type(line), type(column), type(construct), type(reason)) != (int, int, str, str):
            raise TypeError("not a finding")
        findings.append(Finding(line, column, construct, reason))
    return name, message, tuple(findings)


def restore_error(name: str, message: str, findings: tuple[Finding, ...]) -> GameError:
    """Return the GameError of class `name`; one that is none of ours is a plain GameError."""
    if name == PolicyError.__name__:
        return PolicyError(findings)
    return (_game_error(name) or GameError)(message)


def _game_error(name: str) -> type[GameError] | None:
    found = getattr(errors, name, None)
    is_game_error = isinstance(found, type) and issubclass(found, GameError)
    return found if is_game_error else None
