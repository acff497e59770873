"""Who works for a seller: invited, edited, removed.

What one of them may do is read and held in the transaction that uses it, so that who is removed has done nothing after.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastshop.contract.base import Done, IdReused, Page, RateLimited
from fastshop.contract.catalog import NoShop
from fastshop.contract.rights import SellerRight
from fastshop.contract.sellers import AlreadySelling
from fastshop.contract.staff import (
    AcceptInvitation,
    AlreadyInvited,
    EditStaff,
    InvitationInvalid,
    InvitationNotFound,
    InviteStaff,
    LeaveSeller,
    ListInvitations,
    ListStaff,
    RemoveStaff,
    RightNotYours,
    StaffInvitation,
    StaffInvited,
    StaffMember,
    StaffNotFound,
    TooManyStaff,
    WithdrawInvitation,
)
from server.domains.sellers.invitations import Tokens
from server.domains.sellers.ports import Attempts, People
from server.kernel.audit import note
from server.kernel.caller import Caller
from server.kernel.clock import Clock
from server.kernel.database import Database, Transaction
from server.kernel.emails import normalised

_LASTS = timedelta(days=7)
_MOST = 100
# Mails that a seller may have sent to strangers.
_INVITATIONS, _A_DAY = 50, 24 * 60 * 60

_MEMBER = """
SELECT staff.*, users.name, users.email FROM seller_staff staff JOIN users ON users.id = staff.user_id
WHERE staff.seller_id = $1
"""
_LIST = f"{_MEMBER} ORDER BY staff.since, staff.user_id"
_ONE = f"{_MEMBER} AND staff.user_id = $2"
_OWN_RIGHTS = "SELECT rights FROM seller_staff WHERE user_id = $1 AND seller_id = $2 FOR SHARE"
_HELD = "SELECT rights FROM seller_staff WHERE seller_id = $1 AND user_id = $2 FOR UPDATE"
_OPEN = "FROM seller_invitations WHERE seller_id = $1 AND ended_at IS NULL AND expires_at > $2"
_COUNT = f"SELECT (SELECT count(*) FROM seller_staff WHERE seller_id = $1) + (SELECT count(*) {_OPEN})"  # noqa: S608
_INVITE = """
INSERT INTO seller_invitations (id, seller_id, email, rights, invited_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING *
"""
_WITHDRAW = (
    "UPDATE seller_invitations SET ended_at = coalesce(ended_at, $3) WHERE seller_id = $1 AND id = $2 RETURNING 1"
)
_WITHDRAW_OF = """
UPDATE seller_invitations SET ended_at = $3 WHERE seller_id = $1 AND invited_by = $2 AND ended_at IS NULL
"""
_ACCEPT = """
UPDATE seller_invitations SET ended_at = $3, accepted_by = $2
WHERE id = $1 AND ended_at IS NULL AND expires_at > $3 AND email = $4 RETURNING seller_id, rights
"""
_JOIN = "INSERT INTO seller_staff (user_id, seller_id, rights, since) VALUES ($1, $2, $3, $4)"
_REMOVE = "DELETE FROM seller_staff WHERE seller_id = $1 AND user_id = $2"


class Staff:
    """The people of a seller."""

    def __init__(self, database: Database, people: People, tokens: Tokens, attempts: Attempts, clock: Clock) -> None:
        self._database = database
        self._people = people
        self._tokens = tokens
        self._attempts = attempts
        self._clock = clock

    async def list(self, command: ListStaff, caller: Caller) -> Page[StaffMember]:  # noqa: ARG002
        """Who works for the caller's seller."""
        return Page(tuple(_member(row) for row in await self._database.fetch(_LIST, _seller(caller))))

    async def list_invitations(self, command: ListInvitations, caller: Caller) -> Page[StaffInvitation]:  # noqa: ARG002
        """Who was asked and has not answered."""
        query = f"SELECT * {_OPEN} ORDER BY created_at, id"
        rows = await self._database.fetch(query, _seller(caller), self._clock.now())
        return Page(tuple(_invitation(row) for row in rows))

    async def invite(self, command: InviteStaff, caller: Caller) -> StaffInvitation:
        """Ask somebody to work for the caller's seller."""
        seller_id, now = _seller(caller), self._clock.now()
        asked = (seller_id, normalised(command.email), sorted(set(command.rights)))
        async with self._database.transaction() as transaction:
            await self._check_has(transaction, caller, command.rights)
            await _take_turn(transaction, seller_id)
            row = await self._known(transaction, command.invitation_id, asked)
            if row is not None:
                return _invitation(row)
            await self._check_room(transaction, seller_id, asked[1])
            values = (command.invitation_id, *asked, caller.person, now, now + _LASTS)
            row = await transaction.connection.fetchrow(_INVITE, *values)
            if row is None:  # meanwhile another seller has used the id
                raise IdReused
            transaction.emit(StaffInvited(time=now, invitation_id=row["id"]))
            await note(transaction, now, caller, command.tag(), f"invitation:{row['id']}", rights=asked[2])
            return _invitation(row)

    async def withdraw(self, command: WithdrawInvitation, caller: Caller) -> Done:
        """Make an invitation worthless."""
        values = (_seller(caller), command.invitation_id, self._clock.now())
        if await self._database.fetch_one(_WITHDRAW, *values) is None:
            raise InvitationNotFound
        return Done()

    async def accept(self, command: AcceptInvitation, caller: Caller) -> StaffMember:
        """Work for a seller from now on."""
        invitation_id, now = self._tokens.invitation_of(command.token), self._clock.now()
        async with self._database.transaction() as transaction:
            person = await self._people.hold(transaction, caller.person)
            if person.seller_id is not None:
                return await self._accepted(transaction, invitation_id, caller.person)
            row = await transaction.connection.fetchrow(_ACCEPT, invitation_id, caller.person, now, person.email)
            if row is None:
                raise InvitationInvalid
            await transaction.connection.execute(_JOIN, caller.person, row["seller_id"], row["rights"], now)
            await note(transaction, now, caller, command.tag(), f"seller:{row['seller_id']}", rights=row["rights"])
            member = _member(await transaction.connection.fetchrow(_ONE, row["seller_id"], caller.person))
        await self._people.changed([caller.person])
        return member

    async def edit(self, command: EditStaff, caller: Caller) -> StaffMember:
        """Give somebody other rights."""
        seller_id, rights = _seller(caller), sorted(set(command.rights))
        async with self._database.transaction() as transaction:
            before = await self._held(transaction, seller_id, command.user_id)
            await self._check_has(transaction, caller, {*before} ^ {*rights})
            query = "UPDATE seller_staff SET rights = $2 WHERE user_id = $1"
            await transaction.connection.execute(query, command.user_id, rights)
            subject = f"user:{command.user_id}"
            await note(transaction, self._clock.now(), caller, command.tag(), subject, before=before, after=rights)
            member = _member(await transaction.connection.fetchrow(_ONE, seller_id, command.user_id))
        await self._people.changed([command.user_id])
        return member

    async def remove(self, command: RemoveStaff, caller: Caller) -> Done:
        """Let somebody work for the caller's seller no longer."""
        seller_id = _seller(caller)
        async with self._database.transaction() as transaction:
            held = await self._held(transaction, seller_id, command.user_id)
            await self._check_has(transaction, caller, held)
            await self._end(transaction, seller_id, command.user_id, caller, command.tag())
        await self._people.changed([command.user_id])
        return Done()

    async def leave(self, command: LeaveSeller, caller: Caller) -> Done:
        """Work for a seller no longer."""
        async with self._database.transaction() as transaction:
            query = "SELECT seller_id FROM seller_staff WHERE user_id = $1 FOR UPDATE"
            seller_id = await transaction.connection.fetchval(query, caller.person)
            if seller_id is None:
                raise StaffNotFound
            await self._end(transaction, seller_id, caller.person, caller, command.tag())
        await self._people.changed([caller.person])
        return Done()

    async def _end(self, transaction: Transaction, seller_id: UUID, user_id: UUID, caller: Caller, action: str) -> None:
        now = self._clock.now()
        await transaction.connection.execute(_REMOVE, seller_id, user_id)
        await transaction.connection.execute(_WITHDRAW_OF, seller_id, user_id, now)
        await note(transaction, now, caller, action, f"user:{user_id}", seller=seller_id)

    async def _held(self, transaction: Transaction, seller_id: UUID, user_id: UUID) -> Sequence[str]:
        """The rights of somebody who works for the seller, locked. Refused: `StaffNotFound`."""
        row = await transaction.connection.fetchrow(_HELD, seller_id, user_id)
        if row is None:
            raise StaffNotFound
        return tuple(row["rights"])

    async def _check_has(self, transaction: Transaction, caller: Caller, rights: Collection[str]) -> None:
        """Refuse who has not all of these rights: `RightNotYours`; who may not staff it any more: `NoShop`."""
        query = "SELECT seller_id FROM users WHERE id = $1"
        if await transaction.connection.fetchval(query, caller.person) == caller.seller_id:
            return
        own = await transaction.connection.fetchval(_OWN_RIGHTS, caller.person, caller.seller_id)
        if own is None or SellerRight.STAFF not in own:
            raise NoShop
        for right in sorted(set(rights) - set(own)):
            raise RightNotYours(right)

    async def _known(
        self, transaction: Transaction, invitation_id: UUID, asked: tuple[UUID, str, Sequence[str]]
    ) -> Any:
        """The invitation that the same command made before. Refused where it was another: `IdReused`."""
        row = await transaction.connection.fetchrow("SELECT * FROM seller_invitations WHERE id = $1", invitation_id)
        if row is not None and (row["seller_id"], row["email"], row["rights"]) != asked:
            raise IdReused
        return row

    async def _check_room(self, transaction: Transaction, seller_id: UUID, email: str) -> None:
        """Refused: `AlreadyInvited`, `TooManyStaff`, `RateLimited`."""
        now, connection = self._clock.now(), transaction.connection
        if await connection.fetchval(f"SELECT EXISTS (SELECT {_OPEN} AND email = $3)", seller_id, now, email):
            raise AlreadyInvited
        if await connection.fetchval(_COUNT, seller_id, now) >= _MOST:
            raise TooManyStaff(_MOST)
        if wait := await self._attempts.spend(f"staff:{seller_id}", _INVITATIONS, _A_DAY):
            raise RateLimited(wait)

    async def _accepted(self, transaction: Transaction, invitation_id: UUID, user_id: UUID) -> StaffMember:
        """The answer to who has accepted before. Refused for who works for somebody already: `AlreadySelling`."""
        query = "SELECT seller_id FROM seller_invitations WHERE id = $1 AND accepted_by = $2"
        seller_id = await transaction.connection.fetchval(query, invitation_id, user_id)
        row = await transaction.connection.fetchrow(_ONE, seller_id, user_id)
        if row is None:
            raise AlreadySelling
        return _member(row)


def _seller(caller: Caller) -> UUID:
    if caller.seller_id is None:
        raise NoShop
    return caller.seller_id


async def _take_turn(transaction: Transaction, seller_id: UUID) -> None:
    """Nobody else invites for the seller until the transaction ends."""
    await transaction.connection.fetchrow("SELECT FROM sellers WHERE id = $1 FOR NO KEY UPDATE", seller_id)


def _member(row: Any) -> StaffMember:
    return StaffMember(row["user_id"], row["name"], row["email"], _rights(row), row["since"])


def _invitation(row: Any) -> StaffInvitation:
    return StaffInvitation(row["id"], row["email"], _rights(row), row["created_at"], row["expires_at"])


def _rights(row: Any) -> tuple[SellerRight, ...]:
    return tuple(SellerRight(right) for right in row["rights"])
