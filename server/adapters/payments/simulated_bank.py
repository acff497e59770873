"""The page of the simulated customer's bank, where a payment that needs it is approved or declined."""

from collections.abc import Awaitable, Callable, Sequence
from html import escape
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import ClientException, NotFoundException, PermissionDeniedException
from litestar.params import FromPath
from litestar.response import Redirect

from fastshop.contract.payments import PaymentState
from server.adapters.payments.simulated import SimulatedGateway

# Told that a payment may have an outcome now.
Decided = Callable[[UUID], Awaitable[None]]

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Simulated bank</title>
<link rel="stylesheet" href="/plain.css">
<main>
<h1>Simulated bank</h1>
<p>{sentence}</p>
{form}
<p><a href="{back}">Back to the shop</a></p>
</main>
</html>
"""
_FORM = """<form method="post">
<input type="hidden" name="return" value="{back}">
<button name="answer" value="approve">Approve the payment</button>
<button name="answer" value="decline">Decline it</button>
</form>"""

_ANSWERS = {"approve": True, "decline": False}


def simulated_bank(gateway: SimulatedGateway, decided: Decided) -> Sequence[Any]:
    """The handlers of the page. ``decided`` is told after the customer has answered."""

    @get("/simulated-bank/{payment_id:uuid}", include_in_schema=False)
    async def show(request: Request[Any, Any, Any], payment_id: FromPath[UUID]) -> Response[str]:
        charge = await gateway.find(payment_id)
        if charge is None:
            raise NotFoundException
        return _page(waiting=charge.state is PaymentState.NEEDS_ACTION, back=local(request.query_params.get("return")))

    @post("/simulated-bank/{payment_id:uuid}", include_in_schema=False)
    async def decide(request: Request[Any, Any, Any], payment_id: FromPath[UUID]) -> Redirect:
        _refuse_cross_site(request)
        form = await request.form()
        approved = _ANSWERS.get(str(form.get("answer")))
        if approved is None:
            raise ClientException
        if await gateway.decide(payment_id, approved=approved) is None:
            raise NotFoundException
        await decided(payment_id)
        return Redirect(local(form.get("return")), status_code=303)

    return [show, decide]


def _refuse_cross_site(request: Request[Any, Any, Any]) -> None:
    """Refuse an answer that another site gives for the customer. Over plain http browsers tell only the origin."""
    headers = request.headers
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        raise PermissionDeniedException
    if site is None and origin is not None and origin.partition("://")[2] != headers.get("host"):
        raise PermissionDeniedException


def local(path: str | None) -> str:
    """A path on this very site; anything else becomes the start page, so that nobody is sent elsewhere."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return "/"
    return path


def _page(*, waiting: bool, back: str) -> Response[str]:
    sentence = "The shop asks you to confirm a payment." if waiting else "There is nothing to confirm."
    form = _FORM.format(back=escape(back)) if waiting else ""
    text = _PAGE.format(sentence=sentence, form=form, back=escape(back))
    return Response(text, media_type="text/html", headers={"cache-control": "no-store"})
