"""The register of VAT numbers, against a small fake of its REST API: only a clear yes or no counts."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from server.adapters.tax.vies import Vies
from server.domains.pricing.ports import RegisterAway

YES = {"countryCode": "DE", "vatNumber": "136695976", "valid": True, "name": "---"}
BUSY = {"actionSucceed": False, "errorWrappers": [{"error": "MS_MAX_CONCURRENT_REQ"}]}


class Fake:
    """Answers what a test says, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answer: Any = YES
        self.status = 200
        self.slow = asyncio.Event()
        self.slow.set()
        self.asked: list[Any] = []
        self.base = ""

    async def check(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        await self.slow.wait()
        if isinstance(self.answer, str):
            return web.Response(text=self.answer, status=self.status)
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
async def fake() -> AsyncIterator[Fake]:
    fake = Fake()
    app = web.Application()
    app.router.add_post("/check-vat-number", fake.check)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.base = "http://{}:{}".format(*runner.addresses[0][:2])
    yield fake
    fake.slow.set()
    await runner.cleanup()


async def test_it_says_whether_a_number_is_registered(fake: Fake) -> None:
    vies = Vies(fake.base)
    assert await vies.knows("DE136695976")
    fake.answer = YES | {"valid": False}
    assert not await vies.knows("EL094259216")
    assert fake.asked == [
        {"countryCode": "DE", "vatNumber": "136695976"},
        {"countryCode": "EL", "vatNumber": "094259216"},
    ]


@pytest.mark.parametrize(
    ("answer", "status"),
    [(BUSY, 200), (BUSY, 500), (YES, 503), ("<html>", 200), ("", 200), ({"valid": "true"}, 200), ([], 200), (YES, 302)],
    ids=["busy", "busy with a status", "down", "a page", "nothing", "a word", "a list", "elsewhere"],
)
async def test_anything_else_is_no_answer(fake: Fake, answer: Any, status: int) -> None:
    fake.answer, fake.status = answer, status
    with pytest.raises(RegisterAway):
        await Vies(fake.base).knows("DE136695976")


async def test_it_is_not_waited_for_without_end(fake: Fake) -> None:
    fake.slow.clear()
    with pytest.raises(RegisterAway):
        await Vies(fake.base, patience=0.2).knows("DE136695976")


async def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(RegisterAway):
        await Vies("http://127.0.0.1:1").knows("DE136695976")
