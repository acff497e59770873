"""An OpenID Connect provider, found by its issuer (Core 1.0, Discovery 1.0, RFC 7636)."""

from hmac import compare_digest
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import aiohttp
import jwt
import msgspec
import structlog

from fastshop.contract.social import ProviderDown, SocialFailed
from server.domains.accounts.ports import Identity
from server.settings import Oidc

logger = structlog.get_logger()

# Only what is signed with a key of the provider's own: never a shared secret, never nothing.
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
_NEEDED = ("iss", "aud", "sub", "exp", "iat")
_CLOCKS_DIFFER = 30
_REMEMBERED = 3600.0
_PATIENCE = aiohttp.ClientTimeout(total=10)
_MOST = 512 * 1024
# OpenID Connect Core 2: at most so many characters.
_LONGEST_SUBJECT = 255


class OidcProvider:
    """See `server.domains.accounts.ports.IdentityProvider`."""

    def __init__(self, oidc: Oidc) -> None:
        self._oidc = oidc
        self._told: dict[str, tuple[float, Any]] = {}

    @property
    def name(self) -> str:
        """What the shop calls it."""
        return self._oidc.name

    async def address(self, redirect: str, state: str, nonce: str, challenge: str) -> str:
        """Where the person signs in. Refused: `ProviderDown`."""
        found = await self._discovered()
        query = {
            "response_type": "code",
            "client_id": self._oidc.client_id,
            "redirect_uri": redirect,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = found["authorization_endpoint"]
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    async def identity(self, code: str, redirect: str, nonce: str, verifier: str) -> Identity:
        """Who has signed in there. Refused: `SocialFailed`, `ProviderDown`."""
        found = await self._discovered()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "client_id": self._oidc.client_id,
            "client_secret": self._oidc.client_secret,
            "code_verifier": verifier,
        }
        answer = await self._asked("POST", found["token_endpoint"], form)
        claims = await self._claims(str(answer.get("id_token", "")))
        if not compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise SocialFailed
        # A token that was made for another client as well must say that it was made for us.
        if claims.get("azp", self._oidc.client_id) != self._oidc.client_id:
            raise SocialFailed
        if not 0 < len(claims["sub"]) <= _LONGEST_SUBJECT:
            raise SocialFailed
        verified = claims.get("email_verified") in (True, "true")
        return Identity(claims["sub"], str(claims.get("email", "")), verified, str(claims.get("name", "")))

    async def _claims(self, token: str) -> dict[str, Any]:
        key = await self._key(token)
        try:
            return jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience=self._oidc.client_id,
                issuer=self._oidc.issuer,
                leeway=_CLOCKS_DIFFER,
                options={"require": list(_NEEDED)},
            )
        except jwt.PyJWTError as error:
            logger.warning("an id token is not taken", provider=self.name, error=type(error).__name__)
            raise SocialFailed from None

    async def _key(self, token: str) -> jwt.PyJWK:
        """The key that signed a token; asked for anew when it is not among those that are known."""
        try:
            kid = jwt.get_unverified_header(token).get("kid")
        except jwt.PyJWTError:
            raise SocialFailed from None
        address = (await self._discovered())["jwks_uri"]
        for anew in (False, True):
            keys = await self._remembered(address, anew=anew)
            found = next((key for key in keys.get("keys", ()) if key.get("kid") == kid), None)
            if found is not None:
                return _read(found)
        raise SocialFailed

    async def _discovered(self) -> dict[str, Any]:
        found = await self._remembered(self._oidc.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != self._oidc.issuer:
            raise ProviderDown(self.name)
        return found

    async def _remembered(self, address: str, *, anew: bool = False) -> dict[str, Any]:
        known = self._told.get(address)
        if known is not None and not anew and monotonic() - known[0] < _REMEMBERED:
            return known[1]  # type: ignore[no-any-return]
        found = await self._asked("GET", address)
        self._told[address] = (monotonic(), found)
        return found

    async def _asked(self, verb: str, address: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        """What the provider answers. A code that it does not take is `SocialFailed`; all else amiss, `ProviderDown`."""
        try:
            async with (
                aiohttp.ClientSession(timeout=_PATIENCE) as session,
                session.request(verb, address, data=form, allow_redirects=False) as answer,
            ):
                body = await _bounded(answer)
                if answer.status == 400 and form is not None:
                    raise SocialFailed
                if answer.status == 200:
                    return msgspec.json.decode(body, type=dict[str, Any])
                problem = f"status {answer.status}"
        except (TimeoutError, aiohttp.ClientError, OSError, msgspec.MsgspecError) as error:
            problem = type(error).__name__
        logger.warning("an identity provider does not answer", provider=self.name, problem=problem)
        raise ProviderDown(self.name)


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    body = b""
    async for piece in answer.content.iter_chunked(64 * 1024):
        body += piece
        if len(body) > _MOST:
            raise aiohttp.ClientPayloadError
    return body


def _read(key: dict[str, Any]) -> jwt.PyJWK:
    try:
        return jwt.PyJWK.from_dict(key)
    except jwt.PyJWTError:
        raise SocialFailed from None
