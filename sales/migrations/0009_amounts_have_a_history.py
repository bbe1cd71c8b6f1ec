"""What a deal stands at in a stage changes on the day somebody says so, and stays what it was before that day."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import sales.money

ZONE = "coalesce(nullif(current_setting('plumb.zone', true), ''), 'UTC')"

# Every stay from its beginning, and from every moment within it at which the amount became another.
STAY_AMOUNT = """
CREATE VIEW sales_stayamount AS
SELECT p.id, c.id AS stay_id, c.deal_id, p.since_at, coalesce(p.next_at, c.left_at) AS until_at,
       CASE WHEN p.next_at IS NULL AND c.left_at IS NULL
            THEN (SELECT d.amount FROM sales_deal d WHERE d.id = c.deal_id) ELSE p.amount END AS amount
FROM sales_stagechange c CROSS JOIN LATERAL (
    SELECT id, since_at, amount, lead(since_at) OVER (ORDER BY since_at, id) AS next_at
    FROM (
        SELECT c.id * 2 AS id, c.at AS since_at, c.amount
        UNION ALL
        SELECT a.id * 2 + 1, a.at, a.amount FROM sales_amountchange a
        WHERE a.deal_id = c.deal_id AND a.at > c.at AND (c.left_at IS NULL OR a.at < c.left_at)
            -- Of stays that a script let overlap, the last one begun.
            AND NOT EXISTS (SELECT FROM sales_stagechange o
                            WHERE o.deal_id = c.deal_id AND (o.at, o.id) > (c.at, c.id) AND o.at < a.at)
    ) points
) p
"""

# Noon of each month's last day, as clocks there show it, while the amount stands; and the end of that.
STAY_VALUATION = f"""
CREATE VIEW sales_stayvaluation AS
SELECT s.id * 4096 + p.k AS id, s.stay_id, s.deal_id, s.since_at AS begun_at, p.since, p.at, s.amount
FROM sales_stayamount s CROSS JOIN LATERAL (
    SELECT k, at, lag(at, 1, s.since_at) OVER (ORDER BY at) AS since
    FROM (
        SELECT 0 AS k, s.until_at AS at WHERE s.until_at > s.since_at
        UNION ALL
        SELECT (extract(year FROM month) * 12 + extract(month FROM month))::int - 2000 * 12, point
        FROM generate_series(date_trunc('month', s.since_at AT TIME ZONE {ZONE}) + interval '1 month',
                             (coalesce(s.until_at, now()) AT TIME ZONE {ZONE}) + interval '12 hours',
                             interval '1 month') AS month,
             LATERAL (SELECT (month - interval '12 hours') AT TIME ZONE {ZONE} AS point) noon
        WHERE point > s.since_at AND point < coalesce(s.until_at, now())
    ) points
) p
"""

# As it stood before, so that this can be taken back.
ONE_AMOUNT_A_STAY = f"""
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
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("sales", "0008_pipeline_is_valued_anew"),
    ]
    operations = [
        migrations.CreateModel(
            name="AmountChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "amount",
                    sales.money.AmountField(
                        blank=True, decimal_places=6, help_text="From then on.", max_digits=18, null=True
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="amount_changes", to="sales.deal"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "indexes": [models.Index(fields=["deal", "at"], name="sales_amoun_deal_id_6ff085_idx")],
            },
        ),
        migrations.CreateModel(
            name="StayAmount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stay", key("sales.stagechange")),
                ("deal", key("sales.deal")),
                ("since_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                ("amount", sales.money.AmountField(decimal_places=6, max_digits=18, null=True)),
            ],
            options={"db_table": "sales_stayamount", "managed": False},
        ),
        migrations.RunSQL("DROP VIEW sales_stayvaluation", ONE_AMOUNT_A_STAY),
        migrations.RunSQL(STAY_AMOUNT, "DROP VIEW sales_stayamount"),
        migrations.RunSQL(STAY_VALUATION, "DROP VIEW sales_stayvaluation"),
    ]
