"""A seccomp filter that allows about 35 system calls, written as raw BPF.

Raw BPF through ctypes needs neither a compiler nor the libseccomp library that pyseccomp loads, and
the filter is small enough to read. Three answers: listed calls are allowed; harmless look-ups that
Python tries by habit (opening a file for an import) fail with EPERM; anything else kills the
process with SIGSYS, which the verdict then names.

System call numbers are those of the kernel's tables for x86-64 and for the generic 64-bit ABI.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass
from functools import cache

from codeworld.sandbox.isolation.kernel import prctl

_PR_SET_SECCOMP = 22
_MODE_FILTER = 2
_PROT_EXEC = 4

_ALLOW = 0x7FFF0000
_KILL = 0x80000000
_EPERM = 0x00050000 | errno.EPERM

_LOAD = 0x20
_JUMP_IF_EQUAL = 0x15
_JUMP_IF_ANY_BIT = 0x45
_RETURN = 0x06
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET, _ARGUMENTS_OFFSET = 0, 4, 16

# name: (x86-64, aarch64), None where the architecture has no such call.
_ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "futex": (202, 98),
    "munmap": (11, 215),
    "brk": (12, 214),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "close": (3, 57),
    "poll": (7, None),
    "ppoll": (271, 73),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "sched_yield": (24, 124),
    "nanosleep": (35, 101),
    "clock_nanosleep": (230, 115),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "times": (100, 153),
    "getitimer": (36, 102),
    "setitimer": (38, 103),
    "getrusage": (98, 165),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getuid": (102, 174),
    "getrandom": (318, 278),
    "rseq": (334, 293),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
# Allowed without PROT_EXEC only, so that no new machine code appears.
_ALLOWED_UNLESS_EXECUTABLE = {"mmap": (9, 222), "mprotect": (10, 226)}
# Allowed on the own process only: abort() and the like.
_ALLOWED_ON_SELF = {"kill": (62, 129), "tgkill": (234, 131)}
_FAILING: dict[str, tuple[int | None, int | None]] = {
    "open": (2, None),
    "openat": (257, 56),
    "openat2": (437, 437),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getcwd": (79, 17),
    "lseek": (8, 62),
    "ioctl": (16, 29),
    "fcntl": (72, 25),
    "sysinfo": (99, 179),
    "sched_getaffinity": (204, 123),
}


@dataclass(frozen=True, slots=True)
class _Architecture:
    """Attributes: `audit`, the kernel's name of the architecture; `column`, its table column."""

    audit: int
    column: int


_ARCHITECTURES = {
    "x86_64": _Architecture(audit=0xC000003E, column=0),
    "aarch64": _Architecture(audit=0xC00000B7, column=1),
}


def forbid_system_calls() -> str:
    """Put the filter on this process, for good. Needs `no_new_privs` or CAP_SYS_ADMIN.

    Returns:
        A detail for the report.

    Raises:
        OSError: if the kernel refuses, or the architecture has no table here.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES or struct.calcsize("P") != 8:
        raise OSError(f"no system call table for a {machine} process; x86_64 and aarch64 have one")
    program = _filter(machine, os.getpid())
    code = ctypes.create_string_buffer(program)
    header = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    )
    prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(header))
    return f"{len(_ALLOWED) + len(_ALLOWED_UNLESS_EXECUTABLE) + len(_ALLOWED_ON_SELF)} calls"


def _filter(machine: str, process: int) -> bytes:
    """The filter's code; `process` is the only one that it may send signals to."""
    architecture = _ARCHITECTURES[machine]
    column = architecture.column
    end = _plain_rules(machine)
    rules = b""
    for numbers in _ALLOWED_UNLESS_EXECUTABLE.values():
        rules += _jump(_JUMP_IF_EQUAL, numbers[column], 0, 4)
        rules += _load_argument(2) + _jump(_JUMP_IF_ANY_BIT, _PROT_EXEC, 1, 0)
        rules += _return(_ALLOW) + _return(_KILL)
    for numbers in _ALLOWED_ON_SELF.values():
        rules += _jump(_JUMP_IF_EQUAL, numbers[column], 0, 4)
        rules += _load_argument(0) + _jump(_JUMP_IF_EQUAL, process, 0, 1)
        rules += _return(_ALLOW) + _return(_KILL)
    return (
        _instruction(_LOAD, 0, 0, _ARCHITECTURE_OFFSET)
        + _jump(_JUMP_IF_EQUAL, architecture.audit, 1, 0)
        + _return(_KILL)
        + _instruction(_LOAD, 0, 0, _NUMBER_OFFSET)
        + end
        + rules
        + _return(_KILL)
    )


@cache
def _plain_rules(machine: str) -> bytes:
    """The rules that look at the number of the call only."""
    column = _ARCHITECTURES[machine].column
    rules = b""
    for table, verdict in ((_ALLOWED, _ALLOW), (_FAILING, _EPERM)):
        for numbers in table.values():
            number = numbers[column]
            if number is not None:
                rules += _jump(_JUMP_IF_EQUAL, number, 0, 1) + _return(verdict)
    return rules


def _instruction(code: int, if_true: int, if_false: int, operand: int) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)


def _jump(code: int, operand: int, if_true: int, if_false: int) -> bytes:
    return _instruction(code, if_true, if_false, operand)


def _return(verdict: int) -> bytes:
    return _instruction(_RETURN, 0, 0, verdict)


def _load_argument(index: int) -> bytes:
    """Load the low half of an argument; both architectures are little-endian."""
    return _instruction(_LOAD, 0, 0, _ARGUMENTS_OFFSET + 8 * index)
