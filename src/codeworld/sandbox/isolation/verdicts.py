"""From the way a worker ended to a verdict about its candidate."""

from __future__ import annotations

import os
import signal

from codeworld.errors import SandboxUnavailableError
from codeworld.sandbox.isolation.jobs import JobResult, out_of_memory, read_answer
from codeworld.sandbox.isolation.limits import Limits
from codeworld.sandbox.isolation.protocol import OUT_OF_MEMORY_STATUS, SETUP_FAILED_STATUS


def judge(
    answer: bytes, wait_status: int, killed_for: str, limits: Limits, seconds: float
) -> JobResult | SandboxUnavailableError:
    """Return the verdict on a worker that has ended.

    Args:
        answer: all that it wrote.
        wait_status: how it ended, as `os.wait` gives it.
        killed_for: "timeout" or "output" if it was killed for that, else "".
        limits: what it was allowed.
        seconds: how long it lived.

    Returns:
        The verdict; an error only where the machine is at fault.
    """
    code = os.waitstatus_to_exitcode(wait_status)
    if code == 0 and killed_for != "output":
        return read_answer(answer, seconds)
    if code == SETUP_FAILED_STATUS:
        return SandboxUnavailableError(
            "a worker could not put on an isolation layer that worked before; is the machine out "
            "of memory or processes?"
        )
    if killed_for == "output":
        message = f"the answer is longer than {limits.answer_bytes} bytes (Limits.answer_bytes)"
        return JobResult("output", message=message, seconds=seconds)
    if killed_for == "timeout":
        message = f"no answer within {limits.wall_seconds:g} s (Limits.wall_seconds)"
        return JobResult("timeout", message=message, seconds=seconds)
    if code == -signal.SIGXCPU:
        message = f"more than {limits.cpu_seconds:g} s of processor time (Limits.cpu_seconds)"
        return JobResult("timeout", message=message, seconds=seconds)
    if code == OUT_OF_MEMORY_STATUS:
        return out_of_memory(seconds)
    return JobResult("crash", message=describe_end(code), seconds=seconds)


def lost_server(seconds: float) -> JobResult:
    """The verdict on a worker whose fork server ended under it."""
    message = "the worker was lost with the fork server, which was killed"
    return JobResult("crash", message=message, seconds=seconds)


def describe_end(code: int) -> str:
    """Say in words how a process ended.

    Args:
        code: its exit code, negative for a signal.
    """
    if code == -signal.SIGSYS:
        return "the worker made a forbidden system call (seccomp) and was killed with SIGSYS"
    if code == -signal.SIGKILL:
        return "the worker was killed with SIGKILL, by the system when out of memory or by someone"
    if code < 0:
        return f"the worker crashed with {signal.Signals(-code).name}"
    return f"the worker ended early with exit status {code}"
