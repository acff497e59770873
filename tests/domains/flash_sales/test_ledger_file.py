"""The ledger as a file: for whom it is, all of it in pieces, nothing in it that a spreadsheet would run."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from fastshop.contract.accounts import Role
from fastshop.contract.base import NotAllowed, Refusal, SignInNeeded
from fastshop.contract.catalog import NoShop
from fastshop.contract.flash_sales import FlashSale, GiveBack, SaleNotFound, ShowLedger
from fastshop.contract.payments import PaymentDeclined
from fastshop.ids import new_id
from server.domains.flash_sales.exporting import cell
from server.http.downloads import csv_download
from server.http.sign_in import SignIn
from server.kernel.caller import GUEST, Caller
from server.settings import Settings
from tests.domains.flash_sales.lining import join, leave, until_quiet
from tests.domains.flash_sales.market import (
    ADMIN,
    ANN,
    BOB,
    DECLINED,
    MANAGER,
    RIVAL,
    SELLER,
    Market,
    customer,
)
from tests.http.support import Edge, edge


async def pieces(market: Market, sale: FlashSale, who: Caller = SELLER) -> list[bytes]:
    return [piece async for piece in await market.exporting.ledger(sale.id, who)]


async def lines(market: Market, sale: FlashSale) -> list[dict[str, str]]:
    text = b"".join(await pieces(market, sale)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def test_every_line_of_the_ledger_is_in_the_file_with_who_when_and_which_place(market: Market) -> None:
    sale = await market.sale(quantity=1, starts_in=10)
    first, second = await join(market.shop, sale, ANN), await join(market.shop, sale, BOB)
    gone = await join(market.shop, sale, customer(3))
    await leave(market.shop, gone, customer(3))
    await until_quiet(market, minutes=10)
    (claim,) = await market.claims(sale)
    who = Caller(claim.customer_id)
    with pytest.raises(PaymentDeclined):
        await market.shop.pay(claim, who, DECLINED)
    paid = (await market.shop.pay(claim, who)).claim
    await until_quiet(market)
    told = await lines(market, sale)
    entries = (await market.shop.selling.ledger(ShowLedger(sale_id=sale.id, limit=100), SELLER)).items
    assert [line["event"] for line in told] == [entry.type for entry in entries]
    assert [line["time"] for line in told] == [entry.time.isoformat() for entry in entries]
    served, other = (first, second) if claim.place_id == first.id else (second, first)
    claimed, end = told[4], told[-1]
    assert (claimed["customer"], claimed["name"], claimed["state"]) == (str(claim.customer_id), "", "held")
    assert (claimed["claim"], claimed["claim_number"]) == (str(claim.id), "1")
    assert (claimed["place"], claimed["place_number"]) == (str(served.id), "1")
    bought = told[-2]
    assert (bought["event"], bought["name"]) == ("flash_sales.paid", "Somebody")
    assert (bought["quantity"], bought["total"], bought["currency"]) == ("1", "9.00", "EUR")
    assert (bought["payment"], bought["order"]) == (str(paid.payment_id), str(paid.order_id))
    assert (end["event"], end["place"], end["place_number"]) == ("flash_sales.place_ended", str(other.id), "2")
    assert end["reason"] == "sold_out"
    assert [line["reason"] for line in told if line["event"] == "flash_sales.payment_failed"] == ["card_declined"]


async def test_nothing_of_another_sale_is_in_it(market: Market) -> None:
    sale, other = await market.sale(), await market.sale()
    await market.shop.claim(other, ANN)
    assert await lines(market, sale) == []
    assert len(await pieces(market, sale)) == 1, "the head is always there"


@pytest.mark.parametrize(
    ("who", "refusal"),
    [(GUEST, SignInNeeded), (ANN, NotAllowed), (RIVAL, SaleNotFound), (Caller(UUID(int=6)), NotAllowed)],
    ids=["guest", "customer", "rival", "nobody"],
)
async def test_the_file_is_for_who_may_read_the_ledger(market: Market, who: Caller, refusal: type[Refusal]) -> None:
    sale = await market.sale()
    with pytest.raises(refusal):
        await market.exporting.ledger(sale.id, who)
    for reader in (SELLER, MANAGER, ADMIN):
        assert await pieces(market, sale, reader)
    with pytest.raises(SaleNotFound):
        await market.exporting.ledger(new_id(), SELLER)
    lost = Caller(SELLER.user_id, roles=SELLER.roles)
    with pytest.raises(NoShop):
        await market.exporting.ledger(sale.id, lost)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", '=HYPERLINK("x";"y")'])
async def test_a_name_that_would_be_a_formula_is_text(market: Market, name: str) -> None:
    await market.database.fetch("UPDATE users SET name = $2 WHERE id = $1", ANN.person, name)
    sale = await market.sale()
    await market.shop.pay(await market.shop.claim(sale))
    (bought,) = [line for line in await lines(market, sale) if line["name"]]
    assert bought["name"] == f"'{name}"


@pytest.mark.parametrize("name", ['Ann "the" O\'Neil, Jr.', "two\nlines", "Ünï 漢字 🛒", "'quoted", "a=b"])
async def test_any_other_name_comes_back_as_it_is(market: Market, name: str) -> None:
    await market.database.fetch("UPDATE users SET name = $2 WHERE id = $1", ANN.person, name)
    sale = await market.sale()
    await market.shop.pay(await market.shop.claim(sale))
    assert [line["name"] for line in await lines(market, sale) if line["name"]] == [name]


def test_a_cell_of_nothing_is_empty() -> None:
    assert (cell(None), cell(0), cell("")) == ("", "0", "")


async def test_a_long_ledger_comes_in_pieces_of_a_bounded_size(market: Market) -> None:
    sale = await market.sale(quantity=250)
    for _ in range(5):
        claims = await asyncio.gather(*(market.shop.claim(sale, customer(number)) for number in range(250)))
        back = [(GiveBack(sale_id=sale.id, claim_id=claim.id), Caller(claim.customer_id)) for claim in claims]
        await asyncio.gather(*(market.shop.buying.give_back(*each) for each in back))
    found = await pieces(market, sale)
    assert [piece.count(b"\r\n") for piece in found] == [1, 1000, 1000, 500]
    numbers = [int(line["number"]) for line in await lines(market, sale)]
    assert numbers == list(range(2, 2502))


# --- over HTTP ------------------------------------------------------------------------------------------------------

CALLERS: Mapping[str, Caller] = {
    "seller": SELLER,
    "rival": RIVAL,
    "ann": ANN,
    "key": replace(SELLER, scopes=frozenset({"flash_sales:read"})),
    "key for orders": replace(SELLER, scopes=frozenset({"orders:read"})),
    "narrowed": replace(SELLER, limits=((Role.SELLER, frozenset({"orders:read"})),)),
}


async def authenticate(token: str) -> Caller | None:
    return CALLERS.get(token)


@pytest.fixture
async def shop(market: Market) -> AsyncIterator[Edge]:
    sign_in = SignIn(authenticate, Settings())
    route = csv_download("/flash-sales/{id}/ledger.csv", market.exporting.ledger, sign_in, ShowLedger)
    async with edge(further=[route]) as running:
        yield running


async def download(shop: Edge, sale_id: UUID | str, token: str = "") -> tuple[aiohttp.ClientResponse, bytes]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with shop.http.get(f"/api/v1/flash-sales/{sale_id}/ledger.csv", headers=headers) as response:
        return response, await response.read()


async def test_over_http_it_is_a_file_to_save(market: Market, shop: Edge) -> None:
    sale = await market.sale()
    await market.shop.claim(sale)
    for who in ("key", "seller"):
        response, body = await download(shop, sale.id, who)
        assert (response.status, body) == (200, b"".join(await pieces(market, sale)))
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == f'attachment; filename="ledger-{sale.id}.csv"'
    assert (response.headers["cache-control"], response.headers["x-content-type-options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [
        ("", 401, "sign_in_needed"),
        ("nobody", 401, None),
        ("ann", 403, "not_allowed"),
        ("rival", 404, "flash_sales.not_found"),
        ("key for orders", 401, "sign_in_needed"),
        ("narrowed", 403, "not_allowed"),
    ],
)
async def test_over_http_it_is_refused_as_a_problem_document(
    market: Market, shop: Edge, token: str, status: int, code: str | None
) -> None:
    sale = await market.sale()
    response, body = await download(shop, sale.id, token)
    assert (response.status, response.headers["content-type"]) == (status, "application/problem+json")
    assert "content-disposition" not in response.headers
    problem: Any = await response.json(content_type=None)
    assert problem["status"] == status
    assert code is None or problem["code"] == code
    assert str(sale.id).encode() not in body


@pytest.mark.parametrize("sale_id", ["rubbish", "0", "%00", "..%2f..%2fetc", "01a1fd22", str(UUID(int=5))])
async def test_over_http_no_sale_is_a_problem_document_too(shop: Edge, sale_id: str) -> None:
    response, _ = await download(shop, sale_id, "seller")
    assert response.status in (400, 404)
    assert response.headers["content-type"] == "application/problem+json"
