"""Answers as responses: JSON encoded once, problems with their media type, the same headers on all."""

from typing import Any

import msgspec
from litestar import Response
from litestar.datastructures import Cookie

from fastshop.contract.base import RateLimited, Refusal
from server.http.problems import problem
from server.kernel.operation import File

_encode = msgspec.json.Encoder().encode

# Everything is ours: no page of ours loads or sends anything anywhere else.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: https:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# Where Stripe's own fields take the card (https://docs.stripe.com/security/guide, "Content Security Policy").
_STRIPE = {
    "script-src": "https://js.stripe.com https://*.js.stripe.com",
    "connect-src": "https://api.stripe.com",
    "frame-src": "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com",
}


# Browsers that have seen the shop once come by TLS only, for a year (RFC 6797).
_TLS_ONLY = {"strict-transport-security": "max-age=31536000"}


def security_headers(*, stripe: bool, https: bool) -> dict[str, str]:
    """The headers of every response; with ``stripe``, pages may show the fields in which Stripe takes cards."""
    more = _STRIPE if stripe else {}
    allowed = {name: f"{_POLICY.get(name, '')} {more.get(name, '')}".strip() for name in {**_POLICY, **more}}
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in allowed.items()),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        **(_TLS_ONLY if https else {}),
    }


def answer_of(answer: Any, cookie: Cookie | None = None) -> Response[bytes]:
    """An operation's answer."""
    return Response(
        _encode(answer),
        media_type="application/json",
        cookies=[cookie] if cookie else [],
        headers={"cache-control": "no-store"},
    )


def file_of(file: File) -> Response[bytes]:
    """An operation's answer as a file. Its name is ours: letters, digits and dashes."""
    headers = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


def refusal_of(refusal: Refusal, trace: str = "") -> Response[bytes]:
    """A refusal as problem details."""
    status, body = problem(refusal, trace)
    headers = {"cache-control": "no-store"}
    if isinstance(refusal, RateLimited):
        headers["retry-after"] = str(refusal.retry_after)
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(_encode(body), status_code=status, media_type="application/problem+json", headers=headers)
