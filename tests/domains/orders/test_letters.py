"""Letters about orders, through the shop as it is composed: to whoever bought, each once, whatever is repeated."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any
from uuid import UUID

import msgspec
import pytest
from aiosmtpd.smtp import SMTP, Envelope
from prometheus_client import CollectorRegistry

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.carts import AddToCart
from fastshop.contract.catalog import Price
from fastshop.contract.checkout import (
    BeginCheckout,
    Checkout,
    CompleteCheckout,
    SetCheckoutAddress,
    SetCheckoutShipping,
)
from fastshop.contract.flash_sales import ClaimUnits, CreateSale, Pay
from fastshop.contract.fulfilment import (
    AcceptOrder,
    CancelGuestOrder,
    CancelOrder,
    EditGuestOrder,
    EditOrder,
    RejectOrder,
    ShipOrder,
)
from fastshop.contract.orders import SELLER, Order, OrderPlaced, OrderShipping, OrderState, ShowGuestOrder
from fastshop.contract.payments import RefundPayment, RefundState, SendRefundByHand
from fastshop.contract.seller_orders import LineUnits, SellerOrder, SellerOrderState
from fastshop.ids import new_id
from server.background.jobs import Jobs
from server.background.relay import Relay
from server.domains.orders import letter_texts
from server.domains.payments.ports import Returned
from server.embedded import EmbeddedServices
from server.services import Domains
from server.settings import Smtp, SmtpSecurity
from tests.domains.orders.conftest import KETTLE, line
from tests.domains.town import ADMIN, ANN, BOB, OURS, OWNER, RIVAL, THEIRS, Town
from tests.support import eventually

GUESTS = "guest@people.test"
GOOD = "4242 4242 4242 4242"
BERLIN = PostalAddress(name="Ann Smith", country="DE", street="Torstr. 1", city="Berlin", postal_code="10119")


async def ready(town: Town, who: UUID | None, *goods: tuple[UUID, int], email: str = GUESTS) -> Checkout:
    """A checkout that only has to be paid."""
    cart_id = None if who else new_id()
    for variant_id, quantity in goods:
        await town.ask(AddToCart(edit_id=new_id(), variant_id=variant_id, quantity=quantity, cart_id=cart_id), who)
    begun = await town.ask(BeginCheckout(checkout_id=new_id(), cart_id=cart_id), who)
    address = SetCheckoutAddress(checkout_id=begun.id, address=BERLIN, email=None if who else email)
    await town.ask(address, who)
    done: Checkout = await town.ask(SetCheckoutShipping(checkout_id=begun.id, option="standard"), who)
    return done


async def bought(town: Town, who: UUID | None, *goods: tuple[UUID, int], email: str = GUESTS) -> tuple[Order, UUID]:
    """An order, and the key of a guest's."""
    checkout = await ready(town, who, *goods, email=email)
    paid = CompleteCheckout(checkout_id=checkout.id, payment_id=new_id(), payment_method=GOOD, total=checkout.total)
    outcome = await town.ask(paid, who)
    return await town.domains.ordering.orders.get(outcome.checkout.order_id), outcome.checkout.order_key


async def variant(town: Town, owner: UUID = OWNER) -> UUID:
    return (await town.product(owner)).variants[0].id


@pytest.fixture
async def shop(town: Town) -> Town:
    """With another customer's order in it, of which nobody is written to again."""
    await bought(town, BOB, (await variant(town), 1), (await variant(town, RIVAL), 1))
    assert [to for to, _, _ in await town.work()] == ["bob@example.com"]
    return town


def units(order: Order, quantity: int, seller_id: UUID = OURS) -> LineUnits:
    line = next(line for line in order.lines if line.seller_id == seller_id)
    assert line.id is not None
    return LineUnits(line.id, quantity)


async def our_part(town: Town, order: Order) -> SellerOrder:
    return next(part for part in (await town.domains.ordering.orders.get(order.id)).parts if part.seller_id == OURS)


async def ship(town: Town, order: Order, *lines: LineUnits, tracking: str = "JJD01") -> None:
    part = await our_part(town, order)
    if part.state is SellerOrderState.PLACED:
        await town.ask(AcceptOrder(order_id=order.id, change_id=new_id(), version=part.version), OWNER)
        part = await our_part(town, order)
    command = ShipOrder(
        order_id=order.id,
        shipment_id=new_id(),
        version=part.version,
        lines=lines,
        carrier="DHL",
        tracking_number=tracking,
    )
    await town.ask(command, OWNER)


async def test_a_customer_has_their_order_confirmed_at_the_address_they_have_now(shop: Town) -> None:
    order, _ = await bought(shop, ANN, (await variant(shop), 2), (await variant(shop, RIVAL), 1))
    await shop.database.fetch("UPDATE users SET email = 'ann@new.test' WHERE id = $1", ANN)
    ((to, subject, text),) = await shop.work()
    assert (to, subject) == ("ann@new.test", f"Your order {order.number}")
    assert text == (
        f"Thank you for your order {order.number}.\n\n"
        "2 × Jumper: 20.00 EUR\n1 × Jumper: 10.00 EUR\n"
        "Shipping, Standard: 4.90 EUR\nShipping, Standard: 4.90 EUR\n\n"
        "Total: 39.80 EUR\n\n"
        "It goes to:\nAnn Smith\nTorstr. 1\n10119 Berlin\nDE\n\n"
        f"Your order:\n\n{shop.settings.own_origin}/orders/{order.id}\n"
    )


async def test_what_a_seller_is_told_of_their_part_confirms_nothing_to_the_customer(shop: Town) -> None:
    await bought(shop, ANN, (await variant(shop), 2), (await variant(shop, RIVAL), 1))
    placed = [event for event in await shop.told(SELLER.of(OURS)) if isinstance(event, OrderPlaced)]
    assert placed
    for event in placed:
        await shop.domains.ordering.letters.placed(event)
    assert await shop.database.fetch("SELECT FROM outbox_mails WHERE recipient = 'ann@example.com'") == []


async def test_a_guest_finds_the_way_to_their_order_by_the_letter(shop: Town) -> None:
    order, key = await bought(shop, None, (await variant(shop), 1))
    ((to, _, text),) = await shop.work()
    assert to == GUESTS
    link = next(line for line in text.splitlines() if line.startswith("http"))
    assert link == f"{shop.settings.own_origin}/orders/guest/{key}"
    shown = await shop.ask(ShowGuestOrder(order_key=UUID(link.rpartition("/")[2])), None)
    assert shown.id == order.id


async def test_nothing_personal_is_in_the_log_or_in_what_jobs_are_given(shop: Town) -> None:
    order, key = await bought(shop, None, (await variant(shop), 2))
    await ship(shop, order, units(order, 1))
    rows = await shop.database.fetch("SELECT data::text AS data FROM outbox UNION ALL SELECT data::text FROM event_log")
    assert any(str(order.id) in row["data"] for row in rows)
    for secret in (GUESTS, str(key), "Torstr", "Ann Smith", "bob@"):
        assert not [row for row in rows if secret in row["data"]]


async def test_each_parcel_is_told_of_with_its_units_and_where_to_look_for_it(shop: Town) -> None:
    order, _ = await bought(shop, ANN, (await variant(shop), 3))
    await shop.work()
    await ship(shop, order, units(order, 2), tracking="JJD\n\nhttps://evil.test")
    await ship(shop, order, units(order, 1))
    letters = sorted(await shop.work(), key=lambda letter: "1 ×" in letter[2])  # of one moment, they come in any order
    (to, subject, first), (_, _, second) = letters
    assert (to, subject) == ("ann@example.com", f"A parcel of your order {order.number} is on its way")
    assert "2 × Jumper\n\nCarrier: DHL\nTracking number: JJD https://evil.test\n" in first
    assert "1 × Jumper\n\nCarrier: DHL\nTracking number: JJD01\n" in second
    assert f"/orders/{order.id}" in first


async def test_a_cancellation_of_several_sellers_goods_is_one_letter_with_all_that_goes_back(shop: Town) -> None:
    order, _ = await bought(shop, ANN, (await variant(shop), 2), (await variant(shop, RIVAL), 1))
    await shop.work()
    cancel = CancelOrder(order_id=order.id, change_id=new_id(), version=1)
    for _ in range(2):
        await shop.ask(cancel, ANN)
    letters = await shop.work()
    assert {to for to, _, _ in letters} == {"ann@example.com"}
    (text,) = [text for _, subject, text in letters if subject == f"Something of your order {order.number} is not sent"]
    assert "As you asked, this is not sent:\n\n2 × Jumper\n1 × Jumper\n\n39.80 EUR goes back" in text
    given_back = [text for _, subject, text in letters if subject == f"Money of your order {order.number} went back"]
    assert sorted(text.split(" of ")[0] for text in given_back) == ["14.90 EUR", "24.90 EUR"]
    assert len(letters) == 3


async def test_a_guest_is_told_what_a_seller_does_not_send(shop: Town) -> None:
    order, key = await bought(shop, None, (await variant(shop), 1), (await variant(shop, RIVAL), 1))
    await shop.work()
    await shop.ask(RejectOrder(order_id=order.id, change_id=new_id(), version=1, note="Visit evil.test"), OWNER)
    letters = await shop.work()
    (text,) = [text for _, subject, text in letters if "not sent" in subject]
    assert "The seller cannot send you this:\n\n1 × Jumper\n\n14.90 EUR goes back" in text
    assert "evil" not in text
    now = await shop.domains.ordering.orders.get(order.id)
    await shop.ask(CancelGuestOrder(order_key=key, change_id=new_id(), version=now.version), None)
    letters += await shop.work()
    assert [to for to, _, _ in letters] == [GUESTS] * 4
    assert all(f"/orders/guest/{key}" in text for _, _, text in letters)


@pytest.mark.parametrize(("who", "to"), [(ANN, "ann@example.com"), (None, GUESTS)])
async def test_who_bought_is_told_where_it_goes_now(shop: Town, who: UUID | None, to: str) -> None:
    order, key = await bought(shop, who, (await variant(shop), 1), (await variant(shop, RIVAL), 1))
    await shop.work()
    elsewhere = msgspec.structs.replace(BERLIN, street="Nebenstr. 7")
    change: dict[str, Any] = {"change_id": new_id(), "version": 1, "address": elsewhere}
    command = EditOrder(order_id=order.id, **change) if who else EditGuestOrder(order_key=key, **change)
    for _ in range(2):
        await shop.ask(command, who)
    ((mailed, subject, text),) = await shop.work()
    assert (mailed, subject) == (to, f"Where your order {order.number} goes")
    assert "Nebenstr. 7" in text
    assert f"/orders/{order.id if who else f'guest/{key}'}" in text


async def test_a_refund_of_a_part_is_told_once(shop: Town) -> None:
    order, _ = await bought(shop, ANN, (await variant(shop), 2))
    await shop.work()
    assert order.payment_id is not None
    refund = RefundPayment(
        payment_id=order.payment_id, refund_id=new_id(), reason="Scratched", amount=Money(700, "EUR")
    )
    for _ in range(2):
        await shop.ask(refund, ADMIN)
    ((to, subject, text),) = await shop.work()
    assert (to, subject) == ("ann@example.com", f"Money of your order {order.number} went back")
    assert text.startswith(f"7.00 EUR of your order {order.number} went back")
    assert "Scratched" not in text


async def test_a_refund_that_did_not_arrive_is_told_and_that_it_was_sent_in_another_way(shop: Town) -> None:
    order, _ = await bought(shop, ANN, (await variant(shop), 2))
    assert order.payment_id is not None
    seven = Money(700, "EUR")
    refund = RefundPayment(payment_id=order.payment_id, refund_id=new_id(), reason="Scratched", amount=seven)
    await shop.ask(refund, ADMIN)
    await shop.work()
    failed = Returned(refund.refund_id, seven, RefundState.FAILED, "account_closed")
    for _ in range(2):
        await shop.domains.treasury.following.follow(order.payment_id, (failed,))
    ((to, subject, text),) = await shop.work()
    assert (to, subject) == ("ann@example.com", "Your refund did not arrive")
    assert text.startswith("7.00 EUR were to go back")
    sent = SendRefundByHand(payment_id=order.payment_id, refund_id=refund.refund_id, reference="SEPA 7")
    for _ in range(2):
        await shop.ask(sent, ADMIN)
    ((to, _, text),) = await shop.work()
    assert (to, text) == ("ann@example.com", "We have sent 7.00 EUR to you in another way.\n")


@pytest.mark.parametrize(("who", "to"), [(ANN, "ann@example.com"), (None, GUESTS)])
async def test_money_that_came_when_it_was_too_late_is_told_of_when_it_went_back(
    shop: Town, who: UUID | None, to: str
) -> None:
    await ready(shop, None, (await variant(shop), 1), email="other@people.test")
    checkout = await ready(shop, who, (await variant(shop), 1))
    payment_id = new_id()
    await shop.domains.treasury.payments.start(payment_id, who, checkout.total, GOOD, f"checkout:{checkout.id}")
    await shop.domains.treasury.payments.charge(payment_id, GOOD)
    for _ in range(2):
        await shop.domains.treasury.payments.refund(payment_id)
    ((whom, subject, text),) = await shop.work()
    assert (whom, subject) == (to, "Your money went back")
    assert text.startswith("14.90 EUR went back")


async def test_who_gets_a_unit_of_a_flash_sale_has_it_confirmed(shop: Town) -> None:
    now = shop.clock.now()
    sale = CreateSale(
        sale_id=new_id(),
        variant_id=await variant(shop),
        sale_price=Price(500, "EUR"),
        start_time=now,
        end_time=now + timedelta(hours=1),
        quantity_limit=1,
    )
    await shop.ask(sale, OWNER)
    claim = await shop.ask(ClaimUnits(sale_id=sale.sale_id, claim_id=new_id()), ANN)
    pay = Pay(sale_id=sale.sale_id, claim_id=claim.id, payment_id=new_id(), payment_method=GOOD)
    for _ in range(2):
        await shop.ask(pay, ANN)
    letters = await shop.work()
    (order,) = await shop.domains.ordering.orders.latest(ANN, 10)
    assert [(to, subject) for to, subject, _ in letters] == [("ann@example.com", f"Your order {order.number}")]
    assert "1 × Jumper: 5.00 EUR\n\nTotal: 5.00 EUR\n\nYour order:" in letters[0][2]


class Postbox:
    """Takes what an SMTP server is given."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@asynccontextmanager
async def listening(postbox: Postbox, port: int = 0) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(postbox, loop=loop, enable_SMTPUTF8=True), "127.0.0.1", port)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_p10_a_mail_server_that_is_down_gets_each_letter_once_when_it_is_back(
    shop: Town, services: EmbeddedServices, valkey: Any
) -> None:
    postbox = Postbox()
    async with listening(postbox) as port:
        pass
    settings = msgspec.structs.replace(shop.settings, smtp=Smtp("127.0.0.1", port, security=SmtpSecurity.NONE))
    domains, registry = Domains(settings, shop.database, shop.clock, valkey), CollectorRegistry()
    working = Jobs(services.redis_url, domains.jobs(), registry)
    relay = Relay(shop.database, working)
    shop.database.consume(working.events, relay.wake)
    await working.start(2)
    relay.start()

    def ended(end: str) -> float:
        return registry.get_sample_value("fastshop_jobs_total", {"job": "orders.mail_placed", "end": end}) or 0

    try:
        order, _ = await bought(shop, None, (await variant(shop), 1), (await variant(shop, RIVAL), 1))
        await eventually(lambda: ended("put_off") >= 1)
        async with listening(postbox, port):
            await eventually(lambda: ended("done") == 3)
    finally:
        await relay.stop()
        await working.stop()
        await domains.close()
    assert [(mail["to"], mail["subject"]) for mail in postbox.taken] == [(GUESTS, f"Your order {order.number}")]
    assert THEIRS in {part.seller_id for part in order.parts}


def test_a_confirmation_says_what_was_taken_off_and_what_of_it_is_tax() -> None:
    taxed = line(KETTLE, 900, 2, total=Money(1600, "EUR"), discount=200, options={"Colour": "red\nhot"})
    sent = OrderShipping(OURS, "standard", "Standard", Money(490, "EUR"), Money(490, "EUR"))
    now = datetime(2026, 11, 21, tzinfo=UTC)
    order = Order(new_id(), "FS-1", None, OrderState.PAID, (taxed,), Money(2090, "EUR"), None, now, (sent,), 200, 255)
    text = letter_texts.placed(order, None, "LINK", is_guest=True).body
    assert text.split("\n\n")[1:-1] == [
        "2 × Kettle (Colour: red hot): 16.00 EUR\nShipping, Standard: 4.90 EUR",
        "Discounts, in the amounts above: -2.00 EUR\nTax, in the amounts above: 2.55 EUR\nTotal: 20.90 EUR",
        "Your order:",
        "LINK",
    ]
