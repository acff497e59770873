"""Who is asking over HTTP, and whose page may ask in their name (docs/decisions/0002-csrf.md)."""

from collections.abc import AsyncIterator
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest

from server.http.sign_in import SignIn, allowed_origins
from server.settings import Settings
from tests.http.support import CUSTOMER, SELLER, Edge, authenticate, edge

CHANGE = "/api/v1/change"
OWN = "http://shop.test:8000"
SECOND = "https://admin.shop.test"


@pytest.fixture(scope="module")
async def plain() -> AsyncIterator[Edge]:
    async with edge(Settings(public_url=OWN, origins=(SECOND,))) as running:
        yield running


@pytest.fixture(scope="module")
async def secure() -> AsyncIterator[Edge]:
    async with edge(Settings(public_url="https://shop.test")) as running:
        yield running


async def change(shop: Edge, verb: str = "POST", path: str = CHANGE, **headers: str) -> tuple[int, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with shop.http.request(verb, path, headers=named) as response:
        return response.status, await response.json(content_type=None)


async def cookie_of(shop: Edge, path: str, **headers: str) -> "Morsel[str]":
    async with shop.http.post(path, headers=headers) as response:
        assert response.status == 200
        (morsel,) = SimpleCookie(response.headers["set-cookie"]).values()
        return morsel


async def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_do_not_get(plain: Edge) -> None:
    cookie = await cookie_of(plain, "/api/v1/enter")
    assert (cookie.key, cookie.value) == ("fastshop", "customer-token")
    assert (cookie["httponly"], cookie["samesite"].lower(), cookie["path"], cookie["domain"]) == (True, "lax", "/", "")
    assert cookie["secure"] == ""


async def test_on_https_the_cookie_is_secure_and_bound_to_the_host(secure: Edge) -> None:
    cookie = await cookie_of(secure, "/api/v1/enter")
    assert (cookie.key, cookie["secure"], cookie["path"], cookie["domain"]) == ("__Host-fastshop", True, "/", "")


async def test_on_https_a_cookie_that_plain_http_could_have_set_is_not_taken(secure: Edge) -> None:
    status, _ = await change(secure, cookie="fastshop=customer-token", sec_fetch_site="same-origin")
    assert status == 401
    status, _ = await change(secure, cookie="__Host-fastshop=customer-token", sec_fetch_site="same-origin")
    assert status == 200


async def test_browsers_are_told_to_come_by_tls_only_where_there_is_tls(plain: Edge, secure: Edge) -> None:
    for shop, told in ((plain, None), (secure, "max-age=31536000")):
        async with shop.http.get("/livez") as response:
            assert response.headers.get("strict-transport-security") == told


async def test_signing_out_clears_the_cookie(plain: Edge) -> None:
    cookie = await cookie_of(plain, "/api/v1/auth/logout", authorization="Bearer customer-token")
    assert (cookie.key, cookie.value, cookie["max-age"], cookie["path"]) == ("fastshop", "", "0", "/")


async def test_other_answers_set_no_cookie(plain: Edge) -> None:
    async with plain.http.post(CHANGE, headers={"authorization": "Bearer customer-token"}) as response:
        assert response.status == 200
        assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("site", "origin", "taken"),
    [
        ("same-origin", None, True),
        ("none", None, True),
        ("same-origin", OWN, True),
        ("same-origin", "https://evil.test", True),  # what a browser says of itself, no page can change
        ("cross-site", None, False),
        ("cross-site", OWN, False),
        ("cross-site", SECOND, False),
        ("same-site", OWN, False),
        ("", OWN, False),
        ("nonsense", OWN, False),
        (None, OWN, True),
        (None, SECOND, True),
        (None, "https://evil.test", False),
        (None, "http://shop.test", False),
        (None, "https://shop.test:8000", False),
        (None, OWN + ".evil.test", False),
        (None, OWN.upper(), False),
        (None, "null", False),
        (None, "", False),
        (None, None, False),
    ],
)
async def test_a_cookie_changes_something_only_for_pages_of_ours(
    plain: Edge, site: str | None, origin: str | None, taken: bool
) -> None:
    headers = {"cookie": "fastshop=customer-token"}
    headers |= {} if site is None else {"sec_fetch_site": site}
    headers |= {} if origin is None else {"origin": origin}
    status, answer = await change(plain, **headers)
    if taken:
        assert (status, answer["user_id"]) == (200, str(CUSTOMER.user_id))
    else:
        assert (status, answer["code"]) == (403, "cross_site")


@pytest.mark.parametrize(("verb", "path"), [("POST", "/api/v1/uploads"), ("POST", "/api/v1/import/products")])
async def test_files_are_not_taken_from_other_sites_either(plain: Edge, verb: str, path: str) -> None:
    status, answer = await change(
        plain, verb, path, cookie="fastshop=seller-token", sec_fetch_site="cross-site", content_type="text/csv"
    )
    assert (status, answer["code"]) == (403, "cross_site")
    assert plain.receiver.files == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://evil.test"},
        {"origin": "null"},
    ],
    ids=str,
)
async def test_no_page_of_another_site_signs_its_visitors_in(plain: Edge, headers: dict[str, str]) -> None:
    status, answer = await change(plain, path="/api/v1/enter", **headers)
    assert (status, answer["code"]) == (403, "cross_site")


async def test_a_program_signs_in_without_a_word_of_where_it_comes_from(plain: Edge) -> None:
    status, answer = await change(plain, path="/api/v1/enter")
    assert (status, answer["token"]) == (200, "customer-token")


async def test_every_verb_that_changes_is_guarded(plain: Edge) -> None:
    path = "/api/v1/shelves/00000000-0000-0000-0000-000000000001/things"
    for verb in ("POST", "PUT", "DELETE"):
        status, answer = await change(
            plain, verb, path, cookie="fastshop=customer-token", sec_fetch_site="cross-site", origin="https://evil.test"
        )
        assert (status, answer["code"]) == (403, "cross_site"), verb


async def test_reading_with_a_cookie_needs_no_proof_of_the_page(plain: Edge) -> None:
    path = "/api/v1/shelves/00000000-0000-0000-0000-000000000001/things"
    status, answer = await change(plain, "GET", path, cookie="fastshop=customer-token", sec_fetch_site="cross-site")
    assert (status, answer["user_id"]) == (200, str(CUSTOMER.user_id))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_a_bearer_needs_no_proof_of_the_page(plain: Edge, scheme: str) -> None:
    status, answer = await change(plain, authorization=f"{scheme} customer-token", sec_fetch_site="cross-site")
    assert (status, answer["user_id"]) == (200, str(CUSTOMER.user_id))


async def test_a_bearer_goes_before_the_cookie(plain: Edge) -> None:
    status, answer = await change(plain, authorization="Bearer seller-token", cookie="fastshop=customer-token")
    assert (status, answer["user_id"]) == (200, str(SELLER.user_id))


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer wrong", "Bearer customer-token x"])
async def test_a_bearer_that_is_not_valid_is_a_guest_whatever_the_cookie(plain: Edge, header: str) -> None:
    status, answer = await change(
        plain, authorization=header, cookie="fastshop=customer-token", sec_fetch_site="cross-site"
    )
    assert (status, answer["code"]) == (401, "sign_in_needed")


@pytest.mark.parametrize("cookie", ["fastshop=", "fastshop=wrong", "other=customer-token", "fastshop", ";;=;"])
async def test_a_cookie_that_is_not_valid_is_a_guest(plain: Edge, cookie: str) -> None:
    status, answer = await change(plain, cookie=cookie, sec_fetch_site="same-origin")
    assert (status, answer["code"]) == (401, "sign_in_needed")


async def test_an_account_that_is_not_to_be_used_from_here_is_a_guest(plain: Edge) -> None:
    status, answer = await change(plain, authorization="Bearer far-token")
    assert (status, answer["code"]) == (401, "sign_in_needed")


def test_on_this_machine_the_shop_has_several_names_elsewhere_only_its_own() -> None:
    here = allowed_origins(Settings(host="127.0.0.1", port=8123))
    assert set(here) == {"http://127.0.0.1:8123", "http://localhost:8123", "http://[::1]:8123"}
    assert set(allowed_origins(Settings(public_url="https://shop.test"))) == {"https://shop.test"}


def test_the_cookie_is_named_for_how_the_shop_is_reached_from_outside() -> None:
    assert SignIn(authenticate, Settings(public_url="https://shop.test")).cookie_name == "__Host-fastshop"
    assert SignIn(authenticate, Settings()).cookie_name == "fastshop"
