"""What customers do in a sale: claim, give back, pay.

Paying touches two parties that cannot share a transaction, so it goes in steps that may each be repeated: the actor
keeps the units for the payment (durable), the gateway is asked, the actor records the outcome together with the order.
Whoever dies in between, `settle` picks it up: the customer is never charged without a unit (promises P1, P8).
"""

from collections.abc import Awaitable
from datetime import timedelta
from uuid import UUID

from actors.flash_sale import KIND, Hold, RecordPayment, Return, StartPayment
from fastshop.contract.base import IdReused
from fastshop.contract.flash_sales import (
    Claim,
    ClaimUnits,
    GiveBack,
    MyClaims,
    Pay,
    PayAnswer,
)
from fastshop.contract.payments import Payment, PaymentDeclined, PaymentState
from fastshop.ids import new_id
from server.domains.flash_sales import rows
from server.domains.flash_sales.ports import Actors, Payments
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database

# A customer who is sent to their bank has until the hold's end and this long; then the payment is ended for good.
_BANK_GRACE = timedelta(minutes=2)

_CLAIMS = f"""
SELECT {rows.CLAIM_COLUMNS} FROM flash_sale_claims claim JOIN flash_sales sale ON sale.id = claim.sale_id
"""  # noqa: S608 - constants
_MINE_IN_SALE = f"{_CLAIMS} WHERE claim.customer_id = $1 AND claim.sale_id = $2 ORDER BY claim.place"
_IN_SALE = f"{_CLAIMS} WHERE claim.sale_id = $1 ORDER BY claim.place"
_HOLDING = f"""
{_CLAIMS} WHERE claim.customer_id = $1 AND claim.state IN ('held', 'paying') ORDER BY claim.claimed_at, claim.id
"""
_OF_REFERENCE = f"{_CLAIMS} WHERE claim.id = $1"


class Buying:
    """Claims and their payments."""

    def __init__(self, database: Database, actors: Actors, payments: Payments, clock: Clock) -> None:
        self._database = database
        self._actors = actors
        self._payments = payments
        self._clock = clock

    def claim(self, command: ClaimUnits, caller: Caller) -> Awaitable[Claim]:
        """Hold units."""
        return self._actors.ask(KIND, command.sale_id, Hold(command.claim_id, caller.person, command.quantity))

    async def give_back(self, command: GiveBack, caller: Caller) -> Claim:
        """Give held units back."""
        return await self._actors.ask(KIND, command.sale_id, Return(command.claim_id, caller.person))

    async def my_claims(self, command: MyClaims, caller: Caller) -> tuple[Claim, ...]:
        """The caller's claims in a sale."""
        found = await self._database.fetch(_MINE_IN_SALE, caller.person, command.sale_id)
        return tuple(rows.claim(row) for row in found)

    async def of_sale(self, sale_id: UUID) -> tuple[Claim, ...]:
        """All claims of a sale, by place."""
        return tuple(rows.claim(row) for row in await self._database.fetch(_IN_SALE, sale_id))

    async def holding(self, customer_id: UUID) -> tuple[Claim, ...]:
        """A customer's claims that hold units, in any sale."""
        return tuple(rows.claim(row) for row in await self._database.fetch(_HOLDING, customer_id))

    async def pay(self, command: Pay, caller: Caller) -> PayAnswer:
        """Pay for a claim."""
        message = StartPayment(command.claim_id, caller.person, command.payment_id)
        claim = await self._actors.ask(KIND, command.sale_id, message)
        try:
            payment = await self._payments.start(
                command.payment_id, caller.person, claim.total, command.payment_method, _reference(claim)
            )
        except IdReused:
            await self._record(claim, command.payment_id, "id_reused")
            raise
        if payment.status is PaymentState.PENDING:
            payment = await self._payments.charge(command.payment_id, command.payment_method)
        else:
            payment = await self._payments.settle(command.payment_id, give_up=False)
        return await self._conclude(claim, payment)

    async def settle(self, claim: Claim) -> bool:
        """Find out how the payment of a claim went and record it. False while it has no outcome.

        A payment that was never started is ruled out, one that hangs beyond its time is ended at the gateway.
        """
        if claim.payment_id is None:
            return True
        late = self._clock.now() >= claim.expires_at + _BANK_GRACE
        try:
            payment = await self._payments.refuse(claim.payment_id, claim.customer_id, claim.total, _reference(claim))
        except IdReused:
            await self._record(claim, claim.payment_id, "id_reused")
            return True
        payment = await self._payments.settle(payment.id, give_up=late)
        if payment.status in (PaymentState.SUCCEEDED, PaymentState.FAILED):
            await self._record(claim, payment.id, payment.failure)
            return True
        return False

    async def settle_reference(self, reference: str) -> None:
        """Settle the payment of what ``reference`` names; nothing when it is no claim of ours."""
        kind, _, key = reference.partition(":")
        row = await self._database.fetch_one(_OF_REFERENCE, UUID(key)) if kind == "claim" else None
        if row is not None:
            await self.settle(rows.claim(row))

    async def _conclude(self, claim: Claim, payment: Payment) -> PayAnswer:
        if payment.status is PaymentState.SUCCEEDED:
            return PayAnswer(await self._record(claim, payment.id, ""), payment)
        if payment.status is PaymentState.FAILED:
            await self._record(claim, payment.id, payment.failure)
            raise PaymentDeclined(payment.failure)
        return PayAnswer(claim, payment)

    async def _record(self, claim: Claim, payment_id: UUID, failure: str) -> Claim:
        outcome = RecordPayment(claim.id, payment_id, new_id(), failure)
        return await self._actors.ask(KIND, claim.sale_id, outcome)


def _reference(claim: Claim) -> str:
    return f"claim:{claim.id}"
