"""python-socketio, acknowledging an event with what came with it."""

from typing import Any

import socketio

server = socketio.AsyncServer(async_mode="asgi", logger=False, engineio_logger=False)


@server.event  # type: ignore[untyped-decorator]
async def echo(_sid: str, data: Any) -> Any:
    """Send back what comes."""
    return data


app = socketio.ASGIApp(server)
