"""The open connections of this node: whose they are, so that they can be ended (promise P7) and counted."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Protocol
from uuid import UUID

from fastshop.contract.codes import CONNECTION_LIMIT, FORCE_RECONNECT, SESSION_ENDED, CloseCode
from server.kernel.caller import Caller
from server.realtime.bucket import Ticks

# A token that was checked a moment before its session ended may still open a connection a moment after.
_REMEMBERED = 60


class Connection(Protocol):
    """What is known of a connection here."""

    @property
    def caller(self) -> Caller:
        """Whose it is."""
        ...

    def leave(self, code: CloseCode) -> None:
        """End it: answer what is under way, take nothing more."""
        ...


class Sockets:
    """All connections, those that have said who they are by person and session."""

    def __init__(self, per_user: int, ticks: Ticks) -> None:
        self._per_user = per_user
        self._ticks = ticks
        self._all: dict[Connection, None] = {}
        self._by_user: defaultdict[UUID, dict[Connection, None]] = defaultdict(dict)
        self._by_session: defaultdict[UUID, dict[Connection, None]] = defaultdict(dict)
        # The sessions that ended just now: when, and how their connections are told.
        self._ended: dict[UUID, tuple[float, CloseCode]] = {}
        self._renewals = 0
        # Whose rights have changed: by which renewal, and when.
        self._renewed: dict[UUID, tuple[int, float]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Connection]:
        return iter(tuple(self._all))

    @property
    def sessions(self) -> Collection[UUID]:
        """The sessions that have a connection here."""
        return tuple(self._by_session)

    def opened(self, connection: Connection) -> None:
        """A connection that has not said yet whose it is."""
        self._all[connection] = None

    @property
    def renewals(self) -> int:
        """How many renewals there were: to be asked before somebody is looked up."""
        return self._renewals

    def known(self, connection: Connection, since: int) -> None:
        """Whose it is, as was looked up after that many renewals.

        The oldest of too many are ended, one whose session was ended just now, and one whose rights have changed since.
        """
        user_id, session_id = connection.caller.user_id, connection.caller.session_id
        if user_id is not None:
            theirs = self._by_user[user_id]
            theirs[connection] = None
            for oldest in tuple(theirs)[: max(len(theirs) - self._per_user, 0)]:
                oldest.leave(CONNECTION_LIMIT)
            if self._renewed.get(user_id, (0, 0))[0] > since:
                connection.leave(FORCE_RECONNECT)
        if session_id is not None:
            self._by_session[session_id][connection] = None
            if session_id in self._ended:
                connection.leave(self._ended[session_id][1])

    def closed(self, connection: Connection) -> None:
        """It is no more."""
        self._all.pop(connection, None)
        self.forget(connection)

    def forget(self, connection: Connection) -> None:
        """It is about to become somebody else's, or nobody's."""
        user_id, session_id = connection.caller.user_id, connection.caller.session_id
        for held, key in ((self._by_user, user_id), (self._by_session, session_id)):
            if key is not None and key in held:
                held[key].pop(connection, None)
                if not held[key]:
                    del held[key]

    def end_sessions(self, session_ids: Collection[UUID], code: CloseCode = SESSION_ENDED) -> None:
        """End every connection of these sessions, and those that come with them in the next minute."""
        now = self._ticks()
        self._ended = {known: then for known, then in self._ended.items() if now - then[0] < _REMEMBERED}
        for session_id in session_ids:
            self._ended[session_id] = now, code
            for connection in tuple(self._by_session.get(session_id, ())):
                connection.leave(code)

    def renew_users(self, user_ids: Collection[UUID]) -> None:
        """Let these people's connections come anew, because what they may do has changed."""
        now = self._ticks()
        self._renewals += 1
        self._renewed = {known: then for known, then in self._renewed.items() if now - then[1] < _REMEMBERED}
        for user_id in user_ids:
            self._renewed[user_id] = self._renewals, now
            for connection in tuple(self._by_user.get(user_id, ())):
                connection.leave(FORCE_RECONNECT)
