"""Stock by location: warehouses, levels, thresholds, and a ledger of movements that a trigger writes.

`inventory_levels.on_hand` stays what it was, all units that nobody has been promised, and whoever changes it, the
previous release too, leaves a movement. What no warehouse has is unplaced; it is never below zero.
"""

from migrations.running import running

ID = "2026-11-21T09:52:37:000000"
VERSION = "1.38.0"
DESCRIPTION = "Stock by location"

_STATEMENTS = (
    """
CREATE TABLE warehouses (
    id uuid PRIMARY KEY,
    seller_id uuid NOT NULL REFERENCES sellers,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT warehouses_name UNIQUE (seller_id, name)
)
""",
    """
CREATE TABLE stock_levels (
    variant_id uuid NOT NULL REFERENCES product_variants ON DELETE CASCADE,
    warehouse_id uuid NOT NULL REFERENCES warehouses,
    on_hand integer NOT NULL,
    PRIMARY KEY (variant_id, warehouse_id),
    CONSTRAINT stock_levels_not_negative CHECK (on_hand >= 0)
)
""",
    # No foreign key on the variant: what moved has moved, also when the variant is gone.
    """
CREATE TABLE stock_movements (
    id bigserial PRIMARY KEY,
    variant_id uuid NOT NULL,
    warehouse_id uuid REFERENCES warehouses,
    quantity integer NOT NULL CHECK (quantity <> 0),
    reason text NOT NULL CHECK (reason IN ('received', 'adjusted', 'sold', 'returned', 'transferred')),
    note text NOT NULL DEFAULT '',
    command_id uuid,
    moved_by uuid,
    at timestamptz NOT NULL DEFAULT now()
)
""",
    "CREATE INDEX stock_movements_variant ON stock_movements (variant_id, id)",
    "CREATE INDEX stock_movements_command ON stock_movements (command_id) WHERE command_id IS NOT NULL",
    """
CREATE FUNCTION stock_movements_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE integrity_constraint_violation USING MESSAGE = 'stock movements are append-only';
END
$$
""",
    """
CREATE TRIGGER stock_movements_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON stock_movements
    FOR EACH STATEMENT EXECUTE FUNCTION stock_movements_are_kept()
""",
    """
CREATE TABLE stock_thresholds (
    variant_id uuid PRIMARY KEY REFERENCES product_variants ON DELETE CASCADE,
    threshold integer NOT NULL CHECK (threshold >= 0),
    low boolean NOT NULL DEFAULT false
)
""",
    # What an UPDATE says of itself; the trigger writes it down and clears it, so that it is never read twice.
    "ALTER TABLE inventory_levels ADD COLUMN movement jsonb",
    """
CREATE FUNCTION stock_moved(variant uuid, step integer, told jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO stock_movements (variant_id, warehouse_id, quantity, reason, note, command_id, moved_by)
    VALUES (variant, (told->>'warehouse_id')::uuid, step, coalesce(told->>'reason', 'adjusted'),
        coalesce(told->>'note', ''), (told->>'command_id')::uuid, (told->>'moved_by')::uuid);
END
$$
""",
    """
CREATE FUNCTION inventory_level_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told jsonb := coalesce(NEW.movement, '{}');
    step integer := NEW.on_hand - OLD.on_hand;
    missing integer;
    part integer;
    level record;
BEGIN
    NEW.movement := NULL;
    IF step = 0 OR NEW.on_hand < 0 THEN
        RETURN NEW;  -- below zero the table itself refuses
    END IF;
    IF told->>'warehouse_id' IS NOT NULL THEN
        INSERT INTO stock_levels VALUES (NEW.variant_id, (told->>'warehouse_id')::uuid, 0) ON CONFLICT DO NOTHING;
        UPDATE stock_levels SET on_hand = on_hand + step
        WHERE variant_id = NEW.variant_id AND warehouse_id = (told->>'warehouse_id')::uuid;
        PERFORM stock_moved(NEW.variant_id, step, told);
        RETURN NEW;
    END IF;
    -- Whoever names no warehouse takes what is unplaced first, then from where most is.
    SELECT greatest(coalesce(sum(on_hand), 0) - NEW.on_hand, 0) INTO missing
    FROM stock_levels WHERE variant_id = NEW.variant_id;
    IF step + missing <> 0 THEN
        PERFORM stock_moved(NEW.variant_id, step + missing, told);
    END IF;
    FOR level IN SELECT * FROM stock_levels WHERE variant_id = NEW.variant_id ORDER BY on_hand DESC, warehouse_id LOOP
        EXIT WHEN missing = 0;
        part := least(missing, level.on_hand);
        missing := missing - part;
        UPDATE stock_levels SET on_hand = on_hand - part
        WHERE variant_id = NEW.variant_id AND warehouse_id = level.warehouse_id;
        PERFORM stock_moved(NEW.variant_id, -part, told || jsonb_build_object('warehouse_id', level.warehouse_id));
    END LOOP;
    RETURN NEW;
END
$$
""",
    """
CREATE FUNCTION inventory_level_begun() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.on_hand <> 0 THEN
        PERFORM stock_moved(NEW.variant_id, NEW.on_hand, coalesce(NEW.movement, '{}'));
    END IF;
    IF NEW.movement IS NOT NULL THEN
        UPDATE inventory_levels SET movement = NULL WHERE variant_id = NEW.variant_id;
    END IF;
    RETURN NULL;
END
$$
""",
    # What was there before the ledger is its opening.
    """
INSERT INTO stock_movements (variant_id, quantity, reason, note)
SELECT variant_id, on_hand, 'adjusted', 'opening' FROM inventory_levels WHERE on_hand <> 0
""",
    """
CREATE TRIGGER inventory_levels_moved BEFORE UPDATE ON inventory_levels
    FOR EACH ROW EXECUTE FUNCTION inventory_level_moved()
""",
    """
CREATE TRIGGER inventory_levels_begun AFTER INSERT ON inventory_levels
    FOR EACH ROW EXECUTE FUNCTION inventory_level_begun()
""",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
