"""An answer that is a file to whoever does not ask for JSON: by the same permission, with the same refusals."""

import pytest

from tests.http.support import SHELF, THING, Edge

AS_CUSTOMER = {"authorization": "Bearer customer-token"}
PAPER = f"/api/v1/shelves/{SHELF}/paper"


@pytest.mark.parametrize("accept", ["application/pdf", "text/html,application/xhtml+xml,*/*;q=0.8"])
async def test_the_answer_is_a_file_to_be_saved_and_kept_by_nobody_between(shop: Edge, accept: str) -> None:
    async with shop.http.get(PAPER, headers=AS_CUSTOMER | {"accept": accept}) as answer:
        assert (answer.status, await answer.read()) == (200, b"%PDF")
        assert answer.content_type == "application/pdf"
        assert answer.headers["content-disposition"] == 'attachment; filename="shelf.pdf"'
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
async def test_who_asks_for_json_or_anything_has_the_answer(shop: Edge, accept: str) -> None:
    async with shop.http.get(PAPER, headers=AS_CUSTOMER | {"accept": accept}) as answer:
        assert (answer.status, (await answer.json())["tag"]) == (200, "sample.print")


async def test_a_refusal_is_a_problem_document_as_ever(shop: Edge) -> None:
    async with shop.http.get(PAPER) as answer:
        assert (answer.status, (await answer.json(content_type=None))["code"]) == (401, "sign_in_needed")
    async with shop.http.get(
        f"/api/v1/shelves/{THING}/paper", headers=AS_CUSTOMER | {"accept": "application/pdf"}
    ) as answer:
        assert (answer.status, answer.headers["retry-after"]) == (429, "42")
        assert answer.content_type == "application/problem+json"
