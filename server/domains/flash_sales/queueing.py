"""Standing in line for a sale: join, leave, look where one is, check how the lobby was drawn."""

from collections.abc import Awaitable
from uuid import UUID

from actors.flash_sale import KIND, Join, Leave, Proved, TellPosition
from actors.runtime.ports import Asking
from fastshop.contract.flash_sales import SaleNotFound
from fastshop.contract.lines import (
    AskChallenge,
    JoinLine,
    LeaveLine,
    LinePosition,
    LobbyDraw,
    NotDrawn,
    Place,
    ProofChallenge,
    ShowDraw,
    ShowPosition,
)
from fastshop.fairness import commitment_of
from server.domains.flash_sales import rows
from server.domains.flash_sales.proofs import Proofs
from server.kernel.caller import Caller
from server.kernel.database import Database
from server.kernel.page import decode_cursor, page_of

_DRAWN = """
SELECT id, number FROM flash_sale_places WHERE sale_id = $1 AND number > $2 AND number <= $3 ORDER BY number LIMIT $4
"""
_ACTIVE = f"""
SELECT {rows.PLACE_COLUMNS} FROM flash_sale_places WHERE customer_id = $1 AND state IN ('lobby', 'waiting')
ORDER BY joined_at, id
"""  # noqa: S608 - constants


class Queueing:
    """Places in line."""

    def __init__(self, database: Database, actors: Asking, proofs: Proofs) -> None:
        self._database = database
        self._actors = actors
        self._proofs = proofs

    async def join(self, command: JoinLine, caller: Caller) -> Place:
        """Take a place."""
        person, proved = caller.person, Proved.NOTHING
        if command.proof:
            proved = await self._proofs.judge(command.proof, command.sale_id, person, command.place_id)
        message = Join(command.place_id, person, command.quantity, proved)
        return await self._actors.ask(KIND, command.sale_id, message)

    def leave(self, command: LeaveLine, caller: Caller) -> Awaitable[Place]:
        """Give a place up."""
        return self._actors.ask(KIND, command.sale_id, Leave(command.place_id, caller.person))

    def position(self, command: ShowPosition, caller: Caller) -> Awaitable[LinePosition]:
        """The caller's place, and how many are ahead."""
        return self._actors.ask(KIND, command.sale_id, TellPosition(caller.person))

    async def draw(self, command: ShowDraw, caller: Caller) -> LobbyDraw:  # noqa: ARG002 - anybody may look
        """How the lobby was drawn."""
        sale = await self._sale(command.sale_id)
        if not sale["seed"]:
            raise NotDrawn
        (after,) = decode_cursor(command.cursor, tuple[int]) or (0,)
        found = await self._database.fetch(_DRAWN, command.sale_id, after, sale["drawn_count"], command.limit + 1)
        places, following = page_of(found, command.limit, lambda row: (row["number"],))
        return LobbyDraw(
            sale_id=command.sale_id,
            commitment=commitment_of(bytes.fromhex(sale["seed"])),
            seed=sale["seed"],
            count=sale["drawn_count"],
            first=places[0]["number"] if places else 0,
            places=tuple(row["id"] for row in places),
            next=following,
        )

    async def challenge(self, command: AskChallenge, caller: Caller) -> ProofChallenge:
        """A proof of work to do."""
        await self._sale(command.sale_id)
        return self._proofs.challenge(command.sale_id, caller.person)

    async def active(self, customer_id: UUID) -> tuple[Place, ...]:
        """A customer's active places, in any sale."""
        return tuple(rows.place(row) for row in await self._database.fetch(_ACTIVE, customer_id))

    async def _sale(self, sale_id: UUID) -> rows.Row:
        row = await self._database.fetch_one("SELECT seed, drawn_count FROM flash_sales WHERE id = $1", sale_id)
        if row is None:
            raise SaleNotFound
        return row
