"""Where things are sent: a person's book of addresses, each as its country writes them."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from fastshop.contract.base import (
    DELETE,
    GET,
    POST,
    PUT,
    Command,
    Conflict,
    Done,
    Invalid,
    Line,
    NotFound,
    Page,
)

Country = Annotated[str, Meta(pattern="^[A-Z]{2}$", max_length=2, description="ISO 3166-1 alpha-2")]
Part = Annotated[str, Meta(max_length=100)]


class PostalAddress(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address. What a country's addresses do not have stays empty: see `DescribeAddress`.

    ``street`` may have several lines; ``country_area`` is a state or province, ``city_area`` a district,
    ``sorting_code`` what France calls CEDEX. ``phone`` is written as people do; the shop answers it in E.164.
    """

    name: Line
    country: Country
    street: Annotated[str, Meta(min_length=1, max_length=300)]
    city: Part = ""
    postal_code: Annotated[str, Meta(max_length=20)] = ""
    country_area: Part = ""
    city_area: Part = ""
    sorting_code: Annotated[str, Meta(max_length=20)] = ""
    company: Part = ""
    phone: Annotated[str, Meta(max_length=40)] = ""

    @property
    def region(self) -> str:
        """Its state or province among all of the world, as ISO 3166-2 names it: ``US-CA``. Empty where none is said."""
        return f"{self.country}-{self.country_area}" if self.country_area else ""


class Address(Struct, frozen=True):
    """An address in somebody's book. ``is_default``: the one that is meant when none is named."""

    id: UUID
    address: PostalAddress
    is_default: bool


class Area(Struct, frozen=True):
    """A state or province: ``code`` is what an address has, ``name`` what people call it."""

    code: str
    name: str


class AddressRules(Struct, frozen=True):
    """How a country writes addresses: the fields that it needs and those it knows, and its states, if it has a list."""

    country: str
    required: tuple[str, ...]
    known: tuple[str, ...]
    country_areas: tuple[Area, ...]
    postal_code_examples: tuple[str, ...]


class ListAddresses(Command[Page[Address]], frozen=True, tag="addresses.list"):
    """The caller's addresses, the default one first, then the newest. There are never more than one page of them."""

    http: ClassVar = GET("/me/addresses")


class ShowAddress(Command[Address], frozen=True, tag="addresses.show"):
    """One of the caller's addresses."""

    http: ClassVar = GET("/me/addresses/{address_id}")
    address_id: UUID


class AddAddress(Command[Address], frozen=True, tag="addresses.add"):
    """Put an address into the caller's book. The first is the default, whatever is said."""

    http: ClassVar = POST("/me/addresses")
    address_id: UUID
    address: PostalAddress
    make_default: bool = False


class ChangeAddress(Command[Address], frozen=True, tag="addresses.change"):
    """Replace one of the caller's addresses. What was sent to the old one stays as it is."""

    http: ClassVar = PUT("/me/addresses/{address_id}")
    address_id: UUID
    address: PostalAddress
    make_default: bool = False


class RemoveAddress(Command[Done], frozen=True, tag="addresses.remove"):
    """Take an address out of the caller's book. If it was the default, the newest of the others is."""

    http: ClassVar = DELETE("/me/addresses/{address_id}")
    address_id: UUID


class DescribeAddress(Command[AddressRules], frozen=True, tag="addresses.describe"):
    """How a country writes addresses, for a form that asks for no more than it needs."""

    http: ClassVar = GET("/addresses/rules")
    country: Country


@dataclass(eq=False)
class AddressInvalid(Invalid):
    """It is no address of its country. ``errors`` says of each field whether it is ``required`` or ``invalid``."""

    code: ClassVar[str] = "addresses.invalid"
    sentence: ClassVar[str] = "This is no complete address: {field} is {reason}."
    field: str
    reason: str
    errors: dict[str, str]


@dataclass(eq=False)
class PhoneInvalid(Invalid):
    """No telephone number of that country, nor of another one with its prefix (``+49 ...``)."""

    code: ClassVar[str] = "addresses.phone_invalid"
    sentence: ClassVar[str] = "This is not a telephone number."
    field: str = "phone"


@dataclass(eq=False)
class CountryUnknown(NotFound):
    """Nothing is known of how this country writes addresses."""

    code: ClassVar[str] = "addresses.country_unknown"
    sentence: ClassVar[str] = "There is no country {country}."
    country: str


@dataclass(eq=False)
class AddressNotFound(NotFound):
    """The caller has no such address."""

    code: ClassVar[str] = "addresses.not_found"
    sentence: ClassVar[str] = "You have no such address."


@dataclass(eq=False)
class TooManyAddresses(Conflict):
    """A book holds so many addresses."""

    code: ClassVar[str] = "addresses.too_many"
    sentence: ClassVar[str] = "Your address book is full: {most} addresses. Remove one first."
    most: int
