"""Mail about an account, and the tokens in it.

A letter is a row, written with the change that it is about; a job sends it after the commit. Its token is the row's id
under a key of the shop's: the job makes it again, and no table, event or log ever holds more than its hash.
"""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg

from fastshop.contract.credentials import LetterWritten, TokenInvalid
from fastshop.ids import new_id
from server.domains.accounts.letter_texts import TEXTS, Purpose
from server.domains.accounts.sessions import fingerprint
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.keyed import Keyed
from server.kernel.mail import Mail, Mailer

# Letters are kept a little longer than any token, so that a job that was held up finds its own.
_KEPT = timedelta(days=30)
_REST = 3600.0

# Where there is no such account nothing is written, in the same time.
_WRITE = """
INSERT INTO account_letters (id, user_id, purpose, email, token, created_at, expires_at)
SELECT $1, users.id, $2, coalesce($6, users.email), $3, $4, $5 FROM users WHERE {} AND disabled_at IS NULL
"""
_WRITE_TO_USER = _WRITE.format("id = $7")
_WRITE_TO_EMAIL = _WRITE.format("email = $7")
_PENDING = (
    "SELECT user_id, purpose, email FROM account_letters WHERE token = $1 AND used_at IS NULL AND expires_at > $2"
)
_TAKE = """
UPDATE account_letters SET used_at = $2 WHERE token = $1 AND used_at IS NULL AND expires_at > $2
RETURNING user_id, purpose, email
"""
_VOID = """
UPDATE account_letters SET used_at = $2
WHERE user_id = $1 AND used_at IS NULL AND token IS NOT NULL AND purpose = any($3)
"""
_SEND = """
SELECT purpose, email FROM account_letters
WHERE id = $1 AND used_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
"""
_SWEEP = "DELETE FROM account_letters WHERE created_at < $1"


class Letter(NamedTuple):
    """Whose letter it is, what for, and where it was sent."""

    user_id: UUID
    purpose: Purpose
    email: str


class Letters:
    """Writes and sends letters, and takes their tokens."""

    def __init__(self, database: Database, clock: Clock, keyed: Keyed, mailer: Mailer, origin: str) -> None:
        self._database = database
        self._clock = clock
        self._keyed = keyed
        self._mailer = mailer
        self._origin = origin

    async def write(self, transaction: Transaction, user_id: UUID, purpose: Purpose, email: str | None = None) -> None:
        """Write to somebody, at another address than their account's if one is given."""
        await self._write(transaction, _WRITE_TO_USER, purpose, email, user_id)

    async def write_to(self, transaction: Transaction, email: str, purpose: Purpose) -> None:
        """Write to whoever has an account with this address, if anybody has."""
        await self._write(transaction, _WRITE_TO_EMAIL, purpose, None, email)

    async def pending(self, token: str, *purposes: Purpose) -> Letter:
        """The letter of a token that could be taken. Refused: `TokenInvalid`."""
        row = await self._database.fetch_one(_PENDING, fingerprint(token), self._clock.now())
        return _letter(row, purposes)

    async def take(self, transaction: Transaction, token: str, *purposes: Purpose) -> Letter:
        """Use a token up; it works once, whoever else tries at the same moment. Refused: `TokenInvalid`."""
        row = await transaction.connection.fetchrow(_TAKE, fingerprint(token), self._clock.now())
        return _letter(row, purposes)

    async def void(self, transaction: Transaction, user_id: UUID, *purposes: Purpose) -> None:
        """Make a person's unused tokens for these purposes worthless."""
        await transaction.connection.execute(_VOID, user_id, self._clock.now(), [*purposes])

    async def send(self, letter_id: UUID) -> None:
        """Send a letter, if it still says something true. Refused while mail cannot be sent: `MailDelayed`."""
        row = await self._database.fetch_one(_SEND, letter_id, self._clock.now())
        if row is None:
            return
        text = TEXTS[Purpose(row["purpose"])]
        link = (
            f"{self._origin}{text.path}#token={self._token(letter_id)}" if text.lasts else f"{self._origin}{text.path}"
        )
        await self._mailer.send(Mail(letter_id, row["email"], text.subject, text.body.format(link=link)))

    async def sweep(self) -> float:
        """One round: forget old letters. Answers how long to rest, in seconds."""
        await self._database.fetch(_SWEEP, self._clock.now() - _KEPT)
        return _REST

    async def _write(
        self, transaction: Transaction, query: str, purpose: Purpose, email: str | None, whom: object
    ) -> None:
        letter_id, now, lasts = new_id(), self._clock.now(), TEXTS[purpose].lasts
        token = fingerprint(self._token(letter_id)) if lasts else None
        await transaction.connection.execute(
            query, letter_id, purpose, token, now, now + lasts if lasts else None, email, whom
        )
        # To no channel: whether there is an account shows nowhere.
        transaction.emit(LetterWritten(time=now, letter_id=letter_id))

    def _token(self, letter_id: UUID) -> str:
        return self._keyed.token("letter", letter_id)


def _letter(row: "asyncpg.Record | None", purposes: tuple[Purpose, ...]) -> Letter:
    if row is None or row["purpose"] not in purposes:
        raise TokenInvalid
    return Letter(row["user_id"], Purpose(row["purpose"]), row["email"])
