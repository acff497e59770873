"""The documents of the shop as it is composed: nothing of the contract is left out, and both are valid."""

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from fastshop.registry import contract
from server.described import described
from server.settings import read_settings

Document = dict[str, Any]


@pytest.fixture(scope="module")
def documents() -> dict[str, Document]:
    written = described(read_settings({})).documents
    return {name: json.loads(write()) for name, write in written.items()}


def test_every_command_of_the_contract_is_served_and_documented(documents: dict[str, Document]) -> None:
    openapi = documents["openapi.json"]
    validate(openapi, cls=OpenAPIV31SpecValidator)
    served = {item["operationId"] for items in openapi["paths"].values() for item in items.values()}
    assert served - {"uploads"} == contract().commands.keys()
    assert contract().commands.keys() <= documents["asyncapi.json"]["operations"].keys()


def test_every_channel_of_the_contract_is_served_and_documented(documents: dict[str, Document]) -> None:
    told = {channel["address"] for channel in documents["asyncapi.json"]["channels"].values()}
    assert told == {"/ws", *(channel.pattern for channel in contract().channels.values())}


def test_every_refusal_that_an_operation_names_is_one_of_the_contract(documents: dict[str, Document]) -> None:
    for operation in described(read_settings({})).operations:
        for refusal in operation.refusals:
            assert contract().refusals[refusal.code] is refusal, operation


def test_no_two_refusals_share_a_name_under_which_they_are_documented() -> None:
    names = sorted(refusal.__name__ for refusal in contract().refusals.values())
    assert names == sorted(set(names))
