"""Mail through an SMTP server."""

from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr

import aiosmtplib
import structlog
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
)

from server.kernel.clock import Clock
from server.kernel.mail import Mail, MailDelayed
from server.settings import Smtp, SmtpSecurity

logger = structlog.get_logger()

# What each step of the conversation may take, in seconds.
_PATIENCE = 20

_START_TLS = {SmtpSecurity.AUTO: None, SmtpSecurity.STARTTLS: True, SmtpSecurity.TLS: False, SmtpSecurity.NONE: False}


class _Whole(UnstructuredHeader, BaseHeader):
    """A header that is never folded: an address is one long word, which would be broken into encoded pieces."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Whole)
_POLICY = SMTP.clone(header_factory=_HEADERS)


class SmtpMailer:
    """A `Mailer` that hands each mail to an SMTP server, over a connection of its own."""

    def __init__(self, smtp: Smtp, sender: str, clock: Clock) -> None:
        self._smtp = smtp
        self._sender = sender
        self._clock = clock

    async def send(self, mail: Mail) -> None:
        """See the port. A mail that the server will never take is logged and given up."""
        smtp = self._smtp
        try:
            await aiosmtplib.send(
                self._message(mail),
                hostname=smtp.host,
                port=smtp.port,
                username=smtp.user or None,
                password=smtp.password or None,
                use_tls=smtp.security is SmtpSecurity.TLS,
                start_tls=_START_TLS[smtp.security],
                timeout=_PATIENCE,
            )
        except (SMTPException, OSError) as error:
            if not _for_ever(error, mail):
                logger.warning("a mail waits", mail=str(mail.id), server=smtp.host, error=type(error).__name__)
                raise MailDelayed from error
            logger.warning("a mail was refused", mail=str(mail.id), server=smtp.host, error=type(error).__name__)

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(policy=_POLICY)
        message["From"] = self._sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(self._clock.now())
        # The same for every try, so that whoever receives it twice can tell.
        message["Message-ID"] = f"<{mail.id}@{parseaddr(self._sender)[1].rpartition('@')[2]}>"
        # RFC 3834: no out-of-office note answers it.
        message["Auto-Submitted"] = "auto-generated"
        if mail.end:
            message["List-Unsubscribe"] = f"<{mail.end}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(mail.text)
        return message


def _for_ever(error: Exception, mail: Mail) -> bool:
    """Whether no later try will do better: this recipient, or this mail, is not taken."""
    match error:
        case SMTPRecipientsRefused():
            return all(_for_ever(refused, mail) for refused in error.recipients)
        case SMTPRecipientRefused() | SMTPDataError():
            return error.code >= 500
        case SMTPNotSupported():  # an address in another script; all else is for the operator to mend
            return not mail.to.isascii()
        case _:
            return False
