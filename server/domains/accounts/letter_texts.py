"""What the shop writes to people about their account.

No letter repeats what somebody typed: a stranger can have one sent to anybody, and must not choose its words.
"""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple


class Purpose(StrEnum):
    """What a letter is for."""

    VERIFY = "verify"
    RESET = "reset"
    CHANGE_EMAIL = "change_email"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a kind of letter
    EMAIL_CHANGED = "email_changed"
    TWO_FACTOR_ON = "two_factor_on"
    TWO_FACTOR_OFF = "two_factor_off"
    CODES_GUESSED = "codes_guessed"
    API_KEY_MADE = "api_key_made"
    SOCIAL_LINKED = "social_linked"
    PAYOUT_ACCOUNT_CHANGED = "payout_account_changed"


class Text(NamedTuple):
    """A letter's words. ``path`` is the page that it leads to; with ``lasts`` it carries a token, for so long."""

    subject: str
    body: str
    path: str
    lasts: timedelta | None = None


TEXTS = {
    Purpose.VERIFY: Text(
        "Confirm your e-mail address",
        "Please confirm that this is your e-mail address:\n\n{link}\n\n"
        "The link works once, for three days. If you have no account with us, somebody has mistyped their\n"
        "address: do nothing.\n",
        "/account/verify",
        timedelta(days=3),
    ),
    Purpose.RESET: Text(
        "Choose a new password",
        "Somebody, you we hope, has forgotten the password of your account. Choose a new one here:\n\n{link}\n\n"
        "The link works once, for an hour. If it was not you, do nothing: your password stays as it is.\n",
        "/account/reset",
        timedelta(hours=1),
    ),
    Purpose.CHANGE_EMAIL: Text(
        "Confirm your new e-mail address",
        "An account is to have this e-mail address. If it is yours, confirm it:\n\n{link}\n\n"
        "The link works once, for a day. If it is not yours, do nothing.\n",
        "/account/verify",
        timedelta(days=1),
    ),
    Purpose.PASSWORD_CHANGED: Text(
        "Your password was changed",
        "The password of your account was changed, and every other device signed out.\n\n"
        "If it was not you, choose a new one at once:\n\n{link}\n",
        "/account/forgot",
    ),
    Purpose.EMAIL_CHANGED: Text(
        "Your e-mail address was changed",
        "Your account has another e-mail address now; nothing more will be sent to this one.\n\n"
        "If it was not you, write to us at once:\n\n{link}\n",
        "/",
    ),
    Purpose.TWO_FACTOR_ON: Text(
        "Signing in takes a second step now",
        "From now on signing in to your account takes a code from your app.\n\n"
        "If it was not you, choose a new password and write to us at once:\n\n{link}\n",
        "/account/forgot",
    ),
    Purpose.TWO_FACTOR_OFF: Text(
        "Signing in takes no second step any more",
        "Signing in to your account takes the password alone again.\n\n"
        "If it was not you, choose a new password at once:\n\n{link}\n",
        "/account/forgot",
    ),
    Purpose.API_KEY_MADE: Text(
        "An API key was made for your account",
        "Somebody who knows your password has made an API key, with which programs act for you.\n\n"
        "If it was not you, choose a new password; that revokes every key:\n\n{link}\n",
        "/account/forgot",
    ),
    Purpose.SOCIAL_LINKED: Text(
        "You can sign in with another account now",
        "Somebody who has your e-mail address at another service has signed in to your account with it.\n\n"
        "If it was not you, have a new password sent to you, which ends that, and write to us at once:\n\n{link}\n",
        "/account/forgot",
    ),
    Purpose.PAYOUT_ACCOUNT_CHANGED: Text(
        "Your shop is paid out to another account now",
        "Somebody who knows your password has said which bank account your earnings are paid out to.\n\n"
        "If it was not you, choose a new password and write to us at once:\n\n{link}\n",
        "/account/forgot",
    ),
    Purpose.CODES_GUESSED: Text(
        "Somebody tries to sign in to your account",
        "Somebody who knows your password has entered wrong codes. No code is taken for a while now.\n\n"
        "If it was not you, choose a new password:\n\n{link}\n",
        "/account/forgot",
    ),
}
