"""Refunds at Stripe: noted first, made once, though idempotency keys expire; what failed has failed for good.

What succeeded may fail weeks later, when the bank sends the money back (https://docs.stripe.com/refunds). What somebody
refunds on Stripe's own pages is noted by an id that is made of theirs, and is from then on as one of ours.
"""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import stripe

from fastshop.contract.base import IdReused, Money
from server.adapters.payments.stripe_api import StripeApi, StripeRefunded, money, units
from server.domains.payments.ports import Refund, RefundState, Returned
from server.kernel.database import Database
from server.kernel.money import to_numeric

_NOTE = """
INSERT INTO stripe_refunds (refund_id, payment_id, amount, currency) VALUES ($1, $2, $3, $4)
ON CONFLICT (refund_id) DO NOTHING RETURNING refund_id
"""
_FIND = "SELECT * FROM stripe_refunds WHERE refund_id = $1"
_FAILED = """
UPDATE stripe_refunds SET state = 'failed', failure = $2
WHERE refund_id = $1 AND state = 'pending' AND gateway_id IS NULL
"""
_STANDS = """
UPDATE stripe_refunds SET gateway_id = $2, state = $3, failure = $4
WHERE refund_id = $1 AND (state = 'pending' OR state = 'succeeded' AND $3 = 'failed')
"""
_OURS = """
SELECT refund_id FROM stripe_refunds
WHERE gateway_id = $1 OR (gateway_id IS NULL AND payment_id = $2 AND refund_id::text = $3)
"""
_TRY_ANEW = "UPDATE stripe_refunds SET attempt = attempt + 1 WHERE refund_id = $1 AND attempt = $2"

_STATES = {"succeeded": RefundState.SUCCEEDED, "failed": RefundState.FAILED, "canceled": RefundState.FAILED}


class StripeRefunds:
    """Gives money back."""

    def __init__(self, database: Database, api: StripeApi) -> None:
        self._database = database
        self._api = api

    async def refund(
        self, refund_id: UUID, payment_id: UUID, amount: Money, charged: Money | None, intent_id: str | None
    ) -> Refund:
        """See `server.domains.payments.ports.Gateway`. ``charged`` is what the payment was to be."""
        row, is_new = await self._noted(refund_id, payment_id, amount)
        if row["state"] != RefundState.PENDING:
            return _refund(row)
        if charged is None or intent_id is None:
            return await self._fail(row, "not_charged")
        if charged.currency != amount.currency:
            return await self._fail(row, "currency")
        return await self._make(row, amount, intent_id, is_new=is_new)

    async def returned(self, payment_id: UUID, intent_id: str) -> tuple[Returned, ...]:
        """All refunds of an intent as they stand now. Those that we did not ask for are noted."""
        return tuple([await self._known_as(each, payment_id) for each in await self._api.refunds(intent_id)])

    async def _known_as(self, made: StripeRefunded, payment_id: UUID) -> Returned:
        amount = money(made.amount, made.currency)
        asked = (made.id, payment_id, made.metadata.get("refund_id", ""))
        ours = await self._database.fetch_one(_OURS, *asked)
        refund_id = ours["refund_id"] if ours else uuid5(NAMESPACE_URL, f"https://api.stripe.com/v1/refunds/{made.id}")
        row, _ = await self._noted(refund_id, payment_id, amount)
        stands = await self._stands(row, made)
        return Returned(refund_id, amount, stands.state, stands.failure)

    async def _noted(self, refund_id: UUID, payment_id: UUID, amount: Money) -> tuple[Any, bool]:
        asked = (payment_id, to_numeric(amount), amount.currency)
        is_new = bool(await self._database.fetch(_NOTE, refund_id, *asked))
        row = await self._database.fetch_one(_FIND, refund_id)
        if row is None or (row["payment_id"], row["amount"], row["currency"]) != asked:
            raise IdReused
        return row, is_new

    async def _make(self, row: Any, amount: Money, intent_id: str, *, is_new: bool) -> Refund:
        made = None if is_new else await self._known(row, intent_id)
        try:
            made = made or await self._ask(row, amount, intent_id)
        except stripe.InvalidRequestError as error:
            return await self._fail(row, error.code or "refused")
        except stripe.APIError:
            await self._database.fetch(_TRY_ANEW, row["refund_id"], row["attempt"])
            raise
        return await self._stands(row, made)

    async def _stands(self, row: Any, made: StripeRefunded) -> Refund:
        state = _STATES.get(made.status, RefundState.PENDING)
        failure = str(made.failure_reason or made.status) if state is RefundState.FAILED else ""
        await self._database.fetch(_STANDS, row["refund_id"], made.id, state, failure)
        return await self._stored(row)

    async def _known(self, row: Any, intent_id: str) -> StripeRefunded | None:
        """The refund that was made before, though its answer may have been lost."""
        if row["gateway_id"]:
            return await self._api.refund(row["gateway_id"])
        ours = str(row["refund_id"])
        return next(
            (each for each in await self._api.refunds(intent_id) if each.metadata.get("refund_id") == ours), None
        )

    async def _ask(self, row: Any, amount: Money, intent_id: str) -> StripeRefunded:
        metadata = {"refund_id": str(row["refund_id"])}
        params = {"payment_intent": intent_id, "amount": units(amount), "metadata": metadata}
        return await self._api.create_refund(params, f"refund:{row['refund_id']}:{row['attempt']}")

    async def _fail(self, row: Any, why: str) -> Refund:
        await self._database.fetch(_FAILED, row["refund_id"], why)
        return await self._stored(row)

    async def _stored(self, row: Any) -> Refund:
        return _refund(await self._database.fetch_one(_FIND, row["refund_id"]))


def _refund(row: Any) -> Refund:
    return Refund(row["refund_id"], RefundState(row["state"]), row["failure"])
