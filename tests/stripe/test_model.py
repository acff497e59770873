"""A flash sale paid through Stripe, with all of it shuffled: one charge, one order, whatever arrives when.

Customers pay by the shop or in their browser, banks ask back and take their time, lines are cut, answers lost, keys
expire, processes die between two steps, messages come late, twice, in any order, admins refund, here or on Stripe's own
pages, banks dispute and send refunds back. At every moment a payment was charged once at most and the books balance;
when all is quiet, who was charged has an order, and who has none has the money back. The rules run in a thread; what
they ask is done on the test's loop.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from fastshop.contract.base import Money, Refusal
from fastshop.contract.flash_sales import Claim, ClaimState, Pay
from fastshop.contract.ledger import ShowTotals, Totals
from fastshop.contract.payment_methods import AddMethod, MethodKept, MethodRemoved, RemoveMethod
from fastshop.contract.payments import ConfirmPayment, CreateIntent, PaymentState, RefundPayment, SendRefundByHand
from fastshop.ids import new_id
from server.adapters.payments.stripe_api import StripeApi
from server.adapters.payments.stripe_gateway import StripeGateway
from server.adapters.payments.stripe_messages import StripeMessages
from server.domains.flash_sales.payable import PayableClaims
from server.domains.ledger.reading import Reading
from server.domains.payments.disputes import Disputes
from server.domains.payments.following import Following
from server.domains.payments.methods import Methods
from server.domains.payments.owing import Owing
from server.domains.payments.paying import Paying
from server.domains.payments.refunds import Refunds
from server.domains.payments.service import Payments
from server.domains.payments.sweeping import Strays
from server.domains.payments.telling import Telling
from server.domains.payments.throttle import Throttle
from server.kernel.caller import Caller
from server.kernel.database import Database
from tests.conftest import Empty
from tests.domains.flash_sales.market import ADMIN, Market, customer
from tests.stripe.fake import KEY, METHODS, WEBHOOK_SECRET, FakeStripe, Refused, signed
from tests.support import ManualClock
from tests.tries import Endless

Answer = TypeVar("Answer")
Weather = tuple[list[str], bool]

# What is kept where it is paid with.
KEPT = ("pm_card_mastercard", "pm_card_authenticationRequired")
CARDS = st.just("pm_card_visa") | st.sampled_from(sorted(METHODS))
# One of those that there are, however many.
AT = st.integers(0, 99)
_WEATHER = st.sampled_from(["", "lost", "cut", "500", "busy"])
# Whether their keys expire while nobody knows how it went.
WEATHER = st.tuples(st.just([]) | st.lists(_WEATHER, max_size=4), st.booleans())


class World:
    """A market whose payments go through Stripe."""

    def __init__(self, database: Database, fake: FakeStripe, api: StripeApi) -> None:
        self.market = Market(database, ManualClock())
        self.fake = fake
        self.database = database
        clock, ledger, throttle = self.market.clock, self.market.ledger, Throttle(Endless())
        gateway = StripeGateway(database, api, "https://shop.test/")
        self.payments = Payments(database, gateway, clock, self.market.keyed, ledger, 20)
        self.buying = self.market.buying(self.payments)
        claims = PayableClaims(database, self.market.shop.actors, self.buying)
        self.paying = Paying(self.payments, gateway, {"claim": claims}, throttle, "", 20)
        self.strays = Strays(database, self.payments, self.paying.conclude, {"claim": claims}, clock)
        self.refunds = Refunds(database, gateway, clock, ledger, throttle, 20)
        disputes = Disputes(database, clock, ledger)
        self.methods = Methods(database, gateway.wallets, clock, self.market.keyed, throttle, "", 20)
        messages = StripeMessages(WEBHOOK_SECRET, api, gateway)
        self.owing = Owing(database, clock, ledger)
        following = Following(database, self.refunds, self.payments, self.owing)
        self.telling = Telling({"stripe": messages}, self.paying, following, disputes, self.methods)
        self.claims: list[Claim] = []
        self.tried: list[tuple[Claim, UUID]] = []

    async def open(self) -> None:
        await self.market.fill()
        self.sale = await self.market.sale(quantity=20, per_customer_limit=3, hold_seconds=600, minutes=600)

    async def claim(self, who: Caller | None = None) -> None:
        who = who or customer(len(self.claims))
        with suppress(Refusal):
            self.claims.append(await self.market.shop.claim(self.sale, who))

    async def hear(self, event: Any) -> None:
        """A message that cannot be dealt with now is sent again later, as they do."""
        with suppress(Exception):
            await self.telling.hear("stripe", *signed(event))

    async def totals(self) -> Totals | None:
        found = (await Reading(self.database).totals(ShowTotals(), ADMIN)).totals
        return found[0] if found else None

    async def quiet(self) -> None:
        """Everything that was to happen has happened."""
        self.fake.weather.clear()
        self.fake.settle()
        for _ in range(3):
            await self.market.turn(minutes=15)
            for claim in await self.buying.paying():
                await self.buying.settle(claim)
            await self.strays.round()
            await self.payments.refund_on()
            await self.refunds.round()
            await self.owing.round()
        now = self.market.clock.now()
        for row in await self.rows("SELECT id FROM payment_methods WHERE payment_id IS NOT NULL"):
            await self.methods.take_kept(MethodKept(time=now, method_id=row["id"]))
        for event in self.fake.events:
            await self.telling.hear("stripe", *signed(event))
        for row in await self.rows("SELECT id FROM payment_methods WHERE state = 'removed'"):
            await self.methods.forget(MethodRemoved(time=now, method_id=row["id"]))

    async def rows(self, query: str) -> list[Any]:
        return await self.database.fetch(query)


async def test_n7_one_charge_one_order_whatever_arrives_when(database: Database, empty: Empty) -> None:
    loop = asyncio.get_running_loop()
    happened: Counter[str] = Counter()

    def done(work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, loop).result(60)

    class Shuffle(RuleBasedStateMachine):
        @initialize()
        def open(self) -> None:
            done(empty())
            self.fake = FakeStripe()
            self.secrets: set[str] = set()
            self.expire = False
            done(self.fake.start())
            self.api = StripeApi(KEY, self.fake.url, retries=0)
            self.world = World(database, self.fake, self.api)
            done(self.world.open())
            done(self.world.claim())
            done(self.world.claim())
            first, second = self.world.claims
            self.pays(first, new_id(), "pm_card_visa")
            method_id = new_id()
            self.tries(self.world.methods.add(AddMethod(method_id=method_id, payment_method=KEPT[0]), self.who(second)))
            self.pays(second, new_id(), str(method_id))
            self.refunds()

        def refunds(self) -> None:
            """One on Stripe's own pages, and one of ours that its bank sends back."""
            intent, payment_id = next(
                (number, UUID(each["metadata"]["payment_id"])) for number, each in self.fake.intents.items()
            )
            self.fake.refund_in_dashboard(intent, 50)
            refund = RefundPayment(payment_id=payment_id, refund_id=new_id(), reason="a model", amount=Money(70, "EUR"))
            done(self.world.refunds.refund(refund, ADMIN))
            self.fake.send_back(next(reversed(self.fake.refunds)))
            done(self.world.hear(self.fake.events[-1]))
            command = SendRefundByHand(payment_id=payment_id, refund_id=refund.refund_id, reference="SEPA")
            done(self.world.owing.send_by_hand(command, ADMIN))

        @rule(data=st.data(), card=CARDS, weather=WEATHER)
        def pay(self, data: st.DataObject, card: str, weather: Weather) -> None:
            claim, payment_id = self.some_payment(data)
            self.meets(weather)
            self.pays(claim, payment_id, card)

        @rule(data=st.data(), card=CARDS, weather=WEATHER)
        def save_a_card(self, data: st.DataObject, card: str, weather: Weather) -> None:
            claim, _ = self.some_payment(data)
            command = AddMethod(method_id=new_id(), payment_method=card)
            self.meets(weather)
            self.tries(self.world.methods.add(command, self.who(claim)))

        @rule(data=st.data(), weather=WEATHER)
        def pay_with_what_is_saved(self, data: st.DataObject, weather: Weather) -> None:
            """Perhaps another person's, perhaps what is removed by now."""
            methods = done(self.world.rows("SELECT id, user_id FROM payment_methods ORDER BY created_at, id"))
            if methods:
                row = data.draw(st.sampled_from(methods))
                done(self.world.claim(customer(row["user_id"].int - 1000)))
                claim, payment_id = data.draw(st.sampled_from(self.world.claims[::-1])), new_id()
                self.world.tried.append((claim, payment_id))
                self.meets(weather)
                self.pays(claim, payment_id, str(row["id"]))

        @rule(data=st.data(), weather=WEATHER)
        def remove_what_is_saved(self, data: st.DataObject, weather: Weather) -> None:
            methods = done(self.world.rows("SELECT id, user_id FROM payment_methods ORDER BY created_at, id"))
            if methods:
                row = data.draw(st.sampled_from(methods))
                owner = customer(row["user_id"].int - 1000)
                done(self.world.methods.remove(RemoveMethod(method_id=row["id"]), owner))
                self.meets(weather)
                self.tries(
                    self.world.methods.forget(MethodRemoved(time=self.world.market.clock.now(), method_id=row["id"]))
                )

        @rule(data=st.data(), weather=WEATHER)
        def begin_in_the_browser(self, data: st.DataObject, weather: Weather) -> None:
            claim, payment_id = self.some_payment(data)
            self.meets(weather)
            command = CreateIntent(payment_id=payment_id, pays_for=f"claim:{claim.id}")
            begun = self.tries(self.world.paying.create_intent(command, self.who(claim)))
            if begun is not None:
                self.secrets.add(begun.client_secret)

        @rule(data=st.data(), card=CARDS)
        def complete_in_the_browser(self, data: st.DataObject, card: str) -> None:
            """Only who was given its secret can complete an intent."""
            known = [each for each in self.fake.intents.values() if each["client_secret"] in self.secrets]
            open_ = [each for each in known if each["status"] == "requires_payment_method"]
            if open_:
                with suppress(Refused):
                    self.fake.confirm_in_browser(data.draw(st.sampled_from(open_))["id"], card)

        @rule(data=st.data())
        def conclude(self, data: st.DataObject) -> None:
            if self.world.tried:
                claim, payment_id = data.draw(st.sampled_from(self.world.tried))
                self.tries(self.world.paying.confirm(ConfirmPayment(payment_id=payment_id), self.who(claim)))

        @rule(data=st.data())
        def die_after_keeping_the_units(self, data: st.DataObject) -> None:
            claim, payment_id = self.some_payment(data)
            self.tries(self.world.market.shop.start_payment(claim, payment_id))

        @rule(data=st.data(), approved=st.booleans())
        def answer_the_bank(self, data: st.DataObject, approved: bool) -> None:
            if self.fake.intents:
                self.fake.answer_bank(data.draw(st.sampled_from(sorted(self.fake.intents))), approved=approved)

        @rule(data=st.data(), times=st.integers(1, 4))
        def a_message_arrives(self, data: st.DataObject, times: int) -> None:
            for _ in range(times if self.fake.events else 0):
                done(self.world.hear(data.draw(st.sampled_from(self.fake.events))))

        @rule(data=st.data(), weather=WEATHER)
        def the_job_settles(self, data: st.DataObject, weather: Weather) -> None:
            paying = done(self.world.buying.paying())
            if paying:
                self.meets(weather)
                self.tries(self.world.buying.settle(data.draw(st.sampled_from(paying))))

        @rule(data=st.data(), cents=st.integers(1, 900), weather=WEATHER)
        def an_admin_refunds(self, data: st.DataObject, cents: int, weather: Weather) -> None:
            payments = done(self.world.rows("SELECT id FROM payments WHERE status = 'succeeded' ORDER BY id"))
            if payments:
                payment_id = data.draw(st.sampled_from([row["id"] for row in payments]))
                amount = None if cents > 600 else Money(cents, "EUR")
                command = RefundPayment(payment_id=payment_id, refund_id=new_id(), reason="a model", amount=amount)
                self.meets(weather)
                self.tries(self.world.refunds.refund(command, ADMIN))

        @rule(at=AT, cents=st.integers(1, 900))
        def an_admin_refunds_at_stripe(self, at: int, cents: int) -> None:
            charged = [number for number, each in self.fake.intents.items() if each["amount_received"]]
            with suppress(Refused):
                self.fake.refund_in_dashboard(charged[at % len(charged)], cents)

        @rule(at=AT)
        def a_bank_sends_a_refund_back(self, at: int) -> None:
            made = [number for number, each in self.fake.refunds.items() if each["status"] == "succeeded"]
            if made:
                self.fake.send_back(made[at % len(made)])

        @rule(at=AT)
        def somebody_sends_what_is_owed(self, at: int) -> None:
            owed = done(self.world.rows("SELECT id, payment_id FROM payment_refunds WHERE owed ORDER BY id"))
            if owed:
                row = owed[at % len(owed)]
                command = SendRefundByHand(payment_id=row["payment_id"], refund_id=row["id"], reference="SEPA")
                self.tries(self.world.owing.send_by_hand(command, ADMIN))

        @rule(data=st.data(), won=st.booleans())
        def a_bank_decides(self, data: st.DataObject, won: bool) -> None:
            open_ = sorted(number for number, each in self.fake.disputes.items() if each["status"] == "needs_response")
            if open_:
                self.fake.decide(data.draw(st.sampled_from(open_)), won=won)

        @rule(seconds=st.sampled_from([1, 31, 61, 800]))
        def time_passes(self, seconds: int) -> None:
            done(self.world.market.turn(seconds=seconds))
            if seconds == 800:
                self.fake.settle()

        @rule()
        def rounds(self) -> None:
            done(self.world.strays.round())
            done(self.world.payments.refund_on())
            done(self.world.refunds.round())
            done(self.world.owing.round())

        @invariant()
        def nothing_is_charged_twice_and_the_books_balance(self) -> None:
            charged = [each for each in self.fake.intents.values() if each["amount_received"]]
            payments = [each["metadata"]["payment_id"] for each in charged]
            assert len(payments) == len(set(payments)), "a payment was charged twice"
            orders = done(self.world.rows("SELECT payment_id FROM orders"))
            assert {str(row["payment_id"]) for row in orders} <= set(payments), "an order that nobody paid"
            totals = done(self.world.totals())
            if totals:
                whose = totals.unallocated + totals.sellers + totals.platform + totals.tax + totals.owed
                assert totals.paid == whose + totals.refunds + totals.disputed

        def teardown(self) -> None:
            try:
                done(self.world.quiet())
                self.who_was_charged_has_an_order_and_who_has_none_has_the_money_back()
                self.what_is_saved_is_its_owners_and_what_was_removed_nobodys()
            finally:
                done(self.world.market.close())
                done(self.api.close())
                done(self.fake.stop())

        def who_was_charged_has_an_order_and_who_has_none_has_the_money_back(self) -> None:
            orders = {row["payment_id"]: row for row in done(self.world.rows("SELECT * FROM orders"))}
            payments = done(self.world.rows("SELECT * FROM payments"))
            happened["orders"] += len(orders)
            happened["refunds"] += len(self.fake.refunds)
            happened["paid with a saved card"] += len([r for r in payments if r["method_id"] and r["id"] in orders])
            happened["lost"] += len([row for row in payments if row["refund_id"] is not None])
            aside = Counter[UUID]()  # what the gateway did not give back: it is owed, or was sent by hand
            for row in done(self.world.rows("SELECT * FROM payment_refunds WHERE failure <> ''")):
                by_hand = row["state"] == "succeeded"
                aside[row["payment_id"]] += int(row["amount"] * 100) * (row["owed"] or by_hand)
                happened["sent by hand"] += by_hand
            elsewhere = [each for each in self.fake.refunds.values() if not each["metadata"]]
            happened["refunded at stripe"] += len(elsewhere)
            for row in payments:
                taken = self.fake.taken(row["id"]) - aside[row["id"]]
                if row["id"] in orders:
                    assert taken == int((row["amount"] - row["returned"]) * 100)
                else:
                    assert taken == 0, f"charged for nothing: {dict(row)}"
            states = {row["state"] for row in done(self.world.rows("SELECT state FROM flash_sale_claims"))}
            assert ClaimState.PAYING not in states
            assert {row["status"] for row in payments} <= {
                PaymentState.SUCCEEDED, PaymentState.FAILED, PaymentState.REFUNDED, PaymentState.REFUNDING,
            }  # fmt: skip
            totals = done(self.world.totals())
            if totals:
                gone = sum(each["amount"] for each in self.fake.disputes.values() if each["status"] == "lost")
                held = sum(each["amount"] for each in self.fake.disputes.values() if each["status"] == "needs_response")
                moved = sum(self.fake.taken(row["id"]) for row in payments) - aside.total()
                assert totals.paid - totals.refunds - totals.owed - totals.disputed == moved - gone - held
                owed = "SELECT coalesce(sum(amount), 0) AS owed FROM payment_refunds WHERE owed"
                assert totals.owed == done(self.world.rows(owed))[0]["owed"] * 100
                assert (totals.unallocated, totals.disputed) == (0, held)

        def what_is_saved_is_its_owners_and_what_was_removed_nobodys(self) -> None:
            customers = {row["wallet"]: row["customer_id"] for row in done(self.world.rows("TABLE stripe_customers"))}
            for row in done(self.world.rows("SELECT * FROM payment_methods WHERE reference <> ''")):
                happened[f"cards {row['state']}"] += 1
                owner = customers[row["user_id"]] if row["state"] == "saved" else None
                assert self.fake.methods[row["reference"]]["customer"] == owner
            saved = (
                "SELECT count(*) FILTER (WHERE is_default) FROM payment_methods WHERE state = 'saved' GROUP BY user_id"
            )
            assert all(row[0] == 1 for row in done(self.world.rows(saved)))

        def some_payment(self, data: st.DataObject) -> tuple[Claim, UUID]:
            """A payment for units just claimed; one that was tried before; another one for what was claimed before."""
            kind = data.draw(st.sampled_from(["new", "new", "again", "another"]))
            if kind == "again" and self.world.tried:
                return data.draw(st.sampled_from(self.world.tried))
            if kind == "new":
                done(self.world.claim())
            claim = self.world.claims[-1] if kind == "new" else data.draw(st.sampled_from(self.world.claims))
            self.world.tried.append((claim, new_id()))
            return self.world.tried[-1]

        def pays(self, claim: Claim, payment_id: UUID, card: str) -> None:
            command = Pay(
                sale_id=claim.sale_id,
                claim_id=claim.id,
                payment_id=payment_id,
                payment_method=card,
                keep_method=card in KEPT,
            )
            self.tries(self.world.buying.pay(command, self.who(claim)))

        def who(self, claim: Claim) -> Any:
            return customer(claim.customer_id.int - 1000)

        def tries(self, work: Coroutine[Any, Any, Answer]) -> Answer | None:
            """What is asked, though it may be refused. The weather passes with it."""
            try:
                return done(work)
            except Refusal:
                return None
            finally:
                self.fake.weather.clear()
                if self.expire:
                    self.fake.forget_keys()
                self.expire = False

        def meets(self, weather: Weather) -> None:
            """What the next attempt goes through."""
            each, self.expire = weather
            self.fake.weather.extend(each)

    few = settings(max_examples=25, stateful_step_count=25)
    await asyncio.to_thread(run_state_machine_as_test, Shuffle, settings=few)
    assert happened["orders"] >= few.max_examples, happened
    assert happened["refunds"] > 0, happened
    assert min(happened["sent by hand"], happened["refunded at stripe"]) >= few.max_examples, happened
    assert min(happened["cards saved"], happened["cards removed"]) > 0, happened
    assert happened["paid with a saved card"] >= few.max_examples, happened
