"""Files over HTTP: stored while they stream in, for whoever may, and nothing before it is known that they may."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import aiohttp
import pytest

from fastshop.contract.base import BadInput
from server.http.multipart import file_in
from tests.http.support import SELLER, THING, Edge

UPLOADS = "/api/v1/uploads"
IMPORTS = f"/api/v1/import/products?import_id={THING}"
AS_SELLER = {"authorization": "Bearer seller-token"}
AS_CUSTOMER = {"authorization": "Bearer customer-token"}
CSV = AS_SELLER | {"content-type": "text/csv"}


@pytest.fixture(autouse=True)
def _nothing_received(shop: Edge) -> None:
    shop.receiver.files.clear()
    shop.receiver.owners.clear()
    shop.receiver.begun.clear()


async def sent(shop: Edge, path: str, **more: Any) -> tuple[int, Any]:
    async with shop.http.post(path, **more) as response:
        return response.status, await response.json(content_type=None)


async def test_an_upload_is_stored_for_its_sender(shop: Edge) -> None:
    status, answer = await sent(shop, UPLOADS, data=b"a,b\n1,2\n", headers=AS_SELLER)
    upload_id = UUID(answer["upload_id"])
    assert status == 201
    assert shop.receiver.files == {upload_id: b"a,b\n1,2\n"}
    assert shop.receiver.owners == {upload_id: SELLER.user_id}


async def test_a_file_is_stored_while_it_comes(shop: Edge) -> None:
    rest = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"first,"
        await rest.wait()
        yield b"second"

    async with asyncio.TaskGroup() as tasks:
        sending = tasks.create_task(sent(shop, UPLOADS, data=slow(), headers=AS_SELLER))
        await asyncio.wait_for(shop.receiver.begun.wait(), 30)
        rest.set()
    assert sending.result()[0] == 201
    assert list(shop.receiver.files.values()) == [b"first,second"]


async def test_a_large_file_is_never_whole_in_memory(shop: Edge) -> None:
    size = 3 * 1024 * 1024
    status, _ = await sent(shop, UPLOADS, data=b"x" * size, headers=AS_SELLER)
    assert (status, [len(file) for file in shop.receiver.files.values()]) == (201, [size])
    assert shop.receiver.largest < 512 * 1024


async def test_a_file_over_the_limit_is_refused_before_it_is_sent(shop: Edge) -> None:
    head = (
        f"POST {UPLOADS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer seller-token\r\n"
        f"content-length: {200 * 1024 * 1024 + 1}\r\n\r\n"
    )
    async with shop.raw(head.encode()) as reader:
        answer = await reader.readuntil(b"}")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"The body is too large: 200 MiB at most." in answer
    assert shop.receiver.files == {}


async def test_a_file_that_breaks_off_is_not_stored(shop: Edge) -> None:
    head = f"POST {UPLOADS} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer seller-token\r\ncontent-length: 100\r\n\r\n"
    async with shop.raw(head.encode() + b"half"):
        await asyncio.wait_for(shop.receiver.begun.wait(), 30)
    assert (await sent(shop, UPLOADS, data=b"whole", headers=AS_SELLER))[0] == 201
    assert list(shop.receiver.files.values()) == [b"whole"]


@pytest.mark.parametrize("path", [UPLOADS, IMPORTS])
async def test_a_guest_stores_nothing(shop: Edge, path: str) -> None:
    status, answer = await sent(shop, path, data=b"a", headers={"content-type": "text/csv"})
    assert (status, answer["code"]) == (401, "sign_in_needed")
    assert shop.receiver.files == {}


@pytest.mark.parametrize("path", [UPLOADS, IMPORTS])
async def test_who_may_not_import_stores_nothing(shop: Edge, path: str) -> None:
    status, answer = await sent(shop, path, data=b"a", headers=AS_CUSTOMER | {"content-type": "text/csv"})
    assert (status, answer["code"]) == (403, "not_allowed")
    assert shop.receiver.files == {}


@pytest.mark.parametrize("kind", ["text/csv", "text/csv; charset=utf-8", "Text/CSV"])
async def test_an_import_may_be_the_file_itself_with_the_rest_in_the_query(shop: Edge, kind: str) -> None:
    status, answer = await sent(
        shop, f"{IMPORTS}&dry_run=true", data=b"a,b\n", headers=AS_SELLER | {"content-type": kind}
    )
    ((upload_id, content),) = shop.receiver.files.items()
    assert (status, answer["id"], answer["dry_run"], answer["reason"]) == (200, str(THING), True, str(upload_id))
    assert (content, shop.receiver.owners[upload_id]) == (b"a,b\n", SELLER.user_id)


async def test_an_import_of_a_file_takes_its_id_from_the_idempotency_key(shop: Edge) -> None:
    status, answer = await sent(
        shop, "/api/v1/import/products?dry_run=1", data=b"a", headers=CSV | {"idempotency-key": str(THING)}
    )
    assert (status, answer["id"], answer["dry_run"]) == (200, str(THING), True)


async def test_an_import_may_name_a_file_that_was_uploaded_before(shop: Edge) -> None:
    status, answer = await sent(
        shop,
        "/api/v1/import/products",
        json={"import_id": str(THING), "upload_id": str(UUID(int=5))},
        headers=AS_SELLER,
    )
    assert (status, answer["reason"]) == (200, str(UUID(int=5)))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "import_id"),
        ("?import_id=x", "import_id"),
        (f"?import_id={THING}&dry_run=perhaps", "dry_run"),
        (f"?import_id={THING}&dryrun=true", "dryrun"),
        (f"?import_id={THING}&upload_id={THING}", "upload_id"),
    ],
)
async def test_a_mistake_in_the_query_is_told_before_the_file_is_taken(shop: Edge, query: str, field: str) -> None:
    status, answer = await sent(shop, f"/api/v1/import/products{query}", data=b"a", headers=CSV)
    assert (status, answer["code"], answer["field"]) == (400, "bad_input", field)
    assert shop.receiver.files == {}


def form(*, name: str = "file", filename: str | None = "products.csv", content: bytes | str = b"a,b\n1,2\n") -> Any:
    data = aiohttp.FormData(default_to_multipart=True)
    data.add_field(name, content, filename=filename)
    return data


async def test_an_import_may_be_a_form_with_the_file(shop: Edge) -> None:
    status, answer = await sent(shop, IMPORTS, data=form(), headers=AS_SELLER)
    assert (status, answer["id"]) == (200, str(THING))
    assert list(shop.receiver.files.values()) == [b"a,b\n1,2\n"]


async def test_a_form_is_taken_out_of_its_envelope_wherever_it_is_cut() -> None:
    content = b"a,b\r\n--x\r\n1,2\r\n\r\n"
    envelope = (
        b'--x1\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\n' + content + b"\r\n--x1--\r\n"
    )
    for size in (1, 2, 3, 7, 50, 1000):
        found = [
            piece
            async for piece in file_in(
                _cut([envelope[at : at + size] for at in range(0, len(envelope), size)]),
                'multipart/form-data; boundary="x1"',
            )
        ]
        assert b"".join(found) == content


async def _cut(pieces: list[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def test_other_fields_of_a_form_are_refused_by_name(shop: Edge) -> None:
    status, answer = await sent(
        shop, IMPORTS, data=form(name="dry_run", filename=None, content="true"), headers=AS_SELLER
    )
    assert (status, answer["field"]) == (400, "dry_run")
    assert shop.receiver.files == {}


HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\n'


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", HEAD + b"a\r\n--x--\r\n"),
        ("multipart/form-data; boundary=", HEAD + b"a\r\n--x--\r\n"),
        ("multipart/form-data; boundary=y", HEAD + b"a\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"a,b\n1,2\n"),
        ("multipart/form-data; boundary=x", HEAD + b"a"),
        ("multipart/form-data; boundary=x", HEAD + b"a\r\n" + HEAD + b"b\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nfile\r\n\r\na\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nA: " + b"b" * 100_000),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
    ],
)
async def test_a_form_that_is_none_is_refused_and_stores_nothing(shop: Edge, kind: str, body: bytes) -> None:
    status, answer = await sent(shop, IMPORTS, data=body, headers=AS_SELLER | {"content-type": kind})
    assert (status, answer["code"]) == (400, "bad_input")
    assert shop.receiver.files == {}


async def test_a_form_with_no_part_at_all_is_refused() -> None:
    with pytest.raises(BadInput):
        async for _ in file_in(_cut([]), "multipart/form-data; boundary=x"):
            pass
