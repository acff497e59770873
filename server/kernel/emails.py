"""E-mail addresses as they are stored and compared."""

from email_validator import EmailNotValidError, validate_email

from fastshop.contract.accounts import EmailInvalid


def normalised(email: str) -> str:
    """An address as it is stored and compared. Refused when mail could not be delivered there: `EmailInvalid`."""
    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        raise EmailInvalid from None
    return found.normalized.lower()


def looked_up(email: str) -> str:
    """What an address is looked up by; one that no account can have is looked up too, so that it takes as long."""
    try:
        return normalised(email)
    except EmailInvalid:
        return email.strip().lower()
