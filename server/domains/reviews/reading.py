"""Lists of reviews."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from fastshop.contract.base import Page
from fastshop.contract.catalog import Rating
from fastshop.contract.reviews import (
    ListReportedReviews,
    ListReviews,
    Report,
    ReportedReview,
    Review,
    ReviewSort,
    SummarizeReviews,
)
from server.domains.reviews import rows
from server.domains.reviews.ports import Ratings
from server.kernel.caller import Caller
from server.kernel.database import Database
from server.kernel.page import Order, decode_cursor, page_of

_ORDERS = {
    ReviewSort.NEWEST: Order("created_at", "timestamptz", tuple[datetime, UUID], "DESC"),
    ReviewSort.HELPFUL: Order("helpful", "int", tuple[int, UUID], "DESC"),
    ReviewSort.BEST: Order("stars", "int", tuple[int, UUID], "DESC"),
    ReviewSort.WORST: Order("stars", "int", tuple[int, UUID], "ASC"),
}
_LIST = (
    rows.SELECT
    + """
WHERE review.product_id = any($1::uuid[]) AND review.state = 'shown'
    AND ($2::{sql_type} IS NULL OR (review.{key}, review.id) {beyond} ($2, $3::uuid))
ORDER BY review.{key} {direction}, review.id {direction} LIMIT $4
"""
)
_REPORTED = f"""{rows.SELECT}
WHERE EXISTS (SELECT FROM review_reports report WHERE report.review_id = review.id AND report.decided_at IS NULL)
    AND ($1::uuid IS NULL OR review.id > $1)
ORDER BY review.id LIMIT $2
"""
_REPORTS = """
SELECT report.* FROM unnest($1::uuid[]) AS review (id) CROSS JOIN LATERAL (
    SELECT * FROM review_reports WHERE review_id = review.id AND decided_at IS NULL
    ORDER BY created_at, reporter_id LIMIT 50
) report
"""


class Reading:
    """Reviews as they are read."""

    def __init__(self, database: Database, ratings: Ratings) -> None:
        self._database = database
        self._ratings = ratings

    async def list(self, command: ListReviews, caller: Caller) -> Page[Review]:  # noqa: ARG002
        """The reviews of a product that are shown."""
        order = _ORDERS[command.sort]
        after = decode_cursor(command.cursor, order.cursor) or (None, None)
        await self._ratings.of(command.product_id)
        query = order.said_in(_LIST)
        family = await self._ratings.family(command.product_id)
        found = await self._database.fetch(query, family, *after, command.limit + 1)
        shown, following = page_of(found, command.limit, lambda row: (row[order.key], row["id"]))
        return Page(tuple(rows.review(row) for row in shown), following)

    async def summary(self, command: SummarizeReviews, caller: Caller) -> Rating:  # noqa: ARG002
        """The stars of a product."""
        return await self._ratings.of(command.product_id)

    async def list_reported(self, command: ListReportedReviews, caller: Caller) -> Page[ReportedReview]:  # noqa: ARG002
        """What waits for a moderator."""
        (after,) = decode_cursor(command.cursor, tuple[UUID]) or (None,)
        found = await self._database.fetch(_REPORTED, after, command.limit + 1)
        shown, following = page_of(found, command.limit, lambda row: (row["id"],))
        reports = defaultdict(list)
        for row in await self._database.fetch(_REPORTS, [row["id"] for row in shown]):
            reports[row["review_id"]].append(Report(row["reporter_id"], row["reason"], row["created_at"]))
        return Page(tuple(ReportedReview(rows.review(row), tuple(reports[row["id"]])) for row in shown), following)
