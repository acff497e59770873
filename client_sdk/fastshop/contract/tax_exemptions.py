"""Customers who pay no tax in some places, because they account for it themselves or need not: granted by the shop."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    GET,
    POST,
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
    Time,
)
from fastshop.contract.prices import Place

Places = Annotated[tuple[Place, ...], Meta(min_length=1, max_length=300)]
Document = Annotated[str, Meta(min_length=1, max_length=100)]


class VatStanding(StrEnum):
    """What the EU's register of VAT numbers (VIES) says of one.

    ``UNCHECKED``: nothing so far. It was not asked, it was away, or the number is of a country that it does not know.
    """

    UNCHECKED = "unchecked"
    REGISTERED = "registered"
    UNKNOWN = "unknown"


class VatCheck(Struct, frozen=True):
    """How a VAT number stands, as of ``checked_at``: null while it is unchecked."""

    standing: VatStanding
    checked_at: Time | None


class TaxExemption(Struct, frozen=True):
    """Somebody pays no tax on what goes to ``places``: countries or regions.

    It holds from ``valid_from`` until just before ``valid_until`` (null: for ever), unless it was revoked.
    Invoices print the ``reason`` and the ``document``: a VAT number, or that of a certificate. Of a VAT number ``vat``
    says whether it is registered. An exemption holds whatever that is: to revoke it is for people to decide.
    """

    id: UUID
    user_id: UUID
    reason: str
    document: str
    places: tuple[str, ...]
    valid_from: Time
    valid_until: Time | None
    granted_at: Time
    revoked_at: Time | None
    vat: VatCheck | None = None


class ListTaxExemptions(Command[Page[TaxExemption]], frozen=True, tag="taxes.list_exemptions"):
    """Exemptions of everybody or of one person, the latest first; those that ended or were revoked among them."""

    http: ClassVar = GET("/tax-exemptions")
    user_id: UUID | None = None
    cursor: Cursor = ""
    limit: Limit = 50


class ListOwnTaxExemptions(Command[Page[TaxExemption]], frozen=True, tag="taxes.list_own_exemptions"):
    """The caller's exemptions, the latest first; those that ended or were revoked among them."""

    http: ClassVar = GET("/tax-exemptions/own")
    cursor: Cursor = ""
    limit: Limit = 50


class GrantTaxExemption(Command[TaxExemption], frozen=True, tag="taxes.grant_exemption"):
    """Free somebody else than the caller from taxes on what goes to some places. Sent again it answers the same.

    For a business that accounts for the tax itself (reverse charge: Directive 2006/112/EC, Art. 194-196), a reseller
    with a certificate, or a public body. Quotes count it at once; what was ordered before stays as it was.
    A ``valid_from`` of null is now. The reason names nobody: orders keep it for ever. With ``is_vat_number`` the form
    and the check digits of the document are checked (it begins with its country's code), and then, without anybody
    waiting for it, whether it is registered.
    """

    http: ClassVar = POST("/tax-exemptions")
    exemption_id: UUID
    user_id: UUID
    reason: Annotated[Line, Meta(description='what invoices say, e.g. "Reverse charge" (Art. 226 (11a))')]
    document: Document
    places: Places
    valid_from: Time | None = None
    valid_until: Time | None = None
    is_vat_number: bool = False


class CheckVatNumber(Command[TaxExemption], frozen=True, tag="taxes.check_vat_number"):
    """Have it checked anew whether the VAT number of an exemption is registered. The answer comes later."""

    http: ClassVar = POST("/tax-exemptions/{exemption_id}/check")
    exemption_id: UUID


class RevokeTaxExemption(Command[TaxExemption], frozen=True, tag="taxes.revoke_exemption"):
    """End an exemption now: what is quoted from now on has taxes. Revoked again it answers the same."""

    http: ClassVar = POST("/tax-exemptions/{exemption_id}/revoke")
    exemption_id: UUID


class VatCheckAsked(Event, frozen=True, tag="taxes.vat_check_asked"):
    """It is to be found out whether the VAT number of an exemption is registered."""

    exemption_id: UUID


class ExemptionChanged(Event, frozen=True, tag="taxes.exemption_changed"):
    """A person's exemption was granted, checked or revoked. Prices may be others."""

    exemption_id: UUID


class ExemptionsMoved(Event, frozen=True, tag="taxes.exemptions_moved"):
    """An exemption was granted, checked or revoked: the list is read anew."""


EXEMPTIONS = Channel(
    "tax_exemptions",
    ChannelKind.STATE,
    "Says when somebody's tax exemption was granted, checked or revoked. Managers and admins may watch.",
    ExemptionsMoved,
)


@dataclass(eq=False)
class ExemptionNotFound(NotFound):
    """There is no such exemption."""

    code: ClassVar[str] = "taxes.exemption_not_found"
    sentence: ClassVar[str] = "There is no such tax exemption."


@dataclass(eq=False)
class ExemptionIsOver(Invalid):
    """The exemption would end before it begins, or is over already."""

    code: ClassVar[str] = "taxes.exemption_is_over"
    sentence: ClassVar[str] = "A tax exemption must end after it begins, and not be over."
    field: str = "valid_until"


@dataclass(eq=False)
class VatNumberInvalid(Invalid):
    """Not a VAT number of any country that is known: its form or its check digits are wrong."""

    code: ClassVar[str] = "taxes.vat_number_invalid"
    sentence: ClassVar[str] = "This is no VAT number. It begins with its country's code, like DE136695976."
    field: str = "document"


@dataclass(eq=False)
class NoVatNumber(Conflict):
    """The exemption rests on another document than a VAT number of the EU."""

    code: ClassVar[str] = "taxes.no_vat_number"
    sentence: ClassVar[str] = "This exemption has no VAT number that the EU's register knows of."
