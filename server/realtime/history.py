"""`history`: pages of what the log keeps of a channel, forwards or backwards."""

from fastshop.contract.codes import UNRECOVERABLE_POSITION
from server.kernel import log
from server.kernel.database import Database
from server.realtime import frames
from server.realtime.frames import HistoryRequest, HistoryResult
from server.realtime.refusals import ProtocolError


class History:
    """Reads the log. At most ``limit`` events at a time, whatever is asked for."""

    def __init__(self, database: Database, limit: int) -> None:
        self._database = database
        self._limit = limit

    async def of(self, channel: str, request: HistoryRequest, epoch: str) -> HistoryResult:
        """The events asked for, and the position. Refused for a position of another history."""
        wanted = min(request.limit, self._limit) if request.limit >= 0 else self._limit
        since = request.since
        if since is not None and since.epoch not in ("", epoch):
            raise ProtocolError(UNRECOVERABLE_POSITION)
        async with self._database.reading() as connection:
            head = await log.head(connection, channel)
            if since is not None and since.offset > head:
                raise ProtocolError(UNRECOVERABLE_POSITION)
            if request.reverse:
                start = since.offset if since else head + 1
                found = await log.before(connection, channel, start, wanted)
            else:
                found = await log.after(connection, channel, since.offset if since else 0, wanted)
        return HistoryResult(tuple(frames.publication(event.seq, event.data) for event in found), epoch, head)
