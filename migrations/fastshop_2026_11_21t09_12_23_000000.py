"""Stripe: what was asked of it, by our ids, so that nothing is asked for twice when its idempotency keys have expired."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-21T09:12:23:000000"
VERSION = "1.38.0"
DESCRIPTION = "Stripe"

_STATEMENTS = (
    """
CREATE TABLE stripe_intents (
    payment_id uuid PRIMARY KEY,
    use text NOT NULL,
    amount numeric(15, 2) NOT NULL,
    currency text NOT NULL,
    payment_method text NOT NULL,
    intent_id text UNIQUE,
    failure text NOT NULL DEFAULT '',
    attempt integer NOT NULL DEFAULT 0
)
""",
    """
CREATE TABLE stripe_refunds (
    refund_id uuid PRIMARY KEY,
    payment_id uuid NOT NULL,
    amount numeric(15, 2) NOT NULL,
    currency text NOT NULL,
    gateway_id text UNIQUE,
    state text NOT NULL DEFAULT 'pending',
    failure text NOT NULL DEFAULT '',
    attempt integer NOT NULL DEFAULT 0
)
""",
)


async def _create() -> None:
    engine = engine_finder()
    assert engine is not None
    for statement in _STATEMENTS:
        await engine.run_ddl(statement)


async def forwards() -> MigrationManager:
    """Forward only."""
    manager = MigrationManager(migration_id=ID, app_name="fastshop", description=DESCRIPTION)
    manager.add_raw(_create)
    return manager
