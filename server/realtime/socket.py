"""The addresses of the socket, who may come with a cookie, and the way through ASGI: frames to a session and back.

A session knows nothing of ASGI: where the server offers the way below it, `server.realtime.direct` drives it instead.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Sequence
from typing import Any

import structlog
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import WebsocketRouteHandler

from fastshop.contract.accounts import ADMIN
from fastshop.contract.codes import INAPPROPRIATE_PROTOCOL, SERVER_ERROR, CloseCode
from fastshop.contract.orders import SELLER
from server.realtime.direct import DirectLine, Turn
from server.realtime.node import Line, Visitor
from server.realtime.session import Session
from server.realtime.uvicorn_protocol import BELOW_ASGI

logger = structlog.get_logger()

# How long closing waits for a peer that does not read.
_CLOSING = 2.0

AnySocket = WebSocket[Any, Any, Any]
Open = Callable[[Line, Visitor], Session]


class AsgiLine:
    """A socket that is served through ASGI: one task reads, one writes."""

    def __init__(self, socket: AnySocket, open_session: Open, visitor: Visitor) -> None:
        self._socket = socket
        self._awake = asyncio.Event()
        self._may_read = asyncio.Event()
        self._may_read.set()
        self._code: CloseCode | None = None
        self._closing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._timer: asyncio.TimerHandle | None = None
        self._session = open_session(self, visitor)

    def wake(self) -> None:
        """See `server.realtime.node.Line`."""
        self._awake.set()

    def close(self, code: CloseCode) -> None:
        """See `server.realtime.node.Line`."""
        self._code = code
        self._awake.set()
        if not self._closing.done():
            self._closing.set_result(None)

    def pause(self) -> None:
        """See `server.realtime.node.Line`."""
        self._may_read.clear()

    def resume(self) -> None:
        """See `server.realtime.node.Line`."""
        self._may_read.set()

    def schedule(self, seconds: float) -> None:
        """See `server.realtime.node.Line`."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._tick)

    async def serve(self) -> None:
        """Read and write until one side closes."""
        reader, writer = asyncio.create_task(self._read()), asyncio.create_task(self._write())
        tasks = (reader, writer, self._closing)
        try:
            # The writer may be waiting for a peer that never reads, and the reader for room: closing waits for neither.
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if self._code is not None and not reader.done():
                await self._finish(self._code, writer)
        finally:
            self._session.gone()
            if self._timer is not None:
                self._timer.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _tick(self) -> None:
        self._timer = None
        self._session.tick()

    async def _read(self) -> None:
        # Litestar's own way of receiving looks at each message twice.
        receive = self._socket.receive
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return
            text = message.get("text")
            try:
                if text is None:
                    self._session.close(INAPPROPRIATE_PROTOCOL)
                else:
                    self._session.receive(text)
            except Exception:
                logger.exception("a frame could not be handled")
                self._session.close(SERVER_ERROR)
            if not self._may_read.is_set():
                await self._may_read.wait()

    async def _write(self) -> None:
        outbound, send = self._session.outbound, self._socket.send
        while True:
            frame = outbound.take()
            if frame is None:
                if self._code is not None:
                    return
                self._awake.clear()
                await self._awake.wait()
                # One more turn of the loop: what a commit publishes and the answers it allows share a frame.
                await asyncio.sleep(0)
                continue
            try:
                await send({"type": "websocket.send", "text": frame.decode(), "bytes": None})
                self._session.written()
            except (WebSocketDisconnect, OSError):
                return
            except Exception:
                logger.exception("a frame could not be written")
                return

    async def _finish(self, code: CloseCode, writer: "asyncio.Task[None]") -> None:
        """Write what is left and the code; a peer that does not read is not waited for."""
        with contextlib.suppress(TimeoutError, WebSocketDisconnect, OSError, RuntimeError):
            async with asyncio.timeout(_CLOSING):
                await asyncio.wait((writer,))
                await self._socket.send({"type": "websocket.close", "code": code.number, "reason": code.sentence})


def handlers(
    open_session: Open, limit: int, cookie_name: str, origins: Collection[str]
) -> Sequence[WebsocketRouteHandler]:
    """The handlers of the socket's addresses. A cookie is believed only from a page of one of ``origins``.

    ``limit`` is how large a frame may be, in bytes.
    """
    turn = Turn()

    async def serve(socket: AnySocket, channel: str = "", person: str = "") -> None:
        cookie = socket.cookies.get(cookie_name, "") if socket.headers.get("origin") in origins else ""
        visitor = Visitor(
            cookie=cookie,
            address=socket.client.host if socket.client else "",
            device=socket.headers.get("user-agent", "")[:200],
            channel=channel,
            person=person,
        )
        await socket.accept()
        hand_over: Any = (socket.scope.get("extensions") or {}).get(BELOW_ASGI)
        if hand_over is None:
            await AsgiLine(socket, open_session, visitor).serve()
        else:
            hand_over(lambda transport, forget: DirectLine(transport, limit, turn, forget).serve(open_session, visitor))

    async def live(socket: AnySocket) -> None:
        await serve(socket)

    async def support(socket: AnySocket) -> None:
        await serve(socket, f"ticket:{socket.path_params['key']}")

    async def merchant(socket: AnySocket) -> None:
        await serve(socket, SELLER.of(socket.path_params["key"]))

    async def admin(socket: AnySocket) -> None:
        await serve(socket, ADMIN.of(), socket.path_params["key"])

    return (
        WebsocketRouteHandler("/ws")(live),
        WebsocketRouteHandler("/ws/support/{key:str}")(support),
        WebsocketRouteHandler("/ws/merchant/{key:str}")(merchant),
        WebsocketRouteHandler("/ws/admin/{key:str}")(admin),
    )
