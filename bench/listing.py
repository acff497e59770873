"""Products by price out of a hundred thousand: by the stored lowest price, and with each product's computed."""

import shutil
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import asyncpg
from rich.table import Table

from bench.figures import show
from fastshop.contract.catalog import ListProducts, ProductSort
from fastshop.ids import new_id
from piccolo_conf import DB
from server.domains.catalog.browsing import Browsing
from server.embedded import Supervisor
from server.kernel.caller import GUEST
from server.kernel.database import Database
from server.schema import migrate

PRODUCTS = 100_000
ROUNDS = 30
PAGE = 24

_SELLER = "INSERT INTO sellers (id, name, slug, description, created_at) VALUES ($1, 'Bench', 'bench', '', now())"
_GOODS = """
INSERT INTO products (id, seller_id, slug, title, description, status, options, created_at, updated_at)
SELECT gen_random_uuid(), $1, 'thing-' || n, 'Thing ' || n, '', 'active', '{}', now(), now()
FROM generate_series(1, $2) n
"""
_VARIANTS = """
INSERT INTO product_variants (id, product_id, seller_id, sku, options, price, currency, position)
SELECT gen_random_uuid(), id, seller_id, slug || '-' || n, '{}', (1 + random() * 50000)::int / 100.0, 'EUR', n
FROM products, generate_series(1, 2) n
"""
# What lists did before there was the column, with the same conditions.
_COMPUTED = """
SELECT id, (SELECT min(price) FROM product_variants variant WHERE variant.product_id = product.id) AS key
FROM products product WHERE status = 'active'
    AND NOT EXISTS (SELECT FROM sellers WHERE id = product.seller_id AND suspended_at IS NOT NULL)
ORDER BY key, id LIMIT 25
"""


async def main() -> None:
    """Print the table."""
    folder = Path(tempfile.mkdtemp(prefix="fastshop-bench-"))
    try:
        with Supervisor(folder) as services:
            DB.config = {"dsn": services.database_url}
            await migrate(services.database_url)
            database = Database(DB)
            await database.open(services.database_url)
            try:
                show(await _measured(database, services.database_url))
            finally:
                await database.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _measured(database: Database, url: str) -> Table:
    await _fill(url)
    browsing, stored, computed = Browsing(database), [], []
    for _ in range(ROUNDS):
        began = perf_counter()
        await browsing.list_products(ListProducts(sort=ProductSort.PRICE_UP, limit=PAGE), GUEST)
        stored.append(perf_counter() - began)
        began = perf_counter()
        await database.fetch(_COMPUTED)
        computed.append(perf_counter() - began)
    table = Table("way", "ms, median", "worst", title=f"The cheapest {PAGE} of {PRODUCTS:,}, {ROUNDS} rounds in turns")
    ways = ("stored, the whole operation", stored), ("computed, its first query alone", computed)
    for name, times in ways:
        table.add_row(name, f"{1000 * median(times):.1f}", f"{1000 * max(times):.1f}")
    table.add_row("ratio", f"{median(computed) / median(stored):.1f}", "")
    return table


async def _fill(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        seller_id = new_id()
        await connection.execute(_SELLER, seller_id)
        await connection.execute(_GOODS, seller_id, PRODUCTS)
        await connection.execute(_VARIANTS)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
