"""E-mail addresses and passwords: proving, forgetting, resetting, changing."""

from typing import Any
from uuid import UUID

import asyncpg

from fastshop.contract.accounts import EmailTaken, WrongCredentials
from fastshop.contract.base import Done
from fastshop.contract.credentials import (
    ChangeEmail,
    ChangePassword,
    ForgetPassword,
    ResetPassword,
    SendVerification,
    TokenInvalid,
    VerifyEmail,
    WrongPassword,
)
from server.domains.accounts.ending import Ending
from server.domains.accounts.letter_texts import Purpose
from server.domains.accounts.letters import Letter, Letters
from server.domains.accounts.passwords import Passwords
from server.domains.accounts.revoking import revoke_keys
from server.domains.accounts.sessions import Sessions
from server.domains.accounts.trying import Allowance, Trying
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.emails import looked_up, normalised
from server.kernel.networks import network

_MAILS_TO_ONE = Allowance("mail:to", 5, 3600)
_MAILS_FOR_NETWORK = Allowance("mail:for", 30, 3600)
_TOKENS = Allowance("mail:token", 100, 15 * 60)

# Only at the address that the account still has: a mailbox that is theirs no longer opens nothing.
_PROVE = (
    "UPDATE users SET email_verified_at = coalesce(email_verified_at, $3) WHERE id = $1 AND email = $2 RETURNING id"
)
_RESET = """
UPDATE users SET password_hash = $4, email_verified_at = coalesce(email_verified_at, $3)
WHERE id = $1 AND email = $2 AND disabled_at IS NULL RETURNING id
"""
_CHANGE_PASSWORD = "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id"  # noqa: S105
_UNLINK = "DELETE FROM social_identities WHERE user_id = $1"
_OLD_EMAIL = "SELECT email FROM users WHERE id = $1 AND disabled_at IS NULL FOR UPDATE"
_CHANGE_EMAIL = "UPDATE users SET email = $2, email_verified_at = $3 WHERE id = $1"


class Credentials:
    """What people prove themselves with."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        passwords: Passwords,
        sessions: Sessions,
        ending: Ending,
        trying: Trying,
        letters: Letters,
    ) -> None:
        self._database = database
        self._clock = clock
        self._passwords = passwords
        self._sessions = sessions
        self._ending = ending
        self._trying = trying
        self._letters = letters

    async def prove(self, caller: Caller, password: str, field: str = "password") -> Any:
        """The caller's row, if this is their password; tries count as those of signing in. Refused: `WrongPassword`."""
        row = await self._database.fetch_one("SELECT * FROM users WHERE id = $1", caller.person)
        if row is None:
            raise WrongCredentials
        async with self._trying.password(row["email"], caller.address):
            if not await self._passwords.matches(password, row["password_hash"]):
                raise WrongPassword(field)
        return row

    async def send_verification(self, command: SendVerification, caller: Caller) -> Done:  # noqa: ARG002
        """Send another mail to prove the caller's address with."""
        query = "SELECT email_verified_at FROM users WHERE id = $1"
        row = await self._database.fetch_one(query, caller.person)
        if row is not None and row["email_verified_at"] is None:
            await self._trying.spend(_MAILS_TO_ONE, caller.person)
            async with self._database.transaction() as transaction:
                await self._letters.write(transaction, caller.person, Purpose.VERIFY)
        return Done()

    async def verify_email(self, command: VerifyEmail, caller: Caller) -> Done:
        """Prove an address: that of the account, or the one it is to have."""
        await self._trying.spend(_TOKENS, network(caller.address))
        try:
            async with self._database.transaction() as transaction:
                letter = await self._letters.take(transaction, command.token, Purpose.VERIFY, Purpose.CHANGE_EMAIL)
                await (self._prove if letter.purpose is Purpose.VERIFY else self._move)(transaction, letter)
        except asyncpg.UniqueViolationError:
            raise EmailTaken from None
        return Done()

    async def forget_password(self, command: ForgetPassword, caller: Caller) -> Done:
        """Send a mail to choose a new password with, if there is an account; no sign of it either way."""
        email = looked_up(command.email)
        await self._trying.spend(_MAILS_FOR_NETWORK, network(caller.address))
        await self._trying.spend(_MAILS_TO_ONE, email)
        async with self._database.transaction() as transaction:
            await self._letters.write_to(transaction, email, Purpose.RESET)
        return Done()

    async def reset_password(self, command: ResetPassword, caller: Caller) -> Done:
        """Choose a new password with a token."""
        self._passwords.check_choice(command.password)
        await self._trying.spend(_TOKENS, network(caller.address))
        await self._letters.pending(command.token, Purpose.RESET)
        password_hash = await self._passwords.hash(command.password)
        async with self._database.transaction() as transaction:
            letter = await self._letters.take(transaction, command.token, Purpose.RESET)
            values = (letter.user_id, letter.email, self._clock.now(), password_hash)
            if await transaction.connection.fetchval(_RESET, *values) is None:
                raise TokenInvalid
            ended = await self._changed(transaction, letter.user_id, keep=None)
            # Whoever got in while the password was another's must not stay, by a key or by an account elsewhere.
            ended += await revoke_keys(transaction, letter.user_id, self._clock.now())
            await transaction.connection.execute(_UNLINK, letter.user_id)
        await self._ending.tell(ended)
        return Done()

    async def change_password(self, command: ChangePassword, caller: Caller) -> Done:
        """Choose a new password, knowing the present one."""
        self._passwords.check_choice(command.password)
        known = await self.prove(caller, command.current_password, "current_password")
        password_hash = await self._passwords.hash(command.password)
        async with self._database.transaction() as transaction:
            values = (caller.person, known["password_hash"], password_hash)
            if await transaction.connection.fetchval(_CHANGE_PASSWORD, *values) is None:
                raise WrongPassword("current_password")  # it was changed at the same moment
            ended = await self._changed(transaction, caller.person, keep=caller.session_id)
        await self._ending.tell(ended)
        return Done()

    async def change_email(self, command: ChangeEmail, caller: Caller) -> Done:
        """Send a mail to the new address, unless it has an account."""
        email = normalised(command.email)
        await self.prove(caller, command.password)
        await self._trying.spend(_MAILS_TO_ONE, caller.person)
        await self._trying.spend(_MAILS_TO_ONE, email)
        async with self._database.transaction() as transaction:
            await self._letters.void(transaction, caller.person, Purpose.CHANGE_EMAIL)
            if await transaction.connection.fetchval("SELECT 1 FROM users WHERE email = $1", email) is None:
                await self._letters.write(transaction, caller.person, Purpose.CHANGE_EMAIL, email)
        return Done()

    async def _changed(self, transaction: Transaction, user_id: UUID, keep: UUID | None) -> list[UUID]:
        """What follows a new password: links for another are worthless, others are signed out, and it is told."""
        await self._letters.void(transaction, user_id, Purpose.RESET, Purpose.CHANGE_EMAIL)
        await self._letters.write(transaction, user_id, Purpose.PASSWORD_CHANGED)
        return await self._sessions.end_all(transaction, user_id, "password_changed", keep=keep)

    async def _prove(self, transaction: Transaction, letter: Letter) -> None:
        values = (letter.user_id, letter.email, self._clock.now())
        if await transaction.connection.fetchval(_PROVE, *values) is None:
            raise TokenInvalid

    async def _move(self, transaction: Transaction, letter: Letter) -> None:
        """Give the account its new address. What was sent to the old one opens nothing any more."""
        old = await transaction.connection.fetchval(_OLD_EMAIL, letter.user_id)
        if old is None:
            raise TokenInvalid
        await self._letters.write(transaction, letter.user_id, Purpose.EMAIL_CHANGED, old)
        await transaction.connection.execute(_CHANGE_EMAIL, letter.user_id, letter.email, self._clock.now())
        await self._letters.void(transaction, letter.user_id, Purpose.RESET, Purpose.VERIFY, Purpose.CHANGE_EMAIL)
