"""What Piccolo's tables cannot say: the log with its composite key, partial and covering indexes, a sequence.

These tables are hot and are reached by plain SQL only (`server/kernel/log.py`, `server/adapters/actors/`).
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-21T01:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The event log, reminders, indexes"

FORWARDS = """
CREATE TABLE channel_heads (
    channel text PRIMARY KEY,
    seq bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE event_log (
    channel text NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    data jsonb NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (channel, seq)
);

CREATE TABLE log_epoch (epoch text PRIMARY KEY);
INSERT INTO log_epoch SELECT substr(replace(gen_random_uuid()::text, '-', ''), 1, 12);

CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    type text NOT NULL,
    data jsonb NOT NULL
);

CREATE TABLE actor_reminders (
    kind text NOT NULL,
    actor_id uuid NOT NULL,
    name text NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (kind, actor_id, name)
);
CREATE INDEX actor_reminders_due ON actor_reminders (due_at);

CREATE SEQUENCE order_numbers START 100001;

CREATE INDEX active_sessions_user ON active_sessions (user_id) WHERE ended_at IS NULL;
CREATE INDEX categories_path ON categories USING gin (path);
CREATE INDEX categories_parent ON categories (parent_id);
CREATE INDEX products_newest ON products (created_at DESC, id DESC) WHERE status = 'active';
CREATE INDEX products_by_category ON products (category_id, created_at DESC, id DESC) WHERE status = 'active';
CREATE INDEX products_by_seller ON products (seller_id, created_at DESC, id DESC);
CREATE INDEX product_variants_product ON product_variants (product_id, position);
CREATE INDEX product_media_product ON product_media (product_id, position);
CREATE INDEX bulk_jobs_seller ON bulk_jobs (seller_id, started_at DESC, id DESC);
CREATE UNIQUE INDEX bulk_job_rows_line ON bulk_job_rows (job_id, line);
CREATE INDEX payments_user ON payments (user_id, created_at DESC, id DESC);
CREATE INDEX orders_customer ON orders (customer_id, placed_at DESC, id DESC);
CREATE INDEX order_items_order ON order_items (order_id);
CREATE INDEX order_items_seller ON order_items (seller_id, order_id);
CREATE INDEX order_items_variant ON order_items (variant_id);
CREATE INDEX flash_sales_start ON flash_sales (start_time, id);
CREATE INDEX flash_sales_seller ON flash_sales (seller_id, start_time, id);
CREATE INDEX flash_sales_variant ON flash_sales (variant_id);
CREATE INDEX flash_sale_claims_customer ON flash_sale_claims (customer_id, sale_id);
"""


async def _create() -> None:
    engine = engine_finder()
    assert engine is not None
    for statement in FORWARDS.strip().rstrip(";").split(";\n"):
        await engine.run_ddl(statement)


async def forwards() -> MigrationManager:
    """Forward only: there is no way back to before the log."""
    manager = MigrationManager(migration_id=ID, app_name="fastshop", description=DESCRIPTION)
    manager.add_raw(_create)
    return manager
