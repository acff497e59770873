"""VAT numbers: their form and check digits, by python-stdnum."""

import asyncio

from stdnum import exceptions, get_cc_module
from stdnum.eu import vat

from fastshop.contract.tax_exemptions import VatNumberInvalid

# What the EU's register knows of; Greece says EL, Northern Ireland XI.
_REGISTERED = frozenset(code.upper() for code in vat.MEMBER_STATES - {"gr"}) | {"EL"}


async def checked_vat_number(number: str) -> str:
    """A VAT number in its compact form, which begins with its country's code. Refused: `VatNumberInvalid`.

    The countries' modules are read from files: not on the event loop.
    """
    return await asyncio.to_thread(_checked, number)


def is_registered_in_eu(number: str) -> bool:
    """Whether the EU's register is the one to ask about a compact number."""
    return number[:2] in _REGISTERED


def _checked(number: str) -> str:
    number = number.strip().upper()
    number = f"EL{number[2:]}" if number.startswith("GR") else number
    code = number[:2]
    of_country = vat if code in _REGISTERED else get_cc_module(code, "vat")
    if of_country is None:
        raise VatNumberInvalid
    try:
        compact = str(of_country.validate(number))
    except exceptions.ValidationError:
        raise VatNumberInvalid from None
    return compact if compact.startswith(code) else code + compact
