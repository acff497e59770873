"""An OpenID Connect provider in this process, which holds us to the standard: each code once, and PKCE."""

import base64
import hashlib
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT, CLIENT_SECRET = "the-shop", "a client secret"


class LocalProvider:
    """Signs in whoever a test says. ``claims`` change what its tokens say, ``answers`` what it does instead."""

    def __init__(self) -> None:
        self.issuer = ""
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._other_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._numbers = itertools.count()
        self.reset()

    def reset(self) -> None:
        self.claims: dict[str, Any] = {}
        self.sign_with: Any = None
        self.down = False
        self._codes: dict[str, dict[str, Any]] = {}

    @property
    def other_key(self) -> Any:
        """A key that is not the provider's."""
        return self._other_key

    def sign_in(self, url: str, subject: str, email: str, *, verified: bool = True) -> tuple[str, str]:
        """What somebody who signs in at this address is sent back with: a code and the state."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{next(self._numbers)}"
        who = {"sub": subject, "email": email, "email_verified": verified, "name": "Ann from elsewhere"}
        self._codes[code] = asked | {"who": who}
        return code, asked["state"]

    async def discovery(self, _request: web.Request) -> web.Response:
        if self.down:
            raise web.HTTPBadGateway
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def keys(self, _request: web.Request) -> web.Response:
        key = RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True) | {"kid": "one", "alg": "RS256", "use": "sig"}
        return web.json_response({"keys": [key]})

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if self.down:
            raise web.HTTPServiceUnavailable
        asked = self._codes.pop(str(form["code"]), None)
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        fits = (
            asked is not None
            and base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
            and (form["redirect_uri"], form["client_id"]) == (asked["redirect_uri"], CLIENT)
            and form["client_secret"] == CLIENT_SECRET
        )
        if asked is None or not fits:
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(time.time())
        standard = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in (standard | asked["who"] | self.claims).items() if value is not None}
        key, algorithm = self.sign_with or (self._key, "RS256")
        return web.json_response({"id_token": jwt.encode(claims, key, algorithm=algorithm, headers={"kid": "one"})})


@asynccontextmanager
async def providing() -> AsyncIterator[LocalProvider]:
    """The provider, on a port of its own."""
    provider = LocalProvider()
    application = web.Application()
    application.router.add_get("/.well-known/openid-configuration", provider.discovery)
    application.router.add_get("/keys", provider.keys)
    application.router.add_post("/token", provider.token)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    provider.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield provider
    finally:
        await runner.cleanup()
