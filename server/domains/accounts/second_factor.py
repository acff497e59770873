"""The second step of signing in.

A code counts once: its step is stored and must rise, under the lock of the person's row. Wrong ones are counted in that
row too, not in Valkey: guessing stays hopeless while Valkey is down.
"""

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from uuid import UUID

import pyotp

from fastshop.contract.base import Done, RateLimited, Refusal
from fastshop.contract.second_factor import (
    ChallengeInvalid,
    DisableTwoFactor,
    RecoveryCodes,
    RenewRecoveryCodes,
    SecondFactorNeeded,
    SetUpTwoFactor,
    TotpSecret,
    TwoFactorOff,
    TwoFactorOn,
    VerifyTwoFactor,
    WrongCode,
)
from server.domains.accounts.credentials import Credentials
from server.domains.accounts.letter_texts import Purpose
from server.domains.accounts.letters import Letters
from server.domains.accounts.sessions import fingerprint
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.sealed import Sealed

_STEP = 30  # seconds, as every app has it
_CHALLENGE = timedelta(minutes=5)
_MOST_FAILURES = 5
_FIRST_LOCK, _LONGEST_LOCK = timedelta(minutes=15), timedelta(days=1)
_RECOVERY_CODES = 10
# No digits and letters that look alike: 16 of 32 make 80 bits, too many to find by trying out a plain hash.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

_SET_UP = """
INSERT INTO second_factors (user_id, secret, created_at) VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at
    WHERE second_factors.confirmed_at IS NULL
RETURNING user_id
"""
_LOCK = "SELECT * FROM second_factors WHERE user_id = $1 FOR UPDATE"
_CONFIRM = "UPDATE second_factors SET confirmed_at = $2 WHERE user_id = $1"
_RIGHT = """
UPDATE second_factors SET last_step = $2, failures = 0, lockouts = 0, locked_until = NULL, secret = $3
WHERE user_id = $1
"""
_WRONG = "UPDATE second_factors SET failures = failures + 1 WHERE user_id = $1"
_LOCK_OUT = """
UPDATE second_factors SET failures = 0, lockouts = lockouts + 1, locked_until = $2 WHERE user_id = $1
"""
_USE_RECOVERY = """
UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code = $2 AND used_at IS NULL RETURNING code
"""
# Not for a password that was changed since it was given: the row is locked, as by who starts a session.
_CHALLENGE_ROW = """
INSERT INTO sign_in_challenges (token, user_id, device, expires_at)
SELECT $1, id, $3, $4 FROM users WHERE id = $2 AND ($5::text IS NULL OR password_hash = $5) FOR SHARE
"""
# Locked: the second of two who use it at once waits, and finds it gone.
_CHALLENGED = """
SELECT challenge.user_id, challenge.device FROM sign_in_challenges challenge
JOIN users ON users.id = challenge.user_id
WHERE challenge.token = $1 AND challenge.expires_at > $2 AND users.disabled_at IS NULL FOR UPDATE OF challenge
"""


class SecondFactors:
    """Sets the second step up, and lets people pass it."""

    def __init__(
        self, database: Database, clock: Clock, sealed: Sealed, credentials: Credentials, letters: Letters, shop: str
    ) -> None:
        self._database = database
        self._clock = clock
        self._sealed = sealed
        self._credentials = credentials
        self._letters = letters
        self._shop = shop

    async def set_up(self, command: SetUpTwoFactor, caller: Caller) -> TotpSecret:
        """A secret for an app."""
        known = await self._credentials.prove(caller, command.password)
        secret = pyotp.random_base32()
        sealed = self._sealed.seal(secret.encode(), _place(caller.person))
        if await self._database.fetch_one(_SET_UP, caller.person, sealed, self._clock.now()) is None:
            raise TwoFactorOn
        return TotpSecret(secret, pyotp.TOTP(secret).provisioning_uri(name=known["email"], issuer_name=self._shop))

    async def verify(self, command: VerifyTwoFactor, caller: Caller) -> RecoveryCodes:
        """Turn it on."""
        async with self._database.transaction() as transaction:
            factor = await transaction.connection.fetchrow(_LOCK, caller.person)
            if factor is None:
                raise TwoFactorOff
            if factor["confirmed_at"] is not None:
                raise TwoFactorOn
            refusal = await self._check(transaction, factor, command.code)
            codes = () if refusal else await self._turn_on(transaction, caller.person)
        _raise(refusal)
        return RecoveryCodes(codes)

    async def disable(self, command: DisableTwoFactor, caller: Caller) -> Done:
        """Turn it off."""
        await self._credentials.prove(caller, command.password)
        async with self._database.transaction() as transaction:
            refusal = await self._check(transaction, await self._on(transaction, caller.person), command.code)
            if refusal is None:
                await self.forget(transaction, caller.person)
        _raise(refusal)
        return Done()

    async def renew_codes(self, command: RenewRecoveryCodes, caller: Caller) -> RecoveryCodes:
        """Ten new recovery codes."""
        await self._credentials.prove(caller, command.password)
        async with self._database.transaction() as transaction:
            refusal = await self._check(transaction, await self._on(transaction, caller.person), command.code)
            codes = () if refusal else await self._new_codes(transaction, caller.person)
        _raise(refusal)
        return RecoveryCodes(codes)

    async def forget(self, transaction: Transaction, user_id: UUID) -> None:
        """Let somebody sign in with the password alone, and tell them."""
        await transaction.connection.execute("DELETE FROM recovery_codes WHERE user_id = $1", user_id)
        await transaction.connection.execute("DELETE FROM second_factors WHERE user_id = $1", user_id)
        await self._letters.write(transaction, user_id, Purpose.TWO_FACTOR_OFF)

    async def challenge(self, user_id: UUID, device: str, proven: str | None) -> SecondFactorNeeded:
        """What to tell whoever knew this person's password, whose hash is ``proven``, or was known elsewhere."""
        token, expires_at = secrets.token_urlsafe(32), self._clock.now() + _CHALLENGE
        await self._database.fetch(_CHALLENGE_ROW, fingerprint(token), user_id, device[:200], expires_at, proven)
        return SecondFactorNeeded(token, expires_at)

    async def passed(self, challenge: str, code: str) -> tuple[UUID, str]:
        """Who has passed the second step, on which device.

        Refused: `ChallengeInvalid`, `WrongCode`, `RateLimited`.
        """
        token = fingerprint(challenge)
        async with self._database.transaction() as transaction:
            known = await transaction.connection.fetchrow(_CHALLENGED, token, self._clock.now())
            if known is None:
                raise ChallengeInvalid
            factor = await transaction.connection.fetchrow(_LOCK, known["user_id"])
            if factor is None or factor["confirmed_at"] is None:
                raise ChallengeInvalid
            refusal = await self._check(transaction, factor, code)
            if refusal is None:
                await transaction.connection.execute("DELETE FROM sign_in_challenges WHERE token = $1", token)
        _raise(refusal)
        return known["user_id"], known["device"]

    async def sweep(self) -> float:
        """One round: forget challenges that nobody met. Answers how long to rest, in seconds."""
        await self._database.fetch("DELETE FROM sign_in_challenges WHERE expires_at <= $1", self._clock.now())
        return _CHALLENGE.total_seconds()

    async def _on(self, transaction: Transaction, user_id: UUID) -> Any:
        factor = await transaction.connection.fetchrow(_LOCK, user_id)
        if factor is None or factor["confirmed_at"] is None:
            raise TwoFactorOff
        return factor

    async def _check(self, transaction: Transaction, factor: Any, code: str) -> Refusal | None:
        """Why a code is not taken, counted; None when it is. ``factor`` is the person's row, locked."""
        now, user_id = self._clock.now(), factor["user_id"]
        if factor["locked_until"] is not None and factor["locked_until"] > now:
            return RateLimited(_seconds(factor["locked_until"] - now))
        secret, said = self._sealed.open(factor["secret"], _place(user_id)), _bare(code)
        step = _step_of(secret.decode(), said, now, factor["last_step"])
        if step is None and not await self._is_recovery(transaction, user_id, said):
            return await self._wrong(transaction, factor, now)
        anew = self._sealed.outdated(factor["secret"])
        sealed = self._sealed.seal(secret, _place(user_id)) if anew else factor["secret"]
        await transaction.connection.execute(_RIGHT, user_id, step or factor["last_step"], sealed)
        return None

    async def _is_recovery(self, transaction: Transaction, user_id: UUID, said: str) -> bool:
        values = (user_id, _recovery_hash(user_id, said), self._clock.now())
        return await transaction.connection.fetchval(_USE_RECOVERY, *values) is not None

    async def _wrong(self, transaction: Transaction, factor: Any, now: datetime) -> Refusal:
        if factor["failures"] + 1 < _MOST_FAILURES:
            await transaction.connection.execute(_WRONG, factor["user_id"])
            return WrongCode()
        lock = min(_FIRST_LOCK * 2 ** min(factor["lockouts"], 10), _LONGEST_LOCK)
        await transaction.connection.execute(_LOCK_OUT, factor["user_id"], now + lock)
        if factor["confirmed_at"] is not None:
            await self._letters.write(transaction, factor["user_id"], Purpose.CODES_GUESSED)
        return RateLimited(_seconds(lock))

    async def _turn_on(self, transaction: Transaction, user_id: UUID) -> tuple[str, ...]:
        await transaction.connection.execute(_CONFIRM, user_id, self._clock.now())
        await self._letters.write(transaction, user_id, Purpose.TWO_FACTOR_ON)
        return await self._new_codes(transaction, user_id)

    async def _new_codes(self, transaction: Transaction, user_id: UUID) -> tuple[str, ...]:
        codes = tuple(_recovery_code() for _ in range(_RECOVERY_CODES))
        hashes = [_recovery_hash(user_id, _bare(code)) for code in codes]
        await transaction.connection.execute("DELETE FROM recovery_codes WHERE user_id = $1", user_id)
        query = "INSERT INTO recovery_codes (user_id, code) SELECT $1, unnest($2::text[])"
        await transaction.connection.execute(query, user_id, hashes)
        return codes


def _raise(refusal: Refusal | None) -> None:
    """Refuse, after the commit of what was counted."""
    if refusal is not None:
        raise refusal


def _step_of(secret: str, said: str, now: datetime, last: int) -> int | None:
    """The step that a code is of, one before or after now at most, and none that was used."""
    present, codes = int(now.timestamp()) // _STEP, pyotp.HOTP(secret)
    steps = (step for step in (present, present - 1, present + 1) if step > last)
    return next((step for step in steps if compare_digest(codes.at(step).encode(), said.encode())), None)


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def _recovery_hash(user_id: UUID, code: str) -> str:
    return fingerprint(f"{user_id}:{code}")


def _bare(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()


def _place(user_id: UUID) -> str:
    return f"second_factors:{user_id}"


def _seconds(time: timedelta) -> int:
    return max(int(time.total_seconds()), 1)
