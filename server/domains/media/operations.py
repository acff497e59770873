"""Who may ask what of pictures."""

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused, RateLimited
from fastshop.contract.catalog import ProductNotFound
from fastshop.contract.imports import UploadNotFound
from fastshop.contract.media import MediaNotFound, NotAPicture, TooManyPictures
from server.domains.media.service import Gallery
from server.kernel.caller import any_of
from server.kernel.operation import Operation

_SELLING = any_of(Role.SELLER, Role.ADMIN)


def operations(gallery: Gallery) -> tuple[Operation, ...]:
    """The operations of this domain."""
    adding = (ProductNotFound, MediaNotFound, UploadNotFound, NotAPicture, TooManyPictures, IdReused, RateLimited)
    return (
        Operation(gallery.add, _SELLING, adding),
        Operation(gallery.list, _SELLING, (ProductNotFound,)),
        Operation(gallery.arrange, _SELLING, (ProductNotFound, MediaNotFound)),
        Operation(gallery.remove, _SELLING, (MediaNotFound,)),
    )
