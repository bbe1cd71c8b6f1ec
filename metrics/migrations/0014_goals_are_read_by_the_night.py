from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("metrics", "0013_days_are_kept_uncut")]

    operations = [
        migrations.AlterField(
            model_name="runstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("measure", "Measure"),
                    ("swap", "New definitions"),
                    ("outlook", "Outlook"),
                    ("kpi", "KPI"),
                    ("audit", "Audit"),
                ],
                max_length=10,
            ),
        ),
    ]
