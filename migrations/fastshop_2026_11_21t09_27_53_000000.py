"""Roles made by admins, finding people, and the audit log."""

from migrations.running import running

ID = "2026-11-21T09:27:53:000000"
VERSION = "1.38.0"
DESCRIPTION = "Roles and the audit log"

_STATEMENTS = (
    """
CREATE TABLE roles (
    name varchar(40) PRIMARY KEY,
    title varchar(200) NOT NULL,
    base varchar(20) NOT NULL,
    permissions varchar(60)[]
)
""",
    "ALTER TABLE users ADD COLUMN custom_roles varchar(40)[] NOT NULL DEFAULT '{}'",
    "CREATE INDEX users_newest ON users (created_at DESC, id DESC)",
    "CREATE INDEX users_roles ON users USING gin (roles)",
    "CREATE INDEX users_custom_roles ON users USING gin (custom_roles)",
    """
CREATE TABLE audit_logs (
    number bigint PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_id uuid,
    session_id uuid,
    action varchar(60) NOT NULL,
    subject varchar(100) NOT NULL,
    facts text NOT NULL,
    hash bytea NOT NULL
)
""",
    "CREATE INDEX audit_logs_actor ON audit_logs (actor_id, number DESC)",
    "CREATE INDEX audit_logs_subject ON audit_logs (subject, number DESC)",
    """
CREATE FUNCTION audit_logs_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is not changed';
END
$$
""",
    """
CREATE TRIGGER audit_logs_stay BEFORE UPDATE OR DELETE ON audit_logs
FOR EACH ROW EXECUTE FUNCTION audit_logs_stay()
""",
)

forwards = running(ID, DESCRIPTION, _STATEMENTS)
