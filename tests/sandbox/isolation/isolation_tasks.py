"""Trusted tasks that misbehave as a candidate would that had broken out of the language layer."""

from __future__ import annotations

import ctypes
import itertools
import mmap
import os
import signal
import socket
import time
from pathlib import Path
from typing import Any

from codeworld.errors import ContractError, Finding, PolicyError
from codeworld.sandbox import compile_game

_libc = ctypes.CDLL(None, use_errno=True)


def echo(source: str, arguments: Any) -> Any:
    return [source, arguments]


def process_id(source: str, arguments: Any) -> int:
    return os.getpid()


def environment(source: str, arguments: Any) -> Any:
    return [dict(os.environ), hash("a"), os.getuid()]


def load(source: str, arguments: Any) -> int:
    return compile_game(source).num_players


# --- ways to end -------------------------------------------------------------------------------


def raise_contract_error(source: str, arguments: Any) -> Any:
    raise ContractError("the board has no squares")


def raise_policy_error(source: str, arguments: Any) -> Any:
    raise PolicyError((Finding(3, 5, "open", "not allowed"), Finding(4, 1, "eval", "never")))


def raise_value_error(source: str, arguments: Any) -> Any:
    raise ValueError("a fault of the task")


def segmentation_fault(source: str, arguments: Any) -> Any:
    os.kill(os.getpid(), signal.SIGSEGV)
    time.sleep(60)


def abort(source: str, arguments: Any) -> Any:
    os.abort()


def nest_iterators(source: str, arguments: Any) -> Any:
    nested: Any = iter([1])
    for _ in range(300_000):
        nested = itertools.chain(nested)
    return next(nested)


def exit_early(source: str, arguments: Any) -> Any:
    os._exit(arguments)


def loop(source: str, arguments: Any) -> Any:
    while True:
        pass


def loop_in_c(source: str, arguments: Any) -> Any:
    return sum(range(10**12))


def swallow_exceptions(source: str, arguments: Any) -> Any:
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


def memory_bomb(source: str, arguments: Any) -> Any:
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))


def swallow_memory_errors(source: str, arguments: Any) -> Any:
    hoard: list[Any] = []
    while True:
        try:
            hoard.append(bytearray(1 << 20))
        except MemoryError:
            continue


def allocate(source: str, arguments: Any) -> int:
    return len(bytearray(arguments))


def flood(source: str, arguments: Any) -> str:
    return "x" * arguments


def flood_the_pipe(source: str, arguments: Any) -> Any:
    while True:
        os.write(3, b"x" * 65536)


def forge(source: str, arguments: Any) -> Any:
    os.write(3, arguments.encode())
    os._exit(0)


def not_data(source: str, arguments: Any) -> Any:
    return {"function": forge}


def sleep(source: str, arguments: Any) -> Any:
    time.sleep(arguments)
    return "awake"


# --- ways to reach out ---------------------------------------------------------------------------


def _attempt(reach_out: Any) -> str:
    """What became of it: "done", or the name of the error."""
    try:
        reach_out()
    except OSError as error:
        return type(error).__name__ + f" {error.errno}"
    return "done"


def read_file(source: str, arguments: Any) -> str:
    return _attempt(lambda: os.close(os.open(arguments, os.O_RDONLY)))


def write_file(source: str, arguments: Any) -> str:
    return _attempt(lambda: Path(arguments).write_text("spoilt"))


def connect(source: str, arguments: Any) -> str:
    with socket.socket() as client:
        client.settimeout(2)
        return _attempt(lambda: client.connect(("127.0.0.1", arguments)))


def open_socket(source: str, arguments: Any) -> str:
    return _attempt(lambda: socket.socket().close())


def fork(source: str, arguments: Any) -> str:
    def reach_out() -> None:
        if not os.fork():
            os._exit(0)

    return _attempt(reach_out)


def execute(source: str, arguments: Any) -> str:
    return _attempt(lambda: os.execv("/bin/true", ["true"]))


def signal_process(source: str, arguments: Any) -> str:
    return _attempt(lambda: os.kill(arguments, 0))


def trace(source: str, arguments: Any) -> str:
    attach = 16

    def reach_out() -> None:
        if _libc.ptrace(attach, arguments, None, None) < 0:
            raise OSError(ctypes.get_errno(), "ptrace")

    return _attempt(reach_out)


def map_machine_code(source: str, arguments: Any) -> str:
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    return _attempt(lambda: mmap.mmap(-1, 4096, flags, mmap.PROT_READ | mmap.PROT_EXEC).close())


def no_new_privileges(source: str, arguments: Any) -> list[str]:
    lines = Path("/proc/self/status").read_text().splitlines()
    return [line.split()[1] for line in lines if line.startswith(("NoNewPrivs", "CapEff"))]
