"""One Piccolo app for all tables of all domains: one straight line of history."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

TABLE_MODULES = [
    "server.domains.accounts.tables",
    "server.domains.addresses.tables",
    "server.domains.audit.tables",
    "server.domains.catalog.tables",
    "server.domains.carts.tables",
    "server.domains.checkout.tables",
    "server.domains.groups.tables",
    "server.domains.imports.tables",
    "server.domains.media.tables",
    "server.domains.payments.tables",
    "server.domains.inventory.tables",
    "server.domains.invoicing.tables",
    "server.domains.orders.tables",
    "server.domains.reviews.tables",
    "server.domains.ledger.tables",
    "server.domains.returns.tables",
    "server.domains.flash_sales.tables",
    "server.domains.pricing.tables",
    "server.domains.sellers.tables",
    "server.adapters.messaging.tables",
    "server.adapters.payments.tables",
]

APP_CONFIG = AppConfig(
    app_name="fastshop",
    migrations_folder_path=str(Path(__file__).parent),
    table_classes=table_finder(TABLE_MODULES, exclude_imported=True),
)
