"""What is outside of all areas."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from uuid import UUID

import redis.asyncio as redis

from actors.runtime.ports import Placement
from server.adapters.limits.valkey import ValkeyAttempts
from server.adapters.messaging.once import Once
from server.adapters.messaging.outbox import Outbox
from server.adapters.messaging.smtp import SmtpMailer
from server.domains.accounts.ports import Sockets
from server.kernel.clock import Clock
from server.kernel.database import Database
from server.kernel.keyed import Keyed
from server.kernel.mail import Mailer
from server.kernel.sealed import Sealed
from server.settings import Settings


class LateSockets:
    """The sockets, for those who are made before them: real time needs the operations, and accounts need real time."""

    def __init__(self) -> None:
        self._sockets: Sockets | None = None

    def attach(self, sockets: Sockets) -> None:
        """From now on there are sockets."""
        self._sockets = sockets

    async def end_sessions(self, session_ids: Collection[UUID], *, replaced: bool = False) -> None:
        """See `server.domains.accounts.ports.Sockets`."""
        if self._sockets is not None:
            await self._sockets.end_sessions(session_ids, replaced=replaced)

    async def renew_users(self, user_ids: Collection[UUID]) -> None:
        """See `server.domains.accounts.ports.Sockets`."""
        if self._sockets is not None:
            await self._sockets.renew_users(user_ids)


@dataclass(frozen=True, slots=True)
class Outside:
    """What every area may take. Without a placement this process does not ask whether others own its actors."""

    settings: Settings
    database: Database
    clock: Clock
    valkey: "redis.Redis"
    placement: Placement | None
    attempts: ValkeyAttempts
    keyed: Keyed
    sealed: Sealed
    mailer: Mailer
    sockets: LateSockets

    @property
    def shop_name(self) -> str:
        """What the shop calls itself: in its mails, on its invoices, in people's authenticators."""
        return parseaddr(self.settings.mail_from)[0] or "FastShop"

    @property
    def transfers_last(self) -> timedelta:
        """How long a bank transfer may take."""
        return timedelta(days=self.settings.transfer_days)


def outside(
    settings: Settings, database: Database, clock: Clock, valkey: "redis.Redis", placement: Placement | None
) -> Outside:
    """What the areas are given, from what the shop runs on."""
    return Outside(
        settings=settings,
        database=database,
        clock=clock,
        valkey=valkey,
        placement=placement,
        attempts=ValkeyAttempts(valkey),
        keyed=Keyed(settings.secret),
        sealed=Sealed((settings.secret, *settings.old_secrets)),
        mailer=_mailer(settings, database, clock),
        sockets=LateSockets(),
    )


def _mailer(settings: Settings, database: Database, clock: Clock) -> Mailer:
    if settings.smtp is None:
        return Outbox(database, clock)
    return Once(SmtpMailer(settings.smtp, settings.mail_from, clock), database, clock)
