"""What machines ask: is it alive, is it ready, what does it count."""

import asyncio

from structlog.testing import capture_logs

from tests.http.support import SHELF, Edge, edge


async def test_it_is_alive_whatever_it_waits_for() -> None:
    async def failing() -> str:
        return "no"

    async with edge(checks={"database": failing}) as shop, shop.http.get("/livez") as response:
        assert (response.status, await response.json()) == (200, {"status": "alive"})


async def test_it_is_ready_when_every_check_is_content() -> None:
    async def content() -> str:
        return ""

    checks = {"database": content, "valkey": content}
    async with edge(checks=checks) as shop, shop.http.get("/readyz") as response:
        assert (response.status, await response.json()) == (200, {"status": "ready"})


async def test_what_fails_is_named_but_not_what_an_exception_knows() -> None:
    async def content() -> str:
        return ""

    async def draining() -> str:
        return "draining"

    async def broken() -> str:
        raise ConnectionRefusedError("postgres://user:secret@host")

    async def hanging() -> str:
        await asyncio.Event().wait()
        return ""

    checks = {"database": broken, "migrations": content, "valkey": hanging, "process": draining}
    with capture_logs() as logged:
        async with edge(checks=checks) as shop, shop.http.get("/readyz") as response:
            answer = await response.json(content_type="application/problem+json")
    assert (response.status, answer["code"], answer["temporary"]) == (503, "not_ready", True)
    assert answer["failing"] == {
        "database": "ConnectionRefusedError",
        "valkey": "TimeoutError",
        "process": "draining",
    }
    assert {entry["check"] for entry in logged} == {"database", "valkey"}


async def test_the_numbers_are_told_as_prometheus_reads_them(shop: Edge) -> None:
    async with shop.http.get(f"/api/v1/shelves/{SHELF}/things") as response:
        assert response.status == 200
    async with shop.http.get("/metrics") as response:
        assert (response.status, response.headers["content-type"].partition(";")[0]) == (200, "text/plain")
        assert 'fastshop_http_seconds_bucket{le="0.005",operation="sample.find"}' in await response.text()
