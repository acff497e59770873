"""Who is asking over HTTP: a bearer token, or our cookie from one of our own pages (docs/decisions/0002-csrf.md)."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from fastshop.contract.accounts import LogOut, SignedIn
from fastshop.contract.base import Command, CrossSite, Done
from server.kernel.caller import GUEST, Authenticate, Caller
from server.settings import Settings

# The session's end is the server's to know, and moves with every use. Browsers keep no cookie longer than this.
_COOKIE_SECONDS = 400 * 24 * 3600
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SignIn:
    """Turns a request into its caller, and an answer into its cookie."""

    def __init__(self, authenticate: Authenticate, settings: Settings) -> None:
        self._authenticate = authenticate
        self._secure = _secure(settings)
        self.cookie_name = cookie_name(settings)
        self.origins = allowed_origins(settings)

    async def caller(self, request: Request[Any, Any, Any]) -> Caller:
        """The caller of a request; a guest when the token is none or not valid any more. Refused: `CrossSite`."""
        token = _bearer(request)
        if token is None:
            token = request.cookies.get(self.cookie_name)
            if token is not None and request.method not in _SAFE:
                self._refuse_cross_site(request)
        known = await self._authenticate(token) if token else None
        return replace(known or GUEST, address=address_of(request), device=request.headers.get("user-agent", "")[:200])

    def cookie(self, command: Command[Any], answer: object) -> Cookie | None:
        """The cookie that goes with an answer, if it starts or ends a session."""
        if isinstance(answer, SignedIn):
            return self._cookie(answer.token, _COOKIE_SECONDS)
        if isinstance(command, LogOut) and isinstance(answer, Done):
            return self._cookie("", 0)
        return None

    def _cookie(self, value: str, max_age: int) -> Cookie:
        return Cookie(
            key=self.cookie_name,
            value=value,
            max_age=max_age,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def _refuse_cross_site(self, request: Request[Any, Any, Any]) -> None:
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            if site not in ("same-origin", "none"):
                raise CrossSite
        elif request.headers.get("origin") not in self.origins:
            raise CrossSite


def cookie_name(settings: Settings) -> str:
    """The name of the session's cookie."""
    # With this prefix browsers take it only if it is Secure and for the whole of this very host.
    return "__Host-fastshop" if _secure(settings) else "fastshop"


def _secure(settings: Settings) -> bool:
    return settings.own_origin.startswith("https://")


def allowed_origins(settings: Settings) -> Collection[str]:
    """The origins whose pages may act with our cookie. On a loopback address its other names are the same host."""
    own = settings.own_origin
    parts = urlsplit(own)
    loopback = ("127.0.0.1", "localhost", "[::1]")
    aliases = {f"{parts.scheme}://{name}:{parts.port}" for name in loopback} if parts.hostname in loopback else set()
    return frozenset({own, *aliases, *settings.origins})


def address_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The network address that the connection came from."""
    return connection.client.host if connection.client else ""


def _bearer(request: Request[Any, Any, Any]) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
