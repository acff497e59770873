"""N7 over everything that moves money: what the gateway took and gave is what the books say, in each currency.

Two orders of two sellers, in euros and in yen, with taxes, shipping and what the shop adds of its own. People do to
them whatever they may, in any order: send, cancel, correct, return, exchange, argue; admins give back, here or on the
gateway's own pages, banks take back and send refunds back, people transfer those, sellers are paid out. The model is no
more than what the gateway, the banks and people have really done.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money, Refusal
from fastshop.contract.fulfilment import AcceptOrder, CancelOrder, DeliverOrder, EditOrder, RejectOrder, ShipOrder
from fastshop.contract.ledger import CompletePayout, PayOut, ShowTotals, Totals
from fastshop.contract.orders import Order, OrderShipping
from fastshop.contract.payments import DisputeState, RefundPayment, RefundState, SendRefundByHand
from fastshop.contract.prices import Rate, SaveTaxZone
from fastshop.contract.pricing import Tax
from fastshop.contract.returns import (
    ApproveReturn,
    ExchangeReturn,
    ReceivedUnits,
    ReceiveReturn,
    RefundReturn,
    Return,
    ReturnReason,
    ShipReplacement,
    WantedReturn,
)
from fastshop.contract.seller_orders import LineUnits
from fastshop.ids import new_id
from server.domains.ledger.payouts import Payouts
from server.domains.ledger.reading import Reading
from server.domains.orders.fulfilling import Fulfilling
from server.domains.payments.disputes import Disputes
from server.domains.payments.following import Following
from server.domains.payments.owing import Owing
from server.domains.payments.ports import Questioned, Returned
from server.domains.pricing.taxes import Taxes
from server.kernel.caller import Caller
from server.kernel.money import from_numeric
from tests.domains.returns.conftest import (
    ADMIN,
    ANN,
    BLUE,
    MANAGER,
    OURS,
    RED,
    RIVAL,
    SELLER,
    TEAPOT,
    THEIRS,
    Desk,
    line,
)

T = TypeVar("T")

HOME = PostalAddress(name="Ann", country="DE", street="Hauptstr. 1", postal_code="10115", city="Berlin")
OF_SHOP = {OURS: SELLER, THEIRS: RIVAL}
ORDERS = st.sampled_from(["EUR", "JPY"])
SELLERS = st.sampled_from([OURS, THEIRS])
ENDS = st.sampled_from(["refund", "part", "exchange", "exchange", "send"])
# One of those that there are, however many. What is drawn must not hang on that: earlier stories have left theirs.
AT = st.integers(0, 99)
# What a bank does with a payment that its customer questions.
BANKS = st.sampled_from(list(DisputeState))


class Model:
    """What banks have taken, by dispute: how much, and whether they have decided.

    What is owed since a bank has sent it back, by refund: of which payment, how much. What people have transferred.
    """

    def __init__(self) -> None:
        self.taken: dict[str, tuple[UUID, Money, DisputeState]] = {}
        self.owed: dict[UUID, tuple[UUID, Money]] = {}
        self.by_hand = Counter[str]()

    def owes(self, currency: str) -> int:
        return sum(money.amount for _, money in self.owed.values() if money.currency == currency)

    def sum(self, currency: str, state: DisputeState) -> int:
        return sum(money.amount for _, money, now in self.taken.values() if (money.currency, now) == (currency, state))


async def test_n7_whatever_moves_money_the_books_say_what_was_really_paid_and_given_back_in_each_currency(
    desk: Desk,
) -> None:
    loop, model = asyncio.get_running_loop(), Model()
    fulfilling = Fulfilling(desk.orders, desk.changing, desk.clock)
    payouts, banks = Payouts(desk.database, desk.clock), Disputes(desk.database, desk.clock, desk.ledger)
    owing = Owing(desk.database, desk.clock, desk.ledger)
    following = Following(desk.database, desk.refunds, desk.payments, owing)
    zone = SaveTaxZone(
        zone_id=new_id(), name="DE", places=("DE",), rates=(Rate(name="VAT", rate=190_000),), inclusive=True
    )
    await Taxes(desk.database, desk.clock).save_zone(zone, ADMIN)

    def done(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(20)

    class Everything(RuleBasedStateMachine):
        orders: dict[str, Order]

        @initialize(
            totals=st.lists(st.integers(1, 3000), min_size=3, max_size=3), added=st.integers(0, 300),
            post=st.integers(0, 500), tax=st.sampled_from([0, 0, 16]),
        )  # fmt: skip
        def buy(self, totals: list[int], added: int, post: int, tax: int) -> None:
            """An order in each currency. Without taxes they are those of a sale, for which nobody has said where to."""
            desk.gateway.mood = None
            self.returns, self.paying_out, self.orders = dict[UUID, Return](), list[UUID](), {}
            for currency in ("EUR", "JPY"):
                lines = [
                    replace(
                        line(variant, count), unit_price=Money(900, currency), total=Money(total, currency),
                        taxes=(Tax("VAT", 190_000, Money(total * tax // 100, currency)),) if tax else (),
                        discount=added, shop_discount=added,
                    )
                    for variant, count, total in zip((RED, BLUE, TEAPOT), (3, 2, 2), totals, strict=True)
                ]  # fmt: skip
                money = Money(post, currency)
                sent = OrderShipping(OURS, "post", "Post", money, money, standard=money)
                self.orders[currency] = done(desk.bought(*lines, shipping=(sent,), delivered=False))

        def attempt(self, work: Coroutine[Any, Any, T]) -> T | None:
            """What came of it; None when it was refused."""
            try:
                return done(work)
            except Refusal:
                return None

        def now(self, currency: str) -> Order:
            return done(desk.orders.get(self.orders[currency].id))

        def version(self, order: Order, seller: UUID) -> int:
            return next(part.version for part in order.parts if part.seller_id == seller)

        @rule(of=ORDERS, seller=SELLERS, far=st.integers(1, 3))
        def send(self, of: str, seller: UUID, far: int) -> None:
            """A seller accepts, sends what is left, says that it has arrived; perhaps not all of that."""
            self.sent(of, seller, far)

        def sent(self, of: str, seller: UUID, far: int) -> None:
            order, who = self.now(of), OF_SHOP[seller]
            for step in range(far):
                version = self.version(self.now(of), seller)
                match step:
                    case 0:
                        work = fulfilling.accept(
                            AcceptOrder(order_id=order.id, change_id=new_id(), version=version), who
                        )
                    case 1:
                        work = fulfilling.ship(ShipOrder(order_id=order.id, shipment_id=new_id(), version=version), who)
                    case _:
                        work = fulfilling.deliver(
                            DeliverOrder(order_id=order.id, change_id=new_id(), version=version), who
                        )
                self.attempt(work)

        @rule(of=ORDERS, seller=SELLERS, who=st.sampled_from([ANN, SELLER, RIVAL, MANAGER]), units=st.integers(0, 2))
        def cancel(self, of: str, seller: UUID, who: Caller, units: int) -> None:
            order = self.now(of)
            chosen = [LineUnits(each.id, units) for each in order.lines if each.id and each.seller_id == seller]
            lines = tuple(chosen[:1]) if units else ()
            command = CancelOrder(order_id=order.id, change_id=new_id(), version=order.version, lines=lines)
            self.attempt(fulfilling.cancel(command, who))

        @rule(of=ORDERS, seller=SELLERS)
        def reject(self, of: str, seller: UUID) -> None:
            order = self.now(of)
            version = self.version(order, seller)
            command = RejectOrder(order_id=order.id, change_id=new_id(), version=version, note="Broken.")
            self.attempt(fulfilling.reject(command, OF_SHOP[seller]))

        @rule(of=ORDERS)
        def say_where_it_goes(self, of: str) -> None:
            order = self.now(of)
            command = EditOrder(order_id=order.id, change_id=new_id(), version=order.version, address=HOME)
            self.attempt(fulfilling.edit(command, ANN))

        @rule(
            of=ORDERS, line_at=st.integers(0, 2), units=st.integers(1, 3),
            other=st.sampled_from([None, None, RED, BLUE]),
            reason=st.sampled_from([ReturnReason.UNWANTED, ReturnReason.DEFECTIVE]), missing=st.integers(0, 1),
            end=ENDS,
        )  # fmt: skip
        def send_back(
            self, of: str, line_at: int, units: int, other: UUID | None, reason: ReturnReason, missing: int, end: str
        ) -> None:
            """Units that have arrived go back, perhaps for others, and are received."""
            order = self.orders[of]
            self.sent(of, order.lines[line_at].seller_id, 3)
            line_id, seller = order.lines[line_at].id, OF_SHOP[order.lines[line_at].seller_id]
            assert line_id is not None
            replaced = next((rma.id for rma in self.returns.values() if rma.replacement_tracking), None)
            if end == "exchange":
                other = other or order.lines[line_at].variant_id
            wanted = (WantedReturn(line_id, units, other, replaced if missing else None),)
            fields: dict[str, Any] = {"lines": wanted, "reason": reason}
            rma = self.attempt(desk.request(order, **fields))
            if rma is None:
                return
            self.returns[rma.id] = rma
            self.attempt(desk.deciding.approve(ApproveReturn(return_id=rma.id), seller))
            came = (ReceivedUnits(line_id, max(units - missing, 1)),)
            received = self.attempt(desk.deciding.receive(ReceiveReturn(return_id=rma.id, lines=came), seller))
            if received is not None:
                self.conclude(received, end, mood=False)

        @rule(at=AT, what=ENDS, mood=st.booleans())
        def decide_return(self, at: int, what: str, mood: bool) -> None:
            if self.returns:
                self.conclude(self.returns[sorted(self.returns)[at % len(self.returns)]], what, mood=mood)

        def conclude(self, rma: Return, what: str, *, mood: bool) -> None:
            """It is decided; where the gateway is in that mood the refund fails."""
            seller, refund_id = OF_SHOP[rma.seller_id], new_id()
            desk.gateway.mood = RefundState.FAILED if mood else None
            match what:
                case "refund" | "part":
                    amount = Money(rma.worth.amount // 2, rma.worth.currency) if what == "part" else None
                    command = RefundReturn(return_id=rma.id, refund_id=refund_id, amount=amount)
                    work = desk.deciding.refund(command, seller)
                case "exchange":
                    work = desk.deciding.exchange(ExchangeReturn(return_id=rma.id, refund_id=refund_id), seller)
                case _:
                    work = desk.deciding.ship_replacement(ShipReplacement(return_id=rma.id, tracking="1Z"), seller)
            now = self.attempt(work)
            desk.gateway.mood = None
            if now is not None:
                self.returns[now.id] = now

        @rule(at=AT, of=ORDERS, part=st.integers(0, 2), about_return=st.booleans())
        def argue(self, at: int, of: str, part: int, about_return: bool) -> None:
            desk.clock.turn(days=3)
            subject: dict[str, Any] = {"line_id": self.orders[of].lines[at % 3].id}
            if about_return and self.returns:
                subject = {"return_id": sorted(self.returns)[at % len(self.returns)]}
            opened = self.attempt(desk.dispute(**subject))
            if opened is None:
                return
            done(desk.say(opened, OF_SHOP[opened.seller_id]))
            amount = Money(opened.at_stake.amount * part // 2, opened.at_stake.currency)
            self.attempt(desk.decide(opened, amount))

        @rule(of=ORDERS, amount=st.integers(1, 900))
        def an_admin_gives_back(self, of: str, amount: int) -> None:
            payment_id = self.orders[of].payment_id
            assert payment_id is not None
            money = Money(amount, of)
            command = RefundPayment(payment_id=payment_id, refund_id=new_id(), reason="Sorry", amount=money)
            self.attempt(desk.refunds.refund(command, ADMIN))

        @rule(of=ORDERS, amount=st.integers(1, 900), again=st.booleans(), instead=st.booleans())
        def somebody_gives_back_at_the_gateway(self, of: str, amount: int, again: bool, instead: bool) -> None:
            """Perhaps what is owed."""
            payment_id, made = self.orders[of].payment_id, new_id()
            assert payment_id is not None
            money = Money(amount, of)
            if instead and model.owed:
                payment_id, money = next(iter(model.owed.values()))
            if done(desk.gateway.refund(made, payment_id, money)).state is RefundState.SUCCEEDED:
                for _ in range(1 + again):
                    told = (Returned(made, money, RefundState.SUCCEEDED),)
                    self.attempt(following.follow(payment_id, told))
                settled = [key for key, each in model.owed.items() if each == (payment_id, money)]
                for key in settled[:1]:
                    del model.owed[key]

        @rule(at=AT, again=st.booleans())
        def a_bank_sends_a_refund_back(self, at: int, again: bool) -> None:
            query = "SELECT * FROM payment_refunds WHERE state = 'succeeded' AND failure = '' ORDER BY created_at, id"
            if not (rows := done(desk.database.fetch(query))):
                return
            row = rows[at % len(rows)]
            money, refund_id, payment_id = from_numeric(row["amount"], row["currency"]), row["id"], row["payment_id"]
            done(desk.database.fetch("UPDATE simulated_refunds SET status = 'failed' WHERE id = $1", refund_id))
            for _ in range(1 + again):
                done(following.follow(payment_id, (Returned(refund_id, money, RefundState.FAILED, "account_closed"),)))
            model.owed[refund_id] = (payment_id, money)

        @rule(at=AT)
        def somebody_transfers_what_is_owed(self, at: int) -> None:
            if model.owed:
                refund_id = sorted(model.owed)[at % len(model.owed)]
                payment_id, money = model.owed[refund_id]
                command = SendRefundByHand(payment_id=payment_id, refund_id=refund_id, reference="SEPA")
                if self.attempt(owing.send_by_hand(command, MANAGER)):
                    del model.owed[refund_id]
                    model.by_hand[money.currency] += money.amount

        @rule(of=ORDERS, amount=st.integers(1, 4000))
        def a_bank_takes_back(self, of: str, amount: int) -> None:
            payment_id = self.orders[of].payment_id
            assert payment_id is not None
            self.follow(f"dp_{new_id()}", payment_id, Money(amount, of), DisputeState.OPEN)

        @rule(at=AT, state=BANKS)
        def a_bank_decides(self, at: int, state: DisputeState) -> None:
            waiting = sorted(key for key, (_, _, now) in model.taken.items() if now is DisputeState.OPEN)
            if waiting:
                dispute = waiting[at % len(waiting)]
                payment_id, money, _ = model.taken[dispute]
                self.follow(dispute, payment_id, money, state)

        def follow(self, dispute: str, payment_id: UUID, money: Money, state: DisputeState) -> None:
            done(banks.follow(Questioned(dispute, payment_id, money, state, "fraud", withdrawn=True)))
            model.taken[dispute] = (payment_id, money, state)

        @rule(of=ORDERS, seller=SELLERS, amount=st.integers(1, 2000))
        def pay_out(self, of: str, seller: UUID, amount: int) -> None:
            command = PayOut(payout_id=new_id(), seller_id=seller, amount=Money(amount, of))
            if self.attempt(payouts.pay_out(command, ADMIN)):
                self.paying_out.append(command.payout_id)

        @rule(failed=st.booleans())
        def complete(self, failed: bool) -> None:
            if self.paying_out:
                command = CompletePayout(payout_id=self.paying_out.pop(), reference="SEPA", failed=failed)
                self.attempt(payouts.complete(command, ADMIN))

        @rule()
        def look_after(self) -> None:
            desk.clock.turn(seconds=60)
            done(desk.refunds.round())
            done(desk.giving_back.round())

        @invariant()
        def the_books_say_what_was_really_paid_and_given_back(self) -> None:
            charged, given, out = done(_really(desk))
            for totals in done(Reading(desk.database).totals(ShowTotals(), ADMIN)).totals:
                currency = totals.currency
                assert totals.paid == charged[currency]
                by_hand = model.by_hand[currency]
                assert totals.refunds == given[currency] + by_hand + model.sum(currency, DisputeState.LOST)
                assert totals.owed == model.owes(currency)
                assert totals.disputed == model.sum(currency, DisputeState.OPEN)
                assert totals.paid_out == out[currency]
                assert totals.paid == _whose(totals)
                assert totals.unallocated == 0

    # Not shrunk: each of its steps is several transactions, and a failure is to be told in seconds.
    found = (Phase.explicit, Phase.generate)
    few = settings(max_examples=10, stateful_step_count=15, phases=found)
    await asyncio.to_thread(run_state_machine_as_test, Everything, settings=few)


def _whose(totals: Totals) -> int:
    """All that buyers paid, by where it is now."""
    theirs = totals.sellers + totals.paid_out + totals.platform + totals.tax
    return totals.unallocated + theirs + totals.refunds + totals.owed + totals.disputed


async def _really(desk: Desk) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """What the gateway took and gave back, and what was paid out, in minor units by currency."""
    queries = (
        "SELECT currency, sum(amount) AS amount FROM simulated_charges WHERE status = 'succeeded' GROUP BY 1",
        "SELECT currency, sum(amount) AS amount FROM simulated_refunds WHERE status = 'succeeded' GROUP BY 1",
        "SELECT currency, sum(amount) AS amount FROM payouts WHERE state <> 'failed' GROUP BY 1",
    )
    sums = []
    for query in queries:
        rows = await desk.database.fetch(query)
        sums.append(Counter({row["currency"]: from_numeric(row["amount"], row["currency"]).amount for row in rows}))
    charged, given, out = sums
    return charged, given, out
