"""The layers of process isolation, what each one reports, and the levels they add up to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from codeworld.errors import SandboxUnavailableError

Level = Literal["full", "strong", "basic", "none"]
"""How strongly a worker is isolated, strongest first."""

_LEVELS: tuple[Level, ...] = ("full", "strong", "basic", "none")

_NEEDED_BY_STRONG = ("resource_limits", "no_new_privileges", "seccomp")

_REMEDIES = {
    "resource_limits": "run on Linux",
    "no_new_privileges": "run on Linux",
    "unprivileged_user": "let the process change its user id, or do not run as root",
    "landlock": "run on Linux 5.13 or later with Landlock enabled (boot option lsm=landlock,...)",
    "namespaces": "allow user namespaces (sysctl user.max_user_namespaces, and on Ubuntu "
    "kernel.apparmor_restrict_unprivileged_userns=0), or run as root with CAP_SYS_ADMIN",
    "seccomp": "run on Linux x86-64 or aarch64 with seccomp filters allowed (in a container: a "
    "runtime that supports PR_SET_SECCOMP)",
}


@dataclass(frozen=True, slots=True)
class Layers:
    """Which layers to put on; turning one off is for tests and diagnosis.

    Attributes:
        resource_limits: limits on memory, CPU time, file writes, descriptors and processes.
        no_new_privileges: no setuid gains, no capabilities, no orphans, no tracing of the worker.
        unprivileged_user: user and group `nobody` when the caller is root.
        landlock: no file access, no TCP, no signals to others.
        namespaces: an own network with no interface, own process ids.
        seccomp: an allow-list of system calls.
    """

    resource_limits: bool = True
    no_new_privileges: bool = True
    unprivileged_user: bool = True
    landlock: bool = True
    namespaces: bool = True
    seccomp: bool = True


LAYER_NAMES: tuple[str, ...] = tuple(field.name for field in fields(Layers))
"""Every layer, in the order of `Layers`."""


@dataclass(frozen=True, slots=True)
class LayerStatus:
    """What one layer reports on this machine.

    Attributes:
        name: one of `LAYER_NAMES`.
        ok: whether workers really have it.
        reason: why not; for a layer that is on, a detail or "".
    """

    name: str
    ok: bool
    reason: str


@dataclass(frozen=True, slots=True)
class IsolationReport:
    """How strongly workers are isolated on this machine, found by trying.

    Attributes:
        layers: one status for each of `LAYER_NAMES`, in that order.
    """

    layers: tuple[LayerStatus, ...]

    @property
    def level(self) -> Level:
        """`full`: every layer; `strong`: seccomp, limits, no new privileges; `basic`: limits."""
        working = {layer.name for layer in self.layers if layer.ok}
        if working.issuperset(LAYER_NAMES):
            return "full"
        if working.issuperset(_NEEDED_BY_STRONG):
            return "strong"
        return "basic" if "resource_limits" in working else "none"

    def reaches(self, required: Level) -> bool:
        """Whether the level is at least `required`."""
        return _LEVELS.index(self.level) <= _LEVELS.index(required)

    def missing(self, required: Level) -> tuple[LayerStatus, ...]:
        """The layers that `required` needs and that do not work."""
        needed = {
            "full": LAYER_NAMES,
            "strong": _NEEDED_BY_STRONG,
            "basic": ("resource_limits",),
            "none": (),
        }[required]
        return tuple(layer for layer in self.layers if layer.name in needed and not layer.ok)

    def require(self, required: Level) -> None:
        """Refuse to go on below a level.

        Raises:
            SandboxUnavailableError: naming each missing layer, why it is missing and the remedy.
        """
        missing = self.missing(required)
        if not missing:
            return
        lines = "\n".join(
            f"  {layer.name}: {layer.reason}; remedy: {_REMEDIES[layer.name]}" for layer in missing
        )
        raise SandboxUnavailableError(
            f"unverified code needs {required!r} isolation, this machine gives {self.level!r}; "
            f"missing:\n{lines}\nTo run it all the same, with less protection, pass "
            "allow_weak_sandbox=True"
        )

    def __str__(self) -> str:
        lines = [f"isolation level: {self.level}"]
        for layer in self.layers:
            state = "ok" if layer.ok else "missing"
            lines.append(f"  {layer.name:18} {state:8} {layer.reason}".rstrip())
        return "\n".join(lines)
