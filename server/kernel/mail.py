"""A mail, and the port it leaves by. It is sent by a job, after the commit of what it tells of."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from fastshop.contract.base import Unavailable


class Mail(Struct, frozen=True):
    """A mail in plain text. ``id`` is the same however often it is sent: it arrives at least once and counts once.

    Where it is one of a kind that one need not have, a POST to the address ``end`` ends them (RFC 8058).
    """

    id: UUID
    to: str
    subject: str
    text: str
    end: str = ""


@dataclass(eq=False)
class MailDelayed(Unavailable):
    """The mail could not be handed over now. The job tries again."""

    code = "mail_delayed"
    sentence = "The mail could not be sent yet."


class Mailer(Protocol):
    """Whoever takes mail."""

    async def send(self, mail: Mail) -> None:
        """Hand a mail over; one with an id that was handed over before changes nothing. Refused: `MailDelayed`."""
        ...
