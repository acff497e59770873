"""Who pays no tax and who charges none: the price, the order, the books and the invoices say the same."""

from uuid import UUID

import pytest

from fastshop.contract.base import Money
from fastshop.contract.checkout import PriceChanged
from fastshop.contract.ledger import ShowTotals
from fastshop.contract.prices import Rate, SaveTaxZone
from fastshop.contract.pricing import NoTax
from fastshop.contract.tax_exemptions import GrantTaxExemption, RevokeTaxExemption, TaxExemption
from fastshop.ids import new_id
from server.domains.invoicing.issuing import Issuing, facts_of
from server.domains.invoicing.rules import Facts, credit_note, untaxed
from server.domains.invoicing.sheets import of_invoice
from server.domains.ledger.reading import Reading as LedgerReading
from tests.domains.checkout.desk import ADMIN, ANN, BOB, CUP, GOOD, OURS, POT, SHIPPING, THEIRS, Desk

NET = round((500 + SHIPPING) / 1.19), round((3000 + SHIPPING) / 1.19)
SMALL = "Small enterprise, exempt from VAT"


@pytest.fixture(autouse=True)
async def germany(desk: Desk) -> None:
    zone = SaveTaxZone(
        zone_id=new_id(), name="Germany", places=("DE",), rates=(Rate(name="VAT", rate=190_000),), inclusive=True
    )
    await desk.taxes.save_zone(zone, ADMIN)


async def grant(desk: Desk, user_id: UUID = ANN.person, *places: str) -> TaxExemption:
    command = GrantTaxExemption(
        exemption_id=new_id(),
        user_id=user_id,
        reason="Reverse charge",
        document="ATU13585627",
        places=places or ("DE",),
    )
    return await desk.exemptions.grant(command, ADMIN)


async def small(desk: Desk, seller_id: UUID, reason: str = SMALL) -> None:
    await desk.run("UPDATE sellers SET untaxed_for = $2 WHERE id = $1", seller_id, reason)


async def papers(desk: Desk, order_id: UUID) -> dict[UUID, Facts]:
    rows = await Issuing(desk.database, desk.orders, desk.clock).issued(order_id)
    return {row["seller_id"]: facts_of(row) for row in rows}


async def test_who_is_exempt_pays_the_net_price_and_the_order_and_invoices_keep_why(desk: Desk) -> None:
    granted = await grant(desk)
    checkout = await desk.ready(ANN, (CUP, 1), (POT, 1))
    assert checkout.total == Money(sum(NET), "EUR")
    done = (await desk.pay(checkout, ANN)).checkout
    # What follows the order changes nothing of it.
    await desk.exemptions.revoke(RevokeTaxExemption(exemption_id=granted.id), ADMIN)
    order = await desk.order(done)
    assert (order.total, order.tax) == (checkout.total, 0)
    assert untaxed(order) == [NoTax("Reverse charge", granted.id)] * 4
    assert (await LedgerReading(desk.database).totals(ShowTotals(), ADMIN)).totals[0].tax == 0
    for seller_id, facts in (await papers(desk, order.id)).items():
        assert (facts.tax, facts.net, facts.untaxed) == (0, NET[seller_id == THEIRS], ("Reverse charge",))
        assert credit_note(facts, 1, 10, 0, desk.clock.now()).untaxed == facts.untaxed
        assert facts.customer[-1] == "VAT/Tax ID or certificate: ATU13585627"
        assert of_invoice(facts).notes == (
            "No tax is charged: Reverse charge.",
            "Unit prices include the tax that is taken off the amounts.",
        )


async def test_another_person_s_exemption_or_one_for_another_place_frees_nobody(desk: Desk) -> None:
    await grant(desk, BOB.person)
    await grant(desk, ANN.person, "AT", "US-NY")
    full = 500 + SHIPPING
    checkout = await desk.ready(ANN)
    assert (checkout.total.amount, checkout.quote.totals.tax.amount) == (full, full - NET[0])
    assert [each.untaxed for each in checkout.quote.lines] == [None]
    assert (await desk.ready()).total.amount == full  # a guest
    assert (await desk.ready(BOB)).total.amount == NET[0]


async def test_after_a_revocation_nothing_is_sold_without_tax(desk: Desk) -> None:
    granted = await grant(desk)
    checkout = await desk.ready(ANN)
    await desk.exemptions.revoke(RevokeTaxExemption(exemption_id=granted.id), ADMIN)
    with pytest.raises(PriceChanged) as refused:
        await desk.pay(checkout, ANN)
    assert refused.value.total == Money(500 + SHIPPING, "EUR")
    order = await desk.order((await desk.pay(await desk.now(checkout, ANN), ANN)).checkout)
    assert (order.total.amount, order.tax) == (500 + SHIPPING, 500 + SHIPPING - NET[0])


async def test_of_several_sellers_one_charges_no_tax_and_what_they_get_is_the_same(desk: Desk) -> None:
    await small(desk, OURS)
    before = await desk.ready(BOB, (CUP, 1), (POT, 1))
    await small(desk, OURS, "")
    # The sum is the same: only what of it is tax is not.
    order = await desk.order((await desk.pay(before, BOB, GOOD)).checkout)
    assert order.tax == 500 + 3000 + 2 * SHIPPING - sum(NET)
    await small(desk, OURS)
    order = await desk.order((await desk.pay(await desk.ready(ANN, (CUP, 1), (POT, 1)), ANN)).checkout)
    await small(desk, OURS, "")
    assert (order.total.amount, order.tax) == (500 + 3000 + 2 * SHIPPING, 3000 + SHIPPING - NET[1])
    facts = await papers(desk, order.id)
    assert (facts[OURS].tax, facts[OURS].untaxed, facts[OURS].net) == (0, (SMALL,), 500 + SHIPPING)
    assert of_invoice(facts[OURS]).notes == (f"No tax is charged: {SMALL}.",)
    assert (facts[THEIRS].tax, facts[THEIRS].untaxed) == (3000 + SHIPPING - NET[1], ())


async def test_who_is_exempt_still_pays_a_small_seller_s_whole_price(desk: Desk) -> None:
    await small(desk, OURS)
    await grant(desk)
    checkout = await desk.ready(ANN, (CUP, 1), (POT, 1))
    assert checkout.total.amount == 500 + SHIPPING + NET[1]
    assert {line.seller_id: line.untaxed and line.untaxed.reason for line in checkout.quote.lines} == {
        OURS: SMALL,
        THEIRS: "Reverse charge",
    }
