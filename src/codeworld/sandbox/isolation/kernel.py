"""The C library's door to the kernel, for calls that Python has no function for."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Any


def _load() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    return ctypes.CDLL(None, use_errno=True)


_libc = _load()


def prctl(option: int, *arguments: int) -> int:
    """Call `prctl(2)`.

    Raises:
        OSError: if the kernel refuses, or there is no such call here.
    """
    padded = [ctypes.c_ulong(value) for value in (*arguments, *[0] * (4 - len(arguments)))]
    return _checked("prctl", ctypes.c_int(option), *padded)


def unshare(flags: int) -> None:
    """Call `unshare(2)`.

    Raises:
        OSError: if the kernel refuses, or there is no such call here.
    """
    _checked("unshare", ctypes.c_int(flags))


def syscall(number: int, *arguments: Any) -> int:
    """Make a system call by number; integers are passed as longs.

    Raises:
        OSError: if the kernel refuses, or there is no such call here.
    """
    converted = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked("syscall", ctypes.c_long(number), *converted)


def _checked(name: str, *arguments: Any) -> int:
    if _libc is None:
        raise OSError(f"{name} needs Linux, this is {sys.platform}")
    result: int = getattr(_libc, name)(*arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")
    return result
