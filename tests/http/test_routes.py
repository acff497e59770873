"""An operation over HTTP: one struct out of path, query and body, and the refusal that the socket would give."""

import json
from dataclasses import fields
from typing import Any
from uuid import UUID

import msgspec
import pytest
import structlog

from fastshop.contract.base import Command, Refusal
from fastshop.registry import contract
from server.http.answers import security_headers
from server.http.decoding import Decoder
from server.http.problems import problem, status_of
from server.kernel.caller import GUEST
from server.kernel.decoding import decode
from tests.http.support import SHELF, THING, Edge, Find, Make, seen
from tests.support import eventually

THINGS = f"/api/v1/shelves/{SHELF}/things"
JSON = {"content-type": "application/json"}
OTHER = UUID(int=99)


async def asked(shop: Edge, verb: str, path: str, **more: Any) -> tuple[int, Any]:
    async with shop.http.request(verb, path, **more) as response:
        return response.status, await response.json(content_type=None)


async def made(shop: Edge, body: bytes | dict[str, Any], query: str = "", **headers: str) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else msgspec.json.encode(body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await asked(shop, "POST", THINGS + query, data=data, headers=JSON | named)


def told_by_the_socket(command: type[Command[Any]], data: bytes) -> tuple[int, Any]:
    """What an rpc with these bytes comes to."""
    try:
        found = decode(msgspec.json.Decoder(command), data)
    except Refusal as refusal:
        return problem(refusal)
    return 200, msgspec.json.decode(msgspec.json.encode(seen(found, GUEST)))


@pytest.mark.parametrize(
    ("verb", "tag", "more"),
    [
        ("GET", "sample.find", {}),
        ("POST", "sample.make", {"json": {"thing_id": str(THING), "count": 1}}),
        ("PUT", "sample.replace", {"json": {"name": "x"}}),
        ("DELETE", "sample.clear", {}),
    ],
)
async def test_each_verb_of_a_path_is_an_operation_of_its_own(shop: Edge, verb: str, tag: str, more: Any) -> None:
    status, answer = await asked(shop, verb, THINGS, **more)
    assert (status, answer["tag"], answer["fields"]["shelf_id"]) == (200, tag, str(SHELF))


async def test_text_in_the_query_is_read_for_the_type_of_its_field(shop: Edge) -> None:
    query = "?limit=7&fragile=true&tags=a&tags=b&sizes=40&sizes=41&since=2026-11-21T12:00:00Z&name=7"
    status, answer = await asked(shop, "GET", THINGS + query)
    assert status == 200
    assert answer["fields"] == {
        "shelf_id": str(SHELF),
        "name": "7",
        "fragile": True,
        "since": "2026-11-21T12:00:00Z",
        "tags": ["a", "b"],
        "sizes": [40, 41],
        "limit": 7,
    }


async def test_one_value_for_a_list_is_a_list_of_one(shop: Edge) -> None:
    _, answer = await asked(shop, "GET", THINGS + "?tags=a&sizes=1")
    assert (answer["fields"]["tags"], answer["fields"]["sizes"]) == (["a"], [1])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?limit=0", "limit"),
        ("?limit=101", "limit"),
        ("?limit=ten", "limit"),
        ("?limit=1.5", "limit"),
        ("?limit=", "limit"),
        ("?limit=1&limit=2", "limit"),
        ("?fragile=perhaps", "fragile"),
        ("?since=2026-11-21T12:00:00", "since"),
        ("?sizes=1&sizes=x", "sizes[1]"),
        ("?name=12345678901", "name"),
        ("?lmit=3", "lmit"),
        (f"?shelf_id={SHELF}", "shelf_id"),
        ("?name=a%00b", ""),
    ],
)
async def test_what_a_query_may_not_say_is_refused_with_the_field(shop: Edge, query: str, field: str) -> None:
    status, answer = await asked(shop, "GET", THINGS + query)
    assert (status, answer["code"], answer["field"]) == (400, "bad_input", field)


@pytest.mark.parametrize("shelf", ["x", "%00", "%ff", "%F0%9F%8D%8E", "1" * 4000, f"{SHELF}%0d%0a"])
async def test_an_id_in_the_path_that_is_none_is_refused(shop: Edge, shelf: str) -> None:
    async with shop.raw(f"GET /api/v1/shelves/{shelf}/things HTTP/1.1\r\nhost: x\r\n\r\n".encode()) as reader:
        head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")


def thing(**fields: Any) -> bytes:
    return msgspec.json.encode({"thing_id": str(THING), "count": 1, **fields})


@pytest.mark.parametrize(
    "body",
    [
        thing(),
        thing(count=3, tags=["a", "b"], fragile=True, price={"amount": 5, "currency": "EUR"}),
        thing(at="2026-11-21T12:00:00+01:00"),
        thing(count="3"),
        thing(count=1.0),
        thing(count=1.5),
        thing(count=0),
        thing(count=10**30),
        thing(count=None),
        thing(count=True),
        thing(weight=1),
        thing(weight="1"),
        thing(fragile="true"),
        thing(fragile=1),
        thing(tags="a"),
        thing(tags=[""]),
        thing(tags=[1]),
        thing(at="2026-11-21T12:00:00"),
        thing(at="yesterday"),
        thing(at=1795218831),
        thing(thing_id="no id"),
        thing(thing_id=str(THING).upper()),
        thing(thing_id=7),
        thing(price={"amount": 1, "currency": "EUR", "tip": 1}),
        thing(price={"amount": 1}),
        thing(price={"amount": 1, "currency": "euro"}),
        thing(price=[1, "EUR"]),
        thing(colour="red"),
        thing(type="sample.make"),
        thing(type="sample.find"),
        thing(tags=["a\x00b"]),
        thing(tags=["\\u0000"]),
        b'{"thing_id": "%s", "count": 1, "count": 2}' % str(THING).encode(),
        b'{"thing_id": "%s", "count": 1e400}' % str(THING).encode(),
        b'{"thing_id": "%s", "count": 1, "tags": ["\\ud800"]}' % str(THING).encode(),
        b'{"thing_id": "%s", "count": 1, "tags": ["\xff"]}' % str(THING).encode(),
        b'{"thing_id": "%s", "count": 1} ' % str(THING).encode(),
        b'{"thing_id": "%s", "count": 1} x' % str(THING).encode(),
        b'{"thing_id": "%s", "count": 1' % str(THING).encode(),
        b'{"count": 1}',
        b"{}",
        b"null",
        b"[]",
        b"7",
        b'"x"',
        b"",
        b"{",
        b"\xef\xbb\xbf{}",
        b"count=1",
        b"[" * 100_000,
    ],
    ids=lambda body: repr(body[:60]),
)
async def test_a_body_is_taken_or_refused_just_as_the_socket_does(shop: Edge, body: bytes) -> None:
    # On the socket the shelf is a field like the others, and the one sent first is the first to be looked at.
    whole = body if body[:1] != b"{" else b'{"shelf_id": "%s"%s' % (str(SHELF).encode(), _rest(body))
    socket = told_by_the_socket(Make, whole)
    status, answer = await made(shop, body)
    if body in (b"", b"null"):  # nothing at all: the path's field is there all the same
        socket = told_by_the_socket(Make, b'{"shelf_id": "%s"}' % str(SHELF).encode())
    assert (status, answer) == socket


@pytest.mark.parametrize("body", [b'{"tags":' + b"[" * 100_000, b'{"a":' * 50_000], ids=["list", "object"])
async def test_a_body_that_never_closes_its_brackets_is_bad_input_as_on_the_socket(shop: Edge, body: bytes) -> None:
    _, socket = told_by_the_socket(Make, body)
    status, answer = await made(shop, body)
    assert (status, answer["code"]) == (400, socket["code"])


def _rest(body: bytes) -> bytes:
    rest = body[1:]
    return rest if rest.strip()[:1] in (b"}", b"") else b", " + rest


async def test_a_field_may_be_in_path_and_body_as_long_as_both_say_the_same(shop: Edge) -> None:
    body = {"thing_id": str(THING), "count": 1}
    assert (await made(shop, body | {"shelf_id": str(SHELF).upper()}))[0] == 200
    status, answer = await made(shop, body | {"shelf_id": str(OTHER)})
    assert (status, answer["field"]) == (400, "shelf_id")


async def test_a_field_may_be_in_query_and_body_as_long_as_both_say_the_same(shop: Edge) -> None:
    body = {"thing_id": str(THING), "count": 1}
    assert (await made(shop, body, "?count=1&tags=a"))[1]["fields"]["tags"] == ["a"]
    status, answer = await made(shop, body, "?count=2")
    assert (status, answer["field"]) == (400, "count")


async def test_the_idempotency_key_is_the_id_of_what_is_created(shop: Edge) -> None:
    for written in (str(THING), f'"{THING}"', str(THING).upper()):
        _, answer = await made(shop, {"count": 1}, idempotency_key=written)
        assert answer["fields"]["thing_id"] == str(THING)


async def test_an_idempotency_key_leaves_text_in_the_query_text(shop: Edge) -> None:
    status, answer = await made(shop, b"", "?count=3&fragile=true", idempotency_key=str(THING))
    assert (status, answer["fields"]["count"], answer["fields"]["fragile"]) == (200, 3, True)


async def test_an_idempotency_key_may_repeat_the_id_but_not_contradict_it(shop: Edge) -> None:
    body = {"thing_id": str(THING), "count": 1}
    assert (await made(shop, body, idempotency_key=str(THING).upper()))[0] == 200
    status, answer = await made(shop, body, idempotency_key=str(OTHER))
    assert (status, answer["field"]) == (400, "thing_id")
    status, answer = await made(shop, {"count": 1}, f"?thing_id={THING}", idempotency_key=str(OTHER))
    assert (status, answer["field"]) == (400, "thing_id")


@pytest.mark.parametrize("key", ["", "abc", "7", '"'])
async def test_an_idempotency_key_that_is_no_id_is_refused(shop: Edge, key: str) -> None:
    status, answer = await made(shop, {"thing_id": str(THING), "count": 1}, idempotency_key=key)
    assert (status, answer["code"], answer["field"]) == (400, "bad_input", "Idempotency-Key")


async def test_an_idempotency_key_does_not_matter_to_what_creates_nothing(shop: Edge) -> None:
    headers = JSON | {"idempotency-key": "anything"}
    assert (await asked(shop, "PUT", THINGS, json={"name": "x"}, headers=headers))[0] == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""])
async def test_a_body_that_is_not_told_to_be_json_is_refused(shop: Edge, kind: str) -> None:
    status, answer = await asked(shop, "POST", THINGS, data=thing(), headers={"content-type": kind})
    assert (status, answer["code"], answer["detail"]) == (
        400,
        "bad_input",
        "The body must be sent as application/json.",
    )


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_may_be_told_with_parameters_and_in_any_case(shop: Edge, kind: str) -> None:
    assert (await asked(shop, "POST", THINGS, data=thing(), headers={"content-type": kind}))[0] == 200


async def test_a_body_of_one_mebibyte_is_the_most(shop: Edge) -> None:
    most = thing().ljust(1024 * 1024)
    assert (await made(shop, most))[0] == 200
    status, answer = await made(shop, most + b" ")
    assert (status, answer["detail"]) == (400, "The body is too large: 1 MiB at most.")


async def test_a_body_whose_size_is_not_announced_is_bounded_too(shop: Edge) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b" " * 65536

    for path in (THINGS, "/api/v1/import/products"):
        headers = JSON | {"authorization": "Bearer seller-token"}
        status, answer = await asked(shop, "POST", path, data=endless(), headers=headers)
        assert (status, answer["detail"]) == (400, "The body is too large: 1 MiB at most.")


@pytest.mark.parametrize("verb", ["GET", "DELETE"])
async def test_a_body_where_none_belongs_is_refused(shop: Edge, verb: str) -> None:
    status, answer = await asked(shop, verb, THINGS, data=b'{"limit": 3}', headers=JSON)
    assert (status, answer["code"]) == (400, "bad_input")


async def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_defect_of_ours(shop: Edge) -> None:
    head = f"POST {THINGS} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n"
    label = {"operation": "sample.make", "status": "400"}

    def refused() -> float:
        return shop.registry.get_sample_value("fastshop_http_requests_total", label) or 0

    before = refused()
    with structlog.testing.capture_logs() as logged:
        async with shop.raw(head.encode() + b"{"):
            pass
        await eventually(lambda: refused() > before)
    assert logged == []


async def test_a_defect_is_told_by_its_trace_only(shop: Edge) -> None:
    with structlog.testing.capture_logs() as logged:
        status, answer = await asked(shop, "GET", "/api/v1/fall")
    assert (status, answer["code"], answer["temporary"]) == (503, "internal", True)
    assert "secret" not in json.dumps(answer)
    assert "Zero" not in json.dumps(answer)
    assert [(entry["trace"], entry["asked"]) for entry in logged] == [(answer["trace"], "sample.fall")]


async def test_a_limit_says_when_to_come_back(shop: Edge) -> None:
    async with shop.http.get("/api/v1/hurry") as response:
        assert (response.status, response.headers["retry-after"]) == (429, "42")
        assert (await response.json(content_type=None))["retry_after"] == 42


async def test_who_must_sign_in_is_told_how(shop: Edge) -> None:
    async with shop.http.post("/api/v1/change") as response:
        assert (response.status, response.headers["www-authenticate"]) == (401, "Bearer")
        assert (await response.json(content_type=None))["code"] == "sign_in_needed"


@pytest.mark.parametrize(
    ("verb", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("POST", "/api/v1/nothing", 404, "not_found"),
        ("DELETE", "/api/v2/change", 404, "not_found"),
        ("POST", f"{THINGS}/more", 404, "not_found"),
        ("GET", "/api/v1/enter", 405, "method_not_allowed"),
        ("PATCH", THINGS, 405, "method_not_allowed"),
        ("POST", "/livez", 405, "method_not_allowed"),
        ("POST", "/", 405, "method_not_allowed"),
    ],
)
async def test_an_address_or_verb_that_is_not_there_is_a_problem_too(
    shop: Edge, verb: str, path: str, status: int, code: str
) -> None:
    async with shop.http.request(verb, path) as response:
        answer = await response.json(content_type="application/problem+json")
        assert (response.status, answer["status"], answer["code"]) == (status, status, code)
        assert ("allow" in response.headers) == (status == 405)


@pytest.mark.parametrize(
    "path", [THINGS, f"{THINGS}?limit=0", "/api/v1/nothing", "/api/v1/enter", "/livez", "/metrics", "/", "/a/page"]
)
async def test_head_is_answered_as_get_without_a_body(shop: Edge, path: str) -> None:
    with structlog.testing.capture_logs():
        async with shop.http.get(path) as full, shop.http.head(path) as head:
            assert head.status == full.status
            assert (len(await full.read()) > 0, await head.read()) == (True, b"")
            for name in ("content-type", "cache-control", "content-security-policy"):
                assert head.headers.get(name) == full.headers.get(name)
        async with shop.http.get(THINGS) as after:  # over the same connection, which no body has confused
            assert after.status == 200


@pytest.mark.parametrize(
    "path", [THINGS, f"{THINGS}?limit=0", "/api/v1/fall", "/api/v1/nothing", "/livez", "/metrics", "/", "/api/v1/enter"]
)
async def test_every_response_has_the_headers_that_protect_who_reads_it(shop: Edge, path: str) -> None:
    with structlog.testing.capture_logs():
        async with shop.http.get(path) as response:
            headers = response.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= set(policy)
    assert "unsafe" not in headers["content-security-policy"]


def test_pages_may_show_the_fields_of_stripe_only_where_cards_are_taken_there() -> None:
    without, with_it = (security_headers(stripe=on, https=False)["content-security-policy"] for on in (False, True))
    assert "stripe" not in without
    assert "script-src 'self' https://js.stripe.com https://*.js.stripe.com;" in with_it
    assert "frame-src https://js.stripe.com" in with_it
    assert "default-src 'none'" in with_it
    assert "unsafe" not in with_it


async def test_requests_are_counted_by_operation_and_status(shop: Edge) -> None:
    def count() -> float:
        label = {"operation": "sample.find", "status": "200"}
        return shop.registry.get_sample_value("fastshop_http_requests_total", label) or 0

    before = count()
    await asked(shop, "GET", THINGS)
    assert count() == before + 1


async def test_answers_are_not_kept_by_caches(shop: Edge) -> None:
    for path in (THINGS, f"{THINGS}?limit=0", "/api/v1/nothing"):
        async with shop.http.get(path) as response:
            assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("kind", contract().refusals.values(), ids=lambda kind: kind.code)
def test_every_refusal_has_a_status_and_no_fact_that_hides_a_member_of_the_problem(kind: type[Refusal]) -> None:
    assert 400 <= status_of(kind)[0] < 600
    members = {"type", "title", "status", "detail", "code", "temporary"}
    assert members.isdisjoint(field.name for field in fields(kind))


def test_the_decoder_knows_lists_behind_an_alternative() -> None:
    found = Decoder(Find).decode({"shelf_id": str(SHELF)}, [("sizes", "1")], b"", None)
    assert found == Find(shelf_id=SHELF, sizes=(1,))
