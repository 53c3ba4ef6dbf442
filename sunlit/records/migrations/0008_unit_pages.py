"""The start page of a unit, and every version of it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0007_desk_under_load'),
        ('units', '0003_legal_reviewer'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='UnitPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField(default=0)),
                ('unit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='units.unit')),
            ],
        ),
        migrations.CreateModel(
            name='UnitPageVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('content', models.TextField(help_text='canonical JSON, see records.startpages.content')),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('in_force', 'in force'), ('past', 'was in force'), ('overtaken', 'overtaken by a later proposal'), ('sent_back', 'sent back'), ('taken_back', 'taken back')], default='proposed', max_length=12)),
                ('proposed_at', models.DateTimeField()),
                ('authors', models.JSONField(default=list, help_text='ids of all whose hand is in it; none of them puts it in force')),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, default='', help_text='why it was sent back', max_length=500)),
                ('salt', models.BinaryField(help_text='for its own steps in the ledger; never shown')),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='records.unitpage')),
                ('proposed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('page', 'number'), name='unit_page_number'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('page',), name='one_unit_page_proposed'), models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('page',), name='one_unit_page_in_force')],
            },
        ),
    ]
