"""From a draft of the file to the shop's own command, and whether that would change anything.

Ids are made of seller, handle and options, so that the same file always means the same things.
"""

import re
import unicodedata
from collections.abc import Mapping
from uuid import UUID, uuid5

import msgspec

from fastshop.contract.base import Money
from fastshop.contract.catalog import CreateProduct, NewVariant, Price, Product, ProductStatus
from server.domains.imports.shopify import ProductDraft, VariantDraft, Wrong
from server.kernel.decoding import bad_input
from server.kernel.money import from_numeric


def product_id(seller_id: UUID, handle: str) -> UUID:
    """The id of the product with this handle in a seller's shop."""
    return uuid5(seller_id, f"product/{handle}")


def brand_id(slug: str) -> UUID:
    """The id of a brand that an import makes."""
    return uuid5(UUID(int=0), f"brand/{slug}")


def slug_of(name: str) -> str:
    """A name as it stands in an address; empty when nothing of it can."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:100].strip("-")


def command(
    draft: ProductDraft, seller_id: UUID, currency: str, slug: str, category: UUID | None, brand: UUID | None
) -> CreateProduct:
    """The command that writes a draft. Refused when it goes beyond what the shop keeps: `Wrong`."""
    if not draft.variants:
        raise Wrong(draft.lines[0], "Variant Price", "A product has at least one variant.")
    fields = {
        "product_id": product_id(seller_id, draft.handle),
        "title": draft.title,
        "slug": slug,
        "description": draft.description,
        "status": draft.status,
        "category_id": category,
        "brand_id": brand,
        "options": draft.options,
        "images": [{"url": url, "alt": alt} for url, alt in draft.images],
        "variants": [_variant(variant, draft, seller_id, currency) for variant in draft.variants],
    }
    try:
        return msgspec.convert(fields, CreateProduct)
    except msgspec.ValidationError as error:
        refusal = bad_input(error)
        raise Wrong(draft.lines[0], refusal.field, refusal.reason) from None


def changes(known: Product, wanted: CreateProduct) -> bool:
    """Whether writing the command would change the product that is there."""
    return _essence(wanted, wanted.category_id, wanted.brand_id, wanted.variants) != _essence(
        known, known.category_id, known.brand.id if known.brand else None, known.variants
    )


def _essence(product: Product | CreateProduct, category: UUID | None, brand: UUID | None, variants: object) -> object:
    return msgspec.to_builtins(
        (
            product.title,
            product.slug,
            product.description,
            ProductStatus(product.status),
            category,
            brand,
            product.options,
            product.images,
            [_variant_essence(variant) for variant in variants],  # type: ignore[attr-defined]
        )
    )


def _variant_essence(variant: object) -> Mapping[str, object]:
    fields = msgspec.to_builtins(variant)
    return {name: fields[name] for name in ("id", "sku", "options", "price", "compare_at_price", "stock")}


def _variant(variant: VariantDraft, draft: ProductDraft, seller_id: UUID, currency: str) -> NewVariant:
    named = "/".join(variant.options.values())
    compare_at = variant.compare_at_price
    return NewVariant(
        id=uuid5(seller_id, f"variant/{draft.handle}/{named}"),
        sku=variant.sku or (slug_of(f"{draft.handle} {named}") or draft.handle).upper(),
        price=_price(from_numeric(variant.price, currency)),
        options=dict(variant.options),
        compare_at_price=None if compare_at is None else _price(from_numeric(compare_at, currency)),
        stock=variant.stock,
    )


def _price(money: Money) -> Price:
    return Price(money.amount, money.currency)
