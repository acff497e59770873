"""The page of the simulated customer's bank, where a payment that needs it is approved or declined."""

from collections.abc import Awaitable, Callable, Sequence
from html import escape
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException
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


def simulated_bank(gateway: SimulatedGateway, decided: Decided) -> Sequence[Any]:
    """The handlers of the page. ``decided`` is told after the customer has answered."""

    @get("/simulated-bank/{payment_id:uuid}", include_in_schema=False)
    async def show(request: Request[Any, Any, Any], payment_id: UUID) -> Response[str]:
        charge = await gateway.find(payment_id)
        if charge is None:
            raise NotFoundException
        return _page(waiting=charge.state is PaymentState.NEEDS_ACTION, back=local(request.query_params.get("return")))

    @post("/simulated-bank/{payment_id:uuid}", include_in_schema=False)
    async def decide(request: Request[Any, Any, Any], payment_id: UUID) -> Redirect:
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise PermissionDeniedException
        form = await request.form()
        if await gateway.decide(payment_id, approved=form.get("answer") == "approve") is None:
            raise NotFoundException
        await decided(payment_id)
        return Redirect(local(form.get("return")), status_code=303)

    return [show, decide]


def local(path: str | None) -> str:
    """A path on this very site; anything else becomes the start page, so that nobody is sent elsewhere."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return "/"
    return path


def _page(*, waiting: bool, back: str) -> Response[str]:
    sentence = "The shop asks you to confirm a payment." if waiting else "There is nothing to confirm."
    form = _FORM.format(back=escape(back)) if waiting else ""
    return Response(_PAGE.format(sentence=sentence, form=form, back=escape(back)), media_type="text/html")
