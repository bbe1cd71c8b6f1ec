"""A month ends, and somebody was won, on a day of the business's own zone: also where noon in Greenwich is tomorrow."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("sales.migrations.0004_plans_cohorts_and_refunds")
ZONE = BEFORE.ZONE

POINTS_BEFORE = """
    SELECT t.id, month - interval '12 hours' AS point
    FROM told t, generate_series(date_trunc('month', t.at) + interval '1 month',
                                 coalesce(t.next_at, now()) + interval '12 hours', interval '1 month') AS month
    WHERE t.after > 0 AND month - interval '12 hours' > t.at
      AND month - interval '12 hours' < coalesce(t.next_at, now())
"""

# Noon of a month's last day, as clocks there show it.
POINTS = f"""
    SELECT t.id, point
    FROM told t, generate_series(date_trunc('month', t.at AT TIME ZONE {ZONE}) + interval '1 month',
                                 (coalesce(t.next_at, now()) AT TIME ZONE {ZONE}) + interval '12 hours',
                                 interval '1 month') AS month,
         LATERAL (SELECT (month - interval '12 hours') AT TIME ZONE {ZONE} AS point) noon
    WHERE t.after > 0 AND point > t.at AND point < coalesce(t.next_at, now())
"""


def replaced(name: str, old: str, new: str) -> migrations.RunSQL:
    columns, query = BEFORE.TOLD_BY[name]
    if old not in query:
        raise ValueError(f"{name} does not say {old}.")
    words = "CREATE OR REPLACE FUNCTION {}_of(who bigint[]) RETURNS TABLE ({}) LANGUAGE sql STABLE AS $$ {} $$"
    return migrations.RunSQL(words.format(name, columns, query.replace(old, new)), words.format(name, columns, query))


class Migration(migrations.Migration):
    dependencies = [("sales", "0004_plans_cohorts_and_refunds")]
    operations = [
        replaced("sales_mrrrevaluation", POINTS_BEFORE, POINTS),
        replaced("sales_acquisition", "time '12:00') AT TIME ZONE 'UTC'", f"time '12:00') AT TIME ZONE {ZONE}"),
    ]
