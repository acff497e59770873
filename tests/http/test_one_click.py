"""Ending letters out of a mail program (RFC 8058)."""

from collections.abc import AsyncIterator

import pytest

from fastshop.contract.cart_recovery import LetterInvalid
from server.http.one_click import one_click
from tests.http.support import Edge, edge

ENDED: list[str] = []


async def end(token: str) -> None:
    if token == "wrong":
        raise LetterInvalid
    ENDED.append(token)


@pytest.fixture(scope="module")
async def shop() -> AsyncIterator[Edge]:
    async with edge(further=one_click("/letters/end", "/letters", end)) as running:
        yield running


@pytest.fixture(autouse=True)
def _nobody_has_clicked() -> None:
    ENDED.clear()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
        ),
    ],
)
async def test_a_click_ends_letters_whoever_s_page_it_is_on(shop: Edge, kind: str, body: str) -> None:
    headers = {"content-type": kind, "sec-fetch-site": "cross-site", "origin": "https://mail.example"}
    for _ in range(2):
        async with shop.http.post("/letters/end/abc.def", data=body, headers=headers) as response:
            assert (response.status, await response.json()) == (200, {})
    assert ENDED == ["abc.def", "abc.def"]


@pytest.mark.parametrize(
    ("token", "body", "status"),
    [("abc", "", 400), ("abc", "x=y", 400), ("abc", "One-Click" * 1000, 400), ("wrong", "One-Click", 404)],
    ids=["nothing", "something else", "too much", "a token of nobody"],
)
async def test_nothing_else_that_is_posted_ends_any(shop: Edge, token: str, body: str, status: int) -> None:
    async with shop.http.post(f"/letters/end/{token}", data=body) as response:
        assert response.status == status
    assert ENDED == []


async def test_opening_the_address_ends_nothing_and_leads_to_the_page(shop: Edge) -> None:
    async with shop.http.get("/letters/end/a%0d%0ab.c", allow_redirects=False) as response:
        assert (response.status, response.headers["location"]) == (303, "/letters#token=a%0D%0Ab.c")
    assert ENDED == []
