"""Between a review's row and the contract's struct."""

from typing import Any
from uuid import UUID

from fastshop.contract.reviews import Review, ReviewState
from server.kernel.database import Database

# Joined with its author's name; what follows says which.
SELECT = (
    "SELECT review.*, author.name AS author FROM reviews review JOIN users author ON author.id = review.customer_id"
)


def review(row: Any) -> Review:
    """A review."""
    return Review(
        id=row["id"],
        product_id=row["product_id"],
        customer_id=row["customer_id"],
        author=row["author"],
        stars=row["stars"],
        text=row["text"],
        verified=row["verified"],
        helpful=row["helpful"],
        state=ReviewState(row["state"]),
        reason=row["reason"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


async def find(database: Database, review_id: UUID, *, lock: bool = False) -> Review | None:
    """One review; with ``lock`` nobody else changes it until the transaction under way ends."""
    end = " FOR NO KEY UPDATE OF review" if lock else ""
    row = await database.fetch_one(f"{SELECT} WHERE review.id = $1{end}", review_id)
    return review(row) if row else None
