"""Putting the layers on a worker, in the one order in which they all work."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from codeworld.sandbox.isolation.landlock import forbid_files
from codeworld.sandbox.isolation.layers import LAYER_NAMES, Layers, LayerStatus
from codeworld.sandbox.isolation.limits import Limits, set_resource_limits
from codeworld.sandbox.isolation.privileges import (
    become_nobody,
    die_with_parent,
    renounce_privileges,
)
from codeworld.sandbox.isolation.seccomp import forbid_system_calls

ANSWER_DESCRIPTOR = 3
"""The one descriptor that a worker has beside its standard streams, which lead nowhere."""


def keep_one_descriptor(descriptor: int) -> None:
    """Close everything but `descriptor`, which becomes `ANSWER_DESCRIPTOR`."""
    null = os.open(os.devnull, os.O_RDWR)
    if descriptor != ANSWER_DESCRIPTOR:
        os.dup2(descriptor, ANSWER_DESCRIPTOR, inheritable=False)
    for standard in (0, 1, 2):
        os.dup2(null, standard, inheritable=False)
    os.closerange(ANSWER_DESCRIPTOR + 1, os.sysconf("SC_OPEN_MAX"))


def confine(
    layers: Layers, limits: Limits, *, user: int, base_bytes: int, cpu_limited: bool
) -> dict[str, str]:
    """Put the layers on this process, for good. The namespaces are on since the zygote's start.

    Args:
        layers: which layers to put on.
        limits: what the worker may use.
        user: the worker's user id outside any user namespace.
        base_bytes: address space that the worker starts with.
        cpu_limited: whether `limits.cpu_seconds` counts.

    Returns:
        A detail for each layer that was put on.

    Raises:
        OSError: if the system refuses a layer; the layers before it stay on.
    """
    details = {}
    for name, put_on in _steps(layers, limits, user, base_bytes, cpu_limited):
        details[name] = put_on() or ""
    return details


def try_layers(
    layers: Layers, limits: Limits, *, user: int, base_bytes: int
) -> tuple[LayerStatus, ...]:
    """Put every wanted layer on this process and report which ones worked.

    Returns:
        A status for each of `LAYER_NAMES` but the namespaces.
    """
    found = {}
    for name, put_on in _steps(layers, limits, user, base_bytes, True):
        try:
            found[name] = LayerStatus(name, True, put_on() or "")
        except OSError as error:
            found[name] = LayerStatus(name, False, str(error))
    off = "turned off by the caller"
    return tuple(
        found.get(name, LayerStatus(name, False, off))
        for name in LAYER_NAMES
        if name != "namespaces"
    )


def working(layers: Layers, statuses: tuple[LayerStatus, ...]) -> Layers:
    """`layers` without those that do not work."""
    return replace(layers, **{status.name: status.ok for status in statuses})


def _steps(
    layers: Layers, limits: Limits, user: int, base_bytes: int, cpu_limited: bool
) -> list[tuple[str, Callable[[], str | None]]]:
    """The wanted layers' functions, in order.

    A change of user id clears the parent-death signal; Landlock and seccomp need no_new_privs;
    seccomp forbids what all others need.
    """

    def limit_resources() -> None:
        set_resource_limits(
            memory_bytes=limits.memory_bytes,
            cpu_seconds=limits.cpu_seconds if cpu_limited else None,
            base_bytes=base_bytes,
            descriptors=ANSWER_DESCRIPTOR + 2,  # Landlock opens one
        )

    def renounce() -> None:
        die_with_parent()
        renounce_privileges()

    steps: list[tuple[str, Callable[[], str | None]]] = [
        ("resource_limits", limit_resources),
        ("unprivileged_user", partial(become_nobody, user)),
        ("no_new_privileges", renounce),
        ("landlock", forbid_files),
        ("seccomp", forbid_system_calls),
    ]
    return [(name, step) for name, step in steps if getattr(layers, name)]
