"""Pictures are sent in as bodies, and served for ever."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from server.adapters.storage.local import LocalFiles
from server.http.media import media
from tests.http.support import Edge, edge

PICTURE = UUID(int=7)
ADDRESS = f"/media/{PICTURE}/abc123/320.webp"


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Edge]:
    files = LocalFiles(tmp_path / "files")
    await files.put(ADDRESS.removeprefix("/"), b"a picture")
    (tmp_path / "files" / "secret.webp").write_bytes(b"secret")
    async with edge(further=[media(files.read)]) as edge_:
        yield edge_


async def test_a_picture_is_served_to_be_kept_for_ever_and_to_be_nothing_else(shop: Edge) -> None:
    async with shop.http.get(ADDRESS, headers={"accept-encoding": "gzip"}) as answer:
        assert (answer.status, await answer.read()) == (200, b"a picture")
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["etag"] == '"abc123-320"'
        assert "content-encoding" not in answer.headers
        assert "set-cookie" not in answer.headers


async def test_who_has_it_is_not_sent_it_again(shop: Edge) -> None:
    async with shop.http.get(ADDRESS, headers={"if-none-match": '"abc123-320"'}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    async with shop.http.get(ADDRESS, headers={"if-none-match": '"another"'}) as answer:
        assert answer.status == 200
    async with shop.http.head(ADDRESS) as answer:
        assert (answer.status, answer.headers["content-length"]) == (200, str(len(b"a picture")))


@pytest.mark.parametrize(
    "path",
    [
        f"/media/{PICTURE}/abc123/640.webp",
        f"/media/{PICTURE}/abc123/320.png",
        f"/media/{PICTURE}/abc123/x.webp",
        f"/media/{PICTURE}/../../secret.webp",
        f"/media/{PICTURE}/..%2f..%2f/320.webp",
        f"/media/{PICTURE}/%2e%2e/320.webp",
        f"/media/{UUID(int=8)}/abc123/320.webp",
        "/media/x/abc123/320.webp",
    ],
)
async def test_what_is_not_there_is_not_found_and_not_kept(shop: Edge, path: str) -> None:
    async with shop.http.get(path) as answer:
        body = await answer.read()
        assert b"secret" not in body
        assert b"picture" not in body
        if answer.status != 503:  # an address of the pages, which are not built in this test
            assert (answer.status, answer.headers["cache-control"]) == (404, "no-store")
