"""The second step of signing in: a code from an app (TOTP, RFC 6238), or one of ten recovery codes.

Signing in with the password alone is refused with `SecondFactorNeeded`; its challenge and a code sign in.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from fastshop.contract.accounts import Password, SignedIn
from fastshop.contract.base import POST, Command, Conflict, Done, Forbidden, Time, Unauthenticated

Code = Annotated[
    str, Meta(min_length=1, max_length=40, description="six digits of the app, or a recovery code; spaces do not count")
]


class TotpSecret(Struct, frozen=True):
    """What an app makes codes from. ``uri`` is the same as a QR code holds it. Both are told this once."""

    secret: str
    uri: str


class RecoveryCodes(Struct, frozen=True):
    """Codes for who has lost the app. Each works once. They are told this once."""

    codes: tuple[str, ...]


class SetUpTwoFactor(Command[TotpSecret], frozen=True, tag="accounts.set_up_two_factor"):
    """Get a secret for an app. Nothing is asked for before a code of it was verified; asked again, it is another."""

    http: ClassVar = POST("/auth/2fa/setup")
    password: Password


class VerifyTwoFactor(Command[RecoveryCodes], frozen=True, tag="accounts.verify_two_factor"):
    """Show that the app makes the right codes: from now on signing in takes one."""

    http: ClassVar = POST("/auth/2fa/verify")
    code: Code


class DisableTwoFactor(Command[Done], frozen=True, tag="accounts.disable_two_factor"):
    """Sign in with the password alone again. Needs both, a last time."""

    http: ClassVar = POST("/auth/2fa/disable")
    password: Password
    code: Code


class RenewRecoveryCodes(Command[RecoveryCodes], frozen=True, tag="accounts.renew_recovery_codes"):
    """Get ten new recovery codes. The old ones work no longer."""

    http: ClassVar = POST("/auth/2fa/recovery-codes")
    password: Password
    code: Code


class LogInWithCode(Command[SignedIn], frozen=True, tag="accounts.log_in_with_code"):
    """The second step of signing in, within five minutes of the first."""

    http: ClassVar = POST("/auth/2fa/login")
    challenge: Annotated[str, Meta(min_length=1, max_length=100)]
    code: Code


@dataclass(eq=False)
class SecondFactorNeeded(Unauthenticated):
    """The password is right; a code is needed as well. Send it with the challenge before ``expires_at``."""

    code: ClassVar[str] = "accounts.second_factor_needed"
    sentence: ClassVar[str] = "Enter the code that your app shows."
    challenge: str
    expires_at: Time


@dataclass(eq=False)
class ChallengeInvalid(Unauthenticated):
    """The challenge was used, ran out or never was one. Sign in from the start."""

    code: ClassVar[str] = "accounts.challenge_invalid"
    sentence: ClassVar[str] = "This took too long. Sign in again."


@dataclass(eq=False)
class WrongCode(Forbidden):
    """Not a code of now, or one that was used. After five of them none is taken for a while, then for longer."""

    code: ClassVar[str] = "accounts.wrong_code"
    sentence: ClassVar[str] = "This code is not valid. Each works once: wait for the next."
    field: str = "code"


@dataclass(eq=False)
class TwoFactorOn(Conflict):
    """Signing in takes a code already. Disable it first."""

    code: ClassVar[str] = "accounts.two_factor_on"
    sentence: ClassVar[str] = "Signing in takes a second step already."


@dataclass(eq=False)
class TwoFactorOff(Conflict):
    """There is nothing to verify, disable or renew: it was not set up."""

    code: ClassVar[str] = "accounts.two_factor_off"
    sentence: ClassVar[str] = "Set up the second step first."
