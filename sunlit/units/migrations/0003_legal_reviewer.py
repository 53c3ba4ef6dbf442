"""The role of the legal reviewer."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('units', '0002_absence_and_audit'),
    ]

    operations = [
        migrations.AlterField(
            model_name='member',
            name='role',
            field=models.CharField(choices=[('editor', 'editor'), ('reviewer', 'reviewer'), ('legal_reviewer', 'legal reviewer'), ('secrecy_reviewer', 'secrecy reviewer'), ('approver', 'approver'), ('unit_administrator', 'unit administrator'), ('operator', 'operator'), ('supervisor', 'supervisor'), ('assessor', 'assessor'), ('system_administrator', 'system administrator')], max_length=24),
        ),
        migrations.AlterField(
            model_name='delegation',
            name='role',
            field=models.CharField(choices=[('editor', 'editor'), ('reviewer', 'reviewer'), ('legal_reviewer', 'legal reviewer'), ('secrecy_reviewer', 'secrecy reviewer'), ('approver', 'approver'), ('unit_administrator', 'unit administrator'), ('operator', 'operator'), ('supervisor', 'supervisor'), ('assessor', 'assessor'), ('system_administrator', 'system administrator')], max_length=24),
        ),
    ]
