"""Own namespaces for the zygote and its workers: no network interface, no other processes.

Process ids change for children only, so this happens once, before the zygote is forked; the zygote
is then process 1 of its namespace, and the kernel ends every worker when it ends.
"""

from __future__ import annotations

import os
from pathlib import Path

from codeworld.sandbox.isolation.kernel import unshare

_NEW_IPC = 0x08000000
_NEW_USER = 0x10000000
_NEW_PID = 0x20000000
_NEW_NET = 0x40000000


def enter_namespaces() -> str:
    """Give this process its own network and IPC, and its children their own process ids.

    Root does it directly; any other user needs a user namespace, where it keeps its own id.

    Returns:
        A detail for the report.

    Raises:
        OSError: if the system refuses; containers often do.
    """
    own = _NEW_PID | _NEW_NET | _NEW_IPC
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        try:
            unshare(own)
        except OSError:  # root in a container, without the capability
            unshare(own | _NEW_USER)
        else:
            return "network, processes, IPC"
    else:
        unshare(own | _NEW_USER)
    here = Path("/proc/self")
    (here / "setgroups").write_text("deny", encoding="ascii")
    (here / "uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    (here / "gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    return "user, network, processes, IPC"
