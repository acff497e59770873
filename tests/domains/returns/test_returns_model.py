"""N7: whatever is returned, refunded, disputed and exchanged in whichever order, units and money stay whole."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fastshop.contract.base import Refusal
from fastshop.contract.ledger import Account
from fastshop.contract.orders import Order
from fastshop.contract.payments import RefundState
from fastshop.contract.returns import (
    ApproveReturn,
    CancelReturn,
    ReceivedUnits,
    ReceiveReturn,
    RejectReturn,
    Return,
    WantedReturn,
)
from fastshop.ids import new_id
from tests.domains.returns.conftest import ANN, BLUE, RED, SELLER, Desk, asked, line

T = TypeVar("T")


async def test_n7_units_and_money_stay_whole_whatever_happens(desk: Desk) -> None:
    loop = asyncio.get_running_loop()

    def done(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(20)

    class Counter(RuleBasedStateMachine):
        """An order of two lines, and a model that counts by itself."""

        @initialize(totals=st.tuples(st.integers(1, 3000), st.integers(0, 3000)), tax=st.integers(0, 15))
        def buy(self, totals: tuple[int, int], tax: int) -> None:
            lines = (line(RED, 12, totals[0], totals[0] * tax // 100), line(BLUE, 9, totals[1], totals[1] * tax // 100))
            self.order: Order = done(desk.bought(*lines))
            self.returns: dict[UUID, Return] = {}
            desk.gateway.mood = None

        def attempt(self, work: Coroutine[Any, Any, Any]) -> Any:
            """What came of it; None when it was refused, which changes nothing."""
            try:
                return done(work)
            except Refusal:
                return None

        def see(self, rma: Return | None) -> None:
            if rma is not None:
                self.returns[rma.id] = rma

        @rule(units=st.sampled_from([(1, 0), (2, 1), (4, 3), (6, 5), (0, 2)]), other=st.booleans(), now=st.booleans())
        def request(self, units: tuple[int, int], other: bool, now: bool) -> None:
            lines = tuple(
                WantedReturn(bought.id or new_id(), count, BLUE if other else None)
                for bought, count in zip(self.order.lines, units, strict=True)
                if count
            )
            if lines:
                rma = self.attempt(desk.asking.request(asked(self.order, lines=lines), ANN))
                self.see(rma)
                if rma is not None and now:
                    done(desk.deciding.approve(ApproveReturn(return_id=rma.id), SELLER))
                    self.see(done(desk.deciding.receive(ReceiveReturn(return_id=rma.id), SELLER)))

        @precondition(lambda self: self.returns)
        @rule(data=st.data(), what=st.sampled_from(["approve", "reject", "cancel"]))
        def move(self, data: st.DataObject, what: str) -> None:
            rma = self.any_return(data)
            match what:
                case "approve":
                    work = desk.deciding.approve(ApproveReturn(return_id=rma.id), SELLER)
                case "reject":
                    work = desk.deciding.reject(RejectReturn(return_id=rma.id, reason="No."), SELLER)
                case _:
                    work = desk.asking.cancel(CancelReturn(return_id=rma.id), ANN)
            self.see(self.attempt(work))

        @precondition(lambda self: self.returns)
        @rule(data=st.data(), missing=st.integers(0, 2))
        def receive(self, data: st.DataObject, missing: int) -> None:
            rma = self.any_return(data)
            self.see(self.attempt(desk.deciding.approve(ApproveReturn(return_id=rma.id), SELLER)))
            came = tuple(ReceivedUnits(each.line_id, max(each.quantity - missing, 0)) for each in rma.lines)
            self.see(self.attempt(desk.deciding.receive(ReceiveReturn(return_id=rma.id, lines=came), SELLER)))

        @precondition(lambda self: self.returns)
        @rule(data=st.data(), cents=st.none() | st.integers(1, 3000), mood=st.sampled_from([None, None, *RefundState]))
        def refund(self, data: st.DataObject, cents: int | None, mood: RefundState | None) -> None:
            rma = self.any_return(data)
            desk.gateway.mood = None if mood is RefundState.SUCCEEDED else mood
            self.see(self.attempt(desk.refund(rma, cents)))

        @precondition(lambda self: self.returns)
        @rule(data=st.data())
        def exchange(self, data: st.DataObject) -> None:
            rma = self.any_return(data)
            desk.gateway.mood = None
            self.see(self.attempt(desk.exchange(rma)))

        @precondition(lambda self: self.returns)
        @rule(data=st.data(), part=st.integers(0, 2), line_only=st.booleans())
        def dispute(self, data: st.DataObject, part: int, line_only: bool) -> None:
            desk.gateway.mood = None
            desk.clock.turn(days=3)
            subject: dict[str, Any] = {"line_id": data.draw(st.sampled_from(self.order.lines)).id}
            if not line_only:
                subject = {"return_id": self.any_return(data).id}
            opened = self.attempt(desk.dispute(**subject))
            if opened is not None:
                done(desk.say(opened))
                self.attempt(desk.resolve(opened, opened.at_stake.amount * part // 2))

        @rule()
        def look_after(self) -> None:
            desk.gateway.mood = None
            desk.clock.turn(seconds=60)
            done(desk.refunds.round())
            done(desk.giving_back.round())

        def any_return(self, data: st.DataObject) -> Return:
            return self.returns[data.draw(st.sampled_from(sorted(self.returns)))]

        @invariant()
        def nothing_is_lost_or_made(self) -> None:
            if not hasattr(self, "order"):
                return
            assert self.order.payment_id is not None
            done(desk.books())
            shares = done(desk.shares(self.order))
            assert sum(shares.values()) == 0
            assert all(part >= 0 for (account, _), part in shares.items() if account is not Account.PAYMENTS)
            assert (Account.LOSSES, None) not in shares
            assert shares.get((Account.REFUNDS, None), 0) <= self.order.total.amount
            for bought in self.order.lines:
                given, units = done(of_line(desk, bought.id))
                assert given <= bought.total.amount
                assert units <= bought.quantity

    # Not shrunk: each of its steps is a transaction, and a failure is to be told in seconds.
    found = (Phase.explicit, Phase.generate)
    few = settings(max_examples=20, stateful_step_count=20, phases=found)
    await asyncio.to_thread(run_state_machine_as_test, Counter, settings=few)


async def of_line(desk: Desk, line_id: UUID | None) -> tuple[int, int]:
    """What goes back for a line in minor units, by the payments' own refunds, and its units that do."""
    row = await desk.database.fetch_one(
        "SELECT coalesce(sum(gone.amount), 0) * 100 AS given FROM line_refunds gone"
        " JOIN payment_refunds refund ON refund.id = gone.refund_id WHERE line_id = $1 AND refund.state <> 'failed'",
        line_id,
    )
    units = await desk.database.fetch_one(
        "SELECT coalesce(sum(coalesce(received, quantity)), 0) AS units FROM return_lines line JOIN returns"
        " ON returns.id = line.return_id WHERE line_id = $1"
        " AND (received IS NOT NULL OR state NOT IN ('rejected', 'cancelled'))",
        line_id,
    )
    assert row is not None
    assert units is not None
    return int(row["given"]), units["units"]
