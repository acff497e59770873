"""E-mail addresses and passwords: proving an address, forgetting, resetting and changing.

What comes by mail is a link with a token: it works once, for a while, and only for what it was sent for. No answer here
tells whether an address has an account.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from fastshop.contract.accounts import Email, Me, Password
from fastshop.contract.base import POST, PUT, Command, Done, Event, Forbidden, Invalid, Line

MailToken = Annotated[str, Meta(min_length=1, max_length=100, description="what the link in the mail ends with")]


class EditMe(Command[Me], frozen=True, tag="accounts.edit_me"):
    """Change what the caller is called."""

    http: ClassVar = PUT("/me")
    name: Line


class SendVerification(Command[Done], frozen=True, tag="accounts.send_verification"):
    """Send the caller another mail to prove their address with. Changes nothing where it is proven."""

    http: ClassVar = POST("/auth/verify-email/send")


class VerifyEmail(Command[Done], frozen=True, tag="accounts.verify_email"):
    """Prove an address with the token that was sent there: that of the account, or the one it is to have."""

    http: ClassVar = POST("/auth/verify-email")
    token: MailToken


class ForgetPassword(Command[Done], frozen=True, tag="accounts.forget_password"):
    """Send a mail to choose a new password with, if the address has an account. The answer does not tell."""

    http: ClassVar = POST("/auth/password/forgot")
    email: Email


class ResetPassword(Command[Done], frozen=True, tag="accounts.reset_password"):
    """Choose a new password with the token of a mail. It proves the address as well.

    Every session ends, every API key is revoked, and no account elsewhere signs in here until it is linked anew.
    """

    http: ClassVar = POST("/auth/password/reset")
    token: MailToken
    password: Password


class ChangePassword(Command[Done], frozen=True, tag="accounts.change_password"):
    """Choose a new password, knowing the present one. Every other session ends."""

    http: ClassVar = POST("/auth/password/change")
    current_password: Password
    password: Password


class ChangeEmail(Command[Done], frozen=True, tag="accounts.change_email"):
    """Send a mail to a new address; the account has it once the link in it was opened. Nothing changes before.

    An address that has an account already is sent nothing; the answer does not tell.
    """

    http: ClassVar = POST("/auth/email/change")
    email: Email
    password: Password


class LetterWritten(Event, frozen=True, tag="accounts.letter_written"):
    """A mail about an account is to be sent. It is told to nobody, and holds neither address nor token."""

    letter_id: UUID


@dataclass(eq=False)
class TokenInvalid(Invalid):
    """The token of a mail was used, ran out, was made worthless by a later change, or never was one."""

    code: ClassVar[str] = "accounts.token_invalid"
    sentence: ClassVar[str] = "This link is not valid any more. Ask for a new one."
    field: str = "token"


@dataclass(eq=False)
class WrongPassword(Forbidden):
    """The caller's present password is another one."""

    code: ClassVar[str] = "accounts.wrong_password"
    sentence: ClassVar[str] = "This is not your password."
    field: str = "password"
