"""How a seller is reached, as it is kept."""

from fastshop.contract.sellers import SellerContact
from server.kernel import postal
from server.kernel.emails import normalised


async def checked_contact(contact: SellerContact, country: str) -> SellerContact:
    """The contact, its phone in E.164. Refused: `EmailInvalid`, `PhoneInvalid`."""
    return SellerContact(normalised(contact.email), await postal.phone(contact.phone, country))
