"""The OpenAPI document is valid and says what the contract says."""

import json
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from fastshop.contract.base import Money, RateLimited
from fastshop.contract.flash_sales import SoldOut
from fastshop.registry import contract
from server.documents.openapi import PREFIX, openapi
from server.documents.operations import rows
from server.http.problems import problem
from tests.documents.support import all_operations

Document = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Document:
    written: Document = json.loads(json.dumps(openapi(all_operations())))
    return written


def parameters(document: Document, path: str, verb: str) -> dict[str, Document]:
    return {one["name"]: one for one in document["paths"][PREFIX + path][verb]["parameters"]}


def test_it_is_valid_openapi(document: Document) -> None:
    validate(document, cls=OpenAPIV31SpecValidator)


def test_it_has_every_command_under_its_tag_verb_and_path(document: Document) -> None:
    found = {
        (item["operationId"], verb, path)
        for path, items in document["paths"].items()
        for verb, item in items.items()
        if item["operationId"] != "uploads"
    }
    assert found == {(c.tag(), c.http.verb.lower(), PREFIX + c.http.path) for c in contract().commands.values()}


def test_query_parameters_carry_their_limits_and_defaults_and_no_null(document: Document) -> None:
    found = parameters(document, "/flash-sales", "get")
    assert found["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    assert found["seller_id"]["schema"] == {"type": "string", "format": "uuid"}
    assert not any(one["required"] for one in found.values())


def test_what_travels_in_the_path_is_not_in_the_body(document: Document) -> None:
    claim = document["components"]["schemas"]["ClaimUnits"]
    assert set(claim["properties"]) == {"claim_id", "quantity", "proof"}
    assert claim["additionalProperties"] is False
    found = parameters(document, "/flash-sales/{sale_id}/claim", "post")
    assert found["sale_id"]["in"] == "path"


def test_a_creating_command_takes_its_id_from_the_idempotency_key_too(document: Document) -> None:
    assert "claim_id" not in document["components"]["schemas"]["ClaimUnits"]["required"]
    assert parameters(document, "/flash-sales/{sale_id}/claim", "post")["Idempotency-Key"]["in"] == "header"
    assert "Idempotency-Key" not in parameters(document, "/auth/logout", "post")


def test_a_refusal_is_told_with_its_status_code_and_facts(document: Document) -> None:
    responses = document["paths"][PREFIX + "/flash-sales/{sale_id}/claim"]["post"]["responses"]
    told = responses["409"]["content"]["application/problem+json"]["schema"]["oneOf"]
    assert {"$ref": "#/components/schemas/SoldOut"} in told
    schema = document["components"]["schemas"]["SoldOut"]
    assert schema["properties"]["code"]["const"] == "flash_sales.sold_out"
    assert schema["properties"]["left"] == {"type": "integer"}
    assert {"400", "401", "409", "429", "503"} <= responses.keys()


def test_a_refusal_on_the_wire_has_just_the_members_that_are_documented(document: Document) -> None:
    for refusal in (SoldOut(left=1, held=2), RateLimited(retry_after=3)):
        _, body = problem(refusal, trace="t")
        schema = document["components"]["schemas"][type(refusal).__name__]
        assert body.keys() <= schema["properties"].keys()
        assert set(schema["required"]) <= body.keys()


def test_who_needs_no_sign_in_is_not_asked_for_one(document: Document) -> None:
    paths = document["paths"]
    assert paths[PREFIX + "/time"]["get"]["security"] == []
    assert {"bearer": []} in paths[PREFIX + "/auth/logout"]["post"]["security"]


def test_every_reference_leads_somewhere_and_nothing_is_left_over(document: Document) -> None:
    text = json.dumps(document)
    for name in document["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name
    assert Money.__name__ in document["components"]["schemas"]


def test_the_table_of_operations_has_a_row_for_each() -> None:
    table = {row.tag: row for row in rows(all_operations())}
    assert len(table) == len(contract().commands)
    claim = table["flash_sales.claim"]
    assert claim.route == "POST /api/v1/flash-sales/{sale_id}/claim"
    assert claim.permission == "signed in"
    assert (
        claim.refusals
        == "bad_input, sign_in_needed, scope_missing, flash_sales.sold_out, flash_sales.over_limit, id_reused"
    )
