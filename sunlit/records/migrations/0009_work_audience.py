"""For whom a text in work is meant, beside it: to ask its record for that took most of the time of the desk's lists."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def copy_audiences(apps, schema_editor):
    """Copy the audience of each text's record."""
    revision, work = apps.get_model("records", "Revision"), apps.get_model("records", "Work")
    own = revision.objects.filter(pk=OuterRef("pk")).values("record__audience")
    work.objects.update(audience=Subquery(own))


class Migration(migrations.Migration):
    # PostgreSQL does not alter a table in the transaction that changed its rows.
    atomic = False

    dependencies = [("records", "0008_unit_pages")]

    operations = [
        migrations.AddField(
            model_name="work",
            name="audience",
            field=models.CharField(default="sealed", max_length=8, help_text="the record's, which never changes"),
            preserve_default=False,
        ),
        migrations.RunPython(copy_audiences, migrations.RunPython.noop),
    ]
