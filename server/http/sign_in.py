"""Who is asking over HTTP: a bearer token, or our cookie from one of our own pages (docs/decisions/0002-csrf.md)."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie

from fastshop.contract.accounts import LogOut, SignedIn
from fastshop.contract.base import Command, CrossSite, Done
from server.http.throttle import Throttle
from server.kernel.caller import GUEST, Authenticate, Caller
from server.settings import Settings

# The session's end is the server's to know, and moves with every use. Browsers keep no cookie longer than this.
_COOKIE_SECONDS = 400 * 24 * 3600
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SignIn:
    """Turns a request into its caller, and an answer into its cookie."""

    def __init__(self, authenticate: Authenticate, settings: Settings, throttle: Throttle | None = None) -> None:
        self._authenticate = authenticate
        self._throttle = throttle
        self.is_secure = _secure(settings)
        self.cookie_name = cookie_name(settings)
        self.origins = allowed_origins(settings)

    async def caller(self, request: Request[Any, Any, Any]) -> Caller:
        """The caller of a request; a guest when the token is none or not valid any more.

        Refused: `CrossSite`, and `RateLimited` for who asks too often.
        """
        token = _bearer(request)
        if token is None:
            token = request.cookies.get(self.cookie_name)
            if request.method not in _SAFE:
                self._refuse_cross_site(request, by_cookie=token is not None)
        known = await self._authenticate(token) if token else None
        caller = (known or GUEST).at(address_of(request), request.headers.get("user-agent", "")[:200])
        if self._throttle is not None:
            await self._throttle.admit(caller)
        return caller

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
            secure=self.is_secure,
            httponly=True,
            samesite="lax",
        )

    def _refuse_cross_site(self, request: Request[Any, Any, Any], *, by_cookie: bool) -> None:
        """Refuse a page that is not ours, without our cookie too: it could sign its visitors in to its own account.

        A program names neither site nor origin, and needs neither unless it comes with a cookie.
        """
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site is not None:
            if site not in ("same-origin", "none"):
                raise CrossSite
        elif origin not in self.origins and (by_cookie or origin is not None):
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
