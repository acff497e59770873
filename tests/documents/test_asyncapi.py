"""The AsyncAPI document is valid and says what the socket does."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from fastshop.contract.codes import CLOSES, ERRORS
from fastshop.registry import contract
from server.documents.asyncapi import asyncapi
from tests.documents.support import all_operations, all_watches

Document = dict[str, Any]
# The official schema, which npm's package @asyncapi/specs carries; the pages do not need it, only this test does.
OFFICIAL = Path(__file__).parents[2] / "web/node_modules/@asyncapi/specs/schemas/3.0.0.json"


@pytest.fixture(scope="module")
def document() -> Document:
    written: Document = json.loads(json.dumps(asyncapi(all_operations(), all_watches())))
    return written


def resolve(document: Document, reference: str) -> Any:
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return resolve(document, found["$ref"]) if "$ref" in found else found


@pytest.mark.skipif(not OFFICIAL.exists(), reason="needs the official schema: npm install in web/")
def test_it_is_valid_asyncapi(document: Document) -> None:
    jsonschema_rs.validator_for(json.loads(OFFICIAL.read_text())).validate(document)


def test_every_reference_leads_somewhere(document: Document) -> None:
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))):
        resolve(document, reference)


def test_every_command_is_an_rpc_with_its_answer_and_its_refusals(document: Document) -> None:
    for tag, command in contract().commands.items():
        operation = document["operations"][tag]
        request = resolve(document, operation["messages"][0]["$ref"])
        assert request["payload"]["properties"]["rpc"]["properties"]["method"]["const"] == tag
        reply, error = (resolve(document, one["$ref"]) for one in operation["reply"]["messages"])
        assert "data" in reply["payload"]["properties"]["rpc"]["properties"], command
        assert error["payload"] == {"$ref": "#/components/schemas/ErrorReply"}
    codes = document["operations"]["flash_sales.claim"]["x-refusals"]
    assert {"$ref": "#/components/schemas/SoldOut"} in codes


def test_on_the_socket_all_fields_of_a_command_are_in_its_data(document: Document) -> None:
    assert document["components"]["schemas"]["ClaimUnits"]["required"] == ["sale_id", "claim_id"]


def test_every_channel_has_its_kind_its_snapshot_and_its_events(document: Document) -> None:
    for channel in contract().channels.values():
        told = document["channels"][channel.prefix.rstrip(":")]
        assert told["address"] == channel.pattern
        assert told["x-kind"] == channel.kind
        assert set(told["messages"]) == {"snapshot", *(event.tag() for event in channel.events)}
        assert set(told.get("parameters", ())) == ({channel.key} if channel.key else set())


def test_every_number_of_the_one_table_is_told(document: Document) -> None:
    socket = document["channels"]["socket"]
    assert [one["code"] for one in socket["x-error-codes"]] == [error.number for error in ERRORS]
    assert [one["code"] for one in socket["x-close-codes"]] == [close.number for close in CLOSES]
    assert all(str(close.number) in document["info"]["description"] for close in CLOSES)


def test_every_kind_of_command_of_the_protocol_is_told(document: Document) -> None:
    kinds = {"connect", "subscribe", "unsubscribe", "rpc", "send", "publish", "presence", "presence_stats", "history"}
    assert kinds | {"refresh", "sub_refresh", "ping"} <= document["operations"].keys()
    assert "reply" not in document["operations"]["send"]
    asked = document["components"]["messages"]["subscribe"]["payload"]
    assert asked["properties"]["subscribe"] == {"$ref": "#/components/schemas/SubscribeRequest"}
