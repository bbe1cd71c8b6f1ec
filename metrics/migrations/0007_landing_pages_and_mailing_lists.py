from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("metrics", "0006_audits")]
    operations = [
        migrations.AddField("fact", name, models.CharField(blank=True, db_default="", default="", max_length=120))
        for name in ("landing", "mailing_list")
    ]
