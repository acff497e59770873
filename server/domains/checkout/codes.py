"""The codes that are entered for a cart. Its checkout has them too."""

from uuid import UUID

from server.kernel.database import Database

# So many codes a cart has at most: the last ones.
_MOST = 10

_OF = "SELECT codes FROM cart_codes WHERE cart_id = $1"
_ADD = f"""
INSERT INTO cart_codes (cart_id, codes) VALUES ($1, ARRAY[$2::text])
ON CONFLICT (cart_id) DO UPDATE SET codes = (
    SELECT array_agg(code ORDER BY place) FROM (
        SELECT code, place FROM unnest(array_remove(cart_codes.codes, $2::text) || $2::text)
            WITH ORDINALITY AS each (code, place)
        ORDER BY place DESC LIMIT {_MOST}
    ) AS latest
)
"""  # noqa: S608 - a constant
_REMOVE = "UPDATE cart_codes SET codes = array_remove(codes, $2::text) WHERE cart_id = $1"
_FORGET = "DELETE FROM cart_codes WHERE cart_id = $1"


class Codes:
    """The codes of carts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, cart_id: UUID) -> tuple[str, ...]:
        """The codes of a cart, in the order in which they were entered."""
        row = await self._database.fetch_one(_OF, cart_id)
        return tuple(row["codes"]) if row else ()

    async def add(self, cart_id: UUID, code: str) -> None:
        """Enter one."""
        await self._database.fetch(_ADD, cart_id, code)

    async def remove(self, cart_id: UUID, code: str) -> None:
        """Take one out."""
        await self._database.fetch(_REMOVE, cart_id, code)

    async def forget(self, cart_id: UUID) -> None:
        """Take all out; in the transaction that is under way, if one is."""
        await self._database.fetch(_FORGET, cart_id)
