"""Disputes between customers and sellers: both are heard, then a manager who is no side of it decides."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from fastshop.contract.base import IdReused, Money, Page
from fastshop.contract.disputes import (
    DISPUTE,
    AlreadyDisputed,
    DisputeNotFound,
    DisputeOpened,
    DisputeOver,
    DisputeReplied,
    DisputeReply,
    DisputeTooSoon,
    ListGuestDisputes,
    ListOrderDisputes,
    MatterQueue,
    NotHeard,
    OpenDispute,
    OrderDispute,
    OrderDisputeState,
    Partial,
    RefundAboveStake,
    ReplyToDispute,
    ResolveDispute,
    ShowDispute,
    SubjectUnclear,
)
from fastshop.contract.orders import SELLER, OrderNotFound
from fastshop.contract.returns import LineNotBought, Return, ReturnNotFound, ReturnSide, ReturnStands, ReturnState
from server.domains.returns import dispute_rows, matters, queries, rows
from server.domains.returns.asker import Asker, asker, guests_channels, order_of
from server.domains.returns.asking import of_side
from server.domains.returns.giving_back import GivingBack
from server.domains.returns.moving import Moving
from server.domains.returns.rules import UNDER_WAY, BoughtLine, Due
from server.kernel import audit
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import to_numeric
from server.kernel.page import decode_cursor, page_of

_INSERT = """
INSERT INTO order_disputes (id, order_id, line_id, return_id, seller_id, customer_id, state, reason, waits_for,
    answer_by, currency, at_stake, opened_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, 'seller', $8, $9, $10, $11, $11)
"""
_OTHER = "SELECT id FROM order_disputes WHERE line_id = $1 OR return_id = $2"
_SAID = """
INSERT INTO dispute_replies (id, dispute_id, side, author_id, words, at) VALUES ($1, $2, $3, $4, $5, $6)
"""
_HEARD = """
UPDATE order_disputes SET updated_at = $2, waits_for = coalesce($3, waits_for), answer_by = coalesce($4, answer_by)
WHERE id = $1
"""
_DECIDE = """
UPDATE order_disputes SET state = $2, refund = $3, refund_id = $4, refund_open = $5, decision = $6, decided_by = $7,
    failure = '', updated_at = $8
WHERE id = $1
"""
_END_RETURN = """
UPDATE returns SET state = $2, decision = $3, decided_by = $4, refund_id = coalesce($5, refund_id), refunded = $6,
    refund_open = $7, failure = '', resumes = state, updated_at = $8
WHERE id = $1
"""
_GUEST = "SELECT FROM orders JOIN users USING (email) WHERE orders.id = $1 AND users.id = $2"
_LIST = """
SELECT * FROM order_disputes
WHERE ($1::uuid IS NULL OR customer_id = $1) AND ($2::uuid IS NULL OR seller_id = $2)
    AND ($3::text IS NULL OR state = $3) AND ($4::uuid IS NULL OR order_id = $4)
    AND ($5::timestamptz IS NULL OR (opened_at, id) < ($5, $6))
ORDER BY opened_at DESC, id DESC LIMIT $7
"""

# How long a side has to answer, and how long a return may lie.
_PATIENCE = timedelta(days=3)


class Stake(NamedTuple):
    """What a dispute is about: lines of one seller, and the most that can go back for each, in minor units."""

    lines: Mapping[UUID, BoughtLine]
    most: Mapping[UUID, int]
    rma: Return | None

    @property
    def whole(self) -> Money:
        """The most that can go back."""
        return Money(sum(self.most.values()), next(iter(self.lines.values())).currency)


class OrderDisputes:
    """Disputes as they are opened, argued and decided."""

    def __init__(self, database: Database, moving: Moving, giving_back: GivingBack, clock: Clock) -> None:
        self._database = database
        self._moving = moving
        self._giving_back = giving_back
        self._clock = clock

    async def open(self, command: OpenDispute, caller: Caller) -> OrderDispute:
        """Open a dispute."""
        if (command.line_id is None) == (command.return_id is None):
            raise SubjectUnclear
        customer = await asker(self._database, caller, command.order_key)
        try:
            async with self._database.transaction() as transaction:
                known = await dispute_rows.find(self._database, command.dispute_id)
                if known is not None:
                    return _same(known, command, customer)
                stake = await self._stake(transaction, command.line_id, command.return_id, customer)
                await self._check_new(command, stake)
                return await self._insert(transaction, command, stake)
        except asyncpg.UniqueViolationError:
            raise IdReused from None  # meanwhile, for something else

    async def list(self, command: ListOrderDisputes, caller: Caller) -> Page[OrderDispute]:
        """The caller's disputes."""
        whose = of_side(command.side, caller)
        return await self._page((*whose, command.state, None), command.cursor, command.limit)

    async def list_guest(self, command: ListGuestDisputes, caller: Caller) -> Page[OrderDispute]:  # noqa: ARG002
        """The disputes about a guest's order: the key says it all."""
        order_id = await order_of(self._database, command.order_key)
        if order_id is None:
            raise OrderNotFound
        return await self._page((None, None, None, order_id), command.cursor, command.limit)

    async def show(self, command: ShowDispute, caller: Caller) -> OrderDispute:
        """One dispute."""
        dispute = await self.get(command.dispute_id)
        _side(dispute, await asker(self._database, caller, command.order_key))
        return dispute

    async def get(self, dispute_id: UUID) -> OrderDispute:
        """One dispute. Refused when there is none: `DisputeNotFound`."""
        return await dispute_rows.get(self._database, dispute_id)

    async def queue(self) -> MatterQueue:
        """How many returns and disputes are not over."""
        return await matters.queue(self._database, self._clock.now())

    async def reply(self, command: ReplyToDispute, caller: Caller) -> OrderDispute:
        """Say something."""
        who = await asker(self._database, caller, command.order_key)
        async with self._turn(command.dispute_id, who) as (transaction, dispute):
            said = next((each for each in dispute.replies if each.id == command.reply_id), None)
            if said is not None:
                if (said.author_id, said.words) != (who.person, command.words):
                    raise IdReused
                return dispute
            if dispute.state is not OrderDisputeState.OPEN:
                raise DisputeOver
            await self._say(transaction, dispute, command, who)
            return await dispute_rows.get(self._database, dispute.id)

    async def resolve(self, command: ResolveDispute, caller: Caller) -> OrderDispute:
        """Decide."""
        who = Asker(caller)
        async with self._turn(command.dispute_id, who) as (transaction, dispute):
            if _side(dispute, who) is not ReturnSide.MANAGER or await self._is_guest(dispute, caller):
                raise Partial
            if dispute.refund_id != command.refund_id:
                await self._decide(transaction, dispute, command, caller)
            elif not dispute.failure and (dispute.refund, dispute.decision) != (command.amount, command.decision):
                raise IdReused
        if command.amount.amount:
            await self._giving_back.settle(command.refund_id)
        return await dispute_rows.get(self._database, command.dispute_id)

    async def _is_guest(self, dispute: OrderDispute, caller: Caller) -> bool:
        """Whether somebody has bought it without their account, by the address they are written to."""
        return await self._database.fetch_one(_GUEST, dispute.order_id, caller.person) is not None

    @asynccontextmanager
    async def _turn(self, dispute_id: UUID, who: Asker) -> AsyncIterator[tuple[Transaction, OrderDispute]]:
        """A transaction in which nobody else changes the dispute, or what goes back for its order."""
        try:
            async with self._database.transaction() as transaction:
                before = await dispute_rows.get(self._database, dispute_id)
                _side(before, who)
                await queries.take_turn(transaction, before.order_id)
                yield transaction, await dispute_rows.get(self._database, dispute_id)
        except asyncpg.UniqueViolationError:
            raise IdReused from None

    async def _page(
        self, which: tuple[UUID | None, UUID | None, OrderDisputeState | None, UUID | None], cursor: str, limit: int
    ) -> Page[OrderDispute]:
        after = decode_cursor(cursor, tuple[datetime, UUID]) or (None, None)
        found = await self._database.fetch(_LIST, *which, *after, limit + 1)
        shown, following = page_of(found, limit, lambda row: (row["opened_at"], row["id"]))
        return Page(tuple(dispute_rows.dispute(row) for row in shown), following)

    async def _stake(
        self, transaction: Transaction, line_id: UUID | None, return_id: UUID | None, customer: Asker | None = None
    ) -> Stake:
        """What is at stake; nobody else decides about it until the transaction ends. For its customer, where told."""
        if return_id is None:
            assert line_id is not None
            line = await self._line(transaction, line_id, customer)
            return Stake({line_id: line}, {line_id: line.left}, None)
        before = await rows.get(self._database, return_id)
        if customer is not None and not customer.bought(before.order_id, before.customer_id):
            raise ReturnNotFound
        await queries.take_turn(transaction, before.order_id)
        rma = await rows.get(self._database, return_id, lock=True)
        worths = {line.line_id: line.worth.amount for line in rma.lines}
        lines = await queries.bought(self._database, worths)
        given = await queries.given_by(self._database, rma.refund_id, rma.worth.currency)
        most = {key: max(min(worths[key] - given.get(key, 0), line.left), 0) for key, line in lines.items()}
        return Stake(lines, most, rma)

    async def _line(self, transaction: Transaction, line_id: UUID, customer: Asker | None) -> BoughtLine:
        line = (await queries.bought(self._database, [line_id])).get(line_id)
        if line is None or (customer is not None and not customer.bought(line.order_id, line.customer_id)):
            raise LineNotBought(line_id)
        await queries.take_turn(transaction, line.order_id)
        return (await queries.bought(self._database, [line_id]))[line_id]

    async def _check_new(self, command: OpenDispute, stake: Stake) -> None:
        """Refuse a dispute that there is, or about a return that is not ripe for one."""
        other = await self._database.fetch_one(_OTHER, command.line_id, command.return_id)
        if other is not None:
            raise AlreadyDisputed(other["id"])
        if stake.rma is None:
            return
        if stake.rma.state in (ReturnState.CANCELLED, ReturnState.REFUNDING):
            raise ReturnStands(stake.rma.state)
        until = stake.rma.updated_at + _PATIENCE
        if stake.rma.state in UNDER_WAY and self._clock.now() < until:
            raise DisputeTooSoon(until)

    async def _insert(self, transaction: Transaction, command: OpenDispute, stake: Stake) -> OrderDispute:
        of, now = next(iter(stake.lines.values())), self._clock.now()
        subject = (command.dispute_id, of.order_id, command.line_id, command.return_id, of.seller_id, of.customer_id)
        told = (command.reason, now + _PATIENCE, of.currency, to_numeric(stake.whole), now)
        await transaction.connection.execute(_INSERT, *subject, *told)
        said = (command.dispute_id, command.dispute_id, ReturnSide.CUSTOMER, of.customer_id, command.words, now)
        await transaction.connection.execute(_SAID, *said)
        bare = await dispute_rows.bare(self._database, command.dispute_id)
        guests = await guests_channels(self._database, bare)
        opened = DisputeOpened(time=now, dispute=bare)
        transaction.emit(opened, DISPUTE.of(bare.id), SELLER.of(of.seller_id), *guests)
        await matters.show(self._database, transaction, now)
        return await self.get(command.dispute_id)

    async def _say(self, transaction: Transaction, dispute: OrderDispute, command: ReplyToDispute, who: Asker) -> None:
        side, now = _side(dispute, who), self._clock.now()
        said = DisputeReply(command.reply_id, side, who.person, command.words, now)
        row = (said.id, dispute.id, said.side, said.author_id, said.words, said.at)
        await transaction.connection.execute(_SAID, *row)
        # A customer who says more does not give the seller more time for the first answer.
        other = {
            ReturnSide.SELLER: ReturnSide.CUSTOMER,
            ReturnSide.CUSTOMER: None if dispute.waits_for is ReturnSide.SELLER else ReturnSide.SELLER,
            ReturnSide.MANAGER: None,
        }[side]
        turned = (other, now + _PATIENCE if other else None)
        await transaction.connection.execute(_HEARD, dispute.id, now, *turned)
        bare = await dispute_rows.bare(self._database, dispute.id)
        told = DisputeReplied(time=now, dispute=bare, reply=replace(said, words=""))
        guests = await guests_channels(self._database, bare)
        transaction.emit(told, DISPUTE.of(dispute.id), SELLER.of(dispute.seller_id), *guests)
        await matters.show(self._database, transaction, now)

    async def _decide(
        self, transaction: Transaction, dispute: OrderDispute, command: ResolveDispute, caller: Caller
    ) -> None:
        now, amount = self._clock.now(), command.amount
        _check_ripe(dispute, now)
        stake = await self._stake(transaction, dispute.line_id, dispute.return_id)
        _check_amount(stake, amount)
        is_open = amount.amount > 0
        state = OrderDisputeState.REFUNDING if is_open else OrderDisputeState.RESOLVED
        told = (to_numeric(amount), command.refund_id, is_open, command.decision, caller.person, now)
        await transaction.connection.execute(_DECIDE, dispute.id, state, *told)
        if is_open:
            asked = (command.refund_id, amount, Due(stake.lines, stake.most), f"dispute {dispute.id}", caller.person)
            await self._giving_back.begin(transaction, *asked)
        if stake.rma is not None and stake.rma.state in UNDER_WAY:
            await self._end_return(transaction, stake.rma.id, command, caller)
        facts = {"amount": amount.amount, "currency": amount.currency, "refund": str(command.refund_id)}
        await audit.note(transaction, now, caller, "disputes.resolve", f"dispute:{dispute.id}", **facts)
        await dispute_rows.tell(self._database, transaction, dispute.id)

    async def _end_return(
        self, transaction: Transaction, return_id: UUID, command: ResolveDispute, caller: Caller
    ) -> None:
        """A return that is not over ends with the decision about it."""
        is_open = command.amount.amount > 0
        state = ReturnState.REFUNDING if is_open else ReturnState.REJECTED
        money = (command.refund_id if is_open else None, to_numeric(command.amount), is_open)
        told = (command.decision[:2000], caller.person, *money, self._clock.now())
        await transaction.connection.execute(_END_RETURN, return_id, state, *told)
        await self._moving.tell(transaction, return_id)


def _side(dispute: OrderDispute, who: Asker) -> ReturnSide:
    """As whom somebody stands to it. Refused for strangers: `DisputeNotFound`."""
    side = who.side_of(dispute)
    if side is None:
        raise DisputeNotFound
    return side


def _check_ripe(dispute: OrderDispute, now: datetime) -> None:
    """Refuse what cannot be decided: it was (`DisputeOver`), or the seller may still answer (`NotHeard`)."""
    if dispute.state is not OrderDisputeState.OPEN:
        raise DisputeOver
    heard = any(reply.side is ReturnSide.SELLER for reply in dispute.replies)
    if not heard and now < dispute.answer_by:
        raise NotHeard(dispute.answer_by)


def _check_amount(stake: Stake, amount: Money) -> None:
    """Refuse more than is at stake (`RefundAboveStake`), and all while its return is being refunded."""
    if stake.rma is not None and stake.rma.state is ReturnState.REFUNDING:
        raise ReturnStands(stake.rma.state)
    if amount.currency != stake.whole.currency or not 0 <= amount.amount <= stake.whole.amount:
        raise RefundAboveStake(stake.whole.amount, stake.whole.currency)


def _same(known: OrderDispute, command: OpenDispute, customer: Asker) -> OrderDispute:
    """The answer to what was opened before, as it is now."""
    was = (known.line_id, known.return_id, known.reason, known.replies[0].words)
    told = (command.line_id, command.return_id, command.reason, command.words)
    if was != told or not customer.bought(known.order_id, known.customer_id):
        raise IdReused
    return known
