"""Views that read the story out of the events: what MRR did and why, who was a customer when, and since when."""

from django.db import migrations

# Every event with what it replaced, and when the next one came. Of several at one instant only the last stands: what
# starts and ends at once never was.
TOLD = """
told AS (
    SELECT e.id, e.subscription_id, s.customer_id, s.currency, e.kind, e.at, e.mrr AS after,
           coalesce(e.plan_id, s.plan_id) AS plan_id, coalesce(e.owner_id, s.owner_id) AS owner_id,
           lag(e.mrr, 1, 0) OVER w AS before,
           lag(coalesce(e.plan_id, s.plan_id)) OVER w AS plan_before,
           lag(coalesce(e.owner_id, s.owner_id)) OVER w AS owner_before,
           lead(e.at) OVER w AS next_at
    FROM (
        SELECT DISTINCT ON (subscription_id, at) * FROM sales_subscriptionevent
        ORDER BY subscription_id, at, id DESC
    ) e
    JOIN sales_subscription s ON s.id = e.subscription_id
    WINDOW w AS (PARTITION BY s.customer_id, e.subscription_id ORDER BY e.at, e.id)
)"""

# The moments a customer came to be described differently, owner aside.
REDESCRIBED = """
redescribed AS (
    SELECT id, customer_id, valid_from
    FROM (
        SELECT v.id, v.customer_id, v.valid_from,
               (v.segment, v.industry, v.country, v.region, v.company_size, v.birth_year, v.gender,
                v.acquisition_channel) IS DISTINCT FROM
               (lag(v.segment) OVER w, lag(v.industry) OVER w, lag(v.country) OVER w, lag(v.region) OVER w,
                lag(v.company_size) OVER w, lag(v.birth_year) OVER w, lag(v.gender) OVER w,
                lag(v.acquisition_channel) OVER w) AS differs
        FROM customers_customerversion v
        WINDOW w AS (PARTITION BY v.customer_id ORDER BY v.valid_from)
    ) v
    WHERE v.differs AND v.valid_from > '1900-01-01 00:00+00'
)"""

# One row a movement: leg 0 is what happened; legs 1 and 2 carry a standing amount from its old cut to its new one.
# Whether a customer is new, back or gone is judged on all their subscriptions together, at one instant.
MRR_MOVEMENT = f"""
CREATE VIEW sales_mrrmovement AS
WITH {TOLD}, {REDESCRIBED},
sums AS (
    SELECT told.*, sum(after - before) OVER (PARTITION BY customer_id ORDER BY at) AS total_after,
           sum(after - before) OVER (PARTITION BY customer_id, at) AS moved
    FROM told
),
lives AS (
    SELECT sums.*, total_after - moved AS total_before,
           max(total_after) OVER (PARTITION BY customer_id ORDER BY at
                                  GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS most_before
    FROM sums
)
SELECT id * 4 AS id, subscription_id, customer_id, currency, plan_id, owner_id, at, at AS described_at, before, after,
       CASE WHEN kind = 'pause' AND after < before THEN 'pause'
            WHEN kind = 'resume' AND after > before THEN 'resume'
            WHEN total_before <= 0 AND after > before AND coalesce(most_before, 0) <= 0 THEN 'new'
            WHEN total_before <= 0 AND after > before THEN 'reactivation'
            WHEN total_after <= 0 AND after < before THEN 'churn'
            WHEN after > before THEN 'expansion'
            ELSE 'contraction' END AS kind
FROM lives WHERE after <> before
UNION ALL
SELECT id * 4 + 1, subscription_id, customer_id, currency, plan_before, owner_before, at, at, before, 0, 'transfer'
FROM lives WHERE before > 0 AND (plan_id, owner_id) IS DISTINCT FROM (plan_before, owner_before)
UNION ALL
SELECT id * 4 + 2, subscription_id, customer_id, currency, plan_id, owner_id, at, at, 0, before, 'transfer'
FROM lives WHERE before > 0 AND (plan_id, owner_id) IS DISTINCT FROM (plan_before, owner_before)
UNION ALL
SELECT -(r.id * 4 + 1), subscription_id, t.customer_id, currency, plan_id, owner_id, r.valid_from,
       r.valid_from - interval '1 microsecond', after, 0, 'transfer'
FROM told t JOIN redescribed r ON r.customer_id = t.customer_id
WHERE after > 0 AND r.valid_from > t.at AND r.valid_from <= coalesce(t.next_at, 'infinity')
UNION ALL
SELECT -(r.id * 4 + 2), subscription_id, t.customer_id, currency, plan_id, owner_id, r.valid_from,
       r.valid_from, 0, after, 'transfer'
FROM told t JOIN redescribed r ON r.customer_id = t.customer_id
WHERE after > 0 AND r.valid_from > t.at AND r.valid_from <= coalesce(t.next_at, 'infinity')
"""

# A standing amount is valued anew at every month's end, and whenever it moves or changes its cut.
MRR_REVALUATION = f"""
CREATE VIEW sales_mrrrevaluation AS
WITH {TOLD}, {REDESCRIBED},
points AS (
    SELECT t.id, month - interval '12 hours' AS point
    FROM told t, generate_series(date_trunc('month', t.at) + interval '1 month',
                                 coalesce(t.next_at, now()) + interval '12 hours', interval '1 month') AS month
    WHERE t.after > 0 AND month - interval '12 hours' > t.at
      AND month - interval '12 hours' < coalesce(t.next_at, now())
    UNION SELECT id, next_at FROM told WHERE after > 0 AND next_at > at
    UNION SELECT t.id, r.valid_from FROM told t JOIN redescribed r ON r.customer_id = t.customer_id
    WHERE t.after > 0 AND r.valid_from > t.at AND r.valid_from <= coalesce(t.next_at, 'infinity')
)
SELECT (extract(epoch FROM p.point) * 1000000)::bigint AS id, t.subscription_id, t.customer_id, t.currency, t.plan_id,
       t.owner_id, p.point AS at, p.point - interval '1 microsecond' AS described_at, t.after AS amount,
       lag(p.point, 1, t.at) OVER (PARTITION BY t.customer_id, t.id ORDER BY p.point) AS since
FROM points p JOIN told t ON t.id = p.id
"""

# When somebody began and ceased to be a customer: by subscription (a pause counts for 90 days), or by paid orders
# (each one counts for 365 days). Legs 1 and 2 carry a standing customer from the old cut to the new one.
CUSTOMER_STATE = f"""
CREATE VIEW sales_customerstate AS
WITH {TOLD}, {REDESCRIBED},
spans AS (
    SELECT customer_id, 'subscription' AS basis, at AS since,
           CASE WHEN after > 0 THEN next_at
                ELSE least(at + interval '90 days', coalesce(next_at, 'infinity')) END AS until
    FROM told WHERE after > 0 OR (kind = 'pause' AND before > 0)
    UNION ALL
    SELECT customer_id, 'orders', placed_at, placed_at + interval '365 days'
    FROM sales_order WHERE status = 'paid'
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
turns AS (
    SELECT customer_id, basis, at, CASE WHEN level > 0 THEN 1 ELSE -1 END AS delta,
           lead(at) OVER (PARTITION BY customer_id, basis ORDER BY at) AS next_at
    FROM levels WHERE (level > 0) <> (level - delta > 0)
)
SELECT (extract(epoch FROM at) * 1000000)::bigint * 4 AS id, customer_id, basis, at, at AS described_at, delta
FROM turns
UNION ALL
SELECT (extract(epoch FROM r.valid_from) * 1000000)::bigint * 4 + 1, t.customer_id, basis, r.valid_from,
       r.valid_from - interval '1 microsecond', -1
FROM turns t JOIN redescribed r ON r.customer_id = t.customer_id
WHERE delta > 0 AND r.valid_from > t.at AND r.valid_from <= coalesce(t.next_at, 'infinity')
UNION ALL
SELECT (extract(epoch FROM r.valid_from) * 1000000)::bigint * 4 + 2, t.customer_id, basis, r.valid_from, r.valid_from, 1
FROM turns t JOIN redescribed r ON r.customer_id = t.customer_id
WHERE delta > 0 AND r.valid_from > t.at AND r.valid_from <= coalesce(t.next_at, 'infinity')
"""

# The first thing a customer paid for; a stated day counts where it is earlier, or nothing else is known.
ACQUISITION = """
CREATE VIEW sales_acquisition AS
SELECT DISTINCT ON (customer_id) customer_id AS id, customer_id, at, plan_id
FROM (
    SELECT s.customer_id, e.at, coalesce(e.plan_id, s.plan_id) AS plan_id
    FROM sales_subscriptionevent e JOIN sales_subscription s ON s.id = e.subscription_id WHERE e.mrr > 0
    UNION ALL
    SELECT customer_id, placed_at, NULL FROM sales_order WHERE status = 'paid'
    UNION ALL
    SELECT id, (acquired_on + time '12:00') AT TIME ZONE 'UTC', NULL FROM customers_customer
    WHERE acquired_on IS NOT NULL AND merged_into_id IS NULL
) firsts
ORDER BY customer_id, at, plan_id
"""

VIEWS = {
    "sales_mrrmovement": MRR_MOVEMENT,
    "sales_mrrrevaluation": MRR_REVALUATION,
    "sales_customerstate": CUSTOMER_STATE,
    "sales_acquisition": ACQUISITION,
}


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial"), ("customers", "0002_customer_versions")]
    operations = [migrations.RunSQL(sql, f"DROP VIEW {name}") for name, sql in VIEWS.items()]
