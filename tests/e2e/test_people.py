"""People on the running shop, over both transports: letters in the outbox, two steps, four devices, keys, roles."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html import unescape
from typing import Any

import aiohttp
import pyotp
import pytest

from fastshop import Shop, new_id
from fastshop.contract.accounts import AccountDisabled, ListSessions, Register, Role, SignedIn, WhoAmI, WrongCredentials
from fastshop.contract.addresses import AddAddress, ListAddresses, PostalAddress
from fastshop.contract.api_keys import CreateApiKey, NewApiKey, RevokeApiKey
from fastshop.contract.audit import CheckAuditLog, ListAuditLog
from fastshop.contract.base import NotAllowed, ScopeMissing, SignInNeeded
from fastshop.contract.codes import FORCE_RECONNECT, SESSION_ENDED, SESSION_REPLACED
from fastshop.contract.credentials import ForgetPassword, ResetPassword, VerifyEmail
from fastshop.contract.orders import ListOrders
from fastshop.contract.roles import CreateRole
from fastshop.contract.second_factor import SecondFactorNeeded, SetUpTwoFactor, VerifyTwoFactor
from fastshop.contract.users import DisableUser, ListUsers, SetRoles
from tests.support import eventually

PASSWORD = "correct horse"
ADMIN = ("admin@demo.fastshop.test", "fastshop-demo")


@pytest.fixture
async def http(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(address, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def registered(address: str, email: str) -> SignedIn:
    async with Shop(address) as shop:
        return await shop.call(Register(user_id=new_id(), email=email, password=PASSWORD, name="Ann"))


async def mails_to(http: aiohttp.ClientSession, email: str) -> list[str]:
    async with http.get("/outbox") as page:
        articles = (await page.text()).split("<article>")[1:]
    return [unescape(article) for article in articles if f"To {email}," in article]


async def token_mailed(http: aiohttp.ClientSession, email: str, subject: str) -> str:
    found: list[str] = []

    async def has_come() -> bool:
        found[:] = [mail for mail in await mails_to(http, email) if subject in mail]
        return bool(found)

    await eventually(has_come)
    match = re.search(r"#token=([\w-]+)", found[0])
    assert match is not None
    return match[1]


@asynccontextmanager
async def socket(http: aiohttp.ClientSession, token: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with http.ws_connect("/ws") as opened:
        await opened.send_json({"id": 1, "connect": {"token": token}})
        assert "connect" in json.loads((await opened.receive_str()).split("\n")[0])
        yield opened


async def until_closed(opened: aiohttp.ClientWebSocketResponse) -> tuple[str, int | None]:
    """What still came, and the code it was closed with."""
    said = ""
    async with asyncio.timeout(30):
        while (message := await opened.receive()).type is aiohttp.WSMsgType.TEXT:
            said += message.data + "\n"
    return said, opened.close_code


async def asked(opened: aiohttp.ClientWebSocketResponse, method: str, **data: Any) -> dict[str, Any]:
    await opened.send_json({"id": 2, "rpc": {"method": method, "data": data}})
    async with asyncio.timeout(30):
        while True:
            for line in (await opened.receive_str()).split("\n"):
                reply: dict[str, Any] = json.loads(line)
                if reply.get("id") == 2:
                    return reply


async def test_a_letter_comes_and_its_link_proves_the_address_and_another_resets_the_password(
    address: str, http: aiohttp.ClientSession
) -> None:
    email = "letters@example.com"
    ann = await registered(address, email)
    async with Shop(address) as shop:
        await shop.call(VerifyEmail(token=await token_mailed(http, email, "Confirm your e-mail")))
        await shop.call(ForgetPassword(email=email))
        await shop.call(ForgetPassword(email="nobody@example.com"))
        token = await token_mailed(http, email, "Choose a new password")
        async with socket(http, ann.token) as opened:
            await shop.call(ResetPassword(token=token, password="a new password"))
            said, code = await until_closed(opened)
        assert code == SESSION_ENDED.number
        assert '"password_changed"' in said
        with pytest.raises(WrongCredentials):
            await shop.log_in(email, PASSWORD)
        assert (await shop.log_in(email, "a new password")).email_verified
    assert await mails_to(http, "nobody@example.com") == []


async def test_a_letter_s_end_is_where_its_head_says(http: aiohttp.ClientSession) -> None:
    async with http.post("/api/v1/cart/reminders/end/nobodys", data="List-Unsubscribe=One-Click") as answer:
        assert (answer.status, (await answer.json(content_type=None))["code"]) == (404, "carts.letter_invalid")
    async with http.get("/api/v1/cart/reminders/end/nobodys", allow_redirects=False) as answer:
        assert answer.headers["location"] == "/cart/reminders#token=nobodys"
    for page in ("/cart", "/cart/reminders", "/cart/reminders/end"):
        async with http.get(page) as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")


async def test_the_fourth_device_ends_the_oldest_which_is_told_before_its_socket_closes(
    address: str, http: aiohttp.ClientSession
) -> None:
    first = await registered(address, "devices@example.com")
    async with socket(http, first.token) as opened:
        for number in range(3):
            async with Shop(address) as shop:
                await shop.log_in("devices@example.com", PASSWORD, device=f"device {number}")
                if number == 1:
                    assert (await shop.call(WhoAmI())).id == first.me.id
        said, code = await until_closed(opened)
    assert '"session_limit"' in said
    assert str(first.session_id) in said
    assert code == SESSION_REPLACED.number
    async with Shop(address, token=first.token) as shop:
        with pytest.raises(SignInNeeded):
            await shop.call(ListSessions())


async def test_two_steps_sign_in_and_set_the_cookie(address: str, http: aiohttp.ClientSession) -> None:
    email = "steps@example.com"
    ann = await registered(address, email)
    async with Shop(address, token=ann.token) as shop:
        secret = await shop.call(SetUpTwoFactor(password=PASSWORD))
        app = pyotp.TOTP(secret.secret)
        codes = (await shop.call(VerifyTwoFactor(code=app.at(datetime.now(UTC))))).codes
    async with Shop(address) as shop:
        with pytest.raises(SecondFactorNeeded) as refused:
            await shop.log_in(email, PASSWORD)
        assert (await shop.log_in_with_code(refused.value.challenge, codes[0])).two_factor
        assert (await shop.call(WhoAmI())).email == email
    async with http.post("/api/v1/auth/login", json={"email": email, "password": PASSWORD}) as answer:
        challenge = (await answer.json(content_type=None))["challenge"]
        assert (answer.status, "set-cookie" in answer.headers) == (401, False)
    body = {"challenge": challenge, "code": codes[1]}
    async with http.post("/api/v1/auth/2fa/login", json=body) as answer:
        assert (answer.status, "httponly" in answer.headers["set-cookie"].lower()) == (200, True)


async def key_of(shop: Shop, *scopes: str) -> NewApiKey:
    return await shop.call(CreateApiKey(key_id=new_id(), name="Till", scopes=scopes, password=PASSWORD))


async def test_a_key_asks_what_it_was_made_for_over_both_transports(address: str, http: aiohttp.ClientSession) -> None:
    ann = await registered(address, "keys@example.com")
    async with Shop(address, token=ann.token) as owner:
        made = await key_of(owner, "orders:read", "watch:order")
        for program in (Shop(address, made.secret), Shop(address, made.secret, "live")):
            async with program:
                assert (await program.call(ListOrders())).items == ()
                with pytest.raises(ScopeMissing) as refused:
                    await program.call(WhoAmI())
                assert refused.value.scope == "accounts:read"
        async with http.post(
            "/api/v1/uploads", data=b"x", headers={"authorization": f"Bearer {made.secret}"}
        ) as answer:
            assert (answer.status, (await answer.json(content_type=None))["code"]) == (403, "scope_missing")
        async with socket(http, made.secret) as opened:
            reply = await asked(opened, "orders.list")
            assert reply["rpc"]["data"]["items"] == []
            await opened.send_json({"id": 3, "subscribe": {"channel": f"user:{ann.me.id}"}})
            assert json.loads((await opened.receive_str()).split("\n")[0])["error"]["code"] == 404
            await owner.call(RevokeApiKey(key_id=made.key.id))
            _, code = await until_closed(opened)
            assert code == SESSION_ENDED.number
    async with Shop(address, token=made.secret) as program:
        with pytest.raises(SignInNeeded):
            await program.call(ListOrders())


async def test_a_role_given_by_an_admin_counts_on_the_next_connection_and_a_disabled_person_is_out(
    address: str, http: aiohttp.ClientSession
) -> None:
    ann = await registered(address, "roles@example.com")
    async with Shop(address) as admin, Shop(address, token=ann.token) as shop:
        await admin.log_in(*ADMIN)
        name = f"auditor-{new_id()}"[:40].rstrip("-")
        await admin.call(CreateRole(name=name, title="Auditor", base=Role.ADMIN, permissions=("audit:read",)))
        with pytest.raises(NotAllowed):
            await shop.call(CheckAuditLog())
        async with socket(http, ann.token) as opened:
            await admin.call(SetRoles(user_id=ann.me.id, roles=ann.me.roles, custom_roles=(name,)))
            assert (await until_closed(opened))[1] == FORCE_RECONNECT.number
        async with socket(http, ann.token) as opened:
            assert (await asked(opened, "audit.check"))["rpc"]["data"]["intact"] is True
            assert json.loads((await asked(opened, "users.list"))["error"]["message"])["code"] == "not_allowed"
            await admin.call(DisableUser(user_id=ann.me.id, reason="a test"))
            assert (await until_closed(opened))[1] == SESSION_ENDED.number
        with pytest.raises(AccountDisabled):
            await shop.log_in("roles@example.com", PASSWORD)
        (found,) = (await admin.call(ListUsers(query="roles@"))).items
        assert found.disabled_at is not None
        done = (await admin.call(ListAuditLog(subject=f"user:{ann.me.id}"))).items
        assert [entry.action for entry in done] == ["users.disable", "users.set_roles"]


async def test_an_address_is_kept_over_the_socket_and_listed_over_http(address: str) -> None:
    ann = await registered(address, "book@example.com")
    postal = PostalAddress(name="Ann", country="DE", street="Unter den Linden 1", postal_code="10117", city="Berlin")
    async with Shop(address, token=ann.token, transport="live") as live, Shop(address, token=ann.token) as shop:
        kept = await live.call(AddAddress(address_id=new_id(), address=postal))
        assert (await shop.call(ListAddresses())).items == (kept,)
