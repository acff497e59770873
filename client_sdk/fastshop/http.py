"""Commands over HTTP."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import aiohttp
import msgspec

from fastshop.contract.base import Command
from fastshop.errors import ConnectionFailed, ConnectionLost, ProtocolError, TimedOut
from fastshop.problems import refusal_of
from fastshop.wire import request_of


class HttpTransport:
    """One connection pool to the shop. ``token`` is asked for the bearer token with every request."""

    def __init__(self, url: str, token: Callable[[], str | None]) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, command: Command[Any], patience: float) -> Any:
        """The answer's data. Raises the refusal, or a `TransportError`; `ConnectionFailed` if nothing was sent."""
        path, query, body = request_of(command)
        sent = asyncio.Event()
        try:
            async with self._opened().request(
                command.http.verb,
                self._url + path,
                params=query,
                data=None if body is None else msgspec.json.encode(body),
                headers=self._headers(body is not None),
                timeout=aiohttp.ClientTimeout(total=patience),
                trace_request_ctx=sent,
            ) as response:
                return _data(response, await response.read())
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise ConnectionFailed(f"{self._url} cannot be reached: {error}") from error
        except TimeoutError as error:
            if not sent.is_set():
                raise ConnectionFailed(f"{self._url} cannot be reached in {patience:g} s") from error
            raise TimedOut(f"no answer to {command.tag()} in {patience:g} s") from error
        except aiohttp.InvalidURL as error:
            raise ConnectionFailed(f"{self._url} is no address") from error
        except aiohttp.ClientError as error:
            raise ConnectionLost(f"the line broke during {command.tag()}: {error}") from error

    async def close(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Signing in answers a cookie too. It would go on being sent after the token has changed.
            tracing = aiohttp.TraceConfig()
            tracing.on_request_headers_sent.append(_note_sent)
            self._session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), trust_env=True, trace_configs=[tracing]
            )
        return self._session

    def _headers(self, has_body: bool) -> dict[str, str]:
        # Some answers are files to whoever does not ask for JSON.
        headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if has_body else {})
        token = self._token()
        return headers | ({"Authorization": f"Bearer {token}"} if token else {})


async def _note_sent(_session: object, context: SimpleNamespace, _params: object) -> None:
    context.trace_request_ctx.set()


def _data(response: aiohttp.ClientResponse, body: bytes) -> Any:
    if response.status < 300:
        return _decode(body, response)
    if response.content_type == "application/problem+json":
        raise refusal_of(_decode(body, response))
    if response.status in (502, 503, 504):
        # Something between us and the shop, which may have passed the command on or not.
        raise ConnectionLost(f"a gateway answered {response.status}")
    raise ProtocolError(f"{response.url} answered {response.status} without a problem document")


def _decode(body: bytes, response: aiohttp.ClientResponse) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(f"{response.url} answered something that is not JSON") from error
