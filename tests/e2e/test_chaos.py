"""P1, P2, P3, P5, P12: a small run of `make chaos`."""

import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from tests.e2e.chaos import House, house, one_round

# On one worker: the house is built once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chaos")]

BUYERS = 150
UNITS = 20


@pytest.fixture(scope="module")
async def home(furnished: Path) -> AsyncIterator[House]:
    async with house(furnished) as built:
        yield built


@pytest.mark.parametrize(
    "disasters",
    [["PostgreSQL"], ["the first server", "the second server", "PostgreSQL"]],
    ids=["PostgreSQL", "all"],
)
async def test_p1_p2_p3_p5_p12_nothing_oversold_and_nothing_lost(home: House, disasters: Sequence[str]) -> None:
    report = await one_round(home, random.Random(len(disasters)), BUYERS, UNITS, disasters)
    assert report.sold == UNITS
    assert report.told.places
