"""From a product of the file to what is written of it, and what becomes of each of its rows.

What the file does not have any more is removed from its product, unless one of the product's rows failed: then it may
be what that row was about, and stays as it is.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import replace

from fastshop.contract.base import Money, Refusal
from fastshop.contract.catalog import CreateProduct, Image, NewVariant, Price, Product, Variant
from fastshop.contract.imports import ImportRow, RowOutcome, RowProblem
from server.domains.imports.comparing import Comparison
from server.domains.imports.naming import product_id, variant_id
from server.domains.imports.shopify import Problem, ProductDraft, RowDraft, VariantDraft, not_taken
from server.kernel.decoding import bad_input
from server.kernel.money import from_numeric

_NO_VARIANT = Problem("", "The product is not taken: it has no variant that can be.")

Thing = TypeVar("Thing")


class Surroundings(NamedTuple):
    """What products are planned in: those of them that are there, and the shop's variants by SKU."""

    seller_id: UUID
    currency: str
    brands: Mapping[str, UUID]
    categories: Mapping[str, UUID]
    known: Mapping[UUID, Product]
    holders: dict[str, UUID]


class Plan(NamedTuple):
    """What becomes of a product. Without ``command`` nothing is written; ``kept`` variants of it stay as they are."""

    draft: ProductDraft
    rows: Sequence[ImportRow]
    command: CreateProduct | None = None
    kept: frozenset[UUID] = frozenset()

    def moved(self) -> "Plan":
        """The same at an address of its own."""
        assert self.command is not None
        slug = f"{self.command.slug[:90]}-{self.command.product_id.hex[:8]}"
        return self._replace(command=replace(self.command, slug=slug))

    def refused(self, refusal: Refusal) -> "Plan":
        """The same, after its writing was refused."""
        line, problem = self.draft.line, Problem(refusal.facts().get("field", ""), str(refusal))
        rows = [row._replace(problems=(problem, *row.problems)) if row.line == line else row for row in self.draft.rows]
        return _failed(self.draft, rows, not_taken(line))


class _Row(NamedTuple):
    """A row in the shop's terms."""

    draft: RowDraft
    variant: NewVariant | None
    image: Image | None


def plan(draft: ProductDraft, around: Surroundings) -> Plan:
    """Plan a product. The SKUs that it frees are free for those that are planned after it."""
    if draft.problems:
        return _failed(draft, draft.rows, not_taken(draft.line))
    its_id = product_id(around.seller_id, draft.handle)
    known = around.known.get(its_id)
    there: Sequence[Variant] = known.variants if known else ()
    rows = _without_taken_skus([_in_our_terms(row, draft, around) for row in draft.rows], there, around.holders)
    kept = _kept(rows, there)
    staying = {place: _as_new(variant) for place, variant in enumerate(there) if variant.id in kept}
    variants = _merged([row.variant for row in rows if row.variant], staying)
    if not variants:
        return _failed(draft, [row.draft for row in rows], _NO_VARIANT)
    try:
        command = _command(draft, around, its_id, known, _images(rows, known.images if known else ()), variants)
    except msgspec.ValidationError as error:
        return Plan(draft, ()).refused(bad_input(error))
    _release(around.holders, there, command)
    return _compared(draft, rows, Comparison(known, command), kept)


def skus(drafts: Sequence[ProductDraft]) -> list[str]:
    """The SKUs that these products ask for."""
    return [row.variant.sku for draft in drafts for row in draft.rows if row.variant]


def _compared(draft: ProductDraft, rows: Sequence[_Row], comparison: Comparison, kept: frozenset[UUID]) -> Plan:
    outcomes = [comparison.outcome(row.variant, row.image, row.draft.line == draft.line) for row in rows]
    told = [_told(draft, row.draft, outcome) for row, outcome in zip(rows, outcomes, strict=True)]
    changes = any(outcome is not RowOutcome.UNCHANGED for outcome in outcomes)
    return Plan(draft, told, comparison.command if changes else None, kept)


def _in_our_terms(row: RowDraft, draft: ProductDraft, around: Surroundings) -> _Row:
    variant = _variant(row.variant, draft.handle, around) if row.variant else None
    return _Row(row, variant, Image(*row.image) if row.image else None)


def _without_taken_skus(rows: list[_Row], there: Sequence[Variant], holders: Mapping[str, UUID]) -> list[_Row]:
    """The rows without the variants whose SKU another variant holds on to."""
    while True:
        # With a row that fails the variants stay that the file has not, and their SKUs with them.
        free = {variant.id for variant in there} - _kept(rows, there)
        checked = [_without_taken_sku(row, free, holders) for row in rows]
        if checked == rows:
            return rows
        rows = checked


def _without_taken_sku(row: _Row, free: set[UUID], holders: Mapping[str, UUID]) -> _Row:
    if row.variant is None:
        return row
    holder = holders.get(row.variant.sku, row.variant.id)
    if holder == row.variant.id or holder in free:
        return row
    reason = f"The SKU “{row.variant.sku}” is used by another of your variants. The variant is left out."
    problems = (*row.draft.problems, Problem("Variant SKU", reason))
    return row._replace(draft=row.draft._replace(problems=problems), variant=None)


def _release(holders: dict[str, UUID], there: Sequence[Variant], command: CreateProduct) -> None:
    wanted = {variant.sku for variant in command.variants}
    for variant in there:
        if variant.sku not in wanted and holders.get(variant.sku) == variant.id:
            del holders[variant.sku]


def _kept(rows: Sequence[_Row], there: Sequence[Variant]) -> frozenset[UUID]:
    if not _any_failed(rows):
        return frozenset()
    return frozenset(variant.id for variant in there) - {row.variant.id for row in rows if row.variant}


def _images(rows: Sequence[_Row], there: Sequence[Image]) -> list[Image]:
    wanted = [row.image for row in rows if row.image]
    if not _any_failed(rows):
        return wanted
    urls = {image.url for image in wanted}
    return _merged(wanted, {place: image for place, image in enumerate(there) if image.url not in urls})


def _any_failed(rows: Sequence[_Row]) -> bool:
    return any(row.draft.problems for row in rows)


def _merged(wanted: Sequence[Thing], staying: Mapping[int, Thing]) -> list[Thing]:
    """What is wanted, and among it what stays, each in the place that it had."""
    merged = list(wanted)
    for place, thing in staying.items():
        merged.insert(place, thing)
    return merged


def _command(
    draft: ProductDraft,
    around: Surroundings,
    its_id: UUID,
    known: Product | None,
    images: Sequence[Image],
    variants: Sequence[NewVariant],
) -> CreateProduct:
    fields = {
        "product_id": its_id,
        "title": draft.title,
        "slug": known.slug if known else draft.handle,
        "description": draft.description,
        "status": draft.status,
        "category_id": around.categories.get(draft.category),
        "brand_id": around.brands.get(draft.vendor),
        "options": tuple(draft.options.values()),
        "images": images,
        "variants": variants,
    }
    return msgspec.convert(fields, CreateProduct)


def _variant(variant: VariantDraft, handle: str, around: Surroundings) -> NewVariant:
    compare_at = variant.compare_at_price
    return NewVariant(
        id=variant_id(around.seller_id, handle, variant.name),
        sku=variant.sku,
        price=_price(from_numeric(variant.price, around.currency)),
        options=dict(variant.options),
        compare_at_price=None if compare_at is None else _price(from_numeric(compare_at, around.currency)),
        stock=variant.stock,
    )


def _as_new(variant: Variant) -> NewVariant:
    compare_at = variant.compare_at_price
    return NewVariant(
        id=variant.id,
        sku=variant.sku,
        price=_price(variant.price),
        options=variant.options,
        compare_at_price=_price(compare_at) if compare_at else None,
        stock=variant.stock,
    )


def _price(money: Money) -> Price:
    return Price(money.amount, money.currency)


def _failed(draft: ProductDraft, rows: Sequence[RowDraft], otherwise: Problem) -> Plan:
    """Nothing of the product is taken. Rows that have problems of their own say those."""
    told = [row._replace(problems=row.problems or (otherwise,)) for row in rows]
    return Plan(draft, [_told(draft, row, RowOutcome.FAILED) for row in told])


def _told(draft: ProductDraft, row: RowDraft, outcome: RowOutcome) -> ImportRow:
    if not row.problems:
        return ImportRow(row.line, outcome, draft.handle, "", "")
    # PostgreSQL keeps no NUL, which something that is no handle may hold.
    handle = draft.handle.replace("\0", "")[:200]
    first, *further = (RowProblem(*problem) for problem in row.problems)
    return ImportRow(row.line, RowOutcome.FAILED, handle, first.column, first.reason, tuple(further))
