"""The browser pages: the build's files, and the shop's page for every other address."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.http.support import Edge, edge


@pytest.fixture(scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    root = tmp_path_factory.mktemp("web")
    built = root / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "docs").mkdir()
    (built / "index.html").write_text("the shop")
    (built / "docs" / "api.html").write_text("the documents")
    (built / "assets" / "main-abc.js").write_text("the program")
    (root / "secret.html").write_text("not for you")
    async with edge(pages=built) as running:
        yield running


async def got(shop: Edge, path: str) -> tuple[int, str]:
    async with shop.raw(f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode()) as reader:
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    return int(head.split()[1]), body.decode()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/", "the shop"),
        ("/sale/123", "the shop"),
        ("/docs/api", "the documents"),
        ("/docs/api/", "the documents"),
        ("/docs/api.html", "the documents"),
        ("/assets/main-abc.js", "the program"),
        ("/../secret.html", "the shop"),
        ("/../secret", "the shop"),
        ("/%2e%2e/secret.html", "the shop"),
        ("/..%2fsecret.html", "the shop"),
        ("/%00", "the shop"),
        ("/%ff", "the shop"),
        ("/" + "a" * 5000, "the shop"),
    ],
    ids=lambda value: value[:30],
)
async def test_every_address_has_its_page_and_none_leaves_the_build(shop: Edge, path: str, content: str) -> None:
    assert await got(shop, path) == (200, content)


async def test_a_program_that_is_not_in_the_build_is_not_found(shop: Edge) -> None:
    assert (await got(shop, "/assets/main-old.js"))[0] == 404
    assert (await got(shop, "/assets/../../secret.html"))[1] != "not for you"


async def test_built_files_are_kept_and_pages_asked_for_anew(shop: Edge) -> None:
    async with shop.http.get("/assets/main-abc.js") as response:
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    async with shop.http.get("/") as response:
        assert response.headers["cache-control"] == "no-cache"


async def test_pages_that_were_not_built_are_missed_with_words() -> None:
    async with edge(pages=Path("nowhere")) as bare, bare.http.get("/") as response:
        assert (response.status, "make web" in await response.text()) == (503, True)
