"""The books: they balance, nothing in them changes, and each thing is in them once."""

import asyncio
from typing import Any

import asyncpg
import msgspec
import pytest

from fastshop.contract.base import Money
from fastshop.contract.ledger import (
    EARNINGS,
    EarningsMoved,
    ListMovements,
    MovementKind,
    SetCommissionRate,
)
from fastshop.ids import new_id
from server.kernel import log
from server.kernel.database import Transaction
from tests.domains.ledger.conftest import (
    ADMIN,
    KETTLE,
    NARROW,
    OURS,
    THEIRS,
    WIDE,
    Line,
    Office,
    Sold,
    euros,
)


async def test_what_was_paid_is_nobodys_until_it_is_sold_then_the_sellers_and_the_shops(office: Office) -> None:
    before = await office.totals()
    payment_id = await office.paid(10_000)
    paid = await office.totals()
    assert (paid.paid - before.paid, paid.unallocated) == (10_000, 10_000)
    await office.sold(payment_id, Line(OURS, euros(10_000), tax=1597))
    sold = await office.totals()
    assert (sold.unallocated, sold.tax) == (0, 1597)
    assert sold.platform - before.platform == 1008  # 12 % of 84.03
    assert await office.balance() == 10_000 - 1597 - 1008


async def test_n7_the_same_thing_posted_again_or_at_once_is_in_the_books_once(office: Office) -> None:
    payment_id, order_id, refund_id = new_id(), new_id(), new_id()
    for _ in range(2):
        await asyncio.gather(*(office.paid(500, payment_id, fee=20) for _ in range(5)))
    for _ in range(2):
        await asyncio.gather(*(office.sold(payment_id, Line(OURS, euros(500)), order_id=order_id) for _ in range(5)))
    for _ in range(2):
        await asyncio.gather(*(office.refunded(payment_id, 100, refund_id) for _ in range(5)))
    kinds = [earning.kind for earning in await office.statement()]
    assert kinds == [MovementKind.REFUND, MovementKind.SALE]
    assert await office.balance() == 352
    assert (await office.totals()).fees == 20


async def test_the_commission_is_that_of_the_moment_of_the_sale_for_ever(office: Office) -> None:
    payment_id = await office.bought(Line(OURS, euros(1000)))
    await office.rates.set(SetCommissionRate(rate_id=new_id(), rate=5000, seller_id=OURS), ADMIN)
    await office.refunded(payment_id, 1000)
    refund, sale = await office.statement()
    assert (sale.amount, sale.commission, sale.rates) == (euros(880), euros(120), (1200,))
    assert (refund.amount, refund.commission, refund.rates) == (euros(-880), euros(-120), (1200,))
    await office.bought(Line(OURS, euros(1000)))
    assert (await office.statement())[0].rates == (5000,)


async def test_a_sellers_rate_comes_before_a_categorys_and_a_narrow_one_before_a_wide(office: Office) -> None:
    async def rate_of(line: Line) -> int:
        await office.bought(line)
        ((rate,), *_) = [earning.rates for earning in await office.statement(line.seller_id)]
        office.clock.turn(seconds=1)
        return rate

    async def set_to(rate: int, **of: Any) -> None:
        await office.rates.set(SetCommissionRate(rate_id=new_id(), rate=rate, **of), ADMIN)

    kettle = Line(OURS, euros(1000), KETTLE)
    office.clock.turn(seconds=1)
    assert await rate_of(kettle) == 1200
    await set_to(100)
    assert await rate_of(kettle) == 100
    await set_to(300, category_id=NARROW)
    await set_to(200, category_id=WIDE)
    assert await rate_of(kettle) == 300
    assert await rate_of(Line(OURS, euros(1000))) == 100
    await set_to(400, seller_id=OURS)
    assert await rate_of(kettle) == 400
    await set_to(500, seller_id=OURS, category_id=WIDE)
    assert await rate_of(kettle) == 500
    await set_to(600, seller_id=OURS, category_id=WIDE)
    assert await rate_of(kettle) == 600
    assert await rate_of(Line(THEIRS, euros(1000), KETTLE)) == 300


async def test_a_refund_takes_from_everybody_who_had_of_that_very_sale_and_from_nobody_else(office: Office) -> None:
    payment_id = await office.bought(Line(OURS, euros(3000), tax=300), Line(THEIRS, euros(1000)))
    other = await office.bought(Line(OURS, euros(9999)))
    before = {seller: await office.balance(seller) for seller in (OURS, THEIRS)}
    await office.refunded(payment_id, 1000)
    ours, theirs = (await office.statement(OURS))[0], (await office.statement(THEIRS))[0]
    assert ours.amount.amount + ours.commission.amount + ours.tax.amount == -750
    assert theirs.amount.amount + theirs.commission.amount == -250
    await office.refunded(payment_id, 3000)
    assert await office.balance(OURS) == before[OURS] - 2376
    assert await office.balance(THEIRS) == before[THEIRS] - 880
    assert {earning.payment_id for earning in await office.statement() if earning.amount.amount < 0} == {payment_id}
    assert other not in {earning.payment_id for earning in await office.statement() if earning.amount.amount < 0}


async def test_money_that_came_for_nothing_goes_back_without_touching_anybodys(office: Office) -> None:
    before = await office.totals()
    payment_id = await office.paid(400)
    await office.refunded(payment_id, 400)
    after = await office.totals()
    assert after.refunds == before.refunds + 400
    assert (after.unallocated, after.sellers, after.platform) == (0, before.sellers, before.platform)


@pytest.mark.parametrize("won", [True, False])
async def test_a_bank_that_takes_money_back_gives_it_to_whom_it_decides_for(office: Office, won: bool) -> None:
    payment_id, now = await office.bought(Line(OURS, euros(1000))), office.clock.now()
    before = await office.totals()
    await office.post(lambda t: office.ledger.decided(t, "dp_1", payment_id, now, won=won))
    assert await office.totals() == before, "what was not taken is not given back"
    for _ in range(2):
        await office.post(lambda t: office.ledger.disputed(t, "dp_1", payment_id, euros(600), now))
    assert ((await office.totals()).disputed, await office.balance()) == (600, 880 - 528)
    await office.post(lambda t: office.ledger.decided(t, "dp_1", payment_id, now, won=won))
    await office.post(lambda t: office.ledger.decided(t, "dp_1", payment_id, now, won=not won))
    after = await office.totals()
    assert (after.disputed, after.refunds) == (0, 0 if won else 600)
    assert await office.balance() == (880 if won else 352)


async def test_what_a_bank_takes_beyond_what_is_left_the_shop_bears(office: Office) -> None:
    payment_id, now = await office.bought(Line(OURS, euros(1000))), office.clock.now()
    await office.refunded(payment_id, 1000)
    before = await office.totals()
    await office.post(lambda t: office.ledger.disputed(t, "dp_1", payment_id, euros(1000), now))
    after = await office.totals()
    assert (after.platform, after.sellers) == (before.platform - 1000, before.sellers)


async def test_a_sellers_earnings_move_live_and_add_up_to_the_balance(office: Office) -> None:
    payment_id = await office.bought(Line(OURS, euros(3000)), Line(THEIRS, euros(1000)), Line(OURS, euros(333)))
    await office.refunded(payment_id, 1234)
    async with office.database.reading() as connection:
        found = await log.after(connection, EARNINGS.of(OURS), 0, 100)
    moved = [msgspec.json.decode(publication.data, type=EarningsMoved).earning for publication in found]
    assert sum(earning.amount.amount for earning in moved) == await office.balance()
    assert tuple(reversed(moved)) == await office.statement()


async def test_a_sale_that_is_rolled_back_is_in_no_book(office: Office) -> None:
    before = await office.totals()

    async def paid_but(transaction: Transaction) -> None:
        await office.ledger.paid(transaction, new_id(), euros(5), office.clock.now())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await office.post(paid_but)
    assert await office.totals() == before


async def test_currencies_are_kept_apart(office: Office) -> None:
    now = office.clock.now()
    payment_id = new_id()
    await office.post(lambda t: office.ledger.paid(t, payment_id, Money(5000, "JPY"), now))
    sale = Sold(new_id(), payment_id, [Line(OURS, Money(5000, "JPY"))], now)
    await office.post(lambda t: office.ledger.sold(t, [sale]))
    assert (await office.totals("JPY")).sellers == 4400
    assert await office.balance(THEIRS) == 6844


async def test_an_order_for_nothing_moves_nothing(office: Office) -> None:
    before = await office.totals()
    await office.bought(Line(OURS, euros(0)))
    assert await office.totals() == before
    assert await office.statement() == ()


_UNBALANCED = """
WITH told AS (INSERT INTO ledger_transactions (id, source, kind, at) VALUES ($1::uuid, $1::uuid::text, 'sale', now()))
INSERT INTO ledger_entries (transaction_id, account, party_id, currency, amount)
SELECT $1::uuid, * FROM (VALUES {}) AS entry
"""
_OURS = "'seller', '00000000-0000-0000-0000-000000000001'::uuid"


@pytest.mark.parametrize(
    "entries",
    [
        f"({_OURS}, 'EUR', 1.00)",
        f"({_OURS}, 'EUR', 1.00), ('payments', NULL, 'USD', -1.00)",
        f"({_OURS}, 'EUR', 1.00), ('payments', NULL, 'EUR', -0.99)",
    ],
)
async def test_the_database_refuses_what_does_not_balance(office: Office, entries: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await office.database.fetch(_UNBALANCED.format(entries), new_id())
    await office.totals()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entries SET amount = amount + 1",
        "DELETE FROM ledger_entries",
        "TRUNCATE ledger_entries",
        "UPDATE ledger_transactions SET at = now()",
        "DELETE FROM ledger_transactions",
        "UPDATE ledger_balances SET balance = 0",
        "INSERT INTO ledger_balances VALUES ('seller', gen_random_uuid(), 'EUR', 0, 1)",
        "DELETE FROM ledger_balances",
    ],
)
async def test_the_database_refuses_whatever_changes_the_books(office: Office, change: str) -> None:
    before = await office.totals()
    with pytest.raises(asyncpg.RestrictViolationError):
        await office.database.fetch(change)
    assert await office.totals() == before


async def test_kept_balances_are_those_that_the_entries_add_up_to(office: Office) -> None:
    payments = await asyncio.gather(
        *(office.bought(Line(OURS, euros(100 + n)), Line(THEIRS, euros(n))) for n in range(20))
    )
    await asyncio.gather(*(office.refunded(payment, 50 + n) for n, payment in enumerate(payments)))
    assert await kept(office) == await derived(office)


async def kept(office: Office) -> dict[Any, Any]:
    rows = await office.database.fetch(
        "SELECT account, nullif(party_id, '00000000-0000-0000-0000-000000000000') AS party_id, currency, sum(balance)"
        " FROM ledger_balances GROUP BY 1, 2, 3"
    )
    return {tuple(row)[:3]: row[3] for row in rows}


async def derived(office: Office) -> dict[Any, Any]:
    query = "SELECT account, party_id, currency, sum(amount) FROM ledger_entries GROUP BY 1, 2, 3"
    return {tuple(row)[:3]: row[3] for row in await office.database.fetch(query)}


async def test_the_books_are_listed_page_by_page_and_by_what_they_are_about(office: Office) -> None:
    payment_id = await office.bought(Line(OURS, euros(1000)))
    office.clock.turn(seconds=1)
    await office.refunded(payment_id, 10)
    of_it = (await office.reading.list_movements(ListMovements(payment_id=payment_id), ADMIN)).items
    assert {movement.kind for movement in of_it} == {MovementKind.PAYMENT, MovementKind.SALE, MovementKind.REFUND}
    assert all(sum(entry.amount.amount for entry in movement.entries) == 0 for movement in of_it)
    first = await office.reading.list_movements(ListMovements(limit=1), ADMIN)
    assert first.items[0].kind is MovementKind.REFUND
    rest = await office.reading.list_movements(ListMovements(limit=100, cursor=first.next or ""), ADMIN)
    assert len(rest.items) == 4
    assert rest.next is None


async def test_n14_what_one_seller_does_not_send_comes_out_of_their_share_at_the_commission_of_the_sale(
    office: Office,
) -> None:
    payment_id = await office.paid(30_000)
    lines = (Line(OURS, euros(11_900), tax=1900), Line(OURS, euros(10_000)), Line(THEIRS, euros(8_100)))
    await office.sold(payment_id, *lines)
    before, theirs = await office.totals(), await office.balance(THEIRS)
    await office.rates.set(SetCommissionRate(rate_id=new_id(), rate=5000), ADMIN)
    await office.refunded(payment_id, 11_900, seller=OURS, tax=1900)
    assert await office.balance(THEIRS) == theirs
    after = await office.totals()
    assert (before.tax - after.tax, after.refunds - before.refunds) == (1900, 11_900)
    assert await office.balance() == 10_000 - 1_200
    await office.refunded(payment_id, 10_000, seller=OURS)
    assert (await office.balance(), await office.balance(THEIRS)) == (0, theirs)


async def test_what_is_more_than_is_left_of_a_sellers_share_the_shop_bears(office: Office) -> None:
    payment_id = await office.paid(2_000)
    await office.sold(payment_id, Line(OURS, euros(1_000), tax=200), Line(THEIRS, euros(1_000)))
    theirs = await office.balance(THEIRS)
    await office.refunded(payment_id, 1_500, seller=OURS, tax=0)
    assert (await office.balance(), await office.balance(THEIRS)) == (0, theirs)
    assert (await office.totals()).tax == 0


async def test_once_all_money_of_a_sale_went_back_nobody_keeps_any_and_the_shop_bears_none(office: Office) -> None:
    before, theirs = await office.totals(), await office.balance(THEIRS)
    payment_id = await office.paid(10_000)
    await office.sold(payment_id, Line(OURS, euros(5_000)), Line(THEIRS, euros(5_000), tax=500))
    await office.refunded(payment_id, 2_000)  # out of both
    await office.refunded(payment_id, 5_000, seller=OURS)  # more than is left of their share
    assert (await office.balance(), await office.balance(THEIRS) > theirs) == (0, True)
    await office.refunded(payment_id, 3_000, seller=THEIRS)
    after = await office.totals()
    assert (await office.balance(), await office.balance(THEIRS)) == (0, theirs)
    assert (after.platform - before.platform, after.tax - before.tax, after.refunds - before.refunds) == (0, 0, 10_000)
