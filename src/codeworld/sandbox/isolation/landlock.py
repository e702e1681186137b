"""Landlock: no file access, no TCP and no signals to other processes, by an empty rule set.

Numbers are those of the kernel's `include/uapi/linux/landlock.h`.
"""

from __future__ import annotations

import ctypes
import os
import struct

from codeworld.sandbox.isolation.kernel import syscall

_CREATE_RULESET = 444
_RESTRICT_SELF = 446
_CREATE_RULESET_VERSION = 1

# Highest file-access bit that each version of the interface knows.
_FILE_ACCESS_BITS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TCP_BIND_AND_CONNECT = 0b11
_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


def forbid_files() -> str:
    """Take from this process, for good, what Landlock can take.

    Needs `no_new_privs` or CAP_SYS_ADMIN.

    Returns:
        A detail for the report: the version of the interface.

    Raises:
        OSError: if the kernel has no Landlock.
    """
    version = syscall(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)
    files = (1 << _FILE_ACCESS_BITS[min(version, 5)]) - 1
    parts = [files]
    if version >= 4:
        parts.append(_TCP_BIND_AND_CONNECT)
    if version >= 6:
        parts.append(_SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS)
    attributes = struct.pack(f"={len(parts)}Q", *parts)
    descriptor = syscall(
        _CREATE_RULESET, ctypes.create_string_buffer(attributes), len(attributes), 0
    )
    try:
        syscall(_RESTRICT_SELF, descriptor, 0)
    finally:
        os.close(descriptor)
    return f"interface version {version}"
