"""Tables of the desk: texts in work, their saved states, their history; and the texts that are in work already."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


WAITING = {
    "draft": "author",
    "submitted": "review",
    "reviewed": "approve",
    "cleared": "approve",
    "approved": "release",
    "scheduled": "minute",
}


def put_on_desk(apps, schema_editor):
    """Put the texts on the desk that were in work before there was one."""
    revision, work = apps.get_model("records", "Revision"), apps.get_model("records", "Work")
    waiting = revision.objects.filter(state__in=list(WAITING)).select_related("record")
    rows = (
        work(
            revision=one,
            kind=one.record.kind,
            unit_path=one.record.unit_path,
            waits_for=WAITING[one.state],
            author_id=one.author_id,
            changed_at=one.created_at,
        )
        for one in waiting.iterator()
    )
    work.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0005_bundles_and_waivers'),
        ('units', '0003_legal_reviewer'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Autosave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user_id', models.IntegerField()),
                ('revision_id', models.BigIntegerField()),
                ('version', models.IntegerField(help_text='version of the revision with which the form was filled')),
                ('form', models.TextField(help_text="the form's fields as they were posted, URL-encoded")),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='LaterReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('due', models.DateField()),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('upheld', models.BooleanField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Trace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.IntegerField(help_text='number of the revision')),
                ('step', models.CharField(help_text="word of the act, or the ledger's type of it", max_length=40)),
                ('at', models.DateTimeField()),
                ('role', models.CharField(blank=True, default='', max_length=24)),
                ('unit', models.CharField(blank=True, default='', help_text='code of the unit for which they acted', max_length=64)),
                ('note', models.CharField(blank=True, default='', max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name='UnitTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=100)),
                ('payload', models.TextField()),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField(help_text='version of the revision from which on it said this')),
                ('payload', models.TextField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Work',
            fields=[
                ('revision', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='work', serialize=False, to='records.revision')),
                ('kind', models.CharField(max_length=64)),
                ('unit_path', models.CharField(max_length=64)),
                ('waits_for', models.CharField(choices=[('author', 'to be finished'), ('review', 'to be reviewed'), ('legal', 'to be looked at for its legality'), ('secrecy', 'to be looked at for secrets'), ('approve', 'to be approved'), ('release', 'to be released'), ('minute', 'scheduled')], default='author', max_length=12)),
                ('due_on', models.DateField(help_text='last day of the strictest limit that is known to run', null=True)),
                ('remarks', models.JSONField(default=dict, help_text="field -> what whoever sent the text back says of it; '' for all")),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='revision',
            name='one_revision_in_work',
        ),
        migrations.RemoveIndex(
            model_name='revision',
            name='revision_in_work',
        ),
        migrations.AddField(
            model_name='notice',
            name='code',
            field=models.CharField(blank=True, default='', help_text="term of the plan's list of reasons", max_length=64),
        ),
        migrations.AlterField(
            model_name='revision',
            name='state',
            field=models.CharField(choices=[('draft', 'draft'), ('submitted', 'submitted'), ('reviewed', 'reviewed'), ('vetted', 'passed by the legality review'), ('cleared', 'cleared by the secrecy review'), ('approved', 'approved'), ('scheduled', 'scheduled'), ('live', 'published'), ('replaced', 'replaced by a correction'), ('retired', 'no longer shown'), ('discarded', 'discarded')], default='draft', max_length=12),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=models.Index(condition=models.Q(('state__in', ('draft', 'submitted', 'reviewed', 'vetted', 'cleared', 'approved', 'scheduled'))), fields=['state', 'author', '-id'], name='revision_in_work'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'submitted', 'reviewed', 'vetted', 'cleared', 'approved', 'scheduled'))), fields=('record',), name='one_revision_in_work'),
        ),
        migrations.AddConstraint(
            model_name='autosave',
            constraint=models.UniqueConstraint(fields=('user_id', 'revision_id'), name='one_autosave'),
        ),
        migrations.AddField(
            model_name='laterreview',
            name='actor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='laterreview',
            name='reviewed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='laterreview',
            name='revision',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='later_review', to='records.revision'),
        ),
        migrations.AddField(
            model_name='trace',
            name='actor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='trace',
            name='record',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='traces', to='records.record'),
        ),
        migrations.AddField(
            model_name='unittemplate',
            name='author',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='unittemplate',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit'),
        ),
        migrations.AddField(
            model_name='wording',
            name='by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='wording',
            name='revision',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='records.revision'),
        ),
        migrations.AddField(
            model_name='work',
            name='author',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='laterreview',
            index=models.Index(condition=models.Q(('reviewed_at__isnull', True)), fields=['due'], name='later_review_open'),
        ),
        migrations.AddIndex(
            model_name='trace',
            index=models.Index(fields=['record', '-id'], name='trace_of_record'),
        ),
        migrations.AddIndex(
            model_name='trace',
            index=models.Index(fields=['actor', '-id'], name='trace_of_person'),
        ),
        migrations.AddConstraint(
            model_name='unittemplate',
            constraint=models.UniqueConstraint(fields=('unit', 'kind', 'name'), name='one_template_of_a_name'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.UniqueConstraint(fields=('revision', 'version'), name='wording_version'),
        ),
        migrations.AddIndex(
            model_name='work',
            index=models.Index(fields=['waits_for', 'unit_path', 'due_on'], name='work_of_unit'),
        ),
        migrations.AddIndex(
            model_name='work',
            index=models.Index(fields=['author', 'waits_for', 'due_on'], name='work_of_author'),
        ),
        migrations.RunPython(put_on_desk, migrations.RunPython.noop),
    ]
