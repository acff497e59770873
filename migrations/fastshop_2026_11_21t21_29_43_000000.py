"""Orders of guests are found by a hash of their key, see docs/decisions/0041-keys-of-guests.md.

The database writes it, so that it is there for what a node of the last release places, too.
"""

from migrations.running import running

ID = "2026-11-21T21:29:43:000000"
VERSION = "1.38.0"
DESCRIPTION = "Orders of guests by a hash of their key"

# What `server.kernel.channel.hashed` makes of a key.
_HASH = "encode(sha256(convert_to({key}::text, 'UTF8')), 'hex')"

BACKFILL = f"UPDATE orders SET guest_key_hash = {_HASH.format(key='guest_key')} WHERE guest_key IS NOT NULL"  # noqa: S608

_STATEMENTS = (
    "ALTER TABLE orders ADD guest_key_hash text",
    f"""
CREATE FUNCTION orders_hash_guest_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.guest_key_hash := {_HASH.format(key="NEW.guest_key")};
    RETURN NEW;
END $$
""",
    """
CREATE TRIGGER orders_guest_key_hashed BEFORE INSERT ON orders
    FOR EACH ROW WHEN (NEW.guest_key IS NOT NULL) EXECUTE FUNCTION orders_hash_guest_key()
""",
    BACKFILL,
    "CREATE UNIQUE INDEX orders_guest_key_hash ON orders (guest_key_hash) WHERE guest_key_hash IS NOT NULL",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
