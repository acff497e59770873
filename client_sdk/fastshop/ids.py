"""Ids that whoever creates a thing makes: UUIDv7 (RFC 9562), so that newer ids sort after older ones."""

from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A new id. Make it once and send it again with every retry: it is the idempotency key."""
    return UUID(bytes=uuid_utils.uuid7().bytes)
