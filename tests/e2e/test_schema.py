"""The database as a server finds it when it starts."""

import tempfile
from pathlib import Path

import pytest

from piccolo_conf import DB
from server import schema
from server.embedded import Supervisor


async def test_a_server_that_starts_while_the_database_recovers_from_a_crash_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with tempfile.TemporaryDirectory(prefix="fastshop-schema-") as folder:
        supervisor = Supervisor(Path(folder))
        with supervisor as services:
            monkeypatch.setattr(DB, "config", {"dsn": services.database_url})
            monkeypatch.setattr(DB, "pool", None)  # of the other tests of this process
            supervisor.kill("postgres")
            await schema.migrate(services.database_url)
            assert await schema.pending() == 0
