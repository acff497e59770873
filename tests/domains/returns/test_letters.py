"""Letters about returns and disputes, through the shop as it is composed: each moment once, to whom it concerns."""

from typing import Any
from uuid import UUID

import pytest

from fastshop.contract.base import Money
from fastshop.contract.disputes import DisputeReason, OpenDispute, OrderDispute, ReplyToDispute, ResolveDispute
from fastshop.contract.fulfilment import DeliverOrder
from fastshop.contract.orders import Order
from fastshop.contract.returns import (
    ApproveReturn,
    ExchangeReturn,
    ReceiveReturn,
    RefundReturn,
    RejectReturn,
    RequestReturn,
    Return,
    ReturnReason,
    SendReturn,
    ShipReplacement,
    WantedReturn,
)
from fastshop.ids import new_id
from tests.domains.orders.test_letters import GUESTS, bought, our_part, ship, units, variant
from tests.domains.town import ANN, BOB, MANAGER, OURS, OWNER, Town

SHOPS = "ours@sellers.test"


@pytest.fixture
async def shop(town: Town) -> Town:
    """With somebody else's order in it, and a seller who can be written to."""
    await bought(town, BOB, (await variant(town), 1))
    await town.database.fetch("UPDATE sellers SET contact_email = $2 WHERE id = $1", OURS, SHOPS)
    await town.work()
    return town


async def arrived(shop: Town, who: UUID | None, quantity: int = 2) -> tuple[Order, UUID | None]:
    """An order that has arrived; nobody has read of it yet."""
    order, key = await bought(shop, who, (await variant(shop), quantity))
    await ship(shop, order, units(order, quantity))
    await shop.work()
    version = (await our_part(shop, order)).version
    await shop.ask(DeliverOrder(order_id=order.id, change_id=new_id(), version=version), OWNER)
    return order, key


async def asked(shop: Town, order: Order, key: UUID | None, who: UUID | None = None, **wish: UUID) -> Return:
    line = WantedReturn(units(order, 1).line_id, 1, **wish)
    told: dict[str, Any] = {"return_id": new_id(), "order_id": order.id, "order_key": key, "words": "visit evil.test"}
    rma: Return = await shop.ask(RequestReturn(**told, lines=(line,), reason=ReturnReason.DEFECTIVE), who)
    return rma


async def subjects(shop: Town, to: str) -> list[str]:
    """What somebody reads; others than the guest and the seller are written nothing."""
    letters = await shop.work()
    assert {whom for whom, _, _ in letters} <= {GUESTS, SHOPS}
    assert not [text for _, _, text in letters if "evil" in text]
    return [subject for whom, subject, _ in letters if whom == to]


async def test_a_guest_reads_of_each_step_of_a_return_and_finds_the_way_to_it(shop: Town) -> None:
    order, key = await arrived(shop, None)
    assert await subjects(shop, GUESTS) == [f"A parcel of your order {order.number} has arrived"]
    rma = await asked(shop, order, key)
    letters = {to: (subject, text) for to, subject, text in await shop.work()}
    origin = shop.settings.own_origin
    assert letters[GUESTS][0] == f"Your return {rma.number}"
    assert letters[GUESTS][1].endswith(f"See it here:\n\n{origin}/orders/guest/{key}/returns/{rma.id}\n")
    assert letters[SHOPS][0] == f"A return to decide: {rma.number}"
    assert letters[SHOPS][1].endswith(f"{origin}/seller/returns/{rma.id}\n")
    assert str(key) not in letters[SHOPS][1]
    await shop.ask(ApproveReturn(return_id=rma.id), OWNER)
    assert await subjects(shop, GUESTS) == [f"Send us your return {rma.number}"]
    await shop.ask(SendReturn(return_id=rma.id, tracking="BACK", order_key=key), None)
    await shop.ask(ReceiveReturn(return_id=rma.id), OWNER)
    assert await subjects(shop, GUESTS) == [f"Your return {rma.number} has arrived"]
    await shop.ask(RefundReturn(return_id=rma.id, refund_id=new_id()), OWNER)
    assert await subjects(shop, GUESTS) == [f"Money of your order {order.number} went back"]


async def test_a_guest_reads_of_an_exchange(shop: Town) -> None:
    order, key = await arrived(shop, None, 1)
    rma = await asked(shop, order, key, exchange_for=order.lines[0].variant_id)
    await shop.ask(ApproveReturn(return_id=rma.id), OWNER)
    await shop.ask(ReceiveReturn(return_id=rma.id), OWNER)
    await shop.work()
    await shop.ask(ExchangeReturn(return_id=rma.id, refund_id=new_id()), OWNER)
    assert await subjects(shop, GUESTS) == [f"Your return {rma.number} is exchanged"]
    await shop.ask(ShipReplacement(return_id=rma.id, tracking="NEW\n1"), OWNER)
    ((_, subject, text),) = await shop.work()
    assert subject == f"The exchange for your return {rma.number} is on its way"
    assert "Tracking number: NEW 1\n" in text


async def test_both_sides_read_of_each_step_of_a_dispute(shop: Town) -> None:
    order, key = await arrived(shop, None)
    rma = await asked(shop, order, key)
    await shop.ask(RejectReturn(return_id=rma.id, reason="It was\n\nworn."), OWNER)
    letters = await shop.work()
    (text,) = [text for to, subject, text in letters if subject == f"Your return {rma.number} was refused"]
    assert "The reason:\nIt was worn.\n" in text
    about: dict[str, Any] = {
        "dispute_id": new_id(),
        "reason": DisputeReason.RETURN,
        "return_id": rma.id,
        "order_key": key,
    }
    dispute: OrderDispute = await shop.ask(OpenDispute(**about, words="evil"), None)
    opened = {to: (subject, text) for to, subject, text in await shop.work()}
    assert {to: subject for to, (subject, _) in opened.items()} == {
        GUESTS: "Your dispute", SHOPS: "A dispute to answer",
    }  # fmt: skip
    assert f"/orders/guest/{key}/disputes/{dispute.id}\n" in opened[GUESTS][1]
    said = ReplyToDispute(dispute_id=dispute.id, reply_id=new_id(), words="evil")
    await shop.ask(said, OWNER)
    assert [(to, subject) for to, subject, _ in await shop.work()] == [(GUESTS, "The seller has answered in a dispute")]
    decision: dict[str, Any] = {"amount": Money(500, "EUR"), "decision": "Half each."}
    await shop.ask(ResolveDispute(dispute_id=dispute.id, refund_id=new_id(), **decision), MANAGER)
    decided = [(to, text) for to, subject, text in await shop.work() if subject == "A dispute is decided"]
    assert sorted(to for to, _ in decided) == [GUESTS, SHOPS]
    assert all("The shop has decided: 5.00 EUR goes back" in text and "Half each." in text for _, text in decided)


async def test_somebody_with_an_account_reads_of_their_own(shop: Town) -> None:
    order, _ = await arrived(shop, ANN)
    await shop.work()
    rma = await asked(shop, order, None, ANN)
    letters = {to: text for to, _, text in await shop.work()}
    assert set(letters) == {"ann@example.com", SHOPS}
    assert letters["ann@example.com"].endswith(f"{shop.settings.own_origin}/returns/{rma.id}\n")
