"""An index by which the desk finds the records that were published last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0006_desk")]

    operations = [
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["-published_at", "-id"], condition=models.Q(published_at__isnull=False), name="record_latest"
            ),
        ),
    ]
