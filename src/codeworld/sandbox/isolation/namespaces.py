"""Own namespaces for the zygote and its workers: no network interface, no other processes.

Process ids change for children only, so this happens once, before the zygote is forked; the zygote
is then process 1 of its namespace, and the kernel ends every worker when it ends.
"""

from __future__ import annotations

from codeworld.sandbox.isolation.kernel import unshare

_NEW_IPC = 0x08000000
_NEW_USER = 0x10000000
_NEW_PID = 0x20000000
_NEW_NET = 0x40000000


def enter_namespaces() -> str:
    """Give this process its own network and IPC, and its children their own process ids.

    Root does it directly; any other user needs a user namespace.

    Returns:
        A detail for the report.

    Raises:
        OSError: if the system refuses; containers often do.
    """
    own = _NEW_PID | _NEW_NET | _NEW_IPC
    try:
        unshare(own)
    except OSError:
        # No ids are mapped into the user namespace: nothing here needs them, and mapping root's
        # takes a capability that root in a container lacks.
        unshare(own | _NEW_USER)
        return "user, network, processes, IPC"
    return "network, processes, IPC"
