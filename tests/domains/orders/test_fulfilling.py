"""Orders on their way: who may do what when, each change once, money and units where they belong."""

import asyncio
from importlib import import_module
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from msgspec.structs import replace

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.base import IdReused, Money, NotAllowed, SignInNeeded
from fastshop.contract.catalog import SellerNotFound
from fastshop.contract.flash_sales import USER
from fastshop.contract.fulfilment import (
    AcceptOrder,
    AddressElsewhere,
    CancelGuestOrder,
    CancelOrder,
    DeliverOrder,
    EditGuestOrder,
    EditOrder,
    LineNamedTwice,
    ListOrderEvents,
    NewQuantity,
    NewStatus,
    NoteOnOrder,
    NothingChanges,
    NotInThisState,
    OnlyLower,
    OrderChanged,
    OrderGivenBack,
    ParcelNotFound,
    Reorder,
    SellerNotInOrder,
    SetOrderStatus,
    ShipOrder,
    ShowPerformance,
    ShowSellerOrder,
    TooManyUnits,
    TrackOrder,
    UnknownLine,
)
from fastshop.contract.orders import ORDER, SELLER, Order, OrderNotFound, OrderShipping, ShowGuestOrder
from fastshop.contract.payments import (
    DisputeState,
    ListDisputes,
    PaymentDisputeLost,
    PaymentPartRefunded,
    RefundPayment,
)
from fastshop.contract.pricing import Tax
from fastshop.contract.seller_orders import EntryKind, LineUnits, OrderState, SellerOrderState, Side
from fastshop.ids import new_id
from server.adapters.payments.simulated import SimulatedGateway
from server.domains.orders.channels import watches
from server.domains.payments.ports import Questioned, Refund
from server.kernel.caller import GUEST, Caller
from server.kernel.channel import ChannelNotFound, Watches, hashed
from server.kernel.clock import Clock
from server.kernel.database import Database
from tests.domains.orders import conftest
from tests.domains.orders.conftest import (
    ADMIN,
    AGENT,
    ANN,
    BOB,
    KETTLE,
    MANAGER,
    OURS,
    RIVAL,
    SHOPLESS,
    TEAPOT,
    THEIRS,
    Desk,
    line,
)
from tests.domains.orders.works import BEGINNING, Works, units

US = conftest.SELLER
HOME = PostalAddress(name="Ann Smith", country="DE", street="Hauptstr. 1", postal_code="10115", city="Berlin", phone="")
ABROAD = PostalAddress(name="Ann Smith", country="FR", street="1 Rue X", postal_code="75001", city="Paris")


@pytest.fixture
async def works(desk: Desk) -> Works:
    made = Works.of(desk)
    await made.fill_stock()
    return made


def sending(seller_id: Any, cents: int, tax: int = 0) -> OrderShipping:
    taxes = (Tax("VAT", 190_000, Money(tax, "EUR")),) if tax else ()
    return OrderShipping(seller_id, "post", "Post", Money(cents, "EUR"), Money(cents, "EUR"), taxes=taxes)


async def test_an_order_goes_its_way_from_placed_to_delivered_in_parts(works: Works) -> None:
    order = await works.bought(line(KETTLE, 900, 3))
    assert (order.state, order.parts[0].state) == (OrderState.PAID, SellerOrderState.PLACED)
    assert (await works.accept(order)).state is OrderState.ACCEPTED
    first = await works.ship(order, units(order, KETTLE, 1))
    assert (first.state, first.parts[0].state) == (OrderState.PARTLY_SHIPPED, SellerOrderState.PARTLY_SHIPPED)
    arrived = await works.deliver(order, first.parts[0].shipments[0].id)
    assert arrived.state is OrderState.PARTLY_SHIPPED
    sent = await works.ship(order)
    assert (sent.state, [parcel.lines for parcel in sent.parts[0].shipments]) == (
        OrderState.SHIPPED,
        [(units(order, KETTLE, 1),), (units(order, KETTLE, 2),)],
    )
    done = await works.deliver(order)
    assert (done.state, done.parts[0].state, done.parts[0].lines[0].delivered) == (
        OrderState.DELIVERED, SellerOrderState.DELIVERED, 3,
    )  # fmt: skip
    assert (done.version, done.refunded, await works.given_back(order)) == (6, 0, 0)
    assert all(parcel.delivered_at for parcel in done.parts[0].shipments)


async def test_an_order_is_as_far_as_its_least_advanced_seller(works: Works) -> None:
    order = await works.bought()
    await works.accept(order, OURS)
    assert (await works.now(order)).state is OrderState.PAID
    await works.ship(order)
    assert (await works.now(order)).state is OrderState.PARTLY_SHIPPED
    await works.accept(order, THEIRS)
    await works.ship(order, seller_id=THEIRS)
    assert (await works.now(order)).state is OrderState.SHIPPED
    await works.deliver(order, seller_id=THEIRS)
    assert (await works.now(order)).state is OrderState.SHIPPED
    await works.deliver(order)
    assert (await works.now(order)).state is OrderState.DELIVERED


async def test_what_a_customer_cancels_goes_back_to_them_and_into_stock_and_out_of_the_books(works: Works) -> None:
    taxed = line(KETTLE, 1190, 1, taxes=(Tax("VAT", 190_000, Money(190, "EUR")),))
    order = await works.bought(taxed, line(TEAPOT, 500, 2), shipping=[sending(OURS, 119, 19), sending(THEIRS, 300)])
    before = await works.books()
    after = await works.cancel(order)
    assert (after.state, after.refunded) == (OrderState.CANCELLED, after.total.amount)
    assert await works.given_back(order) == after.total.amount == 1190 + 1000 + 119 + 300
    books = await works.books()
    assert (books.sellers, books.tax, books.platform) == (0, 0, 0)
    assert books.refunds - before.refunds == after.total.amount
    assert [await works.on_hand(each) for each in (KETTLE, TEAPOT)] == [BEGINNING, BEGINNING]


async def test_the_parts_of_a_line_add_up_to_what_was_paid_for_it_to_the_cent(works: Works) -> None:
    order = await works.bought(line(KETTLE, 333, 3, total=Money(1000, "EUR")), shipping=[sending(OURS, 77)])
    given_back = []
    for _ in range(3):
        await works.cancel(order, units(order, KETTLE, 1))
        given_back.append(await works.given_back(order))
    assert given_back == [334, 667, 1077]  # sending it is paid back with the last unit


async def test_what_one_seller_does_not_send_costs_the_other_nothing(works: Works) -> None:
    order = await works.bought(line(KETTLE, 900, 3), line(TEAPOT, 500, 2))
    await works.accept(order, THEIRS)
    rejected = await works.reject(order, OURS)
    assert (rejected.state, rejected.parts[0].state) == (OrderState.CANCELLED, SellerOrderState.REJECTED)
    now = await works.now(order)
    assert (now.state, now.refunded, await works.given_back(order)) == (OrderState.ACCEPTED, 2700, 2700)
    assert (await works.books()).sellers == 900  # theirs, less the commission


async def test_a_customer_cancels_until_it_is_accepted_a_seller_until_it_is_sent(works: Works) -> None:
    order = await works.bought()
    await works.accept(order, OURS)
    with pytest.raises(NotInThisState):
        await works.cancel(order, units(order, KETTLE, 1))
    await works.cancel(order)  # what they may: the other seller's
    assert [part.state for part in (await works.now(order)).parts] == [
        SellerOrderState.ACCEPTED, SellerOrderState.CANCELLED,
    ]  # fmt: skip
    with pytest.raises(NotInThisState):
        await works.cancel(order)
    await works.ship(order, units(order, KETTLE, 2))
    await works.cancel(order, units(order, KETTLE, 1), who=US)
    part = await works.part(order)
    assert (part.state, part.lines[0].cancelled, part.lines[0].shipped) == (SellerOrderState.SHIPPED, 1, 2)
    for who in (US, MANAGER):
        with pytest.raises(NotInThisState):
            await works.cancel(order, who=who)


async def test_a_seller_cancels_their_own_only_and_a_manager_any(works: Works) -> None:
    order = await works.bought()
    with pytest.raises(UnknownLine):
        await works.cancel(order, units(order, TEAPOT, 1), who=US)
    await works.cancel(order, who=US)
    assert (await works.part(order, THEIRS)).state is SellerOrderState.PLACED
    await works.accept(order, THEIRS)
    await works.cancel(order, units(order, TEAPOT, 1), who=MANAGER)
    assert (await works.part(order, THEIRS)).lines[0].cancelled == 1


async def test_a_guest_cancels_by_the_key_and_nobody_watches_or_reads_their_order(works: Works) -> None:
    order = await works.bought(who=None)
    row = await works.desk.database.fetch_one("SELECT guest_key FROM orders WHERE id = $1", order.id)
    assert row is not None
    watch, key = Watches(watches(works.desk.orders)).find(ORDER.of(order.id))
    for who in (GUEST, ANN, RIVAL):
        with pytest.raises(ChannelNotFound):
            await watch.admit(key, who)
    command = CancelGuestOrder(order_key=row["guest_key"], change_id=new_id(), version=1)
    with pytest.raises(OrderNotFound):
        await works.fulfilling.cancel_guest(replace(command, order_key=order.id), GUEST)
    assert (await works.fulfilling.cancel_guest(command, GUEST)).state is OrderState.CANCELLED
    assert await works.given_back(order) == order.total.amount


async def test_orders_of_guests_of_the_previous_release_are_found_by_a_hash_of_their_key(works: Works) -> None:
    """The migration: as if there had been no hash, and then what it writes."""
    database = works.desk.database
    orders = [await works.bought(line(TEAPOT, 500), who=who) for who in (None, None, ANN)]
    await database.fetch("UPDATE orders SET guest_key_hash = NULL")
    await database.fetch(import_module("migrations.fastshop_2026_11_21t21_29_43_000000").BACKFILL)
    rows = {row["id"]: row for row in await database.fetch("SELECT id, guest_key, guest_key_hash FROM orders")}
    *of_guests, anns = (rows[order.id] for order in orders)
    for order, row in zip(orders, of_guests, strict=False):
        assert row["guest_key_hash"] == hashed(row["guest_key"])
        assert (await works.desk.orders.show_guest(ShowGuestOrder(order_key=row["guest_key"]), GUEST)).id == order.id
    assert (anns["guest_key"], anns["guest_key_hash"]) == (None, None)


@pytest.mark.parametrize("who", [BOB, SHOPLESS, AGENT], ids=["customer", "seller without a shop", "agent"])
async def test_to_strangers_an_order_does_not_exist(works: Works, who: Caller) -> None:
    order = await works.bought(line(TEAPOT, 500, 2))
    before = await works.now(order)
    await _nothing_of(works, order, who)
    await _nothing_of(works, order, US)  # a seller, but not in this order
    assert await works.now(order) == before
    assert (await works.events(order)).items == ()


async def _nothing_of(works: Works, order: Order, who: Caller) -> None:
    named: Any = {"order_id": order.id, "change_id": new_id()}
    commands: list[tuple[Any, Any]] = [
        (works.fulfilling.show, ShowSellerOrder(order_id=order.id)),
        (works.fulfilling.accept, AcceptOrder(**named, version=1)),
        (works.fulfilling.ship, ShipOrder(order_id=order.id, shipment_id=new_id(), version=1)),
        (works.fulfilling.deliver, DeliverOrder(**named, version=1)),
        (works.fulfilling.cancel, CancelOrder(**named, version=1)),
        (works.fulfilling.edit, EditOrder(**named, version=1)),
        (works.fulfilling.note, NoteOnOrder(**named, note="Hello")),
        (works.timeline.list, ListOrderEvents(order_id=order.id)),
        (works.timeline.track, TrackOrder(order_id=order.id)),
        (works.reordering.reorder, Reorder(**named)),
    ]
    for run, command in commands:
        with pytest.raises(OrderNotFound):
            await run(command, who)


async def test_who_may_ask_at_all(works: Works) -> None:
    sellers = {"orders.accept", "orders.reject", "orders.ship", "orders.deliver", "orders.show_for_seller"}
    for tag, operation in works.operations().items():
        if "guest" in tag:
            operation.admit(GUEST)
            continue
        with pytest.raises(SignInNeeded):
            operation.admit(GUEST)
        if tag in sellers | {"orders.set_status"}:
            for who in (ANN, AGENT, US if tag == "orders.set_status" else MANAGER):
                with pytest.raises(NotAllowed):
                    operation.admit(who)


async def test_p3_a_change_sent_twice_counts_once_and_its_id_is_for_nothing_else(works: Works) -> None:
    order = await works.bought()
    command = CancelOrder(order_id=order.id, change_id=new_id(), version=1, lines=(units(order, KETTLE, 1),))
    first = await works.fulfilling.cancel(command, ANN)
    assert await works.fulfilling.cancel(command, ANN) == first
    await asyncio.gather(*(works.fulfilling.cancel(command, ANN) for _ in range(3)))
    assert (await works.given_back(order), await works.on_hand(KETTLE)) == (900, BEGINNING - 2)
    with pytest.raises(IdReused):
        await works.fulfilling.cancel(replace(command, lines=()), ANN)
    other = await works.bought()
    with pytest.raises(IdReused):
        await works.fulfilling.cancel(replace(command, order_id=other.id), ANN)
    assert (await works.now(other)).version == 1


async def test_a_parcels_id_of_another_order_is_refused(works: Works) -> None:
    one, other = await works.bought(), await works.bought()
    for order in (one, other):
        await works.accept(order)
    sent = await works.ship(one)
    parcel_id = sent.parts[0].shipments[0].id
    with pytest.raises(IdReused):
        await works.fulfilling.ship(ShipOrder(order_id=other.id, shipment_id=parcel_id, version=2), US)
    assert (await works.part(other)).shipments == ()


async def test_of_two_people_at_once_one_wins_and_the_other_is_told(works: Works) -> None:
    order = await works.bought(line(KETTLE, 900, 3))
    accept = AcceptOrder(order_id=order.id, change_id=new_id(), version=1)
    cancel = CancelOrder(order_id=order.id, change_id=new_id(), version=1)
    outcomes = await asyncio.gather(
        works.fulfilling.accept(accept, US), works.fulfilling.cancel(cancel, ANN), return_exceptions=True
    )
    assert [type(each) for each in outcomes if isinstance(each, BaseException)] == [OrderChanged]
    now = await works.now(order)
    assert now.version == 2
    assert (now.state, await works.given_back(order)) in ((OrderState.ACCEPTED, 0), (OrderState.CANCELLED, 2700))


async def test_what_builds_on_an_older_version_is_refused(works: Works) -> None:
    order = await works.bought()
    await works.accept(order)
    for version in (1, 3):
        with pytest.raises(OrderChanged) as told:
            await works.fulfilling.ship(ShipOrder(order_id=order.id, shipment_id=new_id(), version=version), US)
        assert told.value.version == 2
    with pytest.raises(OrderChanged):
        await works.fulfilling.cancel(CancelOrder(order_id=order.id, change_id=new_id(), version=1), ANN)


async def test_more_than_there_is_is_neither_sent_nor_cancelled(works: Works) -> None:
    order = await works.bought(line(KETTLE, 900, 3))
    await works.accept(order)
    await works.ship(order, units(order, KETTLE, 2))
    too_many = units(order, KETTLE, 2)
    with pytest.raises(TooManyUnits) as told:
        await works.ship(order, too_many)
    assert told.value.left == 1
    with pytest.raises(TooManyUnits):
        await works.cancel(order, too_many, who=US)
    with pytest.raises(LineNamedTwice):
        await works.ship(order, units(order, KETTLE, 1), units(order, KETTLE, 1))
    with pytest.raises(LineNamedTwice):
        await works.cancel(order, units(order, KETTLE, 1), units(order, KETTLE, 1), who=US)
    with pytest.raises(UnknownLine):
        await works.ship(order, LineUnits(new_id(), 1))
    with pytest.raises(ParcelNotFound):
        await works.deliver(order, new_id())


async def test_nothing_is_sent_before_it_is_accepted_or_after_it_is_over(works: Works) -> None:
    order = await works.bought(line(KETTLE, 900, 3))
    with pytest.raises(NotInThisState):
        await works.ship(order)
    with pytest.raises(NotInThisState):
        await works.deliver(order)
    await works.accept(order)
    with pytest.raises(NotInThisState):
        await works.accept(order)
    with pytest.raises(NotInThisState):
        await works.reject(order)
    await works.cancel(order, who=US)
    for step in (works.accept, works.ship, works.deliver):
        with pytest.raises(NotInThisState):
            await step(order)


async def test_quantities_are_lowered_never_raised(works: Works) -> None:
    order = await works.bought()
    kettle = units(order, KETTLE, 1).line_id
    command = EditOrder(order_id=order.id, change_id=new_id(), version=1, lines=(NewQuantity(kettle, 1),))
    assert (await works.fulfilling.edit(command, ANN)).parts[0].lines[0].cancelled == 2
    assert await works.given_back(order) == 1800
    again = replace(command, change_id=new_id(), version=2)
    with pytest.raises(NothingChanges):
        await works.fulfilling.edit(again, ANN)
    with pytest.raises(OnlyLower) as told:
        await works.fulfilling.edit(replace(again, lines=(NewQuantity(kettle, 2),)), ANN)
    assert told.value.quantity == 1
    with pytest.raises(UnknownLine):
        await works.fulfilling.edit(replace(again, lines=(NewQuantity(new_id(), 0),)), ANN)
    with pytest.raises(LineNamedTwice):
        await works.fulfilling.edit(replace(again, lines=(NewQuantity(kettle, 0), NewQuantity(kettle, 0))), ANN)
    await works.fulfilling.edit(replace(again, lines=(NewQuantity(kettle, 0),)), US)
    assert (await works.part(order)).state is SellerOrderState.CANCELLED


async def test_the_address_is_corrected_until_somebody_works_on_it_and_stays_where_it_was(works: Works) -> None:
    order = await works.bought()
    command = EditOrder(order_id=order.id, change_id=new_id(), version=1, address=HOME)
    assert (await works.fulfilling.edit(command, ANN)).address == HOME
    moved = replace(command, change_id=new_id(), version=2, address=replace(HOME, street="2 Second Street"))
    with pytest.raises(AddressElsewhere):
        await works.fulfilling.edit(replace(moved, address=ABROAD), ANN)
    with pytest.raises(NothingChanges):
        await works.fulfilling.edit(replace(moved, address=HOME), ANN)
    with pytest.raises(NotAllowed):
        await works.fulfilling.edit(moved, US)  # it is the other seller's address too
    await works.accept(order)
    moved = replace(moved, version=3)
    with pytest.raises(NotInThisState):
        await works.fulfilling.edit(moved, ANN)
    assert (await works.fulfilling.edit(moved, MANAGER)).address == moved.address
    await works.ship(order)
    with pytest.raises(NotInThisState):
        await works.fulfilling.edit(replace(moved, change_id=new_id(), version=5, address=HOME), MANAGER)
    told = [each for each in await works.told(ORDER.of(order.id)) if each.entry.kind is EntryKind.ADDRESS_CORRECTED]
    assert len(told) == 2
    assert b"Second Street" not in await _log_of(works, order)


async def test_a_guest_corrects_the_address_by_the_key_under_the_rules_of_a_customer(works: Works) -> None:
    order, other = await works.bought(who=None), await works.bought(who=None)
    key = await works.desk.database.fetch_one("SELECT guest_key FROM orders WHERE id = $1", order.id)
    assert key is not None
    command = EditGuestOrder(order_key=key["guest_key"], change_id=new_id(), version=1, address=HOME)
    for stranger in (order.id, new_id()):
        with pytest.raises(OrderNotFound):
            await works.fulfilling.edit_guest(replace(command, order_key=stranger), GUEST)
    for who in (GUEST, ANN):
        by_id = EditOrder(order_id=order.id, change_id=new_id(), version=1, address=HOME)
        with pytest.raises(OrderNotFound):
            await works.fulfilling.edit(by_id, who)
    for _ in range(2):
        assert (await works.fulfilling.edit_guest(command, GUEST)).address == HOME
    again = replace(command, change_id=new_id(), version=2, address=replace(HOME, street="2 Second Street"))
    with pytest.raises(AddressElsewhere):
        await works.fulfilling.edit_guest(replace(again, address=ABROAD), GUEST)
    with pytest.raises(IdReused):
        await works.fulfilling.edit_guest(replace(again, change_id=command.change_id), GUEST)
    await works.accept(order)
    with pytest.raises(NotInThisState):
        await works.fulfilling.edit_guest(replace(again, version=3), GUEST)
    assert ((await works.now(order)).address, (await works.now(other)).address) == (HOME, other.address)


async def test_a_guest_lowers_quantities_and_the_difference_goes_back(works: Works) -> None:
    order = await works.bought(who=None)
    key = await works.desk.database.fetch_one("SELECT guest_key FROM orders WHERE id = $1", order.id)
    assert key is not None
    lines = (NewQuantity(units(order, KETTLE, 1).line_id, 1),)
    await works.fulfilling.edit_guest(
        EditGuestOrder(order_key=key["guest_key"], change_id=new_id(), version=1, lines=lines), GUEST
    )
    assert (await works.given_back(order), await works.on_hand(KETTLE)) == (1800, BEGINNING + 2 - 3)


async def _log_of(works: Works, order: Order) -> bytes:
    rows = await works.desk.database.fetch("SELECT data::text FROM event_log")
    return b"".join(row["data"].encode() for row in rows)


async def test_the_timeline_tells_the_customer_all_and_each_seller_their_own(works: Works) -> None:
    order = await works.bought()
    await works.accept(order, OURS)
    await works.accept(order, THEIRS)
    note = NoteOnOrder(order_id=order.id, change_id=new_id(), note="Ring twice, ask for Smith", seller_id=OURS)
    await works.fulfilling.note(note, ANN)
    await works.fulfilling.note(note, ANN)
    with pytest.raises(SellerNotInOrder):
        await works.fulfilling.note(replace(note, change_id=new_id(), seller_id=new_id()), ANN)
    await works.ship(order, units(order, KETTLE, 1))
    await works.cancel(order, units(order, KETTLE, 1), who=US)
    kinds = [entry.kind for entry in (await works.events(order)).items]
    assert kinds == [
        EntryKind.ACCEPTED, EntryKind.ACCEPTED, EntryKind.NOTED, EntryKind.SHIPPED, EntryKind.CANCELLED,
    ]  # fmt: skip
    assert [entry.kind for entry in (await works.events(order, RIVAL)).items] == [EntryKind.ACCEPTED]
    (entry,) = [entry for entry in (await works.events(order, US)).items if entry.kind is EntryKind.NOTED]
    assert (entry.note, entry.by, entry.actor_id) == (note.note, Side.CUSTOMER, None)
    assert [entry.actor_id for entry in (await works.events(order, MANAGER)).items][2] == ANN.user_id
    last = (await works.events(order)).items[-1]
    assert (last.lines, last.amount, last.by) == ((units(order, KETTLE, 1),), Money(900, "EUR"), Side.SELLER)
    told = await works.told(ORDER.of(order.id))
    assert [each.entry.kind for each in told] == kinds
    assert await works.told(USER.of(ANN.person)) == told
    assert (told[-1].state, told[-1].refunded) == (OrderState.PARTLY_SHIPPED, 900)
    assert told[-1].part == await works.part(order)
    assert {each.entry.seller_id for each in await works.told(SELLER.of(THEIRS))} == {THEIRS}
    assert b"Smith" not in await _log_of(works, order)
    page = await works.timeline.list(ListOrderEvents(order_id=order.id, limit=2), ANN)
    rest = await works.timeline.list(ListOrderEvents(order_id=order.id, cursor=page.next or ""), ANN)
    assert [*page.items, *rest.items] == list((await works.events(order)).items)


async def test_a_manager_has_happen_what_can(works: Works) -> None:
    order = await works.bought()
    command = SetOrderStatus(order_id=order.id, change_id=new_id(), version=1, status=NewStatus.DELIVERED)
    with pytest.raises(NotInThisState):
        await works.fulfilling.set_status(command, MANAGER)
    accepted = await works.fulfilling.set_status(replace(command, status=NewStatus.ACCEPTED), MANAGER)
    assert accepted.state is OrderState.ACCEPTED
    again = replace(command, change_id=new_id(), version=2, status=NewStatus.ACCEPTED)
    with pytest.raises(NotInThisState):
        await works.fulfilling.set_status(again, MANAGER)
    await works.ship(order)
    delivered = await works.fulfilling.set_status(replace(command, change_id=new_id(), version=3), ADMIN)
    assert delivered.parts[0].state is SellerOrderState.DELIVERED
    cancelled = replace(command, change_id=new_id(), version=4, status=NewStatus.CANCELLED)
    for _ in range(2):
        assert (await works.fulfilling.set_status(cancelled, ADMIN)).state is OrderState.DELIVERED
    assert await works.given_back(order) == 1000
    query = "SELECT actor_id, action FROM audit_logs WHERE subject = $1 ORDER BY number"
    noted = await works.desk.database.fetch(query, f"order:{order.id}")
    people = (MANAGER.user_id, ADMIN.user_id, ADMIN.user_id)
    assert [tuple(row) for row in noted] == [(person, "orders.set_status") for person in people], "each once"


async def test_an_order_whose_money_an_admin_gave_back_is_not_sent_and_gives_nothing_twice(works: Works) -> None:
    order = await works.bought(line(KETTLE, 900, 3))
    assert order.payment_id is not None
    refund = RefundPayment(payment_id=order.payment_id, refund_id=new_id(), reason="Sorry")
    await works.refunds.refund(refund, ADMIN)
    now = await works.now(order)
    assert (now.refunded, now.state) == (2700, OrderState.PAID)
    assert (await works.fulfilling.show(ShowSellerOrder(order_id=order.id), US)).refunded == 2700
    with pytest.raises(OrderGivenBack):
        await works.accept(order)
    await works.reject(order)
    assert (await works.given_back(order), await works.on_hand(KETTLE)) == (2700, BEGINNING)
    assert (await works.now(order)).refunded == 2700


async def test_after_a_refund_in_part_no_more_goes_back_than_is_left(works: Works) -> None:
    order = await works.bought(line(KETTLE, 900, 3))
    assert order.payment_id is not None
    refund = RefundPayment(
        payment_id=order.payment_id, refund_id=new_id(), reason="Scratched", amount=Money(1000, "EUR")
    )
    await works.refunds.refund(refund, ADMIN)
    after = await works.cancel(order)
    assert (after.refunded, await works.given_back(order)) == (2700, 2700)
    assert (await works.books()).sellers == 0


async def test_refunds_and_lost_disputes_are_seen_on_the_order_once(works: Works) -> None:
    order = await works.bought(line(KETTLE, 900, 3))
    assert order.payment_id is not None
    refund = RefundPayment(payment_id=order.payment_id, refund_id=new_id(), reason="Sorry", amount=Money(700, "EUR"))
    done = await works.refunds.refund(refund, ADMIN)
    payment = await works.payments.get(order.payment_id)
    event = PaymentPartRefunded(time=works.desk.clock.now(), payment=payment, refund=done)
    for _ in range(2):
        await works.timeline.refunded(event)
    lost = Questioned("dp_1", order.payment_id, Money(2000, "EUR"), DisputeState.LOST, "fraud", withdrawn=True)
    await works.disputes.follow(lost)
    dispute = (await works.disputes.list(ListDisputes(), ADMIN)).items[0]
    for _ in range(2):
        await works.timeline.dispute_lost(PaymentDisputeLost(time=works.desk.clock.now(), dispute=dispute))
    entries = (await works.events(order, US)).items
    assert [(entry.kind, entry.amount, entry.by) for entry in entries] == [
        (EntryKind.REFUNDED, Money(700, "EUR"), Side.SYSTEM),
        (EntryKind.DISPUTE_LOST, Money(2000, "EUR"), Side.SYSTEM),
    ]
    assert (await works.now(order)).refunded == 2700
    with pytest.raises(OrderGivenBack):
        await works.accept(order)


async def test_ordering_again_puts_all_of_it_into_the_cart(works: Works) -> None:
    order = await works.bought(line(KETTLE, 900, 3), line(KETTLE, 800, 1), line(TEAPOT, 500, 2))
    command = Reorder(order_id=order.id, change_id=new_id())
    for _ in range(2):
        await works.reordering.reorder(command, ANN)
    first, second = works.carts.asked
    assert [(edit.variant_id, edit.quantity) for edit in first.edits] == [(KETTLE, 4), (TEAPOT, 2)]
    assert [edit.id for edit in first.edits] == [edit.id for edit in second.edits]
    with pytest.raises(OrderNotFound):
        await works.reordering.reorder(command, MANAGER)


async def test_how_a_seller_does(works: Works) -> None:
    nothing = await works.performance.show(ShowPerformance(seller_id=OURS), US)
    assert (nothing.orders, nothing.accepted, nothing.fulfilled, nothing.score) == (0, None, None, None)
    sent, refused, waiting, given_up = [await works.bought(line(KETTLE, 900, 2)) for _ in range(4)]
    await works.accept(sent)
    await works.ship(sent)
    await works.reject(refused)
    await works.cancel(given_up)  # by the customer: says nothing of the seller
    seen = await works.performance.show(ShowPerformance(seller_id=OURS), MANAGER)
    assert (seen.orders, seen.accepted, seen.fulfilled, seen.cancelled) == (3, 5000, 5000, 3333)
    assert seen.score == 50
    works.desk.clock.turn(days=6)  # by now what waits has waited too long
    late = await works.performance.show(ShowPerformance(seller_id=OURS), ADMIN)
    assert (late.accepted, late.fulfilled) == (3333, 3333)
    assert (await works.now(waiting)).state is OrderState.PAID
    for who in (ANN, RIVAL):
        with pytest.raises(SellerNotFound):
            await works.performance.show(ShowPerformance(seller_id=OURS), who)
    with pytest.raises(SellerNotFound):
        await works.performance.show(ShowPerformance(seller_id=new_id()), ADMIN)


class Down(SimulatedGateway):
    """A gateway that dies while it is asked for a refund: at once, or after it gave the money back."""

    def __init__(self, database: Database, clock: Clock, *, after: bool) -> None:
        super().__init__(database, clock)
        self._after = after

    async def refund(self, refund_id: UUID, payment_id: UUID, amount: Money) -> Refund:
        if self._after:
            await super().refund(refund_id, payment_id, amount)
        raise ConnectionError


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_p8_what_is_cancelled_while_the_gateway_is_down_goes_back_once_it_is_there(
    desk: Desk, *, after: bool
) -> None:
    down = Works.of(desk, Down(desk.database, desk.clock, after=after))
    await down.fill_stock()
    order = await down.bought()
    cancelled = await down.cancel(order)
    assert (cancelled.state, cancelled.refunded) == (OrderState.CANCELLED, 3700)
    assert (await down.books()).refunds == 0
    works = Works.of(desk)
    for _ in range(2):
        desk.clock.turn(seconds=31)
        await works.refunds.round()
    assert (await works.given_back(order), (await works.books()).refunds) == (3700, 3700)
    assert [await works.on_hand(each) for each in (KETTLE, TEAPOT)] == [BEGINNING, BEGINNING]


async def test_p1_a_change_that_fails_half_way_leaves_nothing(works: Works) -> None:
    order = await works.bought()
    before = await works.now(order)
    broken = works.desk.database
    async with broken.transaction() as transaction:
        await transaction.connection.execute("ALTER TABLE order_entries ADD CONSTRAINT broken CHECK (kind = 'x')")
    try:
        with pytest.raises(asyncpg.CheckViolationError):
            await works.cancel(order)
    finally:
        async with broken.transaction() as transaction:
            await transaction.connection.execute("ALTER TABLE order_entries DROP CONSTRAINT broken")
    assert (await works.now(order), await works.given_back(order)) == (before, 0)
    assert await works.on_hand(KETTLE) == BEGINNING - 3
    assert await works.told(ORDER.of(order.id)) == []


async def test_a_coupon_counts_again_once_all_of_its_order_is_cancelled(works: Works) -> None:
    order = await works.bought()
    await _use_a_coupon(works, order)
    await works.cancel(order, units(order, KETTLE, 3))
    assert await _uses(works) == 1
    await works.cancel(order)
    assert await _uses(works) == 0


async def _use_a_coupon(works: Works, order: Order) -> None:
    coupon_id, now = new_id(), works.desk.clock.now()
    async with works.desk.database.transaction() as transaction:
        await transaction.connection.execute(
            "INSERT INTO coupons (id, code, name, type, terms, usage_count, created_at)"
            " VALUES ($1, 'TEN', 'Ten', 'percentage', '{}', 1, $2)",
            coupon_id, now,
        )  # fmt: skip
        await transaction.connection.execute(
            "INSERT INTO coupon_usage (id, coupon_id, user_id, order_id, discount_amount, currency, used_at)"
            " VALUES ($1, $2, $3, $4, 1, 'EUR', $5)",
            new_id(), coupon_id, ANN.user_id, order.id, now,
        )  # fmt: skip


async def _uses(works: Works) -> int:
    row = await works.desk.database.fetch_one("SELECT usage_count FROM coupons")
    assert row is not None
    return int(row["usage_count"])


async def test_an_order_that_the_previous_release_wrote_has_its_parts(works: Works) -> None:
    order = await works.bought(line(KETTLE, 900, 1))
    copy_id = new_id()
    async with works.desk.database.transaction() as transaction:
        await transaction.connection.execute(
            "INSERT INTO orders (id, number, customer_id, status, total, currency, placed_at)"
            " SELECT $2, 'FS-1', customer_id, 'paid', 14, 'EUR', placed_at FROM orders WHERE id = $1",
            order.id, copy_id,
        )  # fmt: skip
        for variant, shop, product in ((KETTLE, OURS, 21), (KETTLE, OURS, 21), (TEAPOT, THEIRS, 22)):
            await transaction.connection.execute(
                "INSERT INTO order_items (id, order_id, seller_id, product_id, variant_id, title, sku, options,"
                " quantity, unit_price, total) VALUES ($1, $2, $3, $4, $5, 'It', 'S', '{}', 2, 7, 14)",
                new_id(), copy_id, shop, UUID(int=product), variant,
            )  # fmt: skip
    old = await works.desk.orders.get(copy_id)
    assert [(part.seller_id, part.state, len(part.lines)) for part in old.parts] == [
        (OURS, SellerOrderState.PLACED, 2), (THEIRS, SellerOrderState.PLACED, 1),
    ]  # fmt: skip
    await works.accept(old)
    await works.cancel(old, who=MANAGER)  # nobody paid for it by a payment: units go back, money does not
    assert (await works.now(old)).state is OrderState.CANCELLED
    status = await works.desk.database.fetch_one("SELECT status FROM orders WHERE id = $1", copy_id)
    assert status is not None
    assert status["status"] == "cancelled"  # what the previous release knows
