"""What makes a product consistent, and its texts safe."""

from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

import msgspec
import nh3

from fastshop.contract.attributes import Attribute, AttributeKind, ChoicesUnclear
from fastshop.contract.catalog import (
    AttributesUnclear,
    CreateProduct,
    EditProduct,
    NewVariant,
    Product,
    ProductStatus,
    PurchaseLimitReached,
    Variant,
    VariantsUnclear,
)

Asked = TypeVar("Asked", bound=CreateProduct | EditProduct)

# ISO 4217 currencies with three decimals, which NUMERIC(15,2) cannot hold.
_TOO_FINE = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_KEPT_AS_TOLD = ("title", "slug", "category_id", "options", "images")
_KINDS: Mapping[AttributeKind, type | tuple[type, ...]] = {
    AttributeKind.TEXT: str,
    AttributeKind.NUMBER: (int, float),
    AttributeKind.CHOICE: str,
    AttributeKind.YES_NO: bool,
}


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
    _check_gtins(variants)


def check_values(attributes: Sequence[Attribute], values: Mapping[str, object]) -> None:
    """Refuse values that are not of these attributes or of another kind than they are: `AttributesUnclear`."""
    known = {attribute.code: attribute for attribute in attributes}
    for code, value in values.items():
        if code not in known:
            raise AttributesUnclear(f"The product's category has no attribute “{code}”.")
        _check_value(known[code], value)


def check_complete(attributes: Sequence[Attribute], values: Mapping[str, object]) -> None:
    """Refuse a product to be published that lacks something required: `AttributesUnclear`."""
    for attribute in attributes:
        if attribute.required and attribute.code not in values:
            raise AttributesUnclear(f"“{attribute.name}” is missing: products of this category must tell it.")


def check_choices(kind: AttributeKind, choices: Sequence[str]) -> None:
    """Refuse choices that cannot be told apart, or where there are none to make: `ChoicesUnclear`."""
    if len(set(choices)) != len(choices) or bool(choices) is not (kind is AttributeKind.CHOICE):
        raise ChoicesUnclear


def is_variant_made_by(variant: Variant, new: NewVariant) -> bool:
    """Whether a variant is just what was asked for."""
    return _told(variant) == _told(new)


def over_limit(
    wanted: Mapping[UUID, int], bought: Mapping[UUID, int], limits: Mapping[UUID, int]
) -> PurchaseLimitReached | None:
    """Why a customer who bought so much of these products may not buy so much more, by product; None: they may."""
    for product_id, limit in limits.items():
        left = max(limit - bought.get(product_id, 0), 0)
        if wanted.get(product_id, 0) > left:
            return PurchaseLimitReached(product_id, limit, left)
    return None


def safe(command: Asked) -> Asked:
    """A command whose description has nothing that could act on a page: scripts, styles, foreign frames."""
    return msgspec.structs.replace(command, description=nh3.clean(command.description))


def is_made_by(product: Product, command: CreateProduct) -> bool:
    """Whether a product is just what the command makes, which is `safe`."""
    brand_id = product.brand.id if product.brand else None
    return (
        all(getattr(product, name) == getattr(command, name) for name in _KEPT_AS_TOLD)
        and (brand_id, product.description) == (command.brand_id, command.description)
        and (product.attributes, product.max_per_customer) == (command.attributes or {}, command.max_per_customer or 0)
        and _as_asked(product.status) is _as_asked(command.status)
        and [_told(variant) for variant in product.variants] == [_told(variant) for variant in command.variants]
    )


def _as_asked(status: ProductStatus) -> ProductStatus:
    """What was asked for where this came of it: to be on show may mean a review first."""
    return ProductStatus.ACTIVE if status is ProductStatus.IN_REVIEW else status


def _check_value(attribute: Attribute, value: object) -> None:
    is_bool = isinstance(value, bool)
    if not isinstance(value, _KINDS[attribute.kind]) or is_bool is not (attribute.kind is AttributeKind.YES_NO):
        raise AttributesUnclear(f"“{attribute.name}” is a {attribute.kind.value.replace('_', '/')} attribute.")
    if attribute.kind is AttributeKind.CHOICE and value not in attribute.choices:
        raise AttributesUnclear(f"“{attribute.name}” is one of: {', '.join(attribute.choices)}.")


def _told(variant: Variant | NewVariant) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(variant)
    fields["gtin"] = fields["gtin"] or ""
    fields["stock"] = fields["stock"] or 0
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


def _check_gtins(variants: Sequence[NewVariant]) -> None:
    """Refuse numbers whose check digit is wrong (GS1 General Specifications, 7.9): `VariantsUnclear`."""
    for variant in variants:
        weighed = [int(digit) * (1, 3)[place % 2] for place, digit in enumerate(reversed(variant.gtin or ""))]
        if sum(weighed) % 10:
            raise VariantsUnclear(f"{variant.gtin} is no GTIN: its last digit does not fit the others.")
