"""Who may ask what of imports."""

from fastshop.contract.accounts import Role
from fastshop.contract.base import IdReused
from fastshop.contract.catalog import NoShop, SellerNotFound
from fastshop.contract.imports import ImportNotFound, UploadNotFound
from server.domains.imports.service import Imports
from server.kernel.caller import any_of
from server.kernel.operation import Operation

_IMPORTING = any_of(Role.SELLER, Role.ADMIN)


def operations(imports: Imports) -> tuple[Operation, ...]:
    """The operations of this domain."""
    return (
        Operation(imports.start, _IMPORTING, (NoShop, SellerNotFound, UploadNotFound, IdReused)),
        Operation(imports.list_own, any_of(Role.SELLER), (NoShop,)),
        Operation(imports.show, _IMPORTING, (ImportNotFound,)),
        Operation(imports.list_errors, _IMPORTING, (ImportNotFound,)),
    )
