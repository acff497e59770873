"""Where goes what was bought in a sale, and the taxes in its price."""

from uuid import UUID

import pytest

from fastshop.contract.addresses import AddAddress, PostalAddress
from fastshop.contract.base import Money
from fastshop.contract.flash_sales import Claim, ClaimState, LimitBy, PayAnswer
from fastshop.contract.fulfilment import AddressFixed
from fastshop.contract.ledger import ShowTotals
from fastshop.contract.orders import Order
from fastshop.contract.payments import PaymentDeclined
from fastshop.contract.prices import Rate, SaveTaxZone
from fastshop.contract.pricing import NoTax, Tax
from fastshop.contract.seller_orders import Side
from fastshop.contract.tax_exemptions import GrantTaxExemption
from fastshop.ids import new_id
from server.domains.addresses.service import Addresses
from server.domains.ledger.reading import Reading
from server.domains.orders.moves import Actor, edit
from server.domains.pricing.exemptions import Exemptions
from server.domains.pricing.taxes import Taxes
from server.kernel.caller import Caller
from tests.domains.flash_sales.market import ADMIN, ANN, ASKS_THE_BANK, DECLINED, GOOD, Market, customer

BOB = customer(77)
BERLIN = PostalAddress(name="Ann", street="Hauptstr. 5", city="Berlin", country="DE", postal_code="10117")
VIENNA = PostalAddress(name="Ann", street="Ring 1", city="Wien", country="AT", postal_code="1010")


async def pay(
    market: Market, claim: Claim, address: PostalAddress | None, card: str = GOOD, payment_id: UUID | None = None
) -> PayAnswer:
    return await market.shop.pay(claim, Caller(claim.customer_id), card, payment_id, address)


async def order_of(market: Market, claim: Claim) -> Order:
    order_id = (await market.one(claim)).order_id
    assert order_id is not None
    return await market.orders.get(order_id)


async def kept(market: Market) -> int:
    """For how many claims the shop knows an address that no order has."""
    row = await market.database.fetch_one("SELECT count(*) AS kept FROM flash_sale_deliveries")
    assert row is not None
    return int(row["kept"])


async def remember(market: Market, who: Caller, address: PostalAddress) -> None:
    await Addresses(market.database, market.clock).add(AddAddress(address_id=new_id(), address=address), who)


async def test_the_order_goes_where_its_customer_said(market: Market) -> None:
    sale = await market.sale()
    for who, address in ((ANN, BERLIN), (BOB, VIENNA)):
        claim = await market.shop.claim(sale, who)
        await pay(market, claim, address)
        assert (await order_of(market, claim)).address == address
    assert not await kept(market)


async def test_asking_again_how_a_payment_went_leaves_no_address_behind(market: Market) -> None:
    claim, payment_id = await market.shop.claim(await market.sale(), ANN), new_id()
    for _ in range(2):
        await pay(market, claim, BERLIN, payment_id=payment_id)
        assert not await kept(market)
    assert (await order_of(market, claim)).address == BERLIN


async def test_what_was_said_with_the_payment_that_succeeded_counts(market: Market) -> None:
    claim = await market.shop.claim(await market.sale(), ANN)
    with pytest.raises(PaymentDeclined):
        await pay(market, claim, VIENNA, DECLINED)
    await pay(market, claim, BERLIN)
    assert (await order_of(market, claim)).address == BERLIN


async def test_who_says_nothing_gets_it_where_they_always_do_and_nobody_elses_address(market: Market) -> None:
    sale = await market.sale()
    await remember(market, ANN, VIENNA)
    theirs, unknown = await market.shop.claim(sale, ANN), await market.shop.claim(sale, BOB)
    await pay(market, theirs, None)
    await pay(market, unknown, None)
    assert (await order_of(market, theirs)).address == VIENNA
    assert (await order_of(market, unknown)).address is None


async def test_an_address_said_again_with_the_same_payment_is_not_another(market: Market) -> None:
    # Else somebody pays with an address that is under the limit, and has it sent to one that is not.
    claim = await market.shop.claim(await market.sale(limit_by=(LimitBy.ADDRESS,)), ANN)
    payment_id = new_id()
    assert (await pay(market, claim, BERLIN, ASKS_THE_BANK, payment_id)).claim.state is ClaimState.PAYING
    await pay(market, claim, VIENNA, ASKS_THE_BANK, payment_id)
    await market.gateway.decide(payment_id, approved=True)
    await market.shop.buying.settle_claim(claim.id)
    order = await order_of(market, claim)
    assert (order.address, order.address_fixed) == (BERLIN, True)


async def test_an_order_that_was_limited_by_address_goes_nowhere_else(market: Market) -> None:
    free, limited = await market.sale(), await market.sale(limit_by=(LimitBy.ADDRESS,))
    customer = Actor(Side.CUSTOMER, ANN.person)
    moved = []
    for sale in (free, limited):
        claim = await market.shop.claim(sale, ANN)
        await pay(market, claim, BERLIN)
        moved.append(await order_of(market, claim))
    elsewhere = PostalAddress(name="Ann", street="Hauptstr. 6", city="Berlin", country="DE", postal_code="10117")
    assert edit(moved[0], customer, 1, (), elsewhere)
    with pytest.raises(AddressFixed):
        edit(moved[1], customer, 1, (), elsewhere)


async def test_addresses_of_what_came_to_nothing_are_forgotten_with_the_sale(market: Market) -> None:
    sale, other = await market.sale(), await market.sale()
    for each in (sale, other):
        with pytest.raises(PaymentDeclined):
            await pay(market, await market.shop.claim(each, ANN), BERLIN, DECLINED)
    assert await kept(market) == 2
    await market.turn(hours=2)
    assert not await kept(market)


async def test_the_price_contains_the_taxes_of_where_it_goes(market: Market) -> None:
    taxes = Taxes(market.database, market.clock)
    for name, country, rate, inclusive in (("Germany", "DE", 190_000, True), ("Austria", "AT", 200_000, False)):
        zone = SaveTaxZone(
            zone_id=new_id(), name=name, places=(country,), rates=(Rate(name="VAT", rate=rate),), inclusive=inclusive
        )
        await taxes.save_zone(zone, ADMIN)
    sale = await market.sale(price=1190, quantity=4)
    nowhere = PostalAddress(name="Ann", street="1 Main Street", city="Dublin", country="IE", postal_code="D02 X285")
    found = []
    for number, address in enumerate((BERLIN, VIENNA, nowhere, None)):
        claim = await market.shop.claim(sale, customer(number))
        await pay(market, claim, address)
        order = await order_of(market, claim)
        assert (order.total, order.taxes_included) == (Money(1190, "EUR"), True)
        found.append(order.lines[0].taxes)
    german, austrian = Tax("VAT", 190_000, Money(190, "EUR")), Tax("VAT", 200_000, Money(198, "EUR"))
    assert found == [(german,), (austrian,), (), ()]
    (totals,) = (await Reading(market.database).totals(ShowTotals(), ADMIN)).totals
    assert totals.tax == 190 + 198


async def test_who_is_exempt_and_a_small_seller_s_customers_pay_the_price_of_the_sale_without_tax(
    market: Market,
) -> None:
    zone = SaveTaxZone(
        zone_id=new_id(), name="Germany", places=("DE",), rates=(Rate(name="VAT", rate=190_000),), inclusive=True
    )
    await Taxes(market.database, market.clock).save_zone(zone, ADMIN)
    grant = GrantTaxExemption(
        exemption_id=new_id(), user_id=ANN.person, reason="Reverse charge", document="ATU1", places=("DE",)
    )
    await Exemptions(market.database, market.clock).grant(grant, ADMIN)
    sale = await market.sale(price=1190, quantity=4)
    found = []
    for who, untaxed_for in ((ANN, ""), (BOB, ""), (customer(3), "Small")):
        await market.database.fetch("UPDATE sellers SET untaxed_for = $1", untaxed_for)
        claim = await market.shop.claim(sale, who)
        await pay(market, claim, BERLIN)
        order = await order_of(market, claim)
        found.append((order.total.amount, order.tax, order.lines[0].untaxed))
    reverse = NoTax("Reverse charge", grant.exemption_id)
    assert found == [(1190, 0, reverse), (1190, 190, None), (1190, 0, NoTax("Small"))]
    (totals,) = (await Reading(market.database).totals(ShowTotals(), ADMIN)).totals
    assert (totals.tax, totals.unallocated) == (190, 0)
