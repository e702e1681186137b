"""Each layer stops something by itself, and the levels say what is missing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from codeworld.errors import SandboxUnavailableError
from codeworld.sandbox import (
    IsolationReport,
    Job,
    JobResult,
    Layers,
    LayerStatus,
    Limits,
    WorkerPool,
    isolation_report,
    open_isolated_game,
)

TASKS = "isolation_tasks"
NAMES = [field.name for field in fields(Layers)]
NONE = Layers(**dict.fromkeys(NAMES, False))
QUICK = Limits(wall_seconds=20, cpu_seconds=1, memory_bytes=64 << 20)


@contextmanager
def weak_pool(*names: str) -> Iterator[WorkerPool]:
    layers = replace(NONE, **dict.fromkeys(names, True))
    with WorkerPool(1, modules=[TASKS], layers=layers, allow_weak_sandbox=True) as pool:
        assert {layer.name for layer in pool.report.layers if layer.ok} == set(names)
        yield pool


def run(pool: WorkerPool, task: str, arguments: Any = None, limits: Limits = QUICK) -> JobResult:
    return pool.submit(Job(f"{TASKS}:{task}", "", arguments, limits)).result(60)


def report(**ok: bool) -> IsolationReport:
    states = {**dict.fromkeys(NAMES, True), **ok}
    return IsolationReport(
        tuple(
            LayerStatus(name, state, "" if state else "no luck") for name, state in states.items()
        )
    )


# --- levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "level"),
    [
        ((), "full"),
        (("landlock", "namespaces", "unprivileged_user"), "strong"),
        (("landlock",), "strong"),
        (("seccomp",), "basic"),
        (("no_new_privileges",), "basic"),
        (("resource_limits",), "none"),
    ],
)
def test_levels(missing: tuple[str, ...], level: str) -> None:
    assert report(**dict.fromkeys(missing, False)).level == level


def test_a_refusal_names_layer_reason_and_remedy() -> None:
    weak = report(seccomp=False, landlock=False)
    with pytest.raises(SandboxUnavailableError) as caught:
        weak.require("strong")
    message = str(caught.value)
    assert "seccomp: no luck; remedy: run on Linux x86-64" in message
    assert "landlock" not in message
    assert "allow_weak_sandbox=True" in message
    weak.require("basic")
    with pytest.raises(SandboxUnavailableError, match="landlock: no luck"):
        weak.require("full")


def test_this_machine_reports_every_layer() -> None:
    found = isolation_report()
    assert [layer.name for layer in found.layers] == NAMES
    assert found.reaches("strong"), str(found)
    assert all(name in str(found) for name in NAMES)


@pytest.mark.parametrize("off", NAMES)
def test_a_layer_that_is_off_is_reported(off: str) -> None:
    layers = replace(Layers(), **{off: False})
    found = isolation_report(layers)
    [status] = [layer for layer in found.layers if layer.name == off]
    assert not status.ok
    assert "turned off" in status.reason


def test_below_strong_nothing_runs_unless_allowed() -> None:
    layers = Layers(seccomp=False)
    with pytest.raises(SandboxUnavailableError, match="seccomp"):
        WorkerPool(1, layers=layers)
    with pytest.raises(SandboxUnavailableError, match="seccomp"):
        open_isolated_game("", layers=layers)
    with WorkerPool(1, modules=[TASKS], layers=layers, allow_weak_sandbox=True) as pool:
        assert pool.report.level == "basic"
        assert run(pool, "echo", 1).value == ["", 1]


# --- what each layer stops by itself -------------------------------------------------------------


def test_without_layers_nothing_is_stopped(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, weak_pool() as pool:
        assert run(pool, "read_file", "/etc/hostname").value == "done"
        assert run(pool, "write_file", str(tmp_path / "file")).value == "done"
        assert run(pool, "connect", server.getsockname()[1]).value == "done"
        assert run(pool, "open_socket").value == "done"
        assert run(pool, "fork").value == "done"
        assert run(pool, "execute").message.startswith("the worker's answer is not in the form")
        assert run(pool, "signal_process", os.getpid()).value == "done"
        assert run(pool, "map_machine_code").value == "done"
        assert run(pool, "allocate", 128 << 20).value == 128 << 20


def test_resource_limits_stop_memory_time_and_writing(tmp_path: Path) -> None:
    with weak_pool("resource_limits") as pool:
        assert run(pool, "allocate", 128 << 20).status == "memory"
        assert run(pool, "memory_bomb").status == "memory"
        result = run(pool, "loop")
        assert (result.status, "processor time" in result.message) == ("timeout", True)
        assert run(pool, "write_file", str(tmp_path / "file")).value == "OSError 27"  # EFBIG


def test_resource_limits_stop_forks_of_a_user() -> None:
    with weak_pool("resource_limits", "unprivileged_user") as pool:
        assert run(pool, "fork").value == "BlockingIOError 11"  # EAGAIN


def test_no_new_privileges_leave_no_capability() -> None:
    with weak_pool("no_new_privileges") as pool:
        assert run(pool, "no_new_privileges").value == ["0" * 16, "1"]  # capabilities, the flag
        assert run(pool, "trace", os.getpid()).value == "PermissionError 1"


def test_an_unprivileged_user_reaches_no_files_or_processes_of_root(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    secret.chmod(0o600)
    with weak_pool("unprivileged_user") as pool:
        assert run(pool, "read_file", str(secret)).value == "PermissionError 13"
        assert run(pool, "signal_process", os.getpid()).value == "PermissionError 1"
        assert run(pool, "trace", os.getpid()).value == "PermissionError 1"


def test_landlock_stops_files_connections_and_signals(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        weak_pool("no_new_privileges", "landlock") as pool,
    ):
        assert run(pool, "read_file", "/etc/hostname").value == "PermissionError 13"
        assert run(pool, "write_file", str(tmp_path / "file")).value == "PermissionError 13"
        assert run(pool, "connect", server.getsockname()[1]).value == "PermissionError 13"
        assert run(pool, "signal_process", os.getpid()).value == "PermissionError 1"


def test_namespaces_hide_the_network_and_other_processes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, weak_pool("namespaces") as pool:
        assert run(pool, "connect", server.getsockname()[1]).value == "OSError 101"  # ENETUNREACH
        assert run(pool, "signal_process", os.getpid()).value == "ProcessLookupError 3"
        assert run(pool, "trace", os.getpid()).value == "ProcessLookupError 3"


def test_seccomp_stops_all_but_its_list(tmp_path: Path) -> None:
    with weak_pool("no_new_privileges", "seccomp") as pool:
        for task in ("open_socket", "fork", "execute", "map_machine_code"):
            result = run(pool, task)
            assert (result.status, "forbidden system call" in result.message) == ("crash", True)
        for task in ("signal_process", "trace"):
            result = run(pool, task, os.getpid())
            assert (result.status, "forbidden system call" in result.message) == ("crash", True)
        assert run(pool, "read_file", "/etc/hostname").value == "PermissionError 1"
        assert run(pool, "write_file", str(tmp_path / "file")).value == "PermissionError 1"
        assert "SIGSEGV" in run(pool, "segmentation_fault").message


# --- no orphans ----------------------------------------------------------------------------------

_OWNER = """
import ctypes, sys, time
from codeworld.sandbox import Job, Layers, Limits, WorkerPool
layers = Layers(namespaces=sys.argv[1] == "True")
pool = WorkerPool(2, modules=["isolation_tasks"], layers=layers)
limits = Limits(wall_seconds=100, cpu_seconds=100)
for task in ("loop", "sleep"):
    pool.submit(Job("isolation_tasks:" + task, "", 100, limits))
time.sleep(0.5)
if sys.argv[2] == "True" and ctypes.CDLL(None).fork() == 0:
    time.sleep(100)  # holds the channels open, past Python's own hooks
print("ready", flush=True)
time.sleep(100)
"""


def descendants(process: int) -> set[int]:
    """The process ids of all descendants of a process."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found = {process}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found - {process}
        found |= more


def wait_until_gone(processes: set[int]) -> set[int]:
    """Those of `processes` that still live after ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        living = {process for process in processes if _lives(process)}
        if not living:
            break
        time.sleep(0.05)
    return living


def _lives(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(
    ("namespaces", "channel_held"), [(True, False), (False, False), (True, True), (False, True)]
)
def test_no_orphan_survives_a_killed_owner(namespaces: bool, channel_held: bool) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", _OWNER, str(namespaces), str(channel_held)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"ready\n"
        family = descendants(owner.pid)
        assert len(family) == 3 + namespaces + channel_held
        holders = {child for child in family if "-s" not in command_line(child)}
        assert len(holders) == channel_held
        owner.send_signal(signal.SIGKILL)
        try:
            assert wait_until_gone(family - holders) == set()
        finally:
            for holder in holders:
                os.kill(holder, signal.SIGKILL)


def command_line(process: int) -> list[str]:
    return Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8").split("\0")


def test_root_without_capabilities_still_reaches_strong() -> None:
    """As in a container that drops them all: some layers go, and the report says why."""
    program = "from codeworld.sandbox import isolation_report; print(isolation_report())"
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", sys.executable, "-c", program]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert "isolation level: strong" in done.stdout
    assert "unprivileged_user  missing" in done.stdout
