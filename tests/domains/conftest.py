"""The marketplace as it is composed, for domains that are tested in it."""

from collections.abc import AsyncIterator

import pytest
import redis.asyncio as redis

from server.kernel.database import Database
from server.services import Domains
from server.settings import Settings
from tests.domains.town import OURS, PEOPLE, THEIRS, Renewed, Town
from tests.support import ManualClock


@pytest.fixture
async def town(database: Database, valkey: "redis.Redis", clock: ManualClock) -> AsyncIterator[Town]:
    for shop, name in ((OURS, "Ours"), (THEIRS, "Theirs")):
        query = "INSERT INTO sellers (id, name, slug, description, created_at) VALUES ($1, $2, $3, '', $4)"
        await database.fetch(query, shop, name, name.lower(), clock.now())
    for user_id, name, roles, seller_id in PEOPLE:
        await database.fetch(
            "INSERT INTO users (id, email, name, password_hash, roles, custom_roles, seller_id, created_at)"
            " VALUES ($1, $2, $3, '!', $4::text::varchar[], '{}', $5, $6)",
            *(user_id, f"{name}@example.com", name, roles, seller_id, clock.now()),
        )
    settings = Settings()
    domains, sockets = Domains(settings, database, clock, valkey), Renewed()
    domains.outside.sockets.attach(sockets)
    database.consume({job.on for job in domains.jobs()})
    yield Town(domains, database, clock, sockets, settings)
    await domains.owners.actors.stop()
    await domains.close()
