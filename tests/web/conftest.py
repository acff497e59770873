"""A real Chromium in front of the really composed shop."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.domains.accounts.provider import CLIENT, CLIENT_SECRET, LocalProvider, providing
from tests.shop_process import copy_data, free_port
from tests.web.people import SELLER, Person
from tests.web.server import Line, running_shop

# Without windows a person costs half the time; the whole browser does as well.
CHROMIUM = next(filter(os.path.exists, ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")), "")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_BUILT = Path(__file__).parents[2] / "web/dist/index.html"

Arrives = Callable[..., Awaitable[Person]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs Chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def line_port() -> int:
    """The port of a line that can be cut: the shop must know its origin from the start."""
    return free_port()


@pytest.fixture(scope="session")
async def provider() -> AsyncIterator[LocalProvider]:
    """Somebody else with whose accounts one can sign in."""
    async with providing() as provider:
        yield provider


@pytest.fixture(scope="session")
def shop(furnished: Path, line_port: int, provider: LocalProvider) -> Iterator[str]:
    """The address of the running shop."""
    assert _BUILT.is_file(), "the pages are not built: run `make web`"
    folder = Path(tempfile.mkdtemp(prefix="fastshop-web-"))
    try:
        copy_data(furnished, folder)
        with running_shop(
            folder,
            FASTSHOP_BANK_ACCOUNT="Shop Ltd, DE89370400440532013000, COBADEFFXXX",
            FASTSHOP_ORIGINS=f"http://127.0.0.1:{line_port}",
            OIDC_ISSUER=provider.issuer,
            OIDC_CLIENT_ID=CLIENT,
            OIDC_CLIENT_SECRET=CLIENT_SECRET,
            OIDC_NAME="elsewhere",
        ) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium."""
    expect.set_options(timeout=30_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def arrives(browser: Browser, shop: str) -> AsyncIterator[Arrives]:
    """Lets people arrive. In the end, no browser may have complained, unless ``complains`` said that it may."""
    people: list[tuple[Person, bool]] = []

    async def arrive(*, address: str = shop, complains: bool = False, **settings: Any) -> Person:
        person = await Person.arrives(browser, address, **settings)
        people.append((person, complains))
        return person

    yield arrive
    for person, _ in people:
        await person.context.close()
    assert [complaint for person, may in people if not may for complaint in person.complaints] == []


@pytest.fixture
async def seller(arrives: Arrives) -> Person:
    """Somebody who sells, signed in."""
    return await (await arrives()).signs_in(SELLER)


@pytest.fixture
async def line(shop: str, line_port: int) -> AsyncIterator[Line]:
    """A line to the shop that can be cut."""
    port = urlsplit(shop).port
    assert port is not None
    line = Line(line_port, port)
    server = await line.open()
    yield line
    line.cut()
    server.close()
    await asyncio.sleep(0)
