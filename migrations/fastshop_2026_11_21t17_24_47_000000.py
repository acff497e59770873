"""What a product costs at least stands in its row: lists by price read an index and compute nothing. Brands are
listed by name; an import's rows tell of all that is wrong with them.

Triggers keep it, so whoever changes prices, the previous release too, cannot forget it. They lock the product first:
of two who change two of its variants at once, the second sees what the first wrote.
"""

from migrations.running import running

ID = "2026-11-21T17:24:47:000000"
VERSION = "1.38.0"
DESCRIPTION = "Lowest prices, lists by name, all problems of rows"

_STATEMENTS = (
    "ALTER TABLE products ADD COLUMN lowest_price numeric(15, 2)",
    # Its plans are kept by each connection, also those that were made while there was next to nothing to read.
    """
CREATE FUNCTION note_lowest_price() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    touched uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT product_id) INTO touched FROM written;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT product_id) INTO touched FROM before;
    ELSE
        SELECT array_agg(DISTINCT written.product_id) INTO touched
        FROM written JOIN before USING (id) WHERE written.price <> before.price;
    END IF;
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM FROM products WHERE id = any(touched) ORDER BY id FOR NO KEY UPDATE;
    UPDATE products SET lowest_price = (SELECT min(price) FROM product_variants WHERE product_id = products.id)
    WHERE id = any(touched) AND lowest_price IS DISTINCT FROM
        (SELECT min(price) FROM product_variants WHERE product_id = products.id);
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER lowest_price_begun AFTER INSERT ON product_variants REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION note_lowest_price()
""",
    """
CREATE TRIGGER lowest_price_moved AFTER UPDATE ON product_variants
    REFERENCING OLD TABLE AS before NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_lowest_price()
""",
    """
CREATE TRIGGER lowest_price_left AFTER DELETE ON product_variants REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION note_lowest_price()
""",
    """
UPDATE products SET lowest_price = lowest.price
FROM (SELECT product_id, min(price) AS price FROM product_variants GROUP BY product_id) lowest
WHERE products.id = lowest.product_id
""",
    "CREATE INDEX products_by_price ON products (lowest_price, id) WHERE status = 'active'",
    "CREATE INDEX products_by_title ON products (title, id) WHERE status = 'active'",
    "CREATE INDEX brands_by_name ON brands (name, id)",
    "ALTER TABLE bulk_job_rows ADD COLUMN further jsonb NOT NULL DEFAULT '[]'",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
