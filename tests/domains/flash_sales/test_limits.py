"""Limits that hold against many accounts of one card or address, and against whoever writes past the actor."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from actors.flash_sale import KIND, Edit, Hold
from fastshop.contract.addresses import AddressInvalid, PostalAddress
from fastshop.contract.base import Refusal
from fastshop.contract.flash_sales import (
    AddressNeeded,
    Claim,
    ClaimState,
    FlashSale,
    GiveBack,
    LimitBy,
    OverLimit,
    Pay,
    PayAnswer,
)
from fastshop.contract.payments import GatewayUnavailable, PaymentDeclined, PaymentState
from fastshop.ids import new_id
from server.domains.flash_sales.buying import Buying
from server.domains.flash_sales.rules import normalised
from server.domains.payments.service import Payments
from server.kernel.caller import Caller
from tests.domains.flash_sales.market import ANN, DECLINED, GOOD, SELLER, Market, changed, customer

CARD, ADDRESS = LimitBy.CARD, LimitBy.ADDRESS


def home(name: str, street: str, city: str, country: str, postal_code: str) -> PostalAddress:
    """An address."""
    return PostalAddress(name=name, street=street, city=city, country=country, postal_code=postal_code)


HOME = home("Ann Example", "12 Main Street", "Dublin", "IE", "D02 X285")


async def pay(
    market: Market,
    claim: Claim,
    card: str = GOOD,
    address: PostalAddress | None = None,
    payment_id: UUID | None = None,
    buying: Buying | None = None,
) -> PayAnswer:
    """Pay for a claim, as whoever's it is."""
    command = Pay(
        sale_id=claim.sale_id,
        claim_id=claim.id,
        payment_id=payment_id or new_id(),
        payment_method=card,
        delivery_address=address,
    )
    return await (buying or market.shop.buying).pay(command, Caller(claim.customer_id))


async def limited(market: Market, *by: LimitBy, count: int = 4, limit: int = 1) -> tuple[FlashSale, list[Claim]]:
    """A sale with a limit, and a unit of it held by each of so many customers."""
    sale = await market.sale(quantity=20, per_customer_limit=limit, limit_by=by)
    return sale, [await market.shop.claim(sale, customer(number)) for number in range(10, 10 + count)]


async def over(market: Market, claim: Claim, card: str = GOOD, address: PostalAddress | None = None) -> LimitBy:
    """By what the limit refuses it; the hold stays and nothing is charged."""
    payment_id, before = new_id(), await market.one(claim)
    with pytest.raises(OverLimit) as refused:
        await pay(market, claim, card, address, payment_id)
    assert not await market.charged(payment_id)
    assert await market.one(claim) == before
    return refused.value.by


# --- by card --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", [GOOD, "4242424242424242", "42424242 4242 4242", " 4242 4242 4242 4242 "])
async def test_a_card_gets_the_limit_over_many_accounts_however_it_is_written(market: Market, written: str) -> None:
    _, claims = await limited(market, CARD, count=2)
    await pay(market, claims[0], GOOD)
    assert await over(market, claims[1], written) is CARD


async def test_a_card_may_buy_as_many_as_a_customer_may_and_as_many_in_every_sale(market: Market) -> None:
    for _ in range(2):
        _, claims = await limited(market, CARD, count=4, limit=3)
        for claim in claims[:3]:
            await pay(market, claim)
        with pytest.raises(OverLimit) as refused:
            await pay(market, claims[3])
        assert refused.value.facts() == {"limit": 3, "have": 3, "by": "card"}


async def test_without_the_sellers_wish_a_card_is_not_counted(market: Market) -> None:
    _, claims = await limited(market, LimitBy.CUSTOMER)
    for claim in claims:
        assert (await pay(market, claim)).claim.state is ClaimState.PAID


async def test_many_accounts_that_pay_with_one_card_at_once_get_the_limit_together(market: Market) -> None:
    _, claims = await limited(market, CARD, count=20, limit=2)
    answers = await asyncio.gather(*(outcome(pay(market, claim)) for claim in claims))
    assert sorted(map(str, answers)) == ["OverLimit"] * 18 + ["PayAnswer"] * 2


async def outcome(asked: Any) -> str:
    try:
        return type(await asked).__name__
    except Refusal as refusal:
        return type(refusal).__name__


async def test_a_card_is_free_again_after_its_payment_failed(market: Market) -> None:
    _, claims = await limited(market, CARD, count=2)
    with pytest.raises(PaymentDeclined):
        await pay(market, claims[0], DECLINED)
    assert (await outcome(pay(market, claims[1], DECLINED))) == "PaymentDeclined", "not OverLimit"
    assert (await pay(market, claims[1], GOOD)).claim.state is ClaimState.PAID
    assert await over(market, claims[0]) is CARD


async def test_another_card_that_pays_for_the_same_hold_is_the_one_that_counts(market: Market) -> None:
    _, claims = await limited(market, CARD, count=3)
    with pytest.raises(PaymentDeclined):
        await pay(market, claims[0], DECLINED)
    await pay(market, claims[0], GOOD)
    with pytest.raises(PaymentDeclined):
        await pay(market, claims[1], DECLINED)
    assert await over(market, claims[2], GOOD) is CARD


async def test_a_card_of_a_payment_under_way_counts_after_a_crash_too(market: Market) -> None:
    _, claims = await limited(market, CARD, count=2)
    await pay(market, claims[0])
    born = market.runtime()
    with pytest.raises(OverLimit):
        await pay(market, claims[1], buying=born.buying)


async def test_what_a_sale_no_longer_counts_by_is_not_kept_of_a_payment_that_failed(market: Market) -> None:
    """Asked for again later, the limit knows the card that paid, not one that was tried before."""
    sale, claims = await limited(market, CARD, count=3)
    with pytest.raises(PaymentDeclined):
        await pay(market, claims[0], DECLINED)
    await market.shop.selling.edit(changed(sale, limit_by=()), SELLER)
    await pay(market, claims[0], GOOD)
    await market.shop.selling.edit(changed(sale, limit_by=(CARD,)), SELLER)
    with pytest.raises(PaymentDeclined):
        await pay(market, claims[1], DECLINED)


async def test_while_nobody_knows_the_card_nothing_is_paid_and_the_hold_stays(market: Market) -> None:
    _, claims = await limited(market, CARD, count=1)
    deaf = market.buying(Payments(market.database, Deaf(), market.clock, market.keyed, market.ledger, patience=0.05))
    with pytest.raises(GatewayUnavailable):
        await pay(market, claims[0], buying=deaf)
    assert await market.one(claims[0]) == claims[0]


async def test_p3_a_payment_sent_again_is_answered_though_nobody_knows_the_card_just_now(market: Market) -> None:
    _, claims = await limited(market, CARD, count=1)
    payment_id = new_id()
    first = await pay(market, claims[0], payment_id=payment_id)
    deaf = market.buying(Payments(market.database, Deaf(), market.clock, market.keyed, market.ledger, patience=0.05))
    assert await pay(market, claims[0], payment_id=payment_id, buying=deaf) == first


class Deaf:
    """A gateway that cannot be reached."""

    async def _none(self, *_: object, **__: object) -> Any:
        raise ConnectionError

    charge = find = close = refund = fingerprint = _none


async def test_no_card_number_is_in_any_row_or_line_of_the_log(market: Market) -> None:
    _, claims = await limited(market, CARD, ADDRESS, count=3)
    with capture_logs() as logs:
        await pay(market, claims[0], GOOD, HOME)
        await outcome(pay(market, claims[1], GOOD, HOME))
        await outcome(pay(market, claims[2], DECLINED, HOME))
    rows = await market.everything()
    said = repr(rows) + repr(logs)
    for card in (GOOD, DECLINED):
        assert card not in said
        assert card.replace(" ", "") not in said
    told = repr([rows["event_log"], rows["outbox"], logs])
    assert HOME.street not in told, "an address is no matter of the log either"


# --- by address -----------------------------------------------------------------------------------------------------

SAME = [
    home("Somebody Else", "12 Main Street", "Dublin", "IE", "D02 X285"),
    home("Ann", "12 MAIN ST.", "dublin 2", "IE", "D02 X285"),
    home("Ann", " 12,  Máin  street ", "Baile Átha Cliath", "IE", "D02 X285"),
    home("Ann", "１２ Main Street", "Dublin", "IE", "D02 X285"),
    home("Ann", "12 Main\u00a0Street", "Dublin", "IE", "D02 X285"),
]
OTHERS = [
    home("Ann Example", "13 Main Street", "Dublin", "IE", "D02 X285"),
    home("Ann Example", "12 Main Street", "Dublin", "IE", "D02 X286"),
    home("Ann Example", "12 Main Street", "Dublin", "GB", "SW1A 1AA"),
    home("Ann Example", "12 Main Street\nApartment 4", "Dublin", "IE", "D02 X285"),
]


@pytest.mark.parametrize("address", SAME, ids=range(len(SAME)))
async def test_an_address_gets_the_limit_over_many_accounts_and_cards(market: Market, address: PostalAddress) -> None:
    _, claims = await limited(market, ADDRESS, count=2)
    await pay(market, claims[0], GOOD, HOME)
    assert await over(market, claims[1], GOOD, address) is ADDRESS


async def test_neighbours_are_not_counted_together(market: Market) -> None:
    _, claims = await limited(market, ADDRESS, count=5)
    for claim, address in zip(claims, [HOME, *OTHERS], strict=True):
        assert (await pay(market, claim, GOOD, address)).claim.state is ClaimState.PAID


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hauptstraße 5", "Hauptstr. 5"),
        ("Hauptstrasse 5", "HAUPTSTRASSE 5"),
        ("Calle Mayor 3", "C/ Mayor 3"),
        ("5th Avenue 1", "5th Ave 1"),
        ("Saint John Road 4", "St. John Rd 4"),
    ],
)
def test_streets_are_written_in_many_ways(one: str, other: str) -> None:
    first, second = (home("A", street, "B", "DE", "1") for street in (one, other))
    assert normalised(first) == normalised(second)


async def test_an_address_is_needed_where_it_counts_and_nothing_has_happened_without(market: Market) -> None:
    _, claims = await limited(market, ADDRESS, count=1)
    before = await market.everything()
    with pytest.raises(AddressNeeded):
        await pay(market, claims[0])
    assert await market.everything() == before


@pytest.mark.parametrize("country", ["IE\n", "ie", "I", "IRL", "", "ÎE"])
def test_a_country_has_one_way_to_be_written(country: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(msgspec.to_builtins(HOME) | {"country": country}, PostalAddress)


async def test_an_address_that_its_country_does_not_know_is_refused_before_anything_happens(market: Market) -> None:
    _, claims = await limited(market, ADDRESS, count=1)
    before = await market.everything()
    # Without its postal code the same street would count as another place.
    with pytest.raises(AddressInvalid) as refused:
        await pay(market, claims[0], GOOD, home("Ann", "Hauptstr. 5", "Berlin", "DE", ""))
    assert refused.value.field == "postal_code"
    assert await market.everything() == before


async def test_card_and_address_count_each_for_itself(market: Market) -> None:
    _, claims = await limited(market, CARD, ADDRESS, count=3)
    await pay(market, claims[0], GOOD, HOME)
    assert await over(market, claims[1], GOOD, OTHERS[0]) is CARD
    with pytest.raises(OverLimit) as refused:
        await pay(market, claims[2], DECLINED, HOME)
    assert refused.value.by is ADDRESS


# --- past the actor -------------------------------------------------------------------------------------------------

_INSERT = """
INSERT INTO flash_sale_claims (id, sale_id, customer_id, place, quantity, total, state, claimed_at, expires_at)
VALUES ($1, $2, $3, $4, $5, 9, $6, now(), now())
"""
_PER_CUSTOMER = "flash_sale_claims_per_customer"


async def refused_past_the_actor(market: Market, query: str, *args: Any) -> None:
    before = await market.everything()
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await market.database.fetch(query, *args)
    assert refused.value.constraint_name == _PER_CUSTOMER
    assert await market.everything() == before


@pytest.mark.parametrize("state", ["held", "paying", "paid"])
async def test_p12_a_claim_written_past_the_actor_is_refused_over_the_limit(market: Market, state: str) -> None:
    sale = await market.sale(per_customer_limit=2)
    await market.shop.claim(sale, ANN, 2)
    await refused_past_the_actor(market, _INSERT, new_id(), sale.id, ANN.person, 7, 1, state)


async def test_p12_a_claim_changed_past_the_actor_is_refused_over_the_limit(market: Market) -> None:
    sale = await market.sale(per_customer_limit=2)
    mine, other = await market.shop.claim(sale, ANN, 2), await market.shop.claim(sale, customer(5))
    gone = await market.shop.claim(sale, customer(6), 2)
    await market.shop.buying.give_back(GiveBack(sale_id=sale.id, claim_id=gone.id), customer(6))
    await market.shop.claim(sale, customer(6))
    update = "UPDATE flash_sale_claims SET {} WHERE id = $1"
    await refused_past_the_actor(market, update.format("quantity = 3"), mine.id)
    await refused_past_the_actor(market, update.format("customer_id = $2"), other.id, ANN.person)
    await refused_past_the_actor(market, update.format("state = 'held'"), gone.id)


async def test_p12_a_limit_that_was_all_there_is_counts_once_there_is_more(market: Market) -> None:
    sale = await market.sale(quantity_limit=2, per_customer_limit=2)
    await market.shop.claim(sale, ANN, 2)
    await market.shop.selling.edit(changed(sale, quantity_limit=3), SELLER)
    await refused_past_the_actor(market, _INSERT, new_id(), sale.id, ANN.person, 7, 1, "held")


async def test_p12_two_who_write_past_the_actor_at_once_do_not_both_pass(market: Market) -> None:
    sale = await market.sale(per_customer_limit=1)

    async def write(place: int) -> str:
        try:
            async with market.database.transaction() as transaction:
                await transaction.connection.execute(_INSERT, new_id(), sale.id, ANN.person, place, 1, "held")
        except asyncpg.CheckViolationError:
            return "refused"
        return "written"

    assert sorted(await asyncio.gather(write(1), write(2), write(3))) == ["refused", "refused", "written"]
    await market.database.fetch("DELETE FROM flash_sale_claims WHERE sale_id = $1", sale.id)


async def test_a_limit_that_is_lowered_takes_nothing_from_who_has_more(market: Market) -> None:
    sale = await market.sale(per_customer_limit=3)
    claim = await market.shop.claim(sale, ANN, 3)
    await market.shop.selling.edit(changed(sale, per_customer_limit=1), SELLER)
    answer = await market.shop.pay(claim)
    assert (answer.claim.state, answer.payment.status) == (ClaimState.PAID, PaymentState.SUCCEEDED)


async def test_a_limit_that_is_lowered_in_the_commit_of_a_claim_spoils_neither(market: Market) -> None:
    """Both are decided rightly, one after the other; the database sees them at once."""
    sale = await market.sale(per_customer_limit=3)
    await market.shop.claim(sale, customer(9))  # awake
    actor = (await market.store().load(sale.id)).actor
    asked: list[Any] = [
        market.shop.actors.ask(KIND, sale.id, message)
        for message in (
            Edit(replace(actor.terms, per_customer_limit=4)),
            Hold(new_id(), ANN.person, 4),
            Edit(replace(actor.terms, per_customer_limit=1)),
            Hold(new_id(), customer(7).person, 1),
        )
    ]
    _, claim, shown, other = await asyncio.gather(*asked)
    assert (claim.quantity, shown.per_customer_limit, other.quantity) == (4, 1, 1)
    assert await market.number("SELECT per_customer_limit FROM flash_sales WHERE id = $1", sale.id) == 1
