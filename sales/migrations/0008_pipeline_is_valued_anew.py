"""What is on the way in another currency stands at the rate of the month's end, not of the day it came."""

import django.db.models.deletion
from django.db import migrations, models

ZONE = "coalesce(nullif(current_setting('plumb.zone', true), ''), 'UTC')"

# Noon of each month's last day, as clocks there show it, while the stay lasts; and its end.
VIEW = f"""
CREATE VIEW sales_stayvaluation AS
SELECT c.id * 4096 + p.k AS id, c.id AS stay_id, c.deal_id, p.since, p.at
FROM sales_stagechange c CROSS JOIN LATERAL (
    SELECT k, at, lag(at, 1, c.at) OVER (ORDER BY at) AS since
    FROM (
        SELECT 0 AS k, c.left_at AS at WHERE c.left_at > c.at
        UNION ALL
        SELECT (extract(year FROM month) * 12 + extract(month FROM month))::int - 2000 * 12, point
        FROM generate_series(date_trunc('month', c.at AT TIME ZONE {ZONE}) + interval '1 month',
                             (coalesce(c.left_at, now()) AT TIME ZONE {ZONE}) + interval '12 hours',
                             interval '1 month') AS month,
             LATERAL (SELECT (month - interval '12 hours') AT TIME ZONE {ZONE} AS point) noon
        WHERE point > c.at AND point < coalesce(c.left_at, now())
    ) points
) p
"""


def key(to: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to=to)


class Migration(migrations.Migration):
    dependencies = [("sales", "0007_costs_name_a_plan")]
    operations = [
        migrations.CreateModel(
            name="StayValuation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stay", key("sales.stagechange")),
                ("deal", key("sales.deal")),
                ("since", models.DateTimeField()),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "sales_stayvaluation", "managed": False},
        ),
        migrations.RunSQL(VIEW, "DROP VIEW sales_stayvaluation"),
    ]
