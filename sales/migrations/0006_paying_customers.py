"""A customer who pauses stays one for a while, and pays nothing: who pays is told by itself."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("sales.migrations.0004_plans_cohorts_and_refunds")
NAME = "sales_customerstate"
COLUMNS, QUERY_BEFORE = BEFORE.TOLD_BY[NAME]

# The largest of several plans is the same whether or not those that rest are looked at: they bring in nothing.
CHANGES = (
    (
        """    UNION ALL
    SELECT customer_id, 'orders',""",
        """    UNION ALL
    SELECT customer_id, 'paying', subscription_id, plan_id, after, at, next_at FROM told WHERE after > 0
    UNION ALL
    SELECT customer_id, 'orders',""",
    ),
    ("(VALUES ('subscription'), ('orders')) AS bases", "(VALUES ('subscription'), ('paying'), ('orders')) AS bases"),
    (
        "    UNION SELECT customer_id, at, 'subscription' FROM plans WHERE changes",
        "    UNION SELECT customer_id, at, basis FROM plans, (VALUES ('subscription'), ('paying')) AS bases (basis)"
        " WHERE changes",
    ),
    (
        "p.customer_id = t.customer_id AND t.basis = 'subscription'",
        "p.customer_id = t.customer_id AND t.basis <> 'orders'",
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
