"""Medians, percentiles and ranks are kept from night to night too, with the values they are picked from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("metrics", "0019_terms_are_kept")]
    operations = [
        migrations.AddField(model_name="keptterm", name="packed", field=models.BinaryField(default=b"")),
        # What answers said of their invitations was not noted until now: all of them are looked at once more.
        migrations.RunSQL(
            "UPDATE metrics_measurestate SET read_to = NULL WHERE key = 'surveys_sent'", migrations.RunSQL.noop
        ),
    ]
