"""What happens when somebody is killed. P1: an answer means durable."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as ValkeyGone

from server.embedded import EmbeddedServices, Supervisor
from tests.embedded.support import PATIENCE, holding, processes_in, until, value_of

WRITERS = 4
ENOUGH = 200
"""Acknowledged rows after which the kill may come."""

BROKEN = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What asyncpg raises when its server dies; the last but one when that happens between two messages of one answer."""


async def write_until_the_end(services: EmbeddedServices, acknowledged: list[int], enough: asyncio.Event) -> None:
    """Insert rows one after another, noting each that was answered, until the connection breaks."""
    connection = await asyncpg.connect(services.database_url)
    try:
        while True:
            acknowledged.append(await connection.fetchval("INSERT INTO written DEFAULT VALUES RETURNING id"))
            if len(acknowledged) >= ENOUGH:
                enough.set()
    except BROKEN:
        connection.terminate()


async def kill_amid_writes(services: EmbeddedServices, victim: int) -> list[int]:
    """SIGKILL the victim while several write; the ids of all rows whose INSERT was answered."""
    await value_of(services, "CREATE TABLE written (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)")
    acknowledged: list[int] = []
    enough = asyncio.Event()
    writers = [asyncio.create_task(write_until_the_end(services, acknowledged, enough)) for _ in range(WRITERS)]
    async with asyncio.timeout(PATIENCE):
        await enough.wait()
        os.kill(victim, signal.SIGKILL)
        await asyncio.gather(*writers)
    return acknowledged


async def missing(services: EmbeddedServices, acknowledged: list[int]) -> object:
    return await value_of(
        services, "SELECT count(*) FROM unnest($1::bigint[]) AS a WHERE a NOT IN (SELECT id FROM written)", acknowledged
    )


async def test_p1_killing_the_parent_leaves_no_child_and_loses_nothing(tmp_path: Path) -> None:
    with holding(tmp_path) as holder:
        acknowledged = await kill_amid_writes(holder.services, holder.process.pid)
        until(lambda: not processes_in(tmp_path))
    with Supervisor(tmp_path) as services:
        assert await missing(services, acknowledged) == 0


async def test_p1_a_killed_postgresql_comes_back_at_the_same_address_with_everything(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path)
    with supervisor as services:
        killed = supervisor.pids()["postgres"]
        acknowledged = await kill_amid_writes(services, killed)
        until(lambda: supervisor.pids().get("postgres", killed) != killed)
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    assert await missing(services, acknowledged) == 0
                    break
                except BROKEN:
                    await asyncio.sleep(0.01)


def test_a_killed_valkey_comes_back_at_the_same_address(tmp_path: Path) -> None:
    def answers() -> bool:
        try:
            return bool(valkey.ping())
        except ValkeyGone:
            return False

    supervisor = Supervisor(tmp_path, postgres=False)
    with supervisor as services, Redis.from_url(services.redis_url) as valkey:
        killed = supervisor.pids()["valkey"]
        supervisor.kill("valkey")
        until(lambda: supervisor.pids().get("valkey", killed) != killed)
        until(answers)


async def test_ctrl_c_in_the_terminal_leaves_the_services_until_the_server_has_drained(tmp_path: Path) -> None:
    with holding(tmp_path) as holder:
        os.killpg(holder.process.pid, signal.SIGINT)
        assert holder.line() == "signal"
        assert await value_of(holder.services, "SELECT 1") == 1
        with Redis.from_url(holder.services.redis_url) as valkey:
            assert valkey.ping()
        assert holder.finish() == "stopped\n"
        until(lambda: not processes_in(tmp_path))


async def test_a_start_waits_for_what_an_earlier_one_left_behind_and_stops_it(tmp_path: Path) -> None:
    """The kernel tells the children to end, but a stopped process does not hear that, as on macOS."""
    said: list[str] = []
    with holding(tmp_path) as holder:
        left_behind = processes_in(tmp_path)
        for pid in left_behind:
            os.kill(pid, signal.SIGSTOP)
        holder.process.kill()
        holder.process.wait()
    with Supervisor(tmp_path, progress=said.append) as services:
        assert await value_of(services, "SELECT 1") == 1
        assert not set(processes_in(tmp_path)) & set(left_behind)
    assert "Stopping the PostgreSQL that an earlier start left behind" in said


async def test_a_pid_file_that_names_a_living_stranger_is_not_believed(tmp_path: Path) -> None:
    with Supervisor(tmp_path, valkey=False):
        pass
    pid_file = tmp_path / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getppid()}\n{pid_file.parent}\n1\n5432\n\n\n\nready\n")
    with Supervisor(tmp_path, valkey=False) as services:
        assert await value_of(services, "SELECT 1") == 1


@pytest.fixture
def without_namespaces() -> tuple[str, ...]:
    """The beginning of a command that runs as root where no user namespace can be made."""
    command = (sys.executable, "-m", "tests.embedded.no_namespaces")
    if os.geteuid() != 0:
        pytest.skip("only root needs a user namespace")
    if subprocess.run([*command, "/bin/true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no user namespace can be made here: all other tests run the way that this one is about")
    return command


async def test_root_without_user_namespaces_uses_an_account_that_exists(
    tmp_path: Path, without_namespaces: tuple[str, ...]
) -> None:
    """`tmp_path` is closed to that account, as /root is: it works there all the same."""
    data = tmp_path / "data"
    with holding(data, *without_namespaces) as holder:
        assert await value_of(holder.services, "SELECT 1") == 1
        owner = (data / "postgres").stat().st_uid
        assert owner != 0
        acknowledged = await kill_amid_writes(holder.services, holder.process.pid)
        until(lambda: not processes_in(data))
    with Supervisor(data) as services:
        assert await missing(services, acknowledged) == 0
        assert (data / "postgres").stat().st_uid == owner


async def test_a_folder_of_root_is_given_to_the_account_when_namespaces_are_gone(
    tmp_path: Path, without_namespaces: tuple[str, ...]
) -> None:
    with Supervisor(tmp_path) as services:
        await value_of(services, "CREATE TABLE kept AS SELECT 7 AS number")
    with holding(tmp_path, *without_namespaces) as holder:
        assert await value_of(holder.services, "SELECT number FROM kept") == 7
