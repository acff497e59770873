"""The whole sale: places in line, the draw, reminders, proofs of work, limits by card and address, refunds.

The limit of a customer has its last word here too: whoever writes claims past the actor is refused (promise P12).
"""

from migrations.running import running

ID = "2026-11-21T07:20:31:000000"
VERSION = "1.38.0"
DESCRIPTION = "Lines, draws, reminders, proofs, limits, refunds"

# A sale that has none yet, or is set up by the release before, gets its secret here: 244 random bits.
_STATEMENTS = (
    """
ALTER TABLE flash_sales
    ADD COLUMN secret bytea NOT NULL DEFAULT sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
    ADD COLUMN seed text NOT NULL DEFAULT '',
    ADD COLUMN drawn_count integer NOT NULL DEFAULT 0,
    ADD COLUMN line jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN limit_by text NOT NULL DEFAULT '',
    ADD COLUMN proof_of_work boolean NOT NULL DEFAULT false
""",
    """
ALTER TABLE flash_sale_claims
    ADD COLUMN place_id uuid,
    ADD COLUMN limit_keys text NOT NULL DEFAULT ''
""",
    "CREATE INDEX flash_sale_claims_paying ON flash_sale_claims (claimed_at) WHERE state = 'paying'",
    """
CREATE TABLE flash_sale_places (
    id uuid PRIMARY KEY,
    sale_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    state text NOT NULL,
    joined integer NOT NULL,
    joined_at timestamptz NOT NULL,
    number integer NOT NULL,
    claim_id uuid,
    reason text
)
""",
    """
CREATE UNIQUE INDEX flash_sale_places_one_active ON flash_sale_places (customer_id, sale_id)
    WHERE state IN ('lobby', 'waiting')
""",
    "CREATE UNIQUE INDEX flash_sale_places_number ON flash_sale_places (sale_id, number) WHERE number > 0",
    "CREATE INDEX flash_sale_places_joined ON flash_sale_places (sale_id, joined)",
    """
CREATE TABLE flash_sale_reminders (
    sale_id uuid NOT NULL REFERENCES flash_sales,
    customer_id uuid NOT NULL REFERENCES users,
    asked_at timestamptz NOT NULL,
    reminded_for timestamptz,
    PRIMARY KEY (sale_id, customer_id)
)
""",
    "CREATE INDEX flash_sale_reminders_customer ON flash_sale_reminders (customer_id)",
    "CREATE TABLE flash_sale_proofs (nonce text PRIMARY KEY, used_for uuid NOT NULL, expires_at timestamptz NOT NULL)",
    "CREATE INDEX flash_sale_proofs_expiry ON flash_sale_proofs (expires_at)",
    """
CREATE FUNCTION flash_sale_limit(sales uuid[], customers uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Whoever else adds claims of these sales waits, so that each is counted by one of the two. The actor's own commit
    -- has these rows already.
    PERFORM FROM flash_sales WHERE id = ANY (sales) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM flash_sale_claims claim JOIN flash_sales sale ON sale.id = claim.sale_id
        WHERE claim.sale_id = ANY (sales) AND claim.customer_id = ANY (customers)
            AND claim.state IN ('held', 'paying', 'paid')
        GROUP BY sale.id, claim.customer_id HAVING sum(claim.quantity) > sale.per_customer_limit
    ) THEN
        RAISE check_violation USING MESSAGE = 'a customer would have more units of a flash sale than they may',
            CONSTRAINT = 'flash_sale_claims_per_customer', TABLE = 'flash_sale_claims';
    END IF;
END
$$
""",
    """
CREATE FUNCTION flash_sale_claims_added() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sales uuid[];
    customers uuid[];
BEGIN
    SELECT array_agg(DISTINCT sale_id), array_agg(DISTINCT customer_id) INTO sales, customers
    FROM added WHERE state IN ('held', 'paying', 'paid');
    IF sales IS NOT NULL THEN
        PERFORM flash_sale_limit(sales, customers);
    END IF;
    RETURN NULL;
END
$$
""",
    """
CREATE FUNCTION flash_sale_claims_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sales uuid[];
    customers uuid[];
BEGIN
    -- Only where somebody has more than before: a limit that was lowered takes nothing from those who had their units.
    SELECT array_agg(DISTINCT after.sale_id), array_agg(DISTINCT after.customer_id) INTO sales, customers
    FROM after JOIN before USING (id)
    WHERE after.state IN ('held', 'paying', 'paid') AND (
        before.state NOT IN ('held', 'paying', 'paid') OR after.quantity > before.quantity
        OR (after.sale_id, after.customer_id) <> (before.sale_id, before.customer_id)
    );
    IF sales IS NOT NULL THEN
        PERFORM flash_sale_limit(sales, customers);
    END IF;
    RETURN NULL;
END
$$
""",
    """
CREATE TRIGGER flash_sale_claims_added AFTER INSERT ON flash_sale_claims
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION flash_sale_claims_added()
""",
    """
CREATE TRIGGER flash_sale_claims_changed AFTER UPDATE ON flash_sale_claims
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION flash_sale_claims_changed()
""",
    "ALTER TABLE payments ADD COLUMN method_key text NOT NULL DEFAULT '', ADD COLUMN refund_id uuid",
    "CREATE INDEX payments_refunding ON payments (updated_at) WHERE status = 'refunding'",
    """
CREATE TABLE simulated_refunds (
    id uuid PRIMARY KEY,
    charge_id uuid NOT NULL,
    amount numeric(15, 2) NOT NULL,
    currency text NOT NULL,
    status text NOT NULL,
    failure text NOT NULL,
    created_at timestamptz NOT NULL
)
""",
    "CREATE INDEX simulated_refunds_charge ON simulated_refunds (charge_id)",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
