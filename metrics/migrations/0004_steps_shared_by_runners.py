from django.db import migrations, models
from django.db.models import Case, Value, When


def note_how_old_steps_ended(apps, schema_editor):
    """Until now a step was written when it was over; one run at work was work of one process, which is gone."""
    apps.get_model("metrics", "RunStep").objects.update(
        state=Case(When(error="", then=Value("done")), default=Value("failed")), attempts=1
    )
    apps.get_model("metrics", "Run").objects.filter(status="running").update(
        status="broken", error="It was begun by an earlier version."
    )


class Migration(migrations.Migration):
    dependencies = [
        ("metrics", "0003_clinics_scores_rules_and_goals"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="alarmed_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When people were told that no good run had come after it.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="runstep",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="runstep",
            name="started_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="runstep",
            name="state",
            field=models.CharField(
                choices=[("pending", "Waiting"), ("done", "Done"), ("failed", "Failed")],
                default="pending",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="runstep",
            name="worker",
            field=models.CharField(blank=True, help_text="Who took it up last.", max_length=120),
        ),
        migrations.AlterField(
            model_name="runstep",
            name="error",
            field=models.TextField(blank=True, help_text="What ended the last attempt that did not succeed."),
        ),
        migrations.AlterField(
            model_name="runstep",
            name="kind",
            field=models.CharField(
                choices=[("measure", "Measure"), ("swap", "New definitions"), ("kpi", "KPI")], max_length=10
            ),
        ),
        migrations.RunPython(note_how_old_steps_ended, migrations.RunPython.noop),
    ]
