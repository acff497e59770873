"""Who may ask what of sellers and their staff."""

from fastshop.contract.accounts import EmailInvalid, Role
from fastshop.contract.addresses import AddressInvalid, CountryUnknown, PhoneInvalid
from fastshop.contract.base import IdReused, RateLimited
from fastshop.contract.catalog import NoShop, SellerNotFound, SlugTaken
from fastshop.contract.sellers import (
    AlreadySelling,
    ApplicationIsDecided,
    ApplicationNotFound,
    ApplicationOpen,
    SellerIsSuspended,
    StoreWordsRefused,
    TaxNumberInvalid,
)
from fastshop.contract.staff import (
    AlreadyInvited,
    InvitationInvalid,
    InvitationNotFound,
    RightNotYours,
    StaffNotFound,
    TooManyStaff,
)
from server.domains.sellers.applying import Applying
from server.domains.sellers.staff import Staff
from server.domains.sellers.stores import Stores
from server.kernel.caller import ANYONE, SIGNED_IN, any_of
from server.kernel.operation import Operation


def operations(applying: Applying, stores: Stores, staff: Staff) -> tuple[Operation, ...]:
    """The operations of this domain."""
    office, shop = any_of(Role.MANAGER, Role.ADMIN), any_of(Role.SELLER)
    own, inside = any_of(Role.SELLER, Role.ADMIN), any_of(Role.SELLER, Role.MANAGER, Role.ADMIN)
    reached = (EmailInvalid, PhoneInvalid)
    asked = (AlreadySelling, ApplicationOpen, SlugTaken, StoreWordsRefused, TaxNumberInvalid, CountryUnknown)
    deciding = (ApplicationNotFound, ApplicationIsDecided)
    staffing = (NoShop, RightNotYours)
    return (
        Operation(applying.apply, SIGNED_IN, (*asked, *reached, IdReused)),
        Operation(applying.show_own, SIGNED_IN, (ApplicationNotFound,)),
        Operation(applying.list, office),
        Operation(applying.approve, office, (*deciding, AlreadySelling, SlugTaken)),
        Operation(applying.reject, office, deciding),
        Operation(stores.list, ANYONE),
        Operation(stores.show, ANYONE, (SellerNotFound,)),
        Operation(stores.list_products, ANYONE, (SellerNotFound,)),
        Operation(stores.edit, own, (SellerNotFound, SellerIsSuspended, StoreWordsRefused)),
        Operation(stores.show_settings, inside, (SellerNotFound,)),
        Operation(stores.edit_settings, own, (SellerNotFound, *reached, AddressInvalid, TaxNumberInvalid)),
        Operation(stores.set_taxation, office, (SellerNotFound,)),
        Operation(stores.suspend, office, (SellerNotFound,)),
        Operation(stores.reinstate, office, (SellerNotFound,)),
        Operation(staff.list, shop, (NoShop,)),
        Operation(staff.list_invitations, shop, (NoShop,)),
        Operation(staff.invite, shop, (*staffing, EmailInvalid, AlreadyInvited, TooManyStaff, RateLimited, IdReused)),
        Operation(staff.withdraw, shop, (NoShop, InvitationNotFound)),
        Operation(staff.accept, SIGNED_IN, (InvitationInvalid, AlreadySelling)),
        Operation(staff.edit, shop, (*staffing, StaffNotFound)),
        Operation(staff.remove, shop, (*staffing, StaffNotFound)),
        Operation(staff.leave, SIGNED_IN, (StaffNotFound,)),
    )
