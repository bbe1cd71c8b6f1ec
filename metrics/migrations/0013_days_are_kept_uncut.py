"""Cells by day are kept in all only; cut into members, single days are added up from their facts."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("metrics", "0012_analyses_learn_of_nights")]

    operations = [
        migrations.RunSQL("DELETE FROM metrics_cell WHERE grain = 'd' AND dimension <> 0", migrations.RunSQL.noop)
    ]
