"""Deputies of absent people, and a journal that the database lets nobody change."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQLITE = [
    f"""
    CREATE TRIGGER units_auditentry_no_{verb} BEFORE {verb.upper()} ON units_auditentry
    BEGIN SELECT RAISE(ABORT, 'the audit journal is only ever added to'); END
    """
    for verb in ("update", "delete")
]
POSTGRESQL = [
    """
    CREATE FUNCTION units_refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit journal is only ever added to' USING ERRCODE = 'integrity_constraint_violation';
    END $$;
    CREATE TRIGGER units_auditentry_frozen BEFORE UPDATE OR DELETE ON units_auditentry FOR EACH ROW
    EXECUTE FUNCTION units_refuse_audit_change();
    """,
]


def harden(apps, schema_editor):
    """Run the statements of the database at hand."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def soften(apps, schema_editor):
    """Take the triggers away again."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER units_auditentry_no_update")
        schema_editor.execute("DROP TRIGGER units_auditentry_no_delete")
    else:
        schema_editor.execute("DROP TRIGGER units_auditentry_frozen ON units_auditentry")
        schema_editor.execute("DROP FUNCTION units_refuse_audit_change")


class Migration(migrations.Migration):

    dependencies = [
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('actor', models.BigIntegerField(help_text='id of the account; null for commands and unknown names', null=True)),
                ('opaque', models.CharField(blank=True, default='', max_length=32)),
                ('event', models.CharField(choices=[('logged_in', 'logged in'), ('log_in_failed', 'log-in failed'), ('logged_out', 'logged out'), ('session_ended', 'session ended'), ('password_changed', 'password changed'), ('link_issued', 'link to set a password issued'), ('factor_added', 'second factor set up'), ('factor_removed', 'second factor removed'), ('factor_reset', 'recovery codes made anew'), ('factor_failed', 'second factor refused'), ('identity_linked', 'identity service linked'), ('identity_unlinked', 'identity service unlinked'), ('account_created', 'account created'), ('account_closed', 'account closed'), ('account_reopened', 'account reopened'), ('role_granted', 'role granted'), ('role_ended', 'role ended'), ('delegated', 'deputy named'), ('delegation_ended', 'deputy ended'), ('drafts_handed_over', 'drafts handed over'), ('break_glass_armed', 'emergency account armed'), ('break_glass_used', 'emergency account used'), ('restricted_read', 'restricted data read'), ('exported', 'list exported'), ('overrode', 'check overridden')], max_length=24)),
                ('subject', models.CharField(blank=True, default='', help_text="user:12, record:34, a list's name", max_length=200)),
                ('unit_path', models.CharField(blank=True, default='', help_text='whose administrators may read it', max_length=64)),
                ('address', models.CharField(blank=True, default='', help_text='network of the asker, /24 or /48', max_length=43)),
                ('detail', models.JSONField(default=dict, help_text='codes, dates and numbers; nothing personal')),
            ],
            options={
                'indexes': [models.Index(fields=['unit_path', '-id'], name='audit_of_unit'), models.Index(fields=['actor', '-id'], name='audit_of_actor'), models.Index(fields=['subject', '-id'], name='audit_of_subject'), models.Index(fields=['event', '-id'], name='audit_of_event')],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('editor', 'editor'), ('reviewer', 'reviewer'), ('secrecy_reviewer', 'secrecy reviewer'), ('approver', 'approver'), ('unit_administrator', 'unit administrator'), ('operator', 'operator'), ('supervisor', 'supervisor'), ('assessor', 'assessor'), ('system_administrator', 'system administrator')], max_length=24)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('reason', models.CharField(max_length=200)),
                ('absent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations_given', to=settings.AUTH_USER_MODEL)),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations_held', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='delegation_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('absent', models.F('deputy')), _negated=True), name='nobody_is_their_own_deputy')],
            },
        ),
        migrations.RunPython(harden, soften),
    ]
