"""What makes a product consistent, and its texts safe."""

from collections.abc import Sequence

import msgspec
import nh3

from fastshop.contract.catalog import CreateProduct, NewVariant, Product, Variant, VariantsUnclear

# ISO 4217 currencies with three decimals, which NUMERIC(15,2) cannot hold.
_TOO_FINE = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_KEPT_AS_TOLD = ("title", "slug", "status", "category_id", "options", "images")


def check_variants(options: Sequence[str], variants: Sequence[NewVariant]) -> None:
    """Refuse variants that cannot be told apart or do not fit their product: `VariantsUnclear`."""
    if len(set(options)) != len(options):
        raise VariantsUnclear("An option is named twice.")
    _refuse_twins([variant.id for variant in variants], "Two variants have the same id.")
    _refuse_twins([variant.sku for variant in variants], "Two variants have the same SKU.")
    for variant in variants:
        if set(variant.options) != set(options):
            raise VariantsUnclear(f"The variant {variant.sku} must name just the product's options.")
    chosen = [tuple(variant.options[name] for name in options) for variant in variants]
    _refuse_twins(chosen, "Two variants have the same options.")
    _check_currencies(variants)


def safe_html(description: str) -> str:
    """A description without anything that could act on a page: scripts, styles, foreign frames."""
    return nh3.clean(description)


def is_made_by(product: Product, command: CreateProduct) -> bool:
    """Whether a product is just what the command makes."""
    brand_id = product.brand.id if product.brand else None
    return (
        all(getattr(product, name) == getattr(command, name) for name in _KEPT_AS_TOLD)
        and (brand_id, product.description) == (command.brand_id, safe_html(command.description))
        and [_told(variant) for variant in product.variants] == [_told(variant) for variant in command.variants]
    )


def _told(variant: Variant | NewVariant) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(variant)
    return {name: fields[name] for name in NewVariant.__struct_fields__}


def _refuse_twins(things: Sequence[object], reason: str) -> None:
    if len(set(things)) != len(things):
        raise VariantsUnclear(reason)


def _check_currencies(variants: Sequence[NewVariant]) -> None:
    prices = [price for variant in variants for price in (variant.price, variant.compare_at_price) if price]
    currencies = {price.currency for price in prices}
    if len(currencies) > 1:
        raise VariantsUnclear("All prices of a product are in one currency.")
    if currencies & _TOO_FINE:
        raise VariantsUnclear("Prices in currencies with three decimals cannot be kept.")
