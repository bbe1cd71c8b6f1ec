"""A customer who pauses stays one for a while, and pays nothing: who pays is told by itself."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("sales.migrations.0004_plans_cohorts_and_refunds")
NAME = "sales_customerstate"
COLUMNS, QUERY_BEFORE = BEFORE.TOLD_BY[NAME]

CHANGES = (
    (
        """    UNION ALL
    SELECT customer_id, 'orders',""",
        """    UNION ALL
    SELECT customer_id, 'paying', subscription_id, plan_id, after, at, next_at FROM told WHERE after > 0
    UNION ALL
    SELECT customer_id, 'orders',""",
    ),
    (
        """    SELECT DISTINCT ON (p.customer_id, p.at) p.customer_id, p.at, s.plan_id, s.subscription_id IS NOT NULL AS is_held
    FROM (SELECT customer_id, at FROM deltas WHERE basis = 'subscription') p
    LEFT JOIN spans s ON s.customer_id = p.customer_id AND s.basis = 'subscription'
        AND s.since <= p.at AND (s.until IS NULL OR s.until > p.at)
    ORDER BY p.customer_id, p.at, s.mrr""",
        """    SELECT DISTINCT ON (p.customer_id, p.basis, p.at) p.customer_id, p.basis, p.at, s.plan_id,
           s.subscription_id IS NOT NULL AS is_held
    FROM deltas p
    LEFT JOIN spans s ON s.customer_id = p.customer_id AND s.basis = p.basis
        AND s.since <= p.at AND (s.until IS NULL OR s.until > p.at)
    WHERE p.basis <> 'orders'
    ORDER BY p.customer_id, p.basis, p.at, s.mrr""",
    ),
    (
        "    SELECT customer_id, at, plan_id, coalesce(lead(at) OVER w, 'infinity') AS next_at,",
        "    SELECT customer_id, basis, at, plan_id, coalesce(lead(at) OVER w, 'infinity') AS next_at,",
    ),
    (
        "FROM mains WINDOW w AS (PARTITION BY customer_id ORDER BY at)",
        "FROM mains WINDOW w AS (PARTITION BY customer_id, basis ORDER BY at)",
    ),
    ("(VALUES ('subscription'), ('orders')) AS bases", "(VALUES ('subscription'), ('paying'), ('orders')) AS bases"),
    (
        "UNION SELECT customer_id, at, 'subscription' FROM plans WHERE changes",
        "UNION SELECT customer_id, at, basis FROM plans WHERE changes",
    ),
    (
        "p.customer_id = t.customer_id AND t.basis = 'subscription'",
        "p.customer_id = t.customer_id AND p.basis = t.basis",
    ),
)


def changed(query: str) -> str:
    for old, new in CHANGES:
        if query.count(old) != 1:
            raise ValueError(f"{NAME} does not say once: {old}")
        query = query.replace(old, new)
    return query


def replaced(query: str) -> str:
    told = f"{NAME}_of(who bigint[]) RETURNS TABLE ({COLUMNS})"
    return f"CREATE OR REPLACE FUNCTION {told} LANGUAGE sql STABLE AS $$ {query} $$"


class Migration(migrations.Migration):
    dependencies = [("sales", "0005_local_month_ends")]
    operations = [migrations.RunSQL(replaced(changed(QUERY_BEFORE)), replaced(QUERY_BEFORE))]
