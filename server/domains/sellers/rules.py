"""Which words a shop may have, and which tax numbers there are."""

import asyncio
import unicodedata

from stdnum import exceptions, get_cc_module

from fastshop.contract.sellers import StoreWordsRefused, TaxNumberInvalid

# Addresses of pages, and names that would pass for the marketplace itself.
_RESERVED = frozenset(
    (
        *("account", "admin", "administrator", "api", "application", "applications", "apply", "cart", "checkout"),
        *("customer-service", "fastshop", "help", "login", "manager", "marketplace", "official", "payments", "search"),
        *("security", "seller", "sellers", "shop", "staff", "store", "support", "team", "www"),
    )
)
# The numbers that a business may go by, as python-stdnum names its modules.
_TAX_NUMBERS = ("vat", "tin", "ein", "stnr", "businessid")
# Signs that nobody sees, but that join letters in Persian and people in emoji.
_JOINERS = "\u200c\u200d"


def check_slug(slug: str) -> None:
    """Refuse an address that is the marketplace's own: `StoreWordsRefused`."""
    if slug in _RESERVED:
        raise StoreWordsRefused("slug", "This address is reserved.")


def checked_name(name: str) -> str:
    """A shop's name with single spaces. Refused: `StoreWordsRefused`."""
    tidy = " ".join(name.split())
    if not any(letter.isalnum() for letter in tidy) or len(tidy) < 2:
        raise StoreWordsRefused("name", "A name has letters or digits.")
    if "-".join(tidy.casefold().split()) in _RESERVED:
        raise StoreWordsRefused("name", "This name is reserved.")
    _check_seen("name", tidy)
    return tidy


def checked_text(text: str) -> str:
    """A description, in plain text. Refused: `StoreWordsRefused`."""
    _check_seen("description", text.replace("\n", " ").replace("\r", " ").replace("\t", " "))
    return text.strip()


async def checked_tax_number(country: str, number: str) -> str:
    """A tax number in its compact form; as it was said where the country's are not known. Refused: `TaxNumberInvalid`.

    The countries' modules are read from files: not on the event loop.
    """
    return await asyncio.to_thread(_tax_number, country, number.strip()) if number.strip() else ""


def _tax_number(country: str, number: str) -> str:
    kinds = [kind for name in _TAX_NUMBERS if (kind := get_cc_module(country, name)) is not None]
    for kind in kinds:
        try:
            return str(kind.validate(number))
        except exceptions.ValidationError:
            continue
    if kinds:
        raise TaxNumberInvalid
    return number


def _check_seen(field: str, text: str) -> None:
    if any(unicodedata.category(letter)[0] == "C" and letter not in _JOINERS for letter in text):
        raise StoreWordsRefused(field, "There are signs in it that cannot be seen.")
