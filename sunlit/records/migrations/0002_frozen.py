"""Make the database itself refuse a change to a published wording, and compare sort keys byte by byte."""

from typing import Any

from django.db import migrations

FROZEN = "('live', 'replaced', 'retired')"

SQLITE = [
    f"""
    CREATE TRIGGER records_revision_frozen BEFORE UPDATE ON records_revision
    WHEN OLD.state IN {FROZEN} AND NEW.payload <> '' AND (
        OLD.payload IS NOT NEW.payload OR OLD.title IS NOT NEW.title OR OLD.shape IS NOT NEW.shape
        OR OLD.salt IS NOT NEW.salt OR OLD.commitment IS NOT NEW.commitment
        OR OLD.number IS NOT NEW.number OR OLD.record_id IS NOT NEW.record_id
        OR OLD.published_at IS NOT NEW.published_at)
    BEGIN SELECT RAISE(ABORT, 'a published revision is frozen'); END
    """,
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION records_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a published revision is frozen' USING ERRCODE = 'integrity_constraint_violation'; END $$;
    CREATE TRIGGER records_revision_frozen BEFORE UPDATE ON records_revision FOR EACH ROW
    WHEN (OLD.state IN {FROZEN} AND NEW.payload <> '' AND (
        OLD.payload IS DISTINCT FROM NEW.payload OR OLD.title IS DISTINCT FROM NEW.title
        OR OLD.shape IS DISTINCT FROM NEW.shape OR OLD.salt IS DISTINCT FROM NEW.salt
        OR OLD.commitment IS DISTINCT FROM NEW.commitment OR OLD.number IS DISTINCT FROM NEW.number
        OR OLD.record_id IS DISTINCT FROM NEW.record_id OR OLD.published_at IS DISTINCT FROM NEW.published_at))
    EXECUTE FUNCTION records_refuse_change();
    """,
    *(f'ALTER TABLE records_slot ALTER COLUMN t{n} TYPE varchar(200) COLLATE "C"' for n in range(1, 7)),
]


def harden(apps: Any, schema_editor: Any) -> None:
    """Run the statements of the database at hand."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def soften(apps: Any, schema_editor: Any) -> None:
    """Take the trigger away again."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER records_revision_frozen")
    else:
        schema_editor.execute("DROP TRIGGER records_revision_frozen ON records_revision")
        schema_editor.execute("DROP FUNCTION records_refuse_change")


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(harden, soften)]
