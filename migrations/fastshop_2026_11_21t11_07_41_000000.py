"""Pictures that sellers upload."""

from migrations.running import running

ID = "2026-11-21T11:07:41:000000"
VERSION = "1.38.0"
DESCRIPTION = "Uploaded pictures"

_STATEMENTS = (
    """
CREATE TABLE media (
    id uuid PRIMARY KEY,
    product_id uuid REFERENCES products ON DELETE SET NULL,
    upload_id uuid REFERENCES uploads ON DELETE RESTRICT,
    state text NOT NULL CHECK (state IN ('waiting', 'ready', 'failed')),
    reason text NOT NULL DEFAULT '',
    alt text NOT NULL DEFAULT '',
    url text NOT NULL DEFAULT '',
    width integer NOT NULL DEFAULT 0,
    height integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
)
""",
    "CREATE INDEX media_product ON media (product_id)",
    "CREATE INDEX media_upload ON media (upload_id) WHERE upload_id IS NOT NULL",
    "CREATE INDEX media_left ON media (updated_at) WHERE product_id IS NULL OR state <> 'ready'",
    # Ours are few among what was imported: built in a moment.
    "CREATE INDEX product_media_ours ON product_media (url) WHERE url LIKE '/media/%'",
    "CREATE INDEX uploads_oldest ON uploads (created_at)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
