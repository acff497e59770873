"""Where goes what was bought in a sale: said when it is paid for, and the order's once there is one.

It is kept outside the actor: no decision depends on it but the limit, which counts keyed hashes, and a log that is
never forgotten must not have it.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from fastshop.contract.addresses import PostalAddress
from fastshop.contract.flash_sales import Claim
from server.domains.flash_sales.ports import AddressBook
from server.kernel.database import Database, Transaction

# Only while the payment is under way: later there is an order that has it, or nobody who takes it. The lock has whoever
# records the outcome wait, and see it. What was said with a payment first counts, for the limit has counted it.
_KEEP = """
INSERT INTO flash_sale_deliveries (claim_id, sale_id, payment_id, address)
SELECT id, sale_id, payment_id, $3::jsonb FROM flash_sale_claims
WHERE id = $1 AND payment_id = $2 AND state = 'paying' FOR SHARE
ON CONFLICT (claim_id) DO UPDATE SET payment_id = excluded.payment_id, address = excluded.address
WHERE flash_sale_deliveries.payment_id <> excluded.payment_id
"""
_TAKE = "DELETE FROM flash_sale_deliveries WHERE claim_id = any($1::uuid[]) RETURNING claim_id, payment_id, address"
_FORGET = "DELETE FROM flash_sale_deliveries WHERE sale_id = $1"


class Delivering:
    """Where the units of claims go."""

    def __init__(self, database: Database, book: AddressBook) -> None:
        self._database = database
        self._book = book

    async def keep(self, claim: Claim, payment_id: UUID, address: PostalAddress) -> None:
        """Keep what was said with a payment that is under way. Again with the same payment changes nothing."""
        said = msgspec.json.encode(address).decode()
        await self._database.fetch(_KEEP, claim.id, payment_id, said)

    async def take(self, transaction: Transaction, claims: Sequence[Claim]) -> Mapping[UUID, PostalAddress]:
        """Where these claims' orders go, by claim: what was said, else the default of the customer's book.

        In the transaction that places them, which have it from then on.
        """
        paid = {(claim.id, claim.payment_id) for claim in claims}
        taken = await transaction.connection.fetch(_TAKE, [claim.id for claim in claims])
        said = {
            row["claim_id"]: msgspec.json.decode(row["address"], type=PostalAddress)
            for row in taken
            if (row["claim_id"], row["payment_id"]) in paid
        }
        silent = [claim for claim in claims if claim.id not in said]
        book = await self._book.defaults([claim.customer_id for claim in silent]) if silent else {}
        return said | {claim.id: book[claim.customer_id] for claim in silent if claim.customer_id in book}

    async def forget(self, transaction: Transaction, sale_id: UUID) -> None:
        """Forget what was said for claims of a sale that came to nothing."""
        await transaction.connection.execute(_FORGET, sale_id)
