"""A shop that does what a test says: the two transports, a log of events, and a hand that cuts the line.

It speaks just enough of the wire to stand for the server where a test needs a failure that the real one does not have.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from fastshop.contract.base import Command, Event, Refusal
from fastshop.contract.codes import TOKEN_EXPIRED, ErrorCode
from fastshop.registry import contract
from server.http.problems import problem

Answering = Callable[[Any], Any]
EPOCH = "e1"


class LineCut(Exception):
    """Raised by an answer: the line is cut after the command was done, before its answer leaves."""


class ProtocolNo(Exception):
    """Raised by an answer: one of the protocol's own errors."""

    def __init__(self, code: ErrorCode) -> None:
        self.code = code


class ScriptedShop:
    """Answers commands with ``answers[tag]``, and channels with ``snapshots[name]`` and what `publish` logged."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: dict[str, Answering] = {}
        self.snapshots: dict[str, Any] = {}
        self.log: dict[str, list[bytes]] = {}
        self.asked: list[Command[Any]] = []
        self.tokens: list[str | None] = []
        self.subscribed: list[dict[str, Any]] = []
        self.expired: set[str] = set()
        self.forgets = False
        self.mute = False
        self.sockets: dict[web.WebSocketResponse, tuple[asyncio.Transport, set[str]]] = {}

    def answer(self, tag: str, value: Any) -> None:
        """Have a command answered with a value, or by a function of it that may raise."""
        self.answers[tag] = value if callable(value) else lambda _: value

    async def publish(self, channel: str, *events: Event) -> None:
        log = self.log.setdefault(channel, [])
        for event in events:
            log.append(msgspec.json.encode(event))
            push = {"push": {"channel": channel, "pub": self._publication(channel, len(log))}}
            for socket, (_, channels) in list(self.sockets.items()):
                if channel in channels:
                    with suppress(ConnectionResetError):
                        await socket.send_str(_text(push))

    def cut(self) -> None:
        """Cut every live line."""
        for transport, _ in self.sockets.values():
            transport.abort()

    async def send_away(self, code: int, reason: str) -> None:
        """Close every live line as the server does."""
        for socket in list(self.sockets):
            await socket.close(code=code, message=reason.encode())

    def _do(self, command: Command[Any]) -> Any:
        self.asked.append(command)
        return self.answers[command.tag()](command)

    def route(self, kind: type[Command[Any]]) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.tokens.append(request.headers.get("Authorization"))
            fields = {**request.match_info, **request.query}
            strict = not fields or kind.http.has_body
            if kind.http.has_body:
                fields |= await request.json()
            try:
                body = msgspec.json.encode(self._do(msgspec.convert(fields, kind, strict=strict)))
            except Refusal as refusal:
                status, document = problem(refusal)
                content = "application/problem+json"
                return web.Response(body=msgspec.json.encode(document), status=status, content_type=content)
            except LineCut:
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            return web.Response(body=body, content_type="application/json")

        return handle

    async def live(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        self.sockets[socket] = (request.transport, set())
        try:
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    break
                for line in message.data.split("\n"):
                    await self._frame(socket, msgspec.json.decode(line))
        except LineCut:
            request.transport.abort()
        finally:
            del self.sockets[socket]
        return socket

    async def _frame(self, socket: web.WebSocketResponse, frame: dict[str, Any]) -> None:
        for kind in frame.keys() & {"connect", "rpc", "subscribe", "unsubscribe"}:
            try:
                reply = {kind: getattr(self, f"_{kind}")(socket, frame[kind])}
            except Refusal as refusal:
                status, document = problem(refusal)
                message = msgspec.json.encode(document).decode()
                reply = {"error": {"code": status, "message": message, "temporary": refusal.temporary}}
            except ProtocolNo as no:
                error = no.code
                reply = {"error": {"code": error.number, "message": error.sentence, "temporary": error.temporary}}
            if kind != "rpc" or not self.mute:
                await socket.send_str(_text({"id": frame["id"], **reply}))

    def _connect(self, _socket: web.WebSocketResponse, data: dict[str, Any]) -> Any:
        self.tokens.append(data.get("token"))
        if data.get("token") in self.expired:
            raise ProtocolNo(TOKEN_EXPIRED)
        return {"client": "c", "version": "test", "ping": 25, "pong": True}

    def _rpc(self, _socket: web.WebSocketResponse, data: dict[str, Any]) -> Any:
        command = msgspec.convert(data["data"], contract().commands[data["method"]])
        return {} if self.mute else {"data": msgspec.to_builtins(self._do(command))}

    def _unsubscribe(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> Any:
        self.sockets[socket][1].discard(data["channel"])
        return {}

    def _subscribe(self, socket: web.WebSocketResponse, data: dict[str, Any]) -> Any:
        channel = data["channel"]
        self.subscribed.append(data)
        snapshot = self.snapshots[channel]
        state = snapshot() if callable(snapshot) else snapshot
        self.sockets[socket][1].add(channel)
        offset = len(self.log.get(channel, []))
        position: dict[str, Any] = {"recoverable": True, "positioned": True, "epoch": EPOCH, "offset": offset}
        if not data.get("recover"):
            return position | {"data": msgspec.to_builtins(state)}
        if self.forgets:
            return position | {"was_recovering": True, "recovered": False, "data": msgspec.to_builtins(state)}
        missed = range(data.get("offset", 0) + 1, offset + 1)
        publications = [self._publication(channel, offset) for offset in missed]
        return position | {"was_recovering": True, "recovered": True, "publications": publications}

    def _publication(self, channel: str, offset: int) -> dict[str, Any]:
        return {"offset": offset, "data": msgspec.json.decode(self.log[channel][offset - 1])}


@asynccontextmanager
async def scripted_shop() -> AsyncIterator[ScriptedShop]:
    """A scripted shop on a free port."""
    shop = ScriptedShop()
    app = web.Application()
    app.router.add_get("/ws", shop.live)
    for kind in contract().commands.values():
        app.router.add_route(kind.http.verb, "/api/v1" + kind.http.path, shop.route(kind))
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield shop
    finally:
        await runner.cleanup()


def _text(frame: Any) -> str:
    return msgspec.json.encode(frame).decode()
