"""Uploaded files and what became of them."""

from piccolo.columns import (
    JSONB,
    UUID,
    BigInt,
    BigSerial,
    Boolean,
    ForeignKey,
    Integer,
    LazyTableReference,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class Upload(Table, tablename="uploads"):
    """A file somebody sent, or a guest: ``size`` bytes, kept at ``location``, which is empty once it is gone."""

    id = UUID(primary_key=True, default=None)
    user_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=True, on_delete=OnDelete.cascade)
    location = Varchar(length=500)
    size = BigInt()
    created_at = Timestamptz()


class BulkJob(Table, tablename="bulk_jobs"):
    """An import. ``done_rows`` is where it goes on after a crash."""

    id = UUID(primary_key=True, default=None)
    upload_id = ForeignKey(Upload, null=False, on_delete=OnDelete.restrict)
    seller_id = ForeignKey(
        LazyTableReference("SellerRow", app_name="fastshop"), null=False, on_delete=OnDelete.restrict
    )
    user_id = ForeignKey(LazyTableReference("User", app_name="fastshop"), null=False, on_delete=OnDelete.restrict)
    state = Varchar(length=20)
    dry_run = Boolean(default=False)
    total_rows = Integer(null=True, default=None)
    done_rows = Integer(default=0)
    created = Integer(default=0)
    updated = Integer(default=0)
    unchanged = Integer(default=0)
    failed = Integer(default=0)
    reason = Text(default="")
    started_at = Timestamptz()
    finished_at = Timestamptz(null=True, default=None)


class BulkJobRow(Table, tablename="bulk_job_rows"):
    """A row that failed, with line, column and reason; ``further``: what else is wrong with it."""

    id = BigSerial(primary_key=True)
    job_id = ForeignKey(BulkJob, null=False, on_delete=OnDelete.cascade)
    line = Integer()
    outcome = Varchar(length=20)
    handle = Varchar(length=200, default="")
    column_name = Varchar(length=100, default="")
    reason = Text(default="")
    further = JSONB(default="[]")
