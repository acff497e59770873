"""Pictures as evidence; guests send files too; what is not over is counted; where sellers are paid out to."""

from migrations.running import running

ID = "2026-11-21T17:26:43:000000"
VERSION = "1.38.0"
DESCRIPTION = "Evidence, payout accounts"

_STATEMENTS = (
    "ALTER TABLE uploads ALTER COLUMN user_id DROP NOT NULL",
    """
CREATE TABLE evidence (
    id uuid PRIMARY KEY,
    return_id uuid REFERENCES returns ON DELETE CASCADE,
    dispute_id uuid REFERENCES order_disputes ON DELETE CASCADE,
    side text NOT NULL CHECK (side IN ('customer', 'seller', 'manager')),
    author_id uuid REFERENCES users ON DELETE SET NULL,
    upload_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'ready', 'failed')),
    words text NOT NULL,
    reason text NOT NULL DEFAULT '',
    added_at timestamptz NOT NULL,
    CONSTRAINT evidence_of_one CHECK (num_nonnulls(return_id, dispute_id) = 1)
)
""",
    "CREATE INDEX evidence_return ON evidence (return_id) WHERE return_id IS NOT NULL",
    "CREATE INDEX evidence_dispute ON evidence (dispute_id) WHERE dispute_id IS NOT NULL",
    """
CREATE INDEX returns_open ON returns (requested_at)
    WHERE state IN ('requested', 'approved', 'sent', 'received', 'refunding')
""",
    """
CREATE TABLE payout_accounts (
    seller_id uuid PRIMARY KEY REFERENCES sellers ON DELETE CASCADE,
    holder text NOT NULL,
    iban bytea NOT NULL,
    shown text NOT NULL,
    updated_at timestamptz NOT NULL
)
""",
    "CREATE INDEX order_disputes_open ON order_disputes (opened_at) WHERE state IN ('open', 'refunding')",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
