"""Passwords: argon2id (RFC 9106), off the event loop, and the rules for choosing one (NIST SP 800-63B 5.1.1.2)."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fastshop.contract.accounts import PasswordWeak
from fastshop.contract.base import Busy

_MIN_LENGTH = 8
# Some two or three seconds of work for two threads: who comes after them is sent away instead of waiting longer.
_MOST_WAITING = 200

T = TypeVar("T")


class Passwords:
    """Hashes and checks. Two threads: each check takes 19 MiB and some 20 ms, so that a flood of them has a ceiling."""

    def __init__(self) -> None:
        # OWASP's parameters for argon2id: 19 MiB, two passes, one lane.
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._executor = ThreadPoolExecutor(2, thread_name_prefix="argon2")
        self._waiting = 0
        self._common = frozenset((files(__package__) / "common_passwords.txt").read_text().split())
        # What is checked for an account that does not exist, so that its absence takes as long as a wrong password.
        self._nobody = self._hasher.hash("nobody")

    def check_choice(self, password: str) -> None:
        """Refuse a password that is too short or too common: `PasswordWeak`."""
        if len(password) < _MIN_LENGTH:
            raise PasswordWeak(f"A password has at least {_MIN_LENGTH} characters.")
        if password.lower() in self._common:
            raise PasswordWeak("This password is one of the first that anybody would try.")

    async def hash(self, password: str) -> str:
        """What is stored of a password. Refused when too many wait already: `Busy`."""
        return await self._run(self._hasher.hash, password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether it is the password behind a stored hash; None, for no account, takes as long and never matches.

        Refused when too many wait already: `Busy`.
        """
        right = await self._run(self._verify, stored or self._nobody, password)
        return right and stored is not None

    def outdated(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than today's, so that it should be made anew."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        """End the threads."""
        self._executor.shutdown(wait=False)

    async def _run(self, work: Callable[..., T], *args: str) -> T:
        if self._waiting >= _MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work, *args)
        finally:
            self._waiting -= 1

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False
