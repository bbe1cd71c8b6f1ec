from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("metrics", "0009_chances_of_goals")]

    operations = [
        migrations.AddIndex(
            model_name="cell",
            index=models.Index(
                condition=models.Q(("n", 0), ("total", 0)), fields=["measure"], name="metrics_cell_empty"
            ),
        ),
    ]
