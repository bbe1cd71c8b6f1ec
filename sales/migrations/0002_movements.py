"""Views that read the story out of the events: what MRR did and why, who was a customer when, and since when."""

from django.db import migrations

# All customers, or those asked for; every table is narrowed by itself, as no planner carries that from one to another.
THEIRS = "(who IS NULL OR {} = ANY (who))"

# Of several events at one instant only the last stands: what starts and ends at once never was.
STANDS = """NOT EXISTS (SELECT FROM sales_subscriptionevent x
                    WHERE x.subscription_id = e.subscription_id AND x.at = e.at AND x.id > e.id)"""

# Every event with what it replaced, and when the next one came.
TOLD = f"""
told AS (
    SELECT e.id, e.subscription_id, s.customer_id, s.currency, e.kind, e.at, e.mrr AS after,
           coalesce(e.plan_id, s.plan_id) AS plan_id, coalesce(e.owner_id, s.owner_id) AS owner_id,
           lag(e.mrr, 1, 0) OVER w AS before,
           lag(coalesce(e.plan_id, s.plan_id)) OVER w AS plan_before,
           lag(coalesce(e.owner_id, s.owner_id)) OVER w AS owner_before,
           lead(e.at) OVER w AS next_at
    FROM sales_subscriptionevent e
    JOIN sales_subscription s ON s.id = e.subscription_id
    WHERE {THEIRS.format("s.customer_id")} AND {STANDS}
    WINDOW w AS (PARTITION BY s.customer_id, e.subscription_id ORDER BY e.at, e.id)
)"""

# The moments at which what stands leaves one cut and enters another: a customer is described differently (`turned`
# leaves the owner aside), grows into the next age band, or a person changes teams. The last two happen at midnight in
# the zone that `plumb.zone` names.
ZONE = "coalesce(nullif(current_setting('plumb.zone', true), ''), 'UTC')"

TURNS = f"""
described AS (
    SELECT customer_id, valid_from, valid_to, birth_year, owner_id,
           (segment, industry, country, region, company_size, birth_year, gender, acquisition_channel) IS DISTINCT FROM
           (lag(segment) OVER w, lag(industry) OVER w, lag(country) OVER w, lag(region) OVER w,
            lag(company_size) OVER w, lag(birth_year) OVER w, lag(gender) OVER w,
            lag(acquisition_channel) OVER w) AS differs,
           owner_id IS DISTINCT FROM lag(owner_id) OVER w AS changes_owner
    FROM customers_customerversion
    WHERE {THEIRS.format("customer_id")}
    WINDOW w AS (PARTITION BY customer_id ORDER BY valid_from)
),
turned AS (
    SELECT customer_id, valid_from AS at FROM described WHERE differs AND valid_from > '1900-01-01 00:00+00'
    UNION
    SELECT customer_id, at
    FROM described, unnest(ARRAY[18, 25, 35, 45, 55, 65]) AS age,
         LATERAL (SELECT make_date(birth_year + age, 1, 1)::timestamp AT TIME ZONE {ZONE} AS at) birthday
    WHERE birth_year IS NOT NULL AND at > valid_from AND at <= least(valid_to, now())
),
moved AS (
    SELECT user_id, day::timestamp AT TIME ZONE {ZONE} AS at
    FROM (SELECT user_id, joined_on AS day FROM customers_teammembership
          UNION SELECT user_id, left_on FROM customers_teammembership WHERE left_on IS NOT NULL) d
    WHERE day::timestamp AT TIME ZONE {ZONE} <= now()
)"""

# When a standing amount of a subscription changes its cut between one event and the next.
AMOUNT_TURNS = f"""{TURNS},
turns AS (
    SELECT t.id, r.at FROM told t JOIN turned r ON r.customer_id = t.customer_id
    WHERE after > 0 AND r.at > t.at AND r.at <= coalesce(t.next_at, 'infinity')
    UNION
    SELECT t.id, m.at FROM told t JOIN moved m ON m.user_id = t.owner_id
    WHERE after > 0 AND m.at > t.at AND m.at <= coalesce(t.next_at, 'infinity')
)"""

# One row a movement: leg 0 is what happened; legs 1 and 2 carry a standing amount from its old cut to its new one.
# Whether a customer is new, back or gone is judged on all their subscriptions together, at one instant.
MRR_MOVEMENT = f"""
WITH {TOLD}, {AMOUNT_TURNS},
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
SELECT -(extract(epoch FROM r.at) * 1000000)::bigint * 4 - 1, subscription_id, customer_id, currency, plan_id, owner_id,
       r.at, r.at - interval '1 microsecond', after, 0, 'transfer'
FROM told t JOIN turns r ON r.id = t.id
UNION ALL
SELECT -(extract(epoch FROM r.at) * 1000000)::bigint * 4 - 2, subscription_id, customer_id, currency, plan_id, owner_id,
       r.at, r.at, 0, after, 'transfer'
FROM told t JOIN turns r ON r.id = t.id
"""

# A standing amount is valued anew at every month's end, and whenever it moves or changes its cut.
MRR_REVALUATION = f"""
WITH {TOLD}, {AMOUNT_TURNS},
points AS (
    SELECT t.id, month - interval '12 hours' AS point
    FROM told t, generate_series(date_trunc('month', t.at) + interval '1 month',
                                 coalesce(t.next_at, now()) + interval '12 hours', interval '1 month') AS month
    WHERE t.after > 0 AND month - interval '12 hours' > t.at
      AND month - interval '12 hours' < coalesce(t.next_at, now())
    UNION SELECT id, next_at FROM told WHERE after > 0 AND next_at > at
    UNION SELECT id, at FROM turns
)
SELECT (extract(epoch FROM p.point) * 1000000)::bigint AS id, t.subscription_id, t.customer_id, t.currency, t.plan_id,
       t.owner_id, p.point AS at, p.point - interval '1 microsecond' AS described_at, t.after AS amount,
       lag(p.point, 1, t.at) OVER (PARTITION BY t.customer_id, t.id ORDER BY p.point) AS since
FROM points p JOIN told t ON t.id = p.id
"""

# When somebody began and ceased to be a customer: by subscription (a pause counts for 90 days), or by paid orders
# (each one counts for 365 days). Legs 1 and 2 carry a standing customer from the old cut to the new one.
CUSTOMER_STATE = f"""
WITH {TOLD}, {TURNS},
spans AS (
    SELECT customer_id, 'subscription' AS basis, at AS since,
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
    SELECT customer_id, 'orders', placed_at, placed_at + interval '365 days'
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
turns AS (
    SELECT customer_id, at FROM turned
    UNION SELECT customer_id, valid_from FROM described WHERE changes_owner AND valid_from > '1900-01-01 00:00+00'
    UNION SELECT v.customer_id, m.at FROM described v JOIN moved m ON m.user_id = v.owner_id
    WHERE m.at > v.valid_from AND m.at <= v.valid_to
)
SELECT (extract(epoch FROM at) * 1000000)::bigint * 4 AS id, customer_id, basis, at, at AS described_at, delta
FROM stands
UNION ALL
SELECT (extract(epoch FROM r.at) * 1000000)::bigint * 4 + 1, s.customer_id, basis, r.at,
       r.at - interval '1 microsecond', -1
FROM stands s JOIN turns r ON r.customer_id = s.customer_id
WHERE delta > 0 AND r.at > s.at AND r.at <= coalesce(s.next_at, 'infinity')
UNION ALL
SELECT (extract(epoch FROM r.at) * 1000000)::bigint * 4 + 2, s.customer_id, basis, r.at, r.at, 1
FROM stands s JOIN turns r ON r.customer_id = s.customer_id
WHERE delta > 0 AND r.at > s.at AND r.at <= coalesce(s.next_at, 'infinity')
"""

# The first thing a customer paid for; a stated day counts where it is earlier, or nothing else is known.
ACQUISITION = f"""
SELECT DISTINCT ON (customer_id) customer_id AS id, customer_id, at, plan_id
FROM (
    SELECT s.customer_id, e.at, coalesce(e.plan_id, s.plan_id) AS plan_id
    FROM sales_subscriptionevent e
    JOIN sales_subscription s ON s.id = e.subscription_id
    WHERE e.mrr > 0 AND {THEIRS.format("s.customer_id")} AND {STANDS}
    UNION ALL
    SELECT customer_id, placed_at, NULL FROM sales_order WHERE status = 'paid' AND {THEIRS.format("customer_id")}
    UNION ALL
    SELECT id, (acquired_on + time '12:00') AT TIME ZONE 'UTC', NULL FROM customers_customer
    WHERE acquired_on IS NOT NULL AND merged_into_id IS NULL AND {THEIRS.format("id")}
) firsts
ORDER BY customer_id, at, plan_id
"""

AMOUNTS = "currency varchar, plan_id bigint, owner_id bigint, at timestamptz, described_at timestamptz"

# A function each, so that a few customers are read as fast as they are few, and a view of it for everybody.
TOLD_BY = {
    "sales_mrrmovement": (
        f"id bigint, subscription_id bigint, customer_id bigint, {AMOUNTS}, before numeric, after numeric, kind text",
        MRR_MOVEMENT,
    ),
    "sales_mrrrevaluation": (
        f"id bigint, subscription_id bigint, customer_id bigint, {AMOUNTS}, amount numeric, since timestamptz",
        MRR_REVALUATION,
    ),
    "sales_customerstate": (
        "id bigint, customer_id bigint, basis text, at timestamptz, described_at timestamptz, delta integer",
        CUSTOMER_STATE,
    ),
    "sales_acquisition": ("id bigint, customer_id bigint, at timestamptz, plan_id bigint", ACQUISITION),
}


def function(name: str, columns: str, query: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE FUNCTION {name}_of(who bigint[]) RETURNS TABLE ({columns}) LANGUAGE sql STABLE AS $$ {query} $$",
        f"DROP FUNCTION {name}_of(bigint[])",
    )


def view(name: str) -> migrations.RunSQL:
    return migrations.RunSQL(f"CREATE VIEW {name} AS SELECT * FROM {name}_of(NULL)", f"DROP VIEW {name}")


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial"), ("customers", "0002_customer_versions")]
    operations = [step for name, told in TOLD_BY.items() for step in (function(name, *told), view(name))]
