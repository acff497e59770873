"""Cutting a connection so that nothing of it is left."""

import asyncio
import socket
import struct
from contextlib import suppress

_AT_ONCE = struct.pack("ii", 1, 0)


def cut(transport: asyncio.Transport) -> None:
    """End a connection whose peer does not read, without a goodbye.

    An ordinary close leaves what was written to the kernel, which offers it to the peer for many minutes more.
    """
    connection = transport.get_extra_info("socket")
    with suppress(OSError):  # it is gone already
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()
