"""SKUs are compared when a statement is through: an edit may swap those of two variants."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-21T03:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "SKUs may be swapped"

_SWAPPABLE = """
ALTER TABLE product_variants DROP CONSTRAINT variants_sku_unique,
    ADD CONSTRAINT variants_sku_unique UNIQUE (seller_id, sku) DEFERRABLE INITIALLY IMMEDIATE
"""


async def _alter() -> None:
    engine = engine_finder()
    assert engine is not None
    await engine.run_ddl(_SWAPPABLE)


async def forwards() -> MigrationManager:
    """Forward only."""
    manager = MigrationManager(migration_id=ID, app_name="fastshop", description=DESCRIPTION)
    manager.add_raw(_alter)
    return manager
