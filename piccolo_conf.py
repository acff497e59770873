"""Piccolo's one global: the engine and the tables. Nothing connects while this is imported."""

import os

from piccolo.conf.apps import AppRegistry
from piccolo.engine.postgres import PostgresEngine


class LateEngine(PostgresEngine):
    """Piccolo's engine without its habit of asking the server for its version while modules are imported."""

    async def check_version(self) -> None:
        """Nothing: the composition root opens the pool, and the supervisor or the operator chose the version."""


DB = LateEngine(config={"dsn": os.environ.get("DATABASE_URL")})

APP_REGISTRY = AppRegistry(apps=["migrations.piccolo_app"])
