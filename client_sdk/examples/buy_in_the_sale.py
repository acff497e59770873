"""A buyer: signs in as a customer of the demo, waits for units in the open sale, claims one, pays, shows the order.

    python buy_in_the_sale.py [http://localhost:8000] [--who customer2] [--card 4242424242424242]

Other cards of the simulated gateway: 4000000000000002 is declined, 4000002500003155 asks for the bank's page,
4000000000000259 takes its time.
"""

import argparse
import asyncio

from fastshop import Shop, Snapshot, new_id
from fastshop.contract.flash_sales import (
    SALE,
    Claim,
    ClaimState,
    ClaimUnits,
    FlashSale,
    ListSales,
    MyClaims,
    OverLimit,
    Pay,
    Phase,
    SaleState,
    SoldOut,
)
from fastshop.contract.orders import Order, ShowOrder
from fastshop.contract.payments import PaymentDeclined, PaymentState


async def main(url: str, who: str, card: str) -> Order | None:
    """Buy one unit of whatever sale has one. Answers the order, if it came to that."""
    # Everything goes over one WebSocket: commands, their answers, and what is being watched.
    async with Shop(url, transport="live") as shop:
        me = await shop.log_in(f"{who}@demo.fastshop.test", "fastshop-demo", device="buyer bot")
        print(f"Signed in as {me.name}.")
        sales = (await shop.call(ListSales(phase=Phase.OPEN))).items
        for sale in sales:
            print(f"{sale.title}: {sale.left} of {sale.quantity_limit} left until {sale.end_time:%H:%M:%S}.")
            claim = await claim_one(shop, sale)
            if claim is not None:
                return await pay(shop, claim, card)
        print("Nothing to be had in a sale just now.")
        return None


async def claim_one(shop: Shop, sale: FlashSale) -> Claim | None:
    """Claim as soon as a unit is free. Who has a claim already goes on with that one."""
    async for item in shop.watch(SALE.of(sale.id)):
        state = item.state if isinstance(item, Snapshot) else item.event
        if not isinstance(state, SaleState) or state.sale.phase is not Phase.OPEN:
            return None
        if state.sale.left == 0:
            print(f"  none left, {state.sale.held_count} held: waiting.")
            continue
        try:
            # The id is ours: should the line break now, the same claim is asked for again.
            claim = await shop.call(ClaimUnits(sale_id=sale.id, claim_id=new_id()))
        except SoldOut as refusal:
            print(f"  too late: {refusal}")
        except OverLimit as refusal:
            print(f"  {refusal}")
            held = [c for c in await shop.call(MyClaims(sale_id=sale.id)) if c.state is ClaimState.HELD]
            return held[0] if held else None
        else:
            print(f"  claimed as number {claim.place}, held until {claim.expires_at:%H:%M:%S}.")
            return claim
    return None


async def pay(shop: Shop, claim: Claim, card: str) -> Order | None:
    """Pay for a claim, and ask again with the same id while the bank takes its time."""
    command = Pay(sale_id=claim.sale_id, claim_id=claim.id, payment_id=new_id(), payment_method=card)
    while True:
        try:
            answer = await shop.call(command)
        except PaymentDeclined as refusal:
            print(f"  {refusal} The unit stays held until {claim.expires_at:%H:%M:%S}.")
            return None
        if answer.payment.status is PaymentState.NEEDS_ACTION:
            print(f"  The bank asks you to confirm at {answer.payment.action_url}")
            return None
        if answer.claim.state is not ClaimState.PAYING:
            break
        print("  the bank takes its time ...")
        await asyncio.sleep(1)
    if answer.claim.order_id is None:
        print(f"  not bought: the claim is {answer.claim.state}, the payment {answer.payment.failure or 'open'}.")
        return None
    order = await shop.call(ShowOrder(order_id=answer.claim.order_id))
    print(f"  bought: order {order.number}, {order.total.amount / 100:.2f} {order.total.currency}.")
    return order


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Buy in the demo's flash sale.")
    parser.add_argument("url", nargs="?", default="http://localhost:8000")
    parser.add_argument("--who", default="customer", help="customer, customer2 ... customer9")
    parser.add_argument("--card", default="4242424242424242")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.url, arguments.who, arguments.card))
