"""Who may ask what of addresses."""

from fastshop.contract.addresses import (
    AddressInvalid,
    AddressNotFound,
    CountryUnknown,
    PhoneInvalid,
    TooManyAddresses,
)
from fastshop.contract.base import IdReused
from server.domains.addresses.service import Addresses
from server.kernel.caller import ANYONE, SIGNED_IN
from server.kernel.operation import Operation


def operations(addresses: Addresses) -> tuple[Operation, ...]:
    """The operations of this domain."""
    invalid = (AddressInvalid, PhoneInvalid)
    return (
        Operation(addresses.list, SIGNED_IN),
        Operation(addresses.show, SIGNED_IN, (AddressNotFound,)),
        Operation(addresses.add, SIGNED_IN, (*invalid, TooManyAddresses, IdReused)),
        Operation(addresses.change, SIGNED_IN, (*invalid, AddressNotFound)),
        Operation(addresses.remove, SIGNED_IN),
        Operation(addresses.describe, ANYONE, (CountryUnknown,)),
    )
