"""Sellers: the application, the decision, the store page, settings, suspension.

Who is approved owns a shop. One whose seller is suspended is neither shown nor sold from; its orders go on.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.accounts import Email
from fastshop.contract.addresses import Country, PostalAddress
from fastshop.contract.base import (
    GET,
    POST,
    PUT,
    Channel,
    ChannelKind,
    Command,
    Conflict,
    Cursor,
    Event,
    Invalid,
    Limit,
    Line,
    NotFound,
    Page,
    Slug,
    Text,
    Time,
)
from fastshop.contract.catalog import ProductCard, Rating, Seller

StoreName = Annotated[str, Meta(min_length=2, max_length=80)]
TaxNumber = Annotated[str, Meta(max_length=40)]
Phone = Annotated[str, Meta(max_length=40)]
# Directive 2011/83/EU, article 9: whoever sells to consumers takes goods back for fourteen days.
ReturnDays = Annotated[int, Meta(ge=14, le=365)]
HandlingDays = Annotated[int, Meta(ge=0, le=60)]


class SellerContact(Struct, frozen=True, forbid_unknown_fields=True):
    """How the shop reaches a seller. The phone is read as the seller's country writes numbers."""

    email: Email
    phone: Phone = ""


class ApplicationState(StrEnum):
    """What became of an application."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"


class SellerApplication(Struct, frozen=True):
    """What somebody wants to sell, as whom. ``reason`` is why it was rejected. Approved, the shop has its id."""

    id: UUID
    applicant_id: UUID
    name: str
    slug: str
    description: str
    country: str
    tax_number: str
    contact: SellerContact
    state: ApplicationState
    reason: str
    applied_at: Time
    decided_at: Time | None


class StorePage(Struct, frozen=True):
    """A shop as everybody sees it. ``rating`` is what reviews say of all its products.

    ``return_days``: how long it takes goods back. ``handling_days``: within how many days it sends them.
    """

    id: UUID
    name: str
    slug: str
    description: str
    country: str
    since: Time
    rating: Rating
    return_days: int
    handling_days: int
    suspended: bool = False


class SellerSettings(Struct, frozen=True):
    """How a seller works. With ``low_stock_mail`` the contact, where one was said, is written to when stock runs low.

    With ``new_order_mail`` it is written to about every new order.

    ``suspended_for`` is why it is suspended, empty while it is not. ``tax_number`` and ``invoice_address``, with the
    legal name, stand on its invoices. ``untaxed_for`` is why it charges no tax, empty while it does: managers set it.
    """

    seller_id: UUID
    return_days: int
    handling_days: int
    low_stock_mail: bool
    contact: SellerContact | None
    tax_number: str
    suspended_for: str = ""
    invoice_address: PostalAddress | None = None
    new_order_mail: bool = True
    untaxed_for: str = ""


class ApplyToSell(Command[SellerApplication], frozen=True, tag="sellers.apply"):
    """Ask to become a seller. One application of a person is open at a time. Sent again it answers the same.

    ``tax_number`` is checked where the form of the country's numbers is known (python-stdnum): VAT or tax number.
    """

    http: ClassVar = POST("/sellers/apply")
    application_id: UUID
    name: StoreName
    slug: Slug
    country: Country
    contact: SellerContact
    description: Text = ""
    tax_number: TaxNumber = ""


class ShowOwnApplication(Command[SellerApplication], frozen=True, tag="sellers.show_own_application"):
    """The caller's latest application."""

    http: ClassVar = GET("/sellers/application")


class ListApplications(Command[Page[SellerApplication]], frozen=True, tag="sellers.list_applications"):
    """Applications in a state, the oldest first: those that are open wait for a decision."""

    http: ClassVar = GET("/sellers/applications")
    state: ApplicationState = ApplicationState.OPEN
    cursor: Cursor = ""
    limit: Limit = 50


class ApproveApplication(Command[SellerApplication], frozen=True, tag="sellers.approve"):
    """Let an applicant sell: the shop exists from now on, and the applicant owns it, on all their devices at once.

    Approved again it answers the same.
    """

    http: ClassVar = POST("/sellers/applications/{application_id}/approve")
    application_id: UUID


class RejectApplication(Command[SellerApplication], frozen=True, tag="sellers.reject"):
    """Turn an application down. The applicant reads the reason. Rejected again for the same reason it answers it."""

    http: ClassVar = POST("/sellers/applications/{application_id}/reject")
    application_id: UUID
    reason: Line


class ListSellers(Command[Page[Seller]], frozen=True, tag="sellers.list"):
    """The sellers, by name. Suspended ones are listed for managers and admins alone, who can ask for only them."""

    http: ClassVar = GET("/sellers")
    suspended: bool | None = None
    cursor: Cursor = ""
    limit: Limit = 50


class ShowStore(Command[StorePage], frozen=True, tag="sellers.show"):
    """A shop's page. ``seller`` is its id or its slug. A suspended one is there for who works for it and managers."""

    http: ClassVar = GET("/sellers/{seller}")
    seller: Annotated[str, Meta(min_length=1, max_length=100)]


class ListStoreProducts(Command[Page[ProductCard]], frozen=True, tag="sellers.list_products"):
    """What a shop has for sale, the newest first. ``seller`` is its id or its slug."""

    http: ClassVar = GET("/sellers/{seller}/products")
    seller: Annotated[str, Meta(min_length=1, max_length=100)]
    cursor: Cursor = ""
    limit: Limit = 24


class EditStore(Command[StorePage], frozen=True, tag="sellers.edit"):
    """Replace what the owner's shop says of itself. Its slug stays: links to it lead there."""

    http: ClassVar = PUT("/sellers/{seller_id}")
    seller_id: UUID
    name: StoreName
    description: Text


class ShowSettings(Command[SellerSettings], frozen=True, tag="sellers.show_settings"):
    """How a seller works: for who works for it, managers and admins."""

    http: ClassVar = GET("/sellers/{seller_id}/settings")
    seller_id: UUID


class EditSettings(Command[SellerSettings], frozen=True, tag="sellers.edit_settings"):
    """Say anew how the owner's shop works. What was ordered before keeps the terms it was ordered under.

    What is null stays as it is. Invoices from now on say ``tax_number`` and ``invoice_address``, with the legal name
    (Directive 2006/112/EC, Art. 226). The number is checked as in the application.
    """

    http: ClassVar = PUT("/sellers/{seller_id}/settings")
    seller_id: UUID
    return_days: ReturnDays
    handling_days: HandlingDays
    low_stock_mail: bool
    contact: SellerContact | None = None
    tax_number: TaxNumber | None = None
    invoice_address: PostalAddress | None = None
    new_order_mail: Annotated[bool | None, Meta(description="none leaves it as it is")] = None


class SetSellerTaxation(Command[SellerSettings], frozen=True, tag="sellers.set_taxation"):
    """Say why a seller charges no tax, or (with null) that it does. Never for a shop that the caller works for.

    It is for small enterprises that are exempt (Directive 2006/112/EC, Art. 282-292). Quotes count it from now on, and
    invoices print it (Art. 226 (11)); what was ordered before stays as it was.
    """

    http: ClassVar = PUT("/sellers/{seller_id}/taxation")
    seller_id: UUID
    untaxed_for: Annotated[Line | None, Meta(description="e.g. Small enterprise, exempt from VAT")] = None


class SuspendSeller(Command[SellerSettings], frozen=True, tag="sellers.suspend"):
    """Hide a seller's products and let nobody buy them; what is ordered goes on. Its sales are called off.

    The owner reads the reason. Suspended again it gets the new reason.
    """

    http: ClassVar = POST("/sellers/{seller_id}/suspend")
    seller_id: UUID
    reason: Line


class ReinstateSeller(Command[SellerSettings], frozen=True, tag="sellers.reinstate"):
    """Show and sell a suspended seller's products again. Sales that were called off stay so."""

    http: ClassVar = POST("/sellers/{seller_id}/reinstate")
    seller_id: UUID


class ApplicationDecided(Event, frozen=True, tag="sellers.application_decided"):
    """A manager approved or rejected an application."""

    application: SellerApplication


class SellerSuspended(Event, frozen=True, tag="sellers.suspended"):
    """A seller was suspended. ``notice_id`` is the mail's to its owner."""

    seller_id: UUID
    notice_id: UUID
    reason: str


class SellerReinstated(Event, frozen=True, tag="sellers.reinstated"):
    """A seller sells again. ``notice_id`` is the mail's to its owner."""

    seller_id: UUID
    notice_id: UUID


class ApplicationQueue(Event, frozen=True, tag="sellers.application_queue"):
    """How many applications wait for a decision."""

    waiting: int


APPLICATIONS = Channel(
    "applications",
    ChannelKind.STATE,
    "How many applications to sell wait for a decision, live. Managers and admins may watch.",
    ApplicationQueue,
)


@dataclass(eq=False)
class ApplicationNotFound(NotFound):
    """There is no such application, or the caller has made none."""

    code: ClassVar[str] = "sellers.application_not_found"
    sentence: ClassVar[str] = "There is no such application."


@dataclass(eq=False)
class ApplicationOpen(Conflict):
    """The caller has an application that is not decided yet."""

    code: ClassVar[str] = "sellers.application_open"
    sentence: ClassVar[str] = "You have applied already. We will write to you."


@dataclass(eq=False)
class ApplicationIsDecided(Conflict):
    """Somebody has decided about the application, and otherwise."""

    code: ClassVar[str] = "sellers.application_is_decided"
    sentence: ClassVar[str] = "This application is {state} already."
    state: str


@dataclass(eq=False)
class AlreadySelling(Conflict):
    """Somebody works for one seller at most, and this person does."""

    code: ClassVar[str] = "sellers.already_selling"
    sentence: ClassVar[str] = "This account works for a shop already."


@dataclass(eq=False)
class StoreWordsRefused(Invalid):
    """A name or an address that would mislead, or with signs in it that nobody sees."""

    code: ClassVar[str] = "sellers.words_refused"
    sentence: ClassVar[str] = "{reason}"
    field: str
    reason: str


@dataclass(eq=False)
class TaxNumberInvalid(Invalid):
    """Not a VAT or tax number of that country: its form or its check digits are wrong."""

    code: ClassVar[str] = "sellers.tax_number_invalid"
    sentence: ClassVar[str] = "This is not a tax number of that country."
    field: str = "tax_number"


@dataclass(eq=False)
class SellerIsSuspended(Conflict):
    """The seller is suspended, and must not change what it says of itself."""

    code: ClassVar[str] = "sellers.suspended"
    sentence: ClassVar[str] = "This shop is suspended."
