"""FastAPI's own WebSocket handler, echoing JSON."""

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI()


@app.websocket("/ws")
async def echo(socket: WebSocket) -> None:
    """Send back what comes."""
    await socket.accept()
    try:
        while True:
            await socket.send_json(await socket.receive_json())
    except WebSocketDisconnect:
        return
