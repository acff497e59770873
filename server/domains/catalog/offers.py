"""Several sellers of one product, see docs/decisions/0019-offers.md.

An offer is a variant of the offering seller's own product: so stock, prices, carts, sales, orders and the ledger know
nothing of it. That product says of which it is an offer, and the variant of which variant.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg

from fastshop.contract.base import IdReused, Money, Page
from fastshop.contract.catalog import NewVariant, NoShop, Seller, VariantNotFound, VariantsUnclear
from fastshop.contract.offers import AlreadyOffered, ListOffers, MakeOffer, OfferUnclear, VariantOffer
from fastshop.ids import new_id
from server.domains.catalog import announcing, conflicts
from server.domains.catalog.browsing import Browsing
from server.domains.catalog.rules import check_variants
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.money import from_numeric, to_numeric
from server.kernel.page import decode_cursor, page_of

# Of several with the same number the one that is an offer of none, and was there first.
_ROOT = """
SELECT root.id, root.product_id, root.seller_id, root.options, root.gtin, product.slug, product.options AS option_names
FROM product_variants found JOIN product_variants root ON root.id = coalesce(found.offer_of, found.id)
    JOIN products product ON product.id = root.product_id AND product.status = 'active' AND product.offer_of IS NULL
WHERE CASE WHEN $2 = '' THEN found.id = $1
    ELSE found.gtin <> '' AND lpad(found.gtin, 14, '0') = lpad($2, 14, '0') END
ORDER BY found.offer_of IS NOT NULL, product.created_at, root.id LIMIT 1
"""
_COPY = """
INSERT INTO products (id, seller_id, category_id, brand_id, slug, title, description, status, approved, options,
    attributes, offer_of, created_at, updated_at)
SELECT $2, $3, category_id, brand_id, $4, title, description, 'active', true, options, attributes, id, $5, $5
FROM products WHERE id = $1
ON CONFLICT (offer_of, seller_id) WHERE offer_of IS NOT NULL DO NOTHING RETURNING id
"""
_COPY_MEDIA = """
INSERT INTO product_media (id, product_id, url, alt, position)
SELECT uuidv7(), $2, url, alt, position FROM product_media WHERE product_id = $1
"""
_LISTING = """
SELECT id, options, (SELECT min(currency) FROM product_variants WHERE product_id = products.id) AS currency
FROM products WHERE offer_of = $1 AND seller_id = $2 FOR NO KEY UPDATE
"""
_EXISTS = "SELECT FROM product_variants WHERE id = $1"
_THEIRS = "SELECT id FROM product_variants WHERE offer_of = $1 AND seller_id = $2"
_ADD = """
INSERT INTO product_variants (id, product_id, seller_id, sku, options, price, currency, position, gtin, offer_of)
VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT count(*) FROM product_variants WHERE product_id = $2), $8, $9)
ON CONFLICT (id) DO NOTHING RETURNING id
"""
_STOCK = "INSERT INTO inventory_levels (variant_id, on_hand) VALUES ($1, $2)"
_LINK = "SELECT offer_of, gtin FROM product_variants WHERE id = $1 AND seller_id = $2 AND offer_of IS NOT NULL"
# `standing`: where an offer stands, the lowest is the best, see `catalog.list_offers`. No two stand at one place.
_SELECT = """
SELECT variant.id, variant.product_id, variant.sku, variant.price, variant.currency, root.id AS root_id,
    coalesce(level.on_hand, 0) AS on_hand, standing
FROM products asked JOIN product_variants root ON root.product_id = coalesce(asked.offer_of, asked.id)
    JOIN product_variants variant ON variant.id = root.id OR variant.offer_of = root.id
    JOIN products product ON product.id = variant.product_id
    LEFT JOIN inventory_levels level ON level.variant_id = variant.id
    CROSS JOIN LATERAL (SELECT ROW(
        root.position, root.id, coalesce(level.on_hand, 0) <= 0, variant.currency <> root.currency,
        variant.currency::text, variant.price, product.created_at, variant.id
    ) AS standing) place
"""
_OFFERS = f"""{_SELECT} WHERE asked.id = $1 AND product.status = 'active'
    AND EXISTS (SELECT FROM sellers WHERE id = product.seller_id AND suspended_at IS NULL)
    AND ($2::uuid IS NULL OR root.id = (SELECT coalesce(offer_of, id) FROM product_variants WHERE id = $2))
    AND ($4::int IS NULL OR standing > ROW(
        $4, $5::uuid, $6::boolean, $7::boolean, $8::text, $9::numeric, $10::timestamptz, $11::uuid
    ))
ORDER BY standing LIMIT $3
"""  # noqa: S608 - constants
_OFFER = f"{_SELECT} WHERE variant.id = $1 AND asked.id = root.product_id"


class Offers:
    """Who sells what others sell too."""

    def __init__(self, database: Database, browsing: Browsing, clock: Clock) -> None:
        self._database = database
        self._browsing = browsing
        self._clock = clock

    async def list_offers(self, command: ListOffers, caller: Caller) -> Page[VariantOffer]:
        """Who sells a product."""
        await self._browsing.visible(command.product_id, caller)
        standing = decode_cursor(command.cursor, tuple[int, UUID, bool, bool, str, Decimal, datetime, UUID])
        after = standing or (None,) * 8
        asked = command.product_id, command.variant_id, command.limit + 1
        found = await self._database.fetch(_OFFERS, *asked, *after)
        shown, following = page_of(found, command.limit, lambda row: row["standing"])
        return Page(await self._offers(shown), following)

    async def make_offer(self, command: MakeOffer, caller: Caller) -> VariantOffer:
        """Offer what another sells."""
        if caller.seller_id is None:
            raise NoShop
        if (command.variant_id is None) is not bool(command.gtin):
            raise OfferUnclear
        check_variants((), [_new_variant(command)])
        try:
            async with self._database.transaction() as transaction:
                return await self._make(transaction, command, caller.seller_id)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise await conflicts.refusal(self._database, error, "") from None

    async def _make(self, transaction: Transaction, command: MakeOffer, seller_id: UUID) -> VariantOffer:
        if await self._database.fetch_one(_EXISTS, command.offer_id):
            return await self._same(command, seller_id)
        root = await self._root(command, seller_id)
        listing, is_new = await self._listing(transaction, root, seller_id)
        theirs = await transaction.connection.fetchval(_THEIRS, root["id"], seller_id)
        if theirs == command.offer_id:
            return await self._same(command, seller_id)
        if theirs is not None:
            raise AlreadyOffered(theirs)
        if listing["options"] != root["option_names"] or listing["currency"] not in (None, command.price.currency):
            raise VariantsUnclear("Your product beside it has other options or another currency. Change that first.")
        await self._add(transaction, command, seller_id, root, listing["id"])
        product = await self._browsing.get(listing["id"])
        announcing.of_product(transaction, self._clock.now(), product, None if is_new else product.status)
        return await self._one(command.offer_id)

    async def _root(self, command: MakeOffer, seller_id: UUID) -> Any:
        """The variant that is offered. Refused: `VariantNotFound`, `AlreadyOffered`."""
        row = await self._database.fetch_one(_ROOT, command.variant_id, command.gtin)
        if row is None:
            raise VariantNotFound
        if row["seller_id"] == seller_id:
            raise AlreadyOffered(row["id"])
        return row

    async def _listing(self, transaction: Transaction, root: Any, seller_id: UUID) -> tuple[Any, bool]:
        """The seller's own product for offers of this one, locked, and whether it was made just now."""
        connection, new, whole = transaction.connection, new_id(), root["product_id"]
        slug = f"{root['slug'][:80].rstrip('-')}-{new.hex[-12:]}"
        made = await connection.fetchval(_COPY, whole, new, seller_id, slug, self._clock.now())
        if made is not None:
            await connection.execute(_COPY_MEDIA, whole, made)
        return await connection.fetchrow(_LISTING, whole, seller_id), made is not None

    async def _add(
        self, transaction: Transaction, command: MakeOffer, seller_id: UUID, root: Any, listing_id: UUID
    ) -> None:
        price = to_numeric(command.price), command.price.currency
        columns = listing_id, seller_id, command.sku, root["options"], *price, root["gtin"], root["id"]
        if await transaction.connection.fetchval(_ADD, command.offer_id, *columns) is None:
            raise IdReused
        await transaction.connection.execute(_STOCK, command.offer_id, command.stock)

    async def _same(self, command: MakeOffer, seller_id: UUID) -> VariantOffer:
        """The answer to an offer that was made before; `IdReused` when it was another one."""
        row = await self._database.fetch_one(_LINK, command.offer_id, seller_id)
        made = await announcing.as_made(self._database, command.offer_id) if row else None
        price = Money(command.price.amount, command.price.currency)
        if row is None or made is None or (made.sku, made.price, made.stock) != (command.sku, price, command.stock):
            raise IdReused
        if command.variant_id not in (None, row["offer_of"]) or not _is_number(command.gtin, row["gtin"]):
            raise IdReused
        return await self._one(command.offer_id)

    async def _one(self, offer_id: UUID) -> VariantOffer:
        (offer,) = await self._offers(await self._database.fetch(_OFFER, offer_id))
        return offer

    async def _offers(self, found: Sequence[Any]) -> tuple[VariantOffer, ...]:
        products = await self._browsing.get_many([row["product_id"] for row in found])
        return tuple(_offer(row, products[row["product_id"]].seller) for row in found)


def _new_variant(command: MakeOffer) -> NewVariant:
    return NewVariant(id=command.offer_id, sku=command.sku, price=command.price, gtin=command.gtin)


def _is_number(asked: str, known: str) -> bool:
    return not asked or asked.zfill(14) == known.zfill(14)


def _offer(row: Any, seller: Seller) -> VariantOffer:
    return VariantOffer(
        id=row["id"],
        variant_id=row["root_id"],
        product_id=row["product_id"],
        seller=seller,
        sku=row["sku"],
        price=from_numeric(row["price"], row["currency"]),
        stock=row["on_hand"],
    )
