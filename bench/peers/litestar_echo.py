"""Litestar's own WebSocket listener, echoing JSON."""

from litestar import Litestar, websocket_listener


@websocket_listener("/ws")
async def echo(data: dict[str, str]) -> dict[str, str]:
    """Send back what comes."""
    return data


app = Litestar([echo])
