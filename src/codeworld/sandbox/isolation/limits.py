"""What one worker may use, and the resource limits that hold it to that."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from codeworld.sandbox.fuel import DEFAULT_FUEL

try:
    import resource
except ImportError:  # not a POSIX system: the layer reports so, and nothing unverified runs
    resource = None  # type: ignore[assignment]

_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use.

    Attributes:
        wall_seconds: time from the worker's start to its answer; for an isolated game, per call.
        cpu_seconds: processor time of a job, rounded up to whole seconds; isolated games have none,
            since they live long.
        memory_bytes: address space beyond what the worker starts with.
        answer_bytes: length of one answer.
        fuel: ticks for each call of an isolated game, None for no limit. The task of a job chooses
            its own.
    """

    wall_seconds: float = 10.0
    cpu_seconds: float = 10.0
    memory_bytes: int = 512 * _MEBIBYTE
    answer_bytes: int = 8 * _MEBIBYTE
    fuel: int | None = DEFAULT_FUEL

    def __post_init__(self) -> None:
        for name in ("wall_seconds", "cpu_seconds", "memory_bytes", "answer_bytes"):
            value = getattr(self, name)
            if not value > 0:
                raise ValueError(f"Limits.{name} must be positive, got {value!r}")


def address_space() -> int:
    """The size of this process's address space in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def set_resource_limits(
    *, memory_bytes: int, cpu_seconds: float | None, base_bytes: int, descriptors: int
) -> None:
    """Hold this process, for good, to the limits.

    Args:
        memory_bytes: address space beyond `base_bytes`.
        cpu_seconds: processor time, None for no limit.
        base_bytes: address space that the process has already.
        descriptors: highest number of open files.

    Raises:
        OSError: if the system has no such limits.
    """
    if resource is None or not hasattr(resource, "RLIMIT_AS"):
        raise OSError("this system has no resource limits")
    values = {
        "RLIMIT_AS": base_bytes + memory_bytes,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_NOFILE": descriptors,
        "RLIMIT_NPROC": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, value in values.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            _lower(kind, value, value)
    if cpu_seconds is not None:
        seconds = math.ceil(cpu_seconds)
        # SIGXCPU ends the process at the soft limit; SIGKILL at the hard one cannot be held off.
        _lower(resource.RLIMIT_CPU, seconds, seconds + 1)


def _lower(kind: int, soft: int, hard: int) -> None:
    allowed = resource.getrlimit(kind)[1]
    if allowed != resource.RLIM_INFINITY:
        hard = min(hard, allowed)
    resource.setrlimit(kind, (min(soft, hard), hard))
