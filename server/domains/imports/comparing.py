"""What writing a product would change, row by row of the file: the same file again changes nothing."""

from collections.abc import Sequence

from fastshop.contract.catalog import CreateProduct, Image, NewVariant, Product, Variant
from fastshop.contract.imports import RowOutcome

_PLAIN = ("title", "slug", "description", "status", "category_id", "options")


class Comparison:
    """A product that is there, if it is, beside the command that would write it."""

    def __init__(self, known: Product | None, command: CreateProduct) -> None:
        self.command = command
        self._is_new = known is None
        self._variants = {variant.id: _essence(variant) for variant in known.variants} if known else {}
        self._images = {image.url: image for image in known.images} if known else {}
        self._frame = RowOutcome.CREATED if known is None else _frame(known, command)

    def outcome(self, variant: NewVariant | None, image: Image | None, is_first: bool) -> RowOutcome:
        """What becomes of a row with this variant and picture. The first one tells of the product itself, too."""
        if self._is_new:
            return RowOutcome.CREATED
        parts = {self._frame} if is_first else set()
        if variant:
            parts.add(_outcome(self._variants.get(variant.id), _essence(variant)))
        if image:
            parts.add(_outcome(self._images.get(image.url), image))
        if len(parts) > 1:
            return RowOutcome.UPDATED
        return parts.pop() if parts else RowOutcome.UNCHANGED


def _frame(known: Product, command: CreateProduct) -> RowOutcome:
    """What becomes of all that no other row tells of; what is removed or moved is part of it."""
    same = (
        all(getattr(known, name) == getattr(command, name) for name in _PLAIN)
        and (known.brand.id if known.brand else None) == command.brand_id
        and _stay([variant.id for variant in known.variants], [variant.id for variant in command.variants])
        and _stay([image.url for image in known.images if _is_told(image)], [image.url for image in command.images])
    )
    return RowOutcome.UNCHANGED if same else RowOutcome.UPDATED


def _is_told(image: Image) -> bool:
    """Whether files tell of a picture: what was uploaded here stays whatever they say."""
    return not image.url.startswith("/media/")


def _stay(there: Sequence[object], wanted: Sequence[object]) -> bool:
    """Whether all that is there stays, in its order."""
    known = set(there)
    return there == [one for one in wanted if one in known]


def _outcome(there: object, wanted: object) -> RowOutcome:
    if there is None:
        return RowOutcome.CREATED
    return RowOutcome.UNCHANGED if there == wanted else RowOutcome.UPDATED


def _essence(variant: NewVariant | Variant) -> object:
    compare_at = variant.compare_at_price
    return (
        variant.sku,
        variant.options,
        (variant.price.amount, variant.price.currency),
        (compare_at.amount, compare_at.currency) if compare_at else None,
        variant.stock,
    )
