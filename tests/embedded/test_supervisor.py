"""Starting and stopping the embedded services in an orderly way."""

import time
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from server.embedded import EmbeddedError, FolderInUse, FolderNotUsable, StartFailed, Supervisor, find_running
from tests.embedded.support import processes_in, until, value_of

LONGEST_STOP = 3.0
"""Seconds. One of our own takes 0.1, and one of whom a program hangs 3.5."""


async def test_what_was_written_is_there_after_a_stop_and_a_start(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as services:
        await value_of(services, "CREATE TABLE kept AS SELECT 7 AS number")
        with Redis.from_url(services.redis_url) as valkey:
            valkey.set("kept", "7")
    with Supervisor(tmp_path) as services:
        assert await value_of(services, "SELECT number FROM kept") == 7
        with Redis.from_url(services.redis_url, decode_responses=True) as valkey:
            assert valkey.get("kept") == "7"


async def test_stopping_waits_for_no_open_connection(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    services = supervisor.start()
    connection = await asyncpg.connect(services.database_url)
    await connection.execute("BEGIN")
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < LONGEST_STOP
    until(lambda: not processes_in(tmp_path))
    connection.terminate()


async def test_an_answer_means_durable_whatever_the_data_folder_says(tmp_path: Path) -> None:
    with Supervisor(tmp_path):
        pass
    with (tmp_path / "postgres" / "postgresql.conf").open("a") as settings:
        settings.write("fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n")
    with Supervisor(tmp_path) as services:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await value_of(services, "SELECT current_setting($1)", setting) == "on"


async def test_the_shops_role_is_no_superuser_and_nothing_listens_on_the_network(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as services:
        assert await value_of(services, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert await value_of(services, "SHOW listen_addresses") == ""
        with Redis.from_url(services.redis_url, decode_responses=True) as valkey:
            assert valkey.config_get("port") == {"port": "0"}
        assert (tmp_path / "run").stat().st_mode & 0o077 == 0


async def test_a_database_that_was_dropped_is_created_again(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as services:
        superuser = await asyncpg.connect(services.database_url, user="postgres", database="postgres")
        await superuser.execute("DROP DATABASE fastshop")
        await superuser.close()
    with Supervisor(tmp_path) as services:
        assert await value_of(services, "SELECT current_database()") == "fastshop"


def test_a_second_supervisor_of_the_folder_is_refused_and_told_the_first_ones_pid(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as services:
        with pytest.raises(FolderInUse) as refused:
            Supervisor(tmp_path).start()
        assert refused.value.pid is not None
        assert f"by process {refused.value.pid}" in str(refused.value)
        assert find_running(tmp_path) == services


def test_running_services_are_found_by_the_folder_and_only_while_they_run(tmp_path: Path) -> None:
    assert find_running(tmp_path) is None
    with Supervisor(tmp_path) as services:
        assert find_running(tmp_path) == services
    assert find_running(tmp_path) is None


@pytest.mark.parametrize(("postgres", "valkey"), [(True, False), (False, True)])
def test_only_what_is_asked_for_is_started(tmp_path: Path, postgres: bool, valkey: bool) -> None:
    supervisor = Supervisor(tmp_path, postgres=postgres, valkey=valkey)
    with supervisor as services:
        assert bool(services.database_url) is postgres
        assert bool(services.redis_url) is valkey
        assert set(supervisor.pids()) == {
            name for name, wanted in (("postgres", postgres), ("valkey", valkey)) if wanted
        }
        assert (tmp_path / "postgres").exists() is postgres
        assert (tmp_path / "valkey").exists() is valkey


@pytest.mark.parametrize("name", ["a" * 200, "with space, comma 'and' quote"])
async def test_a_folder_whose_path_no_socket_can_have_gets_short_sockets_elsewhere(tmp_path: Path, name: str) -> None:
    data = tmp_path / name
    with Supervisor(data) as services:
        assert await value_of(services, "SELECT 1") == 1
        with Redis.from_url(services.redis_url) as valkey:
            assert valkey.ping()
        sockets = Path(services.redis_url.removeprefix("unix://")).parent
        assert not sockets.is_relative_to(data)
        assert sockets.stat().st_mode & 0o077 == 0
        assert find_running(data) == services
    assert not sockets.exists()


def test_a_folder_of_another_postgresql_is_refused_and_left_alone(tmp_path: Path) -> None:
    with Supervisor(tmp_path, valkey=False):
        pass
    (tmp_path / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(FolderNotUsable, match="was made by PostgreSQL 17"):
        Supervisor(tmp_path).start()
    assert not processes_in(tmp_path)


def test_a_program_that_does_not_start_is_reported_with_its_own_words(tmp_path: Path) -> None:
    with Supervisor(tmp_path, valkey=False):
        pass
    (tmp_path / "postgres" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(StartFailed, match="no_such_setting"):
        Supervisor(tmp_path).start()
    until(lambda: not processes_in(tmp_path))


def test_a_start_that_was_interrupted_while_building_begins_anew(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with Supervisor(tmp_path, valkey=False):
        assert not unfinished.exists()


def test_a_service_that_is_not_embedded_cannot_be_killed(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path, postgres=False)
    with supervisor, pytest.raises(EmbeddedError):
        supervisor.kill("postgres")


def test_each_step_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    with Supervisor(tmp_path, progress=said.append):
        pass
    assert sorted(said) == [
        "Creating the database folder (only this once)",
        "Starting PostgreSQL",
        "Starting Valkey",
    ]
