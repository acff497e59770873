"""What customers do in a sale: claim, give back, pay.

Paying touches two parties that cannot share a transaction, so it goes in steps that may each be repeated: the actor
keeps the units for the payment (durable), the gateway is asked, the actor records the outcome together with the order.
Whoever dies in between, `settle` picks it up: the customer is never charged without a unit (promises P1, P8). Should
the money come when the units are lost, it goes back.
"""

from collections.abc import Awaitable
from datetime import timedelta
from uuid import UUID

from actors.flash_sale import KIND, Hold, RecordPayment, Return, StartPayment
from actors.runtime.ports import Asking
from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import IdReused
from fastshop.contract.flash_sales import (
    LATEST_CLAIMS,
    AddressNeeded,
    Claim,
    ClaimState,
    ClaimUnits,
    GiveBack,
    LimitBy,
    MyClaims,
    Pay,
    PayAnswer,
)
from fastshop.contract.payment_methods import MethodExpired, MethodNotFound
from fastshop.contract.payments import BANK_TRANSFER, Payment, PaymentDeclined, PaymentState
from fastshop.contract.transfers import TransferNotOffered
from fastshop.ids import new_id
from server.domains.flash_sales import rows
from server.domains.flash_sales.delivering import Delivering
from server.domains.flash_sales.ports import Payments
from server.domains.flash_sales.proofs import Proofs
from server.domains.flash_sales.rules import normalised
from server.domains.flash_sales.tries import Tries
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.keyed import Keyed
from server.kernel.postal import checked

# A customer who is sent to their bank has until the hold's end and this long; then the payment is ended for good.
_BANK_GRACE = timedelta(minutes=2)

_OVER = (PaymentState.SUCCEEDED, PaymentState.FAILED, PaymentState.REFUNDED)

_CLAIMS = f"""
SELECT {rows.CLAIM_COLUMNS} FROM flash_sale_claims claim JOIN flash_sales sale ON sale.id = claim.sale_id
"""  # noqa: S608 - constants
_MINE_IN_SALE = f"{_CLAIMS} WHERE claim.customer_id = $1 AND claim.sale_id = $2 ORDER BY claim.place"
_LATEST = f"{_CLAIMS} WHERE claim.sale_id = $1 ORDER BY claim.place DESC LIMIT $2"
_HOLDING = f"""
{_CLAIMS} WHERE claim.customer_id = $1 AND claim.state IN ('held', 'paying') ORDER BY claim.claimed_at, claim.id
"""
_ONE = f"{_CLAIMS} WHERE claim.id = $1"
_PAYING = f"{_CLAIMS} WHERE claim.state = 'paying'"
_LIMITS = "SELECT limit_by FROM flash_sales WHERE id = $1"


class Buying:
    """Claims and their payments."""

    def __init__(
        self,
        database: Database,
        actors: Asking,
        payments: Payments,
        proofs: Proofs,
        delivering: Delivering,
        tries: Tries,
        clock: Clock,
        keyed: Keyed,
    ) -> None:
        self._database = database
        self._actors = actors
        self._payments = payments
        self._proofs = proofs
        self._delivering = delivering
        self._tries = tries
        self._clock = clock
        self._keyed = keyed

    def claim(self, command: ClaimUnits, caller: Caller) -> Awaitable[Claim]:
        """Hold units."""
        if command.proof:
            return self._claim_with_proof(command, caller.person)
        return self._actors.ask(KIND, command.sale_id, Hold(command.claim_id, caller.person, command.quantity))

    async def _claim_with_proof(self, command: ClaimUnits, person: UUID) -> Claim:
        proved = await self._proofs.judge(command.proof, command.sale_id, person, command.claim_id)
        message = Hold(command.claim_id, person, command.quantity, proved)
        return await self._actors.ask(KIND, command.sale_id, message)

    async def give_back(self, command: GiveBack, caller: Caller) -> Claim:
        """Give held units back."""
        return await self._actors.ask(KIND, command.sale_id, Return(command.claim_id, caller.person))

    async def my_claims(self, command: MyClaims, caller: Caller) -> tuple[Claim, ...]:
        """The caller's claims in a sale."""
        found = await self._database.fetch(_MINE_IN_SALE, caller.person, command.sale_id)
        return tuple(rows.claim(row) for row in found)

    async def latest(self, sale_id: UUID) -> tuple[Claim, ...]:
        """The latest claims of a sale, by place."""
        found = await self._database.fetch(_LATEST, sale_id, LATEST_CLAIMS)
        return tuple(rows.claim(row) for row in reversed(found))

    async def holding(self, customer_id: UUID) -> tuple[Claim, ...]:
        """A customer's claims that hold units, in any sale."""
        return tuple(rows.claim(row) for row in await self._database.fetch(_HOLDING, customer_id))

    async def pay(self, command: Pay, caller: Caller) -> PayAnswer:
        """Pay for a claim. A hold is too short for a transfer."""
        if command.payment_method == BANK_TRANSFER:
            raise TransferNotOffered
        async with self._tries.paying(caller.person):
            return await self._pay(command, caller)

    async def _pay(self, command: Pay, caller: Caller) -> PayAnswer:
        address = command.delivery_address and await checked(command.delivery_address)
        keys = await self._limit_keys(command, caller.person, address)
        message = StartPayment(command.claim_id, caller.person, command.payment_id, keys)
        claim = await self._actors.ask(KIND, command.sale_id, message)
        if address:
            await self._delivering.keep(claim, command.payment_id, address)
        method, keep = command.payment_method, command.keep_method
        try:
            payment = await self._payments.start(
                command.payment_id, caller.person, claim.total, method, _reference(claim), keep=keep
            )
        except (MethodNotFound, MethodExpired) as refusal:
            await self._fail(claim, command.payment_id, refusal.code)
            raise
        except IdReused:
            # With another card it is refused, but is still this claim's payment, and may be under way.
            if await self._payments.reference_of(command.payment_id) != _reference(claim):
                await self._fail(claim, command.payment_id, "id_reused")
            raise
        if payment.status is PaymentState.PENDING:
            payment = await self._payments.charge(command.payment_id, method)
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
            await self._fail(claim, claim.payment_id, "id_reused")
            return True
        payment = await self._payments.settle(payment.id, give_up=late)
        if payment.status is PaymentState.FAILED:
            await self._fail(claim, payment.id, payment.failure)
        elif payment.status is PaymentState.SUCCEEDED:
            _, payment = await self._bought(claim, payment)
        return payment.status in _OVER

    async def paying(self) -> tuple[Claim, ...]:
        """Every claim whose payment has no outcome yet, in any sale."""
        return tuple(rows.claim(row) for row in await self._database.fetch(_PAYING))

    async def settle_claim(self, claim_id: UUID) -> None:
        """Settle the payment of a claim; nothing when there is no such claim."""
        row = await self._database.fetch_one(_ONE, claim_id)
        if row is not None:
            await self.settle(rows.claim(row))

    async def _conclude(self, claim: Claim, payment: Payment) -> PayAnswer:
        if payment.status is PaymentState.SUCCEEDED:
            return PayAnswer(*await self._bought(claim, payment))
        if payment.status is PaymentState.FAILED:
            await self._fail(claim, payment.id, payment.failure)
            raise PaymentDeclined(payment.failure)
        return PayAnswer(claim, payment)

    async def _bought(self, claim: Claim, payment: Payment) -> tuple[Claim, Payment]:
        """The money came: the units are the customer's. Where they are lost, whatever for, the money goes back."""
        claim = await self._actors.ask(KIND, claim.sale_id, RecordPayment(claim.id, payment.id, new_id()))
        if claim.state is ClaimState.PAID and claim.payment_id == payment.id:
            return claim, payment
        return claim, await self._payments.refund(payment.id)

    async def _fail(self, claim: Claim, payment_id: UUID, reason: str) -> None:
        outcome = RecordPayment(claim.id, payment_id, new_id(), PaymentState.FAILED, reason)
        await self._actors.ask(KIND, claim.sale_id, outcome)

    async def _limit_keys(self, command: Pay, person: UUID, address: PostalAddress | None) -> tuple[str, ...]:
        """What the sale's limit counts by besides the customer: nobody can tell from it which card or address it is."""
        row = await self._database.fetch_one(_LIMITS, command.sale_id)
        limits = rows.listed(row["limit_by"]) if row else ()
        if limits and await self._payments.reference_of(command.payment_id) == f"claim:{command.claim_id}":
            return ()  # it was started before, with what it counted by then
        said = {}
        if LimitBy.CARD in limits:
            said[LimitBy.CARD] = await self._payments.fingerprint(command.payment_method, person)
        if LimitBy.ADDRESS in limits:
            if address is None:
                raise AddressNeeded
            said[LimitBy.ADDRESS] = normalised(address)
        return tuple(f"{by}:{self._keyed.of('limits', f'{command.sale_id} {by} {text}')}" for by, text in said.items())


def _reference(claim: Claim) -> str:
    return f"claim:{claim.id}"
