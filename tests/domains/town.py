"""A marketplace as it is composed, on real PostgreSQL and Valkey: a shop of ours, one of theirs, and people around."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
import pytest

from fastshop.contract.base import Command, Event, Refusal
from fastshop.contract.catalog import CreateProduct, NewVariant, Price, Product
from fastshop.contract.rights import SellerRight
from fastshop.contract.sellers import ApplyToSell, SellerContact
from fastshop.contract.staff import AcceptInvitation, InviteStaff
from fastshop.ids import new_id
from fastshop.registry import contract
from server.domains.sellers.invitations import Tokens
from server.kernel import log
from server.kernel.caller import GUEST, Caller
from server.kernel.database import Database
from server.kernel.keyed import Keyed
from server.services import Domains
from server.settings import Settings
from tests.support import ManualClock

OURS, THEIRS = UUID(int=1), UUID(int=2)
ADMIN, MANAGER, OWNER, RIVAL, ANN, BOB = (UUID(int=100 + n) for n in range(6))
PEOPLE: tuple[tuple[UUID, str, str, UUID | None], ...] = (
    (ADMIN, "admin", "{admin}", None),
    (MANAGER, "manager", "{manager}", None),
    (OWNER, "owner", "{customer,seller}", OURS),
    (RIVAL, "rival", "{customer,seller}", THEIRS),
    (ANN, "ann", "{customer}", None),
    (BOB, "bob", "{customer}", None),
)
_NAMES = {user_id: name for user_id, name, _, _ in PEOPLE}


@dataclass
class Renewed:
    """Where sockets would be closed or connect anew."""

    people: list[UUID] = field(default_factory=list)

    async def end_sessions(self, session_ids: Collection[UUID], *, replaced: bool = False) -> None:
        """Nobody signs out here."""

    async def renew_users(self, user_ids: Collection[UUID]) -> None:
        self.people.extend(user_ids)


@dataclass
class Town:
    """The shop, and the people who ask it."""

    domains: Domains
    database: Database
    clock: ManualClock
    sockets: Renewed
    settings: Settings
    tokens: dict[UUID, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._operations = self.domains.operations()

    async def caller(self, user_id: UUID | None) -> Caller:
        """The person as they are looked up now."""
        if user_id is None:
            return GUEST
        if user_id not in self.tokens:
            async with self.database.transaction() as transaction:
                self.tokens[user_id] = (await self.domains.people.sessions.start(transaction, user_id, "", "")).token
        found = await self.domains.people.sessions.authenticate_socket(self.tokens[user_id])
        assert found is not None
        return found

    async def ask(self, command: Command[Any], user_id: UUID | None) -> Any:
        """What the edges do: admit, then run."""
        return await self.ask_as(command, await self.caller(user_id))

    async def ask_as(self, command: Command[Any], caller: Caller) -> Any:
        """The same with a caller who may be looked up no longer."""
        operation = self._operations.find(command.tag())
        assert operation is not None
        return await operation.run(command, operation.admit(caller))

    async def refused(self, command: Command[Any], user_id: UUID | None) -> str:
        """The code that somebody is refused with. It is told of in the documents."""
        with pytest.raises(Refusal) as caught:
            await self.ask(command, user_id)
        operation = self._operations.find(command.tag())
        assert operation is not None
        assert type(caught.value) in operation.refusals
        return caught.value.code

    async def told(self, channel: str) -> Sequence[Event]:
        """What the watchers of a channel were told."""
        async with self.database.reading() as connection:
            found = await log.after(connection, channel, 0, 1000)
        kinds = contract().events
        return [msgspec.json.decode(each.data, type=kinds[msgspec.json.decode(each.data)["type"]]) for each in found]

    async def work(self) -> list[tuple[str, str, str]]:
        """Do the jobs that wait, each twice, and answer what mail left: to whom, about what, its text."""
        rows = await self.database.fetch("SELECT data::text AS data FROM outbox ORDER BY id")
        await self.database.fetch("DELETE FROM outbox")
        before = {row["id"] for row in await self.database.fetch("SELECT id FROM outbox_mails")}
        for row in rows:
            kind = contract().events[msgspec.json.decode(row["data"])["type"]]
            for job in [job for job in self.domains.jobs() if job.on is kind] * 2:
                await job.run(msgspec.json.decode(row["data"], type=kind))
        mails = await self.database.fetch("SELECT * FROM outbox_mails ORDER BY id")
        return [(row["recipient"], row["subject"], row["text"]) for row in mails if row["id"] not in before]

    async def product(self, owner: UUID = OWNER, stock: int = 5) -> Product:
        """A product for sale."""
        slug = f"p-{new_id().hex}"
        variant = NewVariant(id=new_id(), sku=slug, price=Price(1000, "EUR"), stock=stock)
        command = CreateProduct(product_id=new_id(), title="Jumper", slug=slug, variants=(variant,))
        made = await self.ask(command, owner)
        assert isinstance(made, Product)
        return made

    async def employ(self, user_id: UUID, *rights: SellerRight, by: UUID = OWNER) -> None:
        """Let somebody work for a seller: invited, and accepted."""
        invitation_id = new_id()
        email = f"{_NAMES[user_id]}@example.com"
        await self.ask(InviteStaff(invitation_id=invitation_id, email=email, rights=rights), by)
        await self.ask(AcceptInvitation(token=self.invitation_token(invitation_id)), user_id)

    def invitation_token(self, invitation_id: UUID) -> str:
        """The token of the mail."""
        return Tokens(Keyed(self.settings.secret)).token(invitation_id)


def application(**fields: Any) -> ApplyToSell:
    """An application of a wool shop."""
    told: dict[str, Any] = {
        "application_id": new_id(),
        "name": "Wool & Co",
        "slug": "wool",
        "country": "DE",
        "contact": SellerContact("Wool@Example.com", "030 901820"),
        "description": "Everything of wool.",
        "tax_number": "DE 136 695 976",
    }
    return ApplyToSell(**(told | fields))
