"""Between an import's rows and the contract's structs."""

from typing import Any

import msgspec

from fastshop.contract.imports import Import, ImportRow, ImportState, RowOutcome, RowProblem


def import_of(row: Any) -> Import:
    """An import and how far it is."""
    return Import(
        id=row["id"],
        seller_id=row["seller_id"],
        state=ImportState(row["state"]),
        dry_run=row["dry_run"],
        total_rows=row["total_rows"],
        created=row["created"],
        updated=row["updated"],
        unchanged=row["unchanged"],
        failed=row["failed"],
        reason=row["reason"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
    )


def row_of(row: Any) -> ImportRow:
    """What became of a row of the file."""
    further = msgspec.json.decode(row["further"], type=tuple[RowProblem, ...])
    outcome = RowOutcome(row["outcome"])
    return ImportRow(row["line"], outcome, row["handle"], row["column_name"], row["reason"], further)
