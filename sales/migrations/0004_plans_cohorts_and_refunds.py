"""The story read out of the events tells more: the plan a customer is on, when they were won, and what went back."""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("sales.migrations.0002_movements")
TOLD, TURNS, THEIRS, STANDS, ZONE = (getattr(BEFORE, n) for n in ("TOLD", "TURNS", "THEIRS", "STANDS", "ZONE"))

# The first thing a customer paid for; a stated day counts where it is earlier, or nothing else is known.
ACQUISITION = f"""
SELECT DISTINCT ON (customer_id) customer_id AS id, customer_id, at, plan_id, order_id,
       to_char(at AT TIME ZONE {ZONE}, 'YYYY-MM') AS cohort
FROM (
    SELECT s.customer_id, e.at, coalesce(e.plan_id, s.plan_id) AS plan_id, NULL::bigint AS order_id
    FROM sales_subscriptionevent e
    JOIN sales_subscription s ON s.id = e.subscription_id
    WHERE e.mrr > 0 AND {THEIRS.format("s.customer_id")} AND {STANDS}
    UNION ALL
    SELECT customer_id, placed_at, NULL, id FROM sales_order WHERE status = 'paid' AND {THEIRS.format("customer_id")}
    UNION ALL
    SELECT id, (acquired_on + time '12:00') AT TIME ZONE 'UTC', NULL, NULL FROM customers_customer
    WHERE acquired_on IS NOT NULL AND merged_into_id IS NULL AND {THEIRS.format("id")}
) firsts
ORDER BY customer_id, at, plan_id, order_id
"""


def by_cohort(query: str) -> str:
    """The same rows, each with the month its customer was won in."""
    return f"""
SELECT told.*, won.cohort
FROM ({query}) told LEFT JOIN sales_acquisition_of(who) won ON won.customer_id = told.customer_id
"""


# When somebody began and ceased to be a customer: by subscription (a pause counts for 90 days), or by paid orders
# (each one counts for 365 days). Legs 1 and 2 carry a standing customer from the old cut to the new one. The plan of
# a customer with several subscriptions is that of the largest.
CUSTOMER_STATE = f"""
WITH {TOLD}, {TURNS},
spans AS (
    SELECT customer_id, 'subscription' AS basis, subscription_id, plan_id, after AS mrr, at AS since,
           CASE WHEN after > 0 THEN next_at
                ELSE least(at + interval '90 days', coalesce(rests_until, 'infinity')) END AS until
    FROM (
        -- Other terms, or word of the coming end, do not end a pause.
        SELECT told.*, min(at) FILTER (WHERE after > 0 OR kind = 'end') OVER (
                   PARTITION BY subscription_id ORDER BY at ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
               ) AS rests_until
        FROM told
    ) told WHERE after > 0 OR (kind = 'pause' AND before > 0)
    UNION ALL
    SELECT customer_id, 'orders', NULL, NULL, NULL, placed_at, placed_at + interval '365 days'
    FROM sales_order WHERE status = 'paid' AND {THEIRS.format("customer_id")}
),
deltas AS (
    SELECT customer_id, basis, at, sum(delta) AS delta
    FROM (SELECT customer_id, basis, since AS at, 1 AS delta FROM spans
          UNION ALL SELECT customer_id, basis, until, -1 FROM spans WHERE until IS NOT NULL) d
    GROUP BY customer_id, basis, at
),
levels AS (
    SELECT deltas.*, sum(delta) OVER (PARTITION BY customer_id, basis ORDER BY at) AS level
    FROM deltas
),
stands AS (
    SELECT customer_id, basis, at, CASE WHEN level > 0 THEN 1 ELSE -1 END AS delta,
           lead(at) OVER (PARTITION BY customer_id, basis ORDER BY at) AS next_at
    FROM levels WHERE (level > 0) <> (level - delta > 0)
),
mains AS (
    SELECT DISTINCT ON (p.customer_id, p.at) p.customer_id, p.at, s.plan_id, s.subscription_id IS NOT NULL AS is_held
    FROM (SELECT customer_id, at FROM deltas WHERE basis = 'subscription') p
    LEFT JOIN spans s ON s.customer_id = p.customer_id AND s.basis = 'subscription'
        AND s.since <= p.at AND (s.until IS NULL OR s.until > p.at)
    ORDER BY p.customer_id, p.at, s.mrr DESC NULLS LAST, s.subscription_id
),
plans AS (
    SELECT customer_id, at, plan_id, coalesce(lead(at) OVER w, 'infinity') AS next_at,
           is_held AND lag(is_held) OVER w AND plan_id IS DISTINCT FROM lag(plan_id) OVER w AS changes
    FROM mains WINDOW w AS (PARTITION BY customer_id ORDER BY at)
),
turns AS (
    SELECT customer_id, at, basis FROM (VALUES ('subscription'), ('orders')) AS bases (basis), (
        SELECT customer_id, at FROM turned
        UNION SELECT customer_id, valid_from FROM described
        WHERE changes_owner AND valid_from > '1900-01-01 00:00+00'
        UNION SELECT v.customer_id, m.at FROM described v JOIN moved m ON m.user_id = v.owner_id
        WHERE m.at > v.valid_from AND m.at <= v.valid_to
    ) d
    UNION SELECT customer_id, at, 'subscription' FROM plans WHERE changes
),
steps AS (
    SELECT (extract(epoch FROM at) * 1000000)::bigint * 4 AS id, customer_id, basis, at, at AS described_at, delta,
           delta > 0 AS is_after
    FROM stands
    UNION ALL
    SELECT (extract(epoch FROM r.at) * 1000000)::bigint * 4 + 1, s.customer_id, s.basis, r.at,
           r.at - interval '1 microsecond', -1, false
    FROM stands s JOIN turns r ON r.customer_id = s.customer_id AND r.basis = s.basis
    WHERE delta > 0 AND r.at > s.at AND r.at <= coalesce(s.next_at, 'infinity')
    UNION ALL
    -- On the very moment somebody ceases to be one, nothing new has begun.
    SELECT (extract(epoch FROM r.at) * 1000000)::bigint * 4 + 2, s.customer_id, s.basis, r.at, r.at, 1,
           r.at < coalesce(s.next_at, 'infinity')
    FROM stands s JOIN turns r ON r.customer_id = s.customer_id AND r.basis = s.basis
    WHERE delta > 0 AND r.at > s.at AND r.at <= coalesce(s.next_at, 'infinity')
)
SELECT t.id, t.customer_id, t.basis, t.at, t.described_at, t.delta, p.plan_id
FROM steps t LEFT JOIN plans p ON p.customer_id = t.customer_id AND t.basis = 'subscription'
    AND CASE WHEN t.is_after THEN p.at <= t.at AND t.at < p.next_at ELSE p.at < t.at AND t.at <= p.next_at END
"""

TOLD_BY = {
    "sales_acquisition": (
        "id bigint, customer_id bigint, at timestamptz, plan_id bigint, order_id bigint, cohort text",
        ACQUISITION,
    ),
    "sales_mrrmovement": (
        f"{BEFORE.TOLD_BY['sales_mrrmovement'][0]}, cohort text",
        by_cohort(BEFORE.MRR_MOVEMENT),
    ),
    "sales_mrrrevaluation": (
        f"{BEFORE.TOLD_BY['sales_mrrrevaluation'][0]}, cohort text",
        by_cohort(BEFORE.MRR_REVALUATION),
    ),
    "sales_customerstate": (
        f"{BEFORE.TOLD_BY['sales_customerstate'][0]}, plan_id bigint, cohort text",
        by_cohort(CUSTOMER_STATE),
    ),
}

# A touch of a lead is one of the customer the lead became. An order is owed to touches of the 90 days before it; what
# goes back of it is taken from the same touches, on the day it goes back. What the products cost us stays spent.
ATTRIBUTION = """
CREATE VIEW sales_attribution AS
WITH touches AS (
    SELECT t.id, t.at, t.campaign_id, coalesce(nullif(t.channel, ''), c.channel, '') AS channel,
           coalesce(t.customer_id, l.customer_id) AS customer_id
    FROM sales_touch t
    LEFT JOIN sales_lead l ON l.id = t.lead_id
    LEFT JOIN sales_campaign c ON c.id = t.campaign_id
),
worth AS (
    SELECT o.id AS order_id, o.customer_id, o.currency, o.placed_at, o.placed_at AS at, 0::bigint AS refund_id,
           sum(i.net) AS revenue, coalesce(sum(i.net - i.cost), 0) AS margin
    FROM sales_order o JOIN sales_orderline i ON i.order_id = o.id
    WHERE o.status = 'paid' GROUP BY o.id
    UNION ALL
    SELECT o.id, o.customer_id, o.currency, o.placed_at, r.at, r.id, -r.net, -r.net
    FROM sales_order o JOIN sales_refund r ON r.order_id = o.id WHERE o.status = 'paid'
),
owed AS (
    SELECT w.*, t.id AS touch_id, t.campaign_id, t.channel,
           row_number() OVER (PARTITION BY w.order_id, w.refund_id ORDER BY t.at, t.id) AS nth,
           count(*) OVER (PARTITION BY w.order_id, w.refund_id) AS n
    FROM worth w JOIN touches t
        ON t.customer_id = w.customer_id AND t.at <= w.placed_at AND t.at > w.placed_at - interval '90 days'
)
SELECT CASE refund_id WHEN 0 THEN touch_id * 4 + k
            ELSE -('x' || left(md5(concat_ws(':', refund_id, touch_id, k)), 15))::bit(60)::bigint END AS id,
       order_id, customer_id, currency, at, campaign_id, channel, credit,
       -- Equal parts, to the millionth, that sum to the whole.
       CASE credit WHEN 'linear' THEN round(revenue * nth / n, 6) - round(revenue * (nth - 1) / n, 6)
            ELSE revenue END AS revenue,
       CASE credit WHEN 'linear' THEN round(margin * nth / n, 6) - round(margin * (nth - 1) / n, 6)
            ELSE margin END AS margin
FROM owed, (VALUES (0, 'first'), (1, 'last'), (2, 'linear')) AS credits (k, credit)
WHERE credit = 'linear' OR (credit = 'first' AND nth = 1) OR (credit = 'last' AND nth = n)
"""


def made(name: str, columns: str, query: str) -> list[str]:
    return [
        f"CREATE FUNCTION {name}_of(who bigint[]) RETURNS TABLE ({columns}) LANGUAGE sql STABLE AS $$ {query} $$",
        f"CREATE VIEW {name} AS SELECT * FROM {name}_of(NULL)",
    ]


def dropped(name: str) -> list[str]:
    return [f"DROP VIEW {name}", f"DROP FUNCTION {name}_of(bigint[])"]


def all_of(told: dict[str, tuple[str, str]]) -> list[str]:
    return [step for name, (columns, query) in told.items() for step in made(name, columns, query)]


# What reads another goes first.
GONE = [step for name in reversed(TOLD_BY) for step in dropped(name)]
ATTRIBUTION_BEFORE = import_module("sales.migrations.0003_attribution").ATTRIBUTION


class Migration(migrations.Migration):
    dependencies = [("sales", "0003_attribution")]
    operations = [
        migrations.RunSQL([*GONE, *all_of(TOLD_BY)], [*GONE, *all_of(BEFORE.TOLD_BY)]),
        migrations.RunSQL(
            ["DROP VIEW sales_attribution", ATTRIBUTION], ["DROP VIEW sales_attribution", ATTRIBUTION_BEFORE]
        ),
    ]
