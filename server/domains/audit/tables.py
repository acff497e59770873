"""The audit log."""

from piccolo.columns import UUID, BigInt, Bytea, Text, Timestamptz, Varchar
from piccolo.table import Table


class AuditLog(Table, tablename="audit_logs"):
    """Something that was done. ``facts`` are JSON as it was hashed; a trigger refuses to change or delete a row."""

    number = BigInt(primary_key=True, default=None)
    at = Timestamptz()
    actor_id = UUID(null=True, default=None)
    session_id = UUID(null=True, default=None)
    action = Varchar(length=60)
    subject = Varchar(length=100)
    facts = Text()
    hash = Bytea()
