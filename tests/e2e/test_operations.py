"""One definition, both transports: every operation is asked over HTTP and over the WebSocket, and says the same."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from server.described import described
from server.kernel.operation import Operation
from server.settings import Settings
from tests.e2e.crowd import gather_crowd
from tests.shop_process import ShopProcess

OPERATIONS = sorted(described(Settings()).operations, key=lambda operation: operation.tag)
# What differs because it is of the one asking, not of the question.
_OWN = ("trace",)


@dataclass
class Both:
    """The two ways of asking one running shop."""

    session: aiohttp.ClientSession
    address: str
    sockets: dict[str, aiohttp.ClientWebSocketResponse]
    asked: int = 1

    async def over_http(self, operation: Operation, fields: dict[str, Any], token: str) -> dict[str, Any]:
        http = operation.command.http
        path = http.path.format_map({name: fields.pop(name, uuid4()) for name in http.path_fields})
        headers = {"authorization": f"Bearer {token}"} if token else {}
        sent: dict[str, Any] = {"json": fields} if http.has_body else {"params": fields}
        async with self.session.request(http.verb, f"{self.address}/api/v1{path}", headers=headers, **sent) as answer:
            body = await answer.json(content_type=None)
            if answer.status == 200:
                return {"answer": body}
            assert answer.status == body["status"]
            return _comparable(body)

    async def over_socket(self, operation: Operation, fields: dict[str, Any], token: str) -> dict[str, Any]:
        socket = await self._socket(token)
        self.asked += 1
        await socket.send_json({"id": self.asked, "rpc": {"method": operation.tag, "data": fields}})
        while True:
            for line in (await socket.receive_str()).split("\n"):
                reply = json.loads(line)
                if reply.get("id") == self.asked:
                    error = reply.get("error")
                    if error is None:
                        return {"answer": reply["rpc"]["data"]}
                    problem = json.loads(error["message"])
                    assert error["code"] == problem["status"]
                    assert error.get("temporary", False) == problem["temporary"]
                    return _comparable(problem)

    async def _socket(self, token: str) -> aiohttp.ClientWebSocketResponse:
        """A socket of this person, a new one when it has asked so much that its limit is near."""
        if token not in self.sockets or self.asked % 40 == 0:
            socket = await self.session.ws_connect(f"{self.address}/ws")
            await socket.send_json({"id": 1, "connect": {"token": token} if token else {}})
            assert "connect" in json.loads((await socket.receive_str()).split("\n")[0])
            self.sockets[token] = socket
        return self.sockets[token]


def _comparable(problem: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in problem.items() if name not in _OWN}


@pytest.fixture(scope="module")
async def both(demo_shop: ShopProcess) -> AsyncIterator[Both]:
    async with aiohttp.ClientSession() as session:
        yield Both(session, demo_shop.address, {})


@pytest.fixture(scope="module")
async def token(demo_shop: ShopProcess) -> str:
    """A customer's token."""
    return (await gather_crowd(demo_shop.data, 1))[0].token


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.tag)
async def test_a_stranger_is_refused_where_one_must_sign_in_and_only_there(both: Both, operation: Operation) -> None:
    over_http = await both.over_http(operation, {}, "")
    over_socket = await both.over_socket(operation, _path_fields(operation), "")
    assert (over_http.get("code") == "sign_in_needed") is operation.permission.signed_in
    assert (over_socket.get("code") == "sign_in_needed") is operation.permission.signed_in


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.tag)
async def test_an_unknown_field_is_refused_with_the_same_words_over_both(
    both: Both, operation: Operation, token: str
) -> None:
    fields = _path_fields(operation) | {"no_such_field": "x"}
    over_http = await both.over_http(operation, dict(fields), token)
    over_socket = await both.over_socket(operation, fields, token)
    assert over_http == over_socket
    if operation.permission.roles:
        assert over_http["code"] == "not_allowed"
    else:
        assert over_http["code"] == "bad_input"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.tag)
async def test_a_customer_gets_the_same_answer_or_refusal_over_both(
    both: Both, operation: Operation, token: str
) -> None:
    if operation.tag in _CHANGING_THE_ASKER or operation.tag == "system.time":
        pytest.skip("its answer is new each time")
    fields = _path_fields(operation)
    over_http = await both.over_http(operation, dict(fields), token)
    over_socket = await both.over_socket(operation, fields, token)
    assert over_http == over_socket
    if "code" in over_http:
        assert over_http["code"] in {refusal.code for refusal in operation.refusals}, "a refusal that is not told of"


_CHANGING_THE_ASKER = frozenset({"accounts.log_out", "accounts.issue_socket_token", "accounts.refresh"})


def _path_fields(operation: Operation) -> dict[str, Any]:
    return {name: str(uuid4()) for name in sorted(operation.command.http.path_fields)}
