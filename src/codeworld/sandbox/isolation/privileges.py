"""Giving up privileges: the user id, capabilities, setuid gains, and outliving one's parent."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct

from codeworld.sandbox.isolation.kernel import prctl, syscall

NOBODY = 65534
"""User and group id of `nobody`."""

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x20080522
_CAPSET = {"x86_64": 126, "aarch64": 91}


def become_nobody(user: int) -> str:
    """Change to user and group `nobody` if this process is root.

    Args:
        user: its user id outside any user namespace.

    Returns:
        A detail for the report.

    Raises:
        OSError: if the system refuses.
    """
    if user != 0:
        return f"not root anyway (user id {user})"
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    return "runs as nobody"


def die_with_parent() -> None:
    """Have this process killed when the thread that forked it ends.

    A change of user id clears this, so it comes after `become_nobody`.

    Raises:
        OSError: if the system refuses.
    """
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def renounce_privileges() -> None:
    """Drop every capability, forbid gaining any again, and forbid tracing of this process.

    Raises:
        OSError: if the system refuses.
    """
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
    prctl(_PR_SET_DUMPABLE, 0)
    number = _CAPSET.get(platform.machine())
    if number is not None:
        header = ctypes.create_string_buffer(struct.pack("Ii", _CAPABILITY_VERSION_3, 0))
        syscall(number, header, ctypes.create_string_buffer(24))
