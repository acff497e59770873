"""The documents that describe the shop: written once, packed for who can unpack, not sent again to who has them."""

from server.http.descriptions import description
from tests.http.support import edge

_PATH = "/api/v1/schema/shop.json"
_WRITTEN = b'{"title": "shop"}' * 1000
_PLAIN = {"accept-encoding": "identity"}


async def test_a_document_is_written_once_and_packed_for_who_can_unpack_it() -> None:
    times: list[int] = []

    def write() -> bytes:
        times.append(1)
        return _WRITTEN

    async with edge(further=[description("shop.json", write)]) as shop:
        assert times == []
        async with shop.http.get(_PATH, headers=_PLAIN) as plain:
            assert await plain.read() == _WRITTEN
            assert "content-encoding" not in plain.headers
        async with shop.http.get(_PATH, headers={"accept-encoding": "gzip, br"}) as packed:
            assert await packed.read() == _WRITTEN
            assert packed.headers["content-encoding"] == "gzip"
            assert int(packed.headers["content-length"]) < len(_WRITTEN) / 10
        assert times == [1]


async def test_who_has_a_document_is_told_so_and_who_has_another_gets_it() -> None:
    async with edge(further=[description("shop.json", lambda: _WRITTEN)]) as shop:
        async with shop.http.get(_PATH) as first:
            etag = first.headers["etag"]
        async with shop.http.get(_PATH, headers={"if-none-match": etag}) as again:
            assert (again.status, await again.read()) == (304, b"")
        async with shop.http.get(_PATH, headers={"if-none-match": '"an older one"'}) as other:
            assert (other.status, await other.read()) == (200, _WRITTEN)
