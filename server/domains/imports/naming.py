"""Ids and names made of what the file says, so that the same file always means the same things."""

import re
import unicodedata
from uuid import UUID, uuid5


def product_id(seller_id: UUID, handle: str) -> UUID:
    """The id of the product with this handle in a seller's shop."""
    return uuid5(seller_id, f"product/{handle}")


def variant_id(seller_id: UUID, handle: str, name: str) -> UUID:
    """The id of a product's variant; its name is made of its options."""
    return uuid5(seller_id, f"variant/{handle}/{name}")


def brand_id(slug: str) -> UUID:
    """The id of a brand that an import makes."""
    return uuid5(UUID(int=0), f"brand/{slug}")


def sku_of(handle: str, name: str) -> str:
    """The SKU of a variant that the file has none for."""
    return (slug_of(f"{handle} {name}") or handle).upper()


def slug_of(name: str) -> str:
    """A name as it stands in an address; empty when nothing of it can."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:100].strip("-")
