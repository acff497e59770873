"""Who may ask what of reviews."""

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused
from fastshop.contract.catalog import ProductNotFound
from fastshop.contract.reviews import AlreadyReviewed, OwnProduct, OwnReview, ReviewHidden, ReviewNotFound
from server.domains.reviews.reading import Reading
from server.domains.reviews.service import Reviews
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import Operation

_MODERATING = any_of(Role.MANAGER, Role.ADMIN)


def operations(reading: Reading, reviews: Reviews) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (
        Operation(reading.list, ANYONE, (ProductNotFound,)),
        Operation(reading.summary, ANYONE, (ProductNotFound,)),
        Operation(reviews.write, SIGNED_IN, (ProductNotFound, OwnProduct, AlreadyReviewed, IdReused)),
        Operation(reviews.edit, SIGNED_IN, (ReviewNotFound,)),
        Operation(reviews.remove, SIGNED_IN, (ReviewNotFound, ReviewHidden)),
        Operation(reviews.vote, SIGNED_IN, (ReviewNotFound, OwnReview)),
        Operation(reviews.report, SIGNED_IN, (ReviewNotFound, OwnReview)),
        Operation(reading.list_reported, _MODERATING),
        Operation(reviews.moderate, _MODERATING, (ReviewNotFound,)),
    )
