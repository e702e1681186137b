"""Messages between a fork server's owner and its zygote, on one Unix socket.

A message is a header (kind, worker number, payload length) and a payload. Requests: *start* forks a
worker (payload: what to run; one descriptor comes along, the worker's only one); *kill* ends one.
Reports: *ready* once, with each layer's status, or *failed* with a traceback; *started* when a
worker has been forked; *ended* with its wait status.
"""

from __future__ import annotations

import array
import os
import socket
import struct
from enum import IntEnum
from typing import NamedTuple

SETUP_FAILED_STATUS = 97
"""Exit status of a worker on which a layer that worked before could not be put."""

OUT_OF_MEMORY_STATUS = 98
"""Exit status of a worker without memory for so much as an answer."""

_HEADER = struct.Struct("=BIQ")


class Kind(IntEnum):
    """What a message says."""

    START = 1
    KILL = 2
    READY = 3
    FAILED = 4
    STARTED = 5
    ENDED = 6


class Message(NamedTuple):
    """One message.

    Attributes:
        kind: what it says.
        worker: number of the worker it is about; 0 for the zygote itself.
        payload: the rest, by kind.
        descriptor: the descriptor that came along, or -1.
    """

    kind: Kind
    worker: int
    payload: bytes
    descriptor: int


def send(
    channel: socket.socket, kind: Kind, worker: int = 0, payload: bytes = b"", descriptor: int = -1
) -> None:
    """Send one message, and with it a descriptor unless it is -1.

    Raises:
        OSError: if the other side is gone.
    """
    header = _HEADER.pack(kind, worker, len(payload))
    if descriptor >= 0:
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))
        channel.sendmsg([header], [rights])
        channel.sendall(payload)
    else:
        channel.sendall(header + payload)


def receive(channel: socket.socket) -> Message | None:
    """Wait for the next message.

    Returns:
        The message, None when the other side is gone.
    """
    try:
        start, ancillary, _, _ = channel.recvmsg(_HEADER.size, socket.CMSG_SPACE(4))
        header = start + _receive_exactly(channel, _HEADER.size - len(start)) if start else b""
        descriptor = -1
        for _, _, data in ancillary:
            descriptor = struct.unpack("i", data[:4])[0]
            os.set_inheritable(descriptor, False)
        if not header:
            return None
        kind, worker, length = _HEADER.unpack(header)
        return Message(Kind(kind), worker, _receive_exactly(channel, length), descriptor)
    except (ConnectionError, EOFError):
        return None


def _receive_exactly(channel: socket.socket, length: int) -> bytes:
    parts = []
    while length:
        part = channel.recv(min(length, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
