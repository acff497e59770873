"""One double-entry ledger. The database has the last word: it balances, nothing in it changes, its balances are kept."""

from migrations.running import running

ID = "2026-11-21T08:54:37:000000"
VERSION = "1.38.0"
DESCRIPTION = "Ledger, commission rates, payouts"

_STATEMENTS = (
    """
CREATE TABLE ledger_transactions (
    id uuid PRIMARY KEY,
    source text NOT NULL UNIQUE,
    kind text NOT NULL,
    order_id uuid,
    payment_id uuid,
    at timestamptz NOT NULL
)
""",
    "CREATE INDEX ledger_transactions_latest ON ledger_transactions (at, id)",
    "CREATE INDEX ledger_transactions_payment ON ledger_transactions (payment_id) WHERE payment_id IS NOT NULL",
    "CREATE INDEX ledger_transactions_order ON ledger_transactions (order_id) WHERE order_id IS NOT NULL",
    """
CREATE TABLE ledger_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction_id uuid NOT NULL REFERENCES ledger_transactions,
    account text NOT NULL CHECK (account IN ('payments', 'unallocated', 'seller', 'commission', 'tax', 'refunds',
        'disputed', 'losses', 'payouts', 'fees', 'gateway')),
    party_id uuid,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount numeric(15, 2) NOT NULL CHECK (amount <> 0),
    rate integer CHECK (rate BETWEEN 0 AND 10000),
    CHECK (account <> 'seller' OR party_id IS NOT NULL)
)
""",
    "CREATE INDEX ledger_entries_transaction ON ledger_entries (transaction_id)",
    "CREATE INDEX ledger_entries_party ON ledger_entries (party_id, transaction_id) WHERE party_id IS NOT NULL",
    # A balance is the sum of its shards: payments that come at the same moment do not wait for one row.
    """
CREATE TABLE ledger_balances (
    account text NOT NULL,
    party_id uuid NOT NULL,
    currency text NOT NULL,
    shard smallint NOT NULL,
    balance numeric(17, 2) NOT NULL,
    PRIMARY KEY (account, party_id, currency, shard)
)
""",
    """
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE restrict_violation USING MESSAGE = 'the ledger is append-only', TABLE = TG_TABLE_NAME;
END
$$
""",
    """
CREATE FUNCTION ledger_entries_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM ledger_entries WHERE transaction_id IN (SELECT transaction_id FROM added)
        GROUP BY transaction_id, currency HAVING sum(amount) <> 0
    ) THEN
        RAISE check_violation USING MESSAGE = 'a transaction of the ledger does not balance',
            CONSTRAINT = 'ledger_balanced', TABLE = 'ledger_entries';
    END IF;
    -- In the order of the key, so that two transactions never wait for each other in a circle.
    INSERT INTO ledger_balances AS kept (account, party_id, currency, shard, balance)
    SELECT account, party, currency, shard, sum(amount) FROM (
        SELECT account, coalesce(party_id, '00000000-0000-0000-0000-000000000000') AS party, currency,
            uuid_hash(transaction_id) & 15 AS shard, amount
        FROM added
    ) part
    GROUP BY account, party, currency, shard ORDER BY account, party, currency, shard
    ON CONFLICT (account, party_id, currency, shard) DO UPDATE SET balance = kept.balance + excluded.balance;
    RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER ledger_entries_added AFTER INSERT ON ledger_entries
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_added()
""",
    """
CREATE TRIGGER ledger_entries_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()
""",
    """
CREATE TRIGGER ledger_transactions_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()
""",
    # Balances change by entries alone: what is done from within their trigger is one deeper.
    """
CREATE TRIGGER ledger_balances_kept BEFORE INSERT OR UPDATE OR DELETE ON ledger_balances
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_is_append_only()
""",
    """
CREATE TABLE commission_rates (
    id uuid PRIMARY KEY,
    seller_id uuid REFERENCES sellers,
    category_id uuid REFERENCES categories,
    rate integer NOT NULL CHECK (rate BETWEEN 0 AND 10000),
    since timestamptz NOT NULL
)
""",
    "CREATE INDEX commission_rates_latest ON commission_rates (since, id)",
    """
CREATE TABLE payouts (
    id uuid PRIMARY KEY,
    seller_id uuid NOT NULL REFERENCES sellers,
    amount numeric(15, 2) NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    state text NOT NULL,
    reference text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    completed_at timestamptz
)
""",
    "CREATE INDEX payouts_latest ON payouts (created_at, id)",
    "CREATE INDEX payouts_seller ON payouts (seller_id, created_at, id)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
