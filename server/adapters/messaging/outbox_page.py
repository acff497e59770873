"""The page of the outbox. It has no script: the shop's strict policy allows it as it is."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from html import escape
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from fastshop.contract.accounts import Role
from fastshop.contract.base import Refusal
from server.adapters.messaging.outbox import Outbox
from server.kernel.caller import Caller

CallerOf = Callable[[Request[Any, Any, Any]], Awaitable[Caller]]

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Outbox · FastShop</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/plain.css">
<main>
<h1>Outbox</h1>
<p>This shop has no SMTP server: what it would have sent is shown here, the newest first.
<a href="/">To the shop</a></p>
{mails}
</main>
</html>
"""
_MAIL = """<article>
<h2>{subject}</h2>
<p>To {recipient}, <time datetime="{iso}">{at}</time></p>
<pre>{text}</pre>
</article>"""
_LINK = re.compile(r"https?://[^\s<>\"']+")


def outbox_page(outbox: Outbox, caller_of: CallerOf, *, demo: bool) -> Sequence[Any]:
    """The handler of the page. In a demo shop everybody may look, as nothing in it is a secret; else admins."""

    @get("/outbox", include_in_schema=False)
    async def show(request: Request[Any, Any, Any]) -> Response[str]:
        if not demo and not await _is_admin(request, caller_of):
            raise NotFoundException
        mails = "\n".join(_articles(await outbox.latest())) or "<p>Nothing was sent yet.</p>"
        return Response(
            _PAGE.format(mails=mails), media_type="text/html", headers={"cache-control": "no-store, private"}
        )

    return [show]


async def _is_admin(request: Request[Any, Any, Any], caller_of: CallerOf) -> bool:
    try:
        return (await caller_of(request)).within("outbox:read").is_any(Role.ADMIN)
    except Refusal:
        return False


def _articles(mails: Iterable[Any]) -> Iterable[str]:
    for mail in mails:
        yield _MAIL.format(
            subject=escape(mail["subject"]),
            recipient=escape(mail["recipient"]),
            iso=mail["sent_at"].isoformat(),
            at=mail["sent_at"].strftime("%d %B %Y, %H:%M UTC"),
            text=_linked(mail["text"]),
        )


def _linked(text: str) -> str:
    """The text as HTML, its addresses as links."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        address = escape(found.group())
        parts += [escape(text[end : found.start()]), f'<a href="{address}">{address}</a>']
        end = found.end()
    return "".join([*parts, escape(text[end:])])
