"""The books against a small pure model: whatever happens in whichever order, what buyers paid is somebody's.

The model knows only totals: what was paid, what went back, what each payment still has. The rules run in a thread;
what they ask is done on the test's loop, on real PostgreSQL.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from fastshop.contract.ledger import BalanceTooLow, CompletePayout, PayOut
from fastshop.ids import new_id
from server.domains.ledger.payouts import Payouts
from server.domains.ledger.rates import Rates
from server.domains.ledger.reading import Reading
from server.domains.ledger.service import Ledger
from server.kernel.database import Database
from server.kernel.money import LineRefund
from tests.conftest import Empty
from tests.domains.ledger.conftest import ADMIN, OURS, THEIRS, Line, Office, add_goods, euros
from tests.domains.ledger.test_books import derived, kept
from tests.support import ManualClock

Answer = TypeVar("Answer")

CENTS = st.integers(1, 100_000)
SELLERS = st.sampled_from([OURS, THEIRS])


class Model:
    """What there should be."""

    def __init__(self) -> None:
        self.paid = self.back = self.disputed = self.out = 0
        self.left: dict[UUID, int] = {}  # what has not gone back yet, by payment
        self.for_sale: dict[UUID, int] = {}  # what came and is not sold yet
        self.lines: dict[UUID, list[Line]] = {}  # what was sold, by payment
        self.disputes: dict[str, tuple[UUID, int]] = {}
        self.payouts: dict[UUID, int] = {}


async def test_n7_at_every_moment_what_buyers_paid_is_the_sellers_the_shops_the_states_or_went_back(
    database: Database, empty: Empty
) -> None:
    loop = asyncio.get_running_loop()

    def done(work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, loop).result(30)

    class Books(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            done(empty())
            clock = ManualClock()
            rates = Rates(database, clock, 1234)
            self.office = Office(database, clock, rates, Ledger(rates), Reading(database), Payouts(database, clock))
            self.model = Model()
            self.sold: set[UUID] = set()
            self.amounts: dict[str, int] = {}
            done(add_goods(database, clock))

        @rule(cents=CENTS, fee=st.integers(0, 100), again=st.booleans())
        def pay(self, cents: int, fee: int, again: bool) -> None:
            payment_id = new_id()
            for _ in range(1 + again):
                done(self.office.paid(cents, payment_id, fee))
            self.model.paid += cents
            self.model.left[payment_id] = self.model.for_sale[payment_id] = cents

        @rule(
            data=st.data(), first=SELLERS, share=st.integers(0, 100), tax=st.integers(0, 30),
            added=st.integers(0, 5_000), again=st.booleans(),
        )  # fmt: skip
        def sell(self, data: st.DataObject, first: UUID, share: int, tax: int, added: int, again: bool) -> None:
            if not self.model.for_sale:
                return
            payment_id = data.draw(st.sampled_from(sorted(self.model.for_sale)))
            cents = self.model.for_sale.pop(payment_id)
            parts = (cents * share // 100, cents - cents * share // 100)
            lines = [
                Line(seller, euros(part), tax=part * tax // 100, line_id=new_id(), shop_discount=added)
                for seller, part in zip((first, THEIRS), parts, strict=True)
            ]
            self.model.lines[payment_id] = lines
            order_id = new_id()
            self.sold.add(payment_id)
            for _ in range(1 + again):
                done(self.office.sold(payment_id, *lines, order_id=order_id))

        @rule(data=st.data(), again=st.booleans())
        def refund(self, data: st.DataObject, again: bool) -> None:
            left = sorted(payment for payment, cents in self.model.left.items() if cents)
            if not left:
                return
            payment_id, refund_id = data.draw(st.sampled_from(left)), new_id()
            cents = data.draw(st.integers(1, self.model.left[payment_id]))
            self.model.for_sale.pop(payment_id, None)  # what went back is not sold any more
            # Out of one seller's share, which may be less than that: the shop bears the rest.
            seller = data.draw(st.sampled_from([None, OURS, THEIRS])) if payment_id in self.sold else None
            tax = data.draw(st.integers(0, cents)) if seller else 0
            lines = [line for line in self.model.lines.get(payment_id, ()) if line.seller_id == seller]
            back: list[LineRefund] = []
            if lines:
                line = data.draw(st.sampled_from(lines))
                back = [LineRefund(line.line_id, cents, tax, data.draw(st.integers(0, line.shop_discount)))]
            for _ in range(1 + again):
                done(self.office.refunded(payment_id, cents, refund_id, seller, tax, back))
            self.model.left[payment_id] -= cents
            self.model.back += cents

        @rule(data=st.data())
        def dispute(self, data: st.DataObject) -> None:
            if not self.model.left:
                return
            payment_id, dispute = data.draw(st.sampled_from(sorted(self.model.left))), str(new_id())
            cents, now = data.draw(CENTS), self.office.clock.now()
            self.model.for_sale.pop(payment_id, None)
            done(self.office.post(lambda t: self.office.ledger.disputed(t, dispute, payment_id, euros(cents), now)))
            taken = min(cents, self.model.left[payment_id])
            self.model.left[payment_id] -= taken
            self.model.disputes[dispute] = (payment_id, taken)
            self.model.disputed += cents
            self.amounts[dispute] = cents

        @rule(data=st.data(), won=st.booleans())
        def decide(self, data: st.DataObject, won: bool) -> None:
            if not self.model.disputes:
                return
            dispute = data.draw(st.sampled_from(sorted(self.model.disputes)))
            (payment_id, taken), now = self.model.disputes.pop(dispute), self.office.clock.now()
            done(self.office.post(lambda t: self.office.ledger.decided(t, dispute, payment_id, now, won=won)))
            self.model.disputed -= self.amounts[dispute]
            if won:
                self.model.left[payment_id] += taken
            else:
                self.model.back += self.amounts[dispute]

        @rule(cents=CENTS, seller=SELLERS)
        def pay_out(self, cents: int, seller: UUID) -> None:
            balance, payout_id = done(self.office.balance(seller)), new_id()
            command = PayOut(payout_id=payout_id, seller_id=seller, amount=euros(cents))
            if balance < cents:
                with pytest.raises(BalanceTooLow):
                    done(self.office.payouts.pay_out(command, ADMIN))
                return
            done(self.office.payouts.pay_out(command, ADMIN))
            self.model.payouts[payout_id] = cents
            self.model.out += cents

        @rule(data=st.data(), failed=st.booleans())
        def complete(self, data: st.DataObject, failed: bool) -> None:
            if not self.model.payouts:
                return
            payout_id = data.draw(st.sampled_from(sorted(self.model.payouts)))
            cents = self.model.payouts.pop(payout_id)
            command = CompletePayout(payout_id=payout_id, reference="x", failed=failed)
            done(self.office.payouts.complete(command, ADMIN))
            self.model.out -= cents * failed

        @invariant()
        def the_books_say_what_happened(self) -> None:
            assert done(kept(self.office)) == done(derived(self.office))
            if not self.model.paid:
                return
            totals = done(self.office.totals())
            assert (totals.paid, totals.refunds, totals.disputed, totals.paid_out) == (
                self.model.paid, self.model.back, self.model.disputed, self.model.out,
            )  # fmt: skip
            assert (
                0 <= totals.discounts <= sum(each.shop_discount for sold in self.model.lines.values() for each in sold)
            )
            assert totals.unallocated == sum(self.model.left[each] for each in self.model.left if each not in self.sold)

    few = settings(max_examples=20, stateful_step_count=15)
    await asyncio.to_thread(run_state_machine_as_test, Books, settings=few)
