"""Pictures that need no review."""

from migrations.running import running

ID = "2026-11-21T14:27:31:000000"
VERSION = "1.38.0"
DESCRIPTION = "Pictures that need no review"

forwards = running(ID, DESCRIPTION, ("ALTER TABLE media ADD COLUMN exempt boolean NOT NULL DEFAULT false",))
