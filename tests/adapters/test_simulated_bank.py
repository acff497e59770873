"""The page of the simulated bank: asks plainly, believes no other site, sends nobody elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import aiohttp
import pytest
import uvicorn
from prometheus_client import CollectorRegistry

from fastshop.contract.payments import PaymentState
from fastshop.ids import new_id
from server.adapters.payments.simulated import SimulatedGateway
from server.adapters.payments.simulated_bank import simulated_bank
from server.http.application import Parts, application
from server.http.sign_in import SignIn
from server.kernel.database import Database
from server.kernel.operation import Operations
from server.settings import Settings
from tests.adapters.gateway_suite import TEN
from tests.adapters.test_simulated_gateway import CARDS
from tests.support import ManualClock, eventually


class Bank(NamedTuple):
    """A browser at the running page."""

    http: aiohttp.ClientSession
    gateway: SimulatedGateway
    told: list[UUID]

    async def asked(self) -> UUID:
        """A payment that the bank asks about."""
        return (await self.gateway.charge(new_id(), TEN, CARDS.needs_action)).id

    async def state(self, payment_id: UUID) -> PaymentState:
        charge = await self.gateway.find(payment_id)
        assert charge is not None
        return charge.state

    async def answer(self, payment_id: object, form: Any, **headers: str) -> tuple[int, str]:
        url = f"/simulated-bank/{payment_id}"
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.post(url, data=form, headers=sent, allow_redirects=False) as response:
            return response.status, response.headers.get("location", "")


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Any:
        yield


async def _nobody(_token: str) -> None:
    return None


async def _nothing(_user_id: UUID | None, _pieces: object) -> UUID:
    raise AssertionError


@pytest.fixture
async def bank(database: Database, clock: ManualClock) -> AsyncIterator[Bank]:
    gateway, told = SimulatedGateway(database, clock), []

    async def decided(payment_id: UUID) -> None:
        told.append(payment_id)

    parts = Parts(
        operations=Operations([]),
        sign_in=SignIn(_nobody, Settings()),
        receive=_nothing,
        checks={},
        registry=CollectorRegistry(),
        documents={},
        pages=Path("nowhere"),
        further=simulated_bank(gateway, decided),
    )
    server = _Server(uvicorn.Config(application(parts), port=0, lifespan="off", log_config=None, access_log=False))
    task = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        yield Bank(http, gateway, told)
    server.should_exit = server.force_exit = True
    await task


async def page(bank: Bank, payment_id: object, back: str | None = None) -> tuple[int, str, Any]:
    query = {} if back is None else {"return": back}
    async with bank.http.get(f"/simulated-bank/{payment_id}", params=query) as response:
        return response.status, await response.text(), response.headers


@pytest.mark.parametrize(("answer", "state"), [("approve", PaymentState.SUCCEEDED), ("decline", PaymentState.FAILED)])
async def test_the_customer_answers_and_comes_back(bank: Bank, answer: str, state: PaymentState) -> None:
    payment_id, other = await bank.asked(), await bank.asked()
    status, text, _ = await page(bank, payment_id, "/sales/1?x=1&y=2")
    assert status == 200
    assert 'value="/sales/1?x=1&amp;y=2"' in text
    assert 'name="answer" value="approve"' in text
    status, back = await bank.answer(payment_id, {"answer": answer, "return": "/sales/1?x=1&y=2"})
    assert (status, back) == (303, "/sales/1?x=1&y=2")
    assert await bank.state(payment_id) is state
    assert bank.told == [payment_id]
    assert await bank.state(other) is PaymentState.NEEDS_ACTION


async def test_an_answer_given_again_changes_nothing(bank: Bank) -> None:
    payment_id = await bank.asked()
    await bank.answer(payment_id, {"answer": "decline"})
    assert (await bank.answer(payment_id, {"answer": "approve"}))[0] == 303
    assert await bank.state(payment_id) is PaymentState.FAILED
    _, text, _ = await page(bank, payment_id)
    assert "nothing to confirm" in text
    assert "<form" not in text


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
async def test_another_site_cannot_answer_for_the_customer(bank: Bank, site: str) -> None:
    payment_id = await bank.asked()
    status, _ = await bank.answer(payment_id, {"answer": "approve"}, sec_fetch_site=site)
    assert status == 403
    assert await bank.state(payment_id) is PaymentState.NEEDS_ACTION
    assert bank.told == []


async def test_a_browser_that_tells_only_its_origin_is_known_by_it(bank: Bank) -> None:
    payment_id = await bank.asked()
    for origin in ("https://elsewhere.example", "null", "http://[", ""):
        assert (await bank.answer(payment_id, {"answer": "approve"}, origin=origin))[0] == 403
    assert await bank.state(payment_id) is PaymentState.NEEDS_ACTION
    own = str(bank.http._base_url).rstrip("/")
    assert (await bank.answer(payment_id, {"answer": "approve"}, origin=own))[0] == 303


@pytest.mark.parametrize(
    "form", [{}, {"answer": ""}, {"answer": "APPROVE"}, {"answer": "maybe"}, b"\xff\x00", {"return": "/x"}]
)
async def test_what_is_no_answer_is_refused_and_decides_nothing(bank: Bank, form: Any) -> None:
    payment_id = await bank.asked()
    assert (await bank.answer(payment_id, form))[0] == 400
    assert await bank.state(payment_id) is PaymentState.NEEDS_ACTION
    assert bank.told == []


async def test_a_broken_form_is_refused(bank: Bank) -> None:
    payment_id = await bank.asked()
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x", "application/json"):
        assert (await bank.answer(payment_id, b"--y\r\n{", content_type=kind))[0] == 400
    assert await bank.state(payment_id) is PaymentState.NEEDS_ACTION


@pytest.mark.parametrize("payment_id", [str(UUID(int=7)), "nonsense", "0", "%00"])
async def test_a_payment_that_is_none_is_not_found(bank: Bank, payment_id: str) -> None:
    assert (await page(bank, payment_id))[0] in (404, 503)  # 503: the pages are not built here
    assert (await bank.answer(payment_id, {"answer": "approve"}))[0] in (404, 405)


@pytest.mark.parametrize(
    "back",
    [
        "https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "\\\\elsewhere.example",
        "javascript:alert(1)", "/\t/elsewhere.example", "/a\r\nset-cookie: x=1", "", "sales",
    ],
)  # fmt: skip
async def test_nobody_is_sent_elsewhere(bank: Bank, back: str) -> None:
    payment_id = await bank.asked()
    _, text, _ = await page(bank, payment_id, back)
    assert 'href="/"' in text
    assert "elsewhere" not in text
    assert "javascript" not in text
    assert await bank.answer(payment_id, {"answer": "approve", "return": back}) == (303, "/")


async def test_a_path_in_any_writing_is_returned_to(bank: Bank) -> None:
    status, back = await bank.answer(await bank.asked(), {"answer": "approve", "return": "/läden/☕"})
    assert (status, back) == (303, "/l%C3%A4den/%E2%98%95")


async def test_what_is_written_into_the_page_stays_text(bank: Bank) -> None:
    _, text, _ = await page(bank, await bank.asked(), '/"><script>alert(1)</script>')
    assert "<script" not in text
    assert "&quot;&gt;&lt;script" in text


async def test_the_page_runs_and_loads_nothing(bank: Bank) -> None:
    _, text, headers = await page(bank, await bank.asked())
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    for inline in ("<script", "<style", "style=", "onclick"):
        assert inline not in text
    assert headers["cache-control"] == "no-store"
