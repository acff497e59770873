"""The logs of the services stay short."""

from pathlib import Path

import pytest

from server.embedded import Supervisor
from server.embedded.logs import trim
from tests.embedded.support import until, value_of


def test_a_long_log_is_moved_aside_under_a_writer_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "some.log"
    with path.open("a") as writer:
        writer.write("old " * 10)
        writer.flush()
        trim(path, longest=20)
        writer.write("new")
    assert path.read_text() == "new"
    assert (tmp_path / "some.log.1").read_text() == "old " * 10


def test_a_short_log_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "some.log"
    path.write_text("short")
    trim(path, longest=20)
    assert list(tmp_path.iterdir()) == [path]


async def test_values_stay_out_of_the_log(tmp_path: Path) -> None:
    """After the erasure of a customer no file may name them."""
    with Supervisor(tmp_path, valkey=False) as services:
        await value_of(services, "CREATE TABLE person (email text PRIMARY KEY)")
        insert = "INSERT INTO person VALUES ($1)"
        await value_of(services, insert, "ada@example.test")
        with pytest.raises(Exception, match="duplicate key"):
            await value_of(services, insert, "ada@example.test")
        log = tmp_path / "log" / "postgres.log"
        until(lambda: "duplicate key" in log.read_text())
        assert "ada@example.test" not in log.read_text()
